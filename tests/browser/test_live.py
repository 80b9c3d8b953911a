"""An open page learns what is new, and shows it when it is asked to."""

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

SLUG = "mixture-of-experts-explained"
PATH = f"/articles/{SLUG}/"
MINUTE = 60_000
SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((entry) => entry.value)))
    .observe({ type: "layout-shift", buffered: false });
}"""


@pytest.fixture
def open_page(page, site):
    """The article, open for a while: its clock goes on when it is told to."""
    site.publish(SLUG, {"body": "The first of all."})
    page.clock.install()
    page.goto(f"{PATH}?v=1")
    return page


def wait_a_minute(page):
    with page.expect_response(re.compile(f"{PATH}live/")) as answer:
        page.clock.run_for(MINUTE)
    return answer.value


def poll_until(page, is_told):
    """Let minutes pass until the page has learnt it: each of the site's processes knows of a change within a second."""
    for _ in range(30):
        wait_a_minute(page)
        if is_told():
            return
    raise AssertionError("the page was not told")


def test_new_comments_are_told_of_and_shown_on_a_click_and_nothing_moves_before(open_page, site):
    page = open_page
    wait_a_minute(page)
    expect(page.locator("#news")).to_be_hidden()
    page.locator("#threads .comment").first.scroll_into_view_if_needed()
    page.evaluate(SHIFTS)
    place = page.evaluate("() => scrollY")
    site.publish(SLUG, {"body": "Newer than what you read."}, {"body": "And newer still."})
    news = page.get_by_role("link", name="2 new comments")
    poll_until(page, news.is_visible)
    assert page.evaluate("() => [scrollY, window.shifts]") == [place, []]
    expect(page.get_by_text("And newer still.")).to_have_count(0)
    count = page.locator("#discussion-count").text_content()
    news.click()
    expect(page.get_by_text("And newer still.")).to_be_visible()
    expect(page.locator("#threads")).to_be_focused()
    expect(page.locator("#news")).to_be_hidden()
    expect(page.locator("#discussion-title")).to_contain_text(count)


def test_the_rating_line_is_told_anew(open_page, visit):
    page = open_page
    wait_a_minute(page)
    before = page.locator(".rating__line").text_content()
    somebody = visit()
    somebody.goto(PATH)
    somebody.locator("label[for=star-1]").click()
    expect(somebody.locator(".rating__yours")).to_be_visible()
    expect(page.locator(".rating__line")).to_have_text(before)
    poll_until(page, lambda: page.locator(".rating__line").text_content() != before)


def test_nothing_is_asked_while_the_first_lines_are_read_nor_while_nobody_looks(open_page):
    page, asked = open_page, []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/live/") else None)
    page.clock.run_for(10_000)
    assert asked == []
    page.evaluate("() => Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true })")
    with page.expect_response(re.compile(f"{PATH}live/")):
        page.clock.run_for(6_000)
    before = len(asked)
    page.evaluate("() => { window.away = true }")
    page.clock.run_for(10 * MINUTE)
    page.evaluate("() => fetch('/healthz')")  # what was asked before it would be known by now
    assert len(asked) == before
    with page.expect_response(re.compile(f"{PATH}live/")):
        page.evaluate("() => { window.away = false; document.dispatchEvent(new Event('visibilitychange')) }")


def test_an_open_page_is_told_by_304_that_nothing_is_new(open_page):
    page = open_page
    wire, statuses = page.context.new_cdp_session(page), []
    wire.send("Network.enable")
    wire.on("Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"]))
    poll_until(page, lambda: 304 in statuses)
    assert set(statuses) <= {200, 304}


def test_what_has_not_changed_is_answered_without_a_body(site):
    address = f"{site.url}{PATH}live/"
    with urllib.request.urlopen(address) as answer:
        etag = answer.headers["ETag"]
    request = urllib.request.Request(address, headers={"If-None-Match": etag})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(request)
    assert unchanged.value.code == 304


def test_without_scripts_nothing_is_promised(page_without_js):
    page_without_js.goto(PATH)
    expect(page_without_js.locator("#news")).to_be_hidden()
