"""What machines can tell about access: axe without a violation, targets for fingers, motion that stops."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import captcha_key

BUSY = "/articles/the-school-that-stopped-hunting-cheats/"
QUIET = "/articles/twelve-questions-before-you-buy/"
VIEWPORTS = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
SMALLEST = 44
COLOUR_RULES = ["color-contrast", "link-in-text-block"]

# What a finger presses, with its size: of a link its height, for its words make its width.
TARGETS = """() => [...document.querySelectorAll("button, .stars__choices label, .kinds label, .captcha__mail label, " +
    "input:not([type=hidden], [type=radio], [type=checkbox]), textarea, summary, .comment__acts a, .sections a")]
  .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
  .map((element) => {
    const { width, height } = element.getBoundingClientRect();
    const size = element.matches("a") ? height : Math.min(width, height);
    return { name: element.id || element.textContent.trim() || element.name, size };
  })"""

SETTLED = """async () => {
  await new Promise(requestAnimationFrame);
  await Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished));
}"""


def home(page, site, write):
    page.goto("/")


def article_with_comments(page, site, write):
    page.goto(BUSY)
    expect(page.locator(".comment").first).to_be_attached()


def article_without_comments(page, site, write):
    page.goto(QUIET)
    expect(page.get_by_text("Be the first to comment!")).to_be_attached()


def form_with_errors(page, site, write):
    page.goto(QUIET)
    write(page, "  ", name="  ", email="a@b", captcha="")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".errors li")).to_have_count(3)


def form_with_captcha_and_own_rating(page, site, write):
    page.goto(QUIET)
    write(page, "Wrong six letters.", captcha="wrong!")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#captcha .error")).to_be_visible()
    page.locator("label[for=star-4]").click()
    expect(page.locator(".rating__yours")).to_be_visible()


def status_page(page, site, write):
    page.goto("/articles/what-an-algorithm-audit-is/")
    write(page, "What did the audit cost, and who has paid for it?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".status__title")).to_be_visible()


def section(page, site, write):
    page.goto("/sections/research/")


def topics(page, site, write):
    page.goto("/topics/")


def reply(page, site, write):
    page.goto(BUSY)
    page.locator(".comment__acts a").first.click()
    expect(page.locator(".quoted")).to_be_visible()


def transparency(page, site, write):
    page.goto("/transparency/")


def nothing_found(page, site, write):
    page.goto("/search/?q=zeppelin")


PAGES = [
    home,
    article_with_comments,
    article_without_comments,
    form_with_errors,
    form_with_captcha_and_own_rating,
    status_page,
    section,
    topics,
    reply,
    nothing_found,
    transparency,
]
NEWSROOM = [
    *("comments/queue/", "comments/queue/?queue=decided", "figures/", "comments/rule/add/"),
    "comments/author/?kind=email&value=ada@a.example",
]


def violations(page, rules=None):
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} – {node['failureSummary']}" for rule in found for node in rule["nodes"]
    ]


def violations_in_both_schemes(page):
    """All rules in the light scheme; in the dark one, which changes colours alone, the rules about colours."""
    page.emulate_media(color_scheme="light")
    light = violations(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLED)  # the admin's links fade from one ink to the other
    return light + [f"dark {told}" for told in violations(page, COLOUR_RULES)]


@pytest.mark.parametrize("show", PAGES, ids=lambda page: page.__name__)
def test_axe_finds_nothing_on_wide_and_narrow_screens_by_day_and_by_night(visit, site, write, show):
    page = visit(strict=False)  # axe itself breaks the policy
    show(page, site, write)
    for screen, size in VIEWPORTS.items():
        page.set_viewport_size(size)
        assert violations_in_both_schemes(page) == [], screen


@pytest.mark.parametrize("path", ["", "comments/comment/", *NEWSROOM])
def test_axe_finds_nothing_in_the_newsroom(visit, moderators_cookies, path):
    page = visit(strict=False, storage_state=moderators_cookies)
    page.goto(f"/admin/{path}")
    expect(page.locator("#user-tools")).to_be_visible()
    assert violations_in_both_schemes(page) == []


@pytest.mark.parametrize(
    "show", [article_with_comments, form_with_captcha_and_own_rating, status_page], ids=lambda page: page.__name__
)
def test_what_a_finger_presses_is_large_enough(visit, site, write, show):
    page = visit(has_touch=True)
    show(page, site, write)
    for screen, size in VIEWPORTS.items():
        page.set_viewport_size(size)
        targets = page.evaluate(TARGETS)
        assert targets
        assert [target for target in targets if target["size"] < SMALLEST] == [], screen


def test_the_dot_is_still_when_motion_is_reduced(visit):
    animation = "dot => getComputedStyle(dot, '::before').animationName"
    page = visit()
    page.goto("/")
    assert page.locator(".sections__live").evaluate(animation) == "pulse"
    calm = visit(reduced_motion="reduce")
    calm.goto("/")
    assert calm.locator(".sections__live").evaluate(animation) == "none"
    assert calm.evaluate("() => document.getAnimations().length") == 0


def test_the_captcha_says_what_it_is_to_those_who_cannot_see_it(page):
    page.goto(QUIET)
    page.get_by_label("Your text").click()
    picture = page.get_by_role("img", name="A picture of six letters")
    expect(picture).to_be_visible()
    key = captcha_key(page)
    assert key not in (picture.get_attribute("alt") or "")
    expect(page.get_by_label("Use e-mail instead")).to_be_visible()


def test_text_may_be_twice_as_large(visit):
    page = visit(viewport={"width": 640, "height": 450}, device_scale_factor=2)  # as zoomed in to 200 %
    page.goto(BUSY)
    page.get_by_label("Your text").click()
    expect(page.locator("#captcha img")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
