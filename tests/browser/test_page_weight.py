"""What a visit costs: bytes, requests, movement; and whether everything fits and can be read."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.serving import ROOT

MOST_BYTES = 28_000
MOST_REQUESTS = 4
SLUG = "a-weekend-of-failed-replications"
COMMENTS, SHOWN = 100, 50
POST_COMMENTS = f"""
import random

from articles.models import Article
from comments import moderation, posting
from newsite.readers import Asker

article = Article.objects.get(slug={SLUG!r})
words = " ".join(Article.objects.values_list("body", flat=True)).split()
chance = random.Random(1)  # words in no order, which compress worse than what people write
for number in range({COMMENTS}):
    body = " ".join(chance.choices(words, k=45))
    draft = posting.Draft(author_name=f"Reader {{number}}", body=f"{{number}}: {{body}}")
    comment = posting.receive(article=article, who=Asker(f"{{number:032x}}", "", False), draft=draft)
    moderation.moderate(comment, moderation.Action.APPROVE)
"""
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 300);
})"""


@pytest.fixture(scope="module")
def discussed(site):
    """The path of an article with a hundred comments."""
    site.shell(POST_COMMENTS)
    return f"/articles/{SLUG}/"


def test_an_article_with_a_hundred_comments_is_light(page, site, discussed):
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    urls, sizes = {}, {}
    wire.on("Network.requestWillBeSent", lambda event: urls.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(discussed, wait_until="networkidle")
    expect(page.locator(".comment")).to_have_count(SHOWN)
    # The browser asks for the icon by itself, where it shows one.
    loaded = {urls[key]: size for key, size in sizes.items() if not urls[key].startswith("data:")}
    assert {urlsplit(url).netloc for url in urls.values()} == {urlsplit(site.url).netloc}
    assert len(urls) <= MOST_REQUESTS, urls
    assert sum(loaded.values()) <= MOST_BYTES, loaded


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", f"/articles/{SLUG}/"])
def test_nothing_moves_while_a_page_loads(visit, discussed, path, width):
    page = visit(viewport={"width": width, "height": 844})
    page.goto(path)
    assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("path", ["/", f"/articles/{SLUG}/", "/articles/run-a-language-model-on-your-laptop/"])
def test_nothing_is_wider_than_the_window(page, discussed, path):
    page.goto(path)
    for width in (320, 390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_captcha_moves_nothing_below_it(visit, width):
    page = visit(viewport={"width": width, "height": 900})
    page.goto("/articles/twelve-questions-before-you-buy/")
    before = page.locator(".courtesy").bounding_box()["y"] - page.locator("#captcha").bounding_box()["y"]
    page.get_by_label("Your text").click()
    expect(page.locator("#captcha img")).to_be_visible()
    after = page.locator(".courtesy").bounding_box()["y"] - page.locator("#captcha").bounding_box()["y"]
    assert abs(after - before) <= 24, f"the lines below it have moved by {after - before} px"


def tokens():
    """The colours of both schemes, as static/site.css names them."""
    css = (ROOT / "static" / "site.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    )
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast ratio of WCAG 2."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "raised"])
@pytest.mark.parametrize(
    ("ink", "least"), [("ink", 4.5), ("quiet", 4.5), ("accent", 4.5), ("good", 4.5), ("star", 3), ("edge", 3)]
)
def test_inks_are_readable_on_their_ground(scheme, ground, ink, least):
    colours = tokens()[scheme]
    assert contrast(colours[ink], colours[ground]) >= least
