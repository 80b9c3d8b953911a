"""The main job, in a real browser: somebody reads and comments; a moderator decides; everybody sees it."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import captcha_key, log_in
from tests.browser.form import picture, send

HERS = "I read the tests first since a colleague of mine once did not."
SENT = re.compile(r"/comments/\d+/status/[^/]+/$")


class TestComment:
    """From the first letter to the published comment."""

    def test_a_comment_is_written_held_approved_and_seen_by_others(self, page, site, visit, write):
        before = site.captchas()
        page.goto("/")
        page.get_by_role("link", name="Tools", exact=True).first.click()
        page.get_by_role("link", name="Reading the diff").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Reading the diff")
        page.mouse.wheel(0, 3000)
        assert site.captchas() == before, "reading alone has issued a captcha"
        expect(page.locator("#captcha img")).to_have_count(0)

        page.get_by_label("Your text").click()
        expect(page.locator("#captcha img")).to_be_visible()
        assert site.captchas() == before + 1
        expect(page.get_by_label("Your text")).to_be_focused()
        write(page, HERS, name="Ada", email="ada@example.org", captcha="wrong!")
        first = picture(page)
        send(page)

        expect(page.locator("#id_captcha_value")).to_be_focused()
        expect(page.locator("#captcha .error")).to_be_visible()
        assert picture(page) != first
        expect(page.get_by_label("Your text")).to_have_value(HERS)
        expect(page.get_by_label("Name", exact=True)).to_have_value("Ada")
        expect(page.get_by_label("E-mail optional")).to_have_value("ada@example.org")
        expect(page.locator("#id_captcha_value")).to_have_value("")
        expect(page.locator("#captcha img")).to_have_js_property("complete", True)
        assert page.locator("#captcha img").evaluate("image => image.complete && image.naturalWidth") == 240

        page.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(page)))
        send(page)
        expect(page).to_have_url(SENT)
        expect(page.locator(".status__title")).to_have_text("Pending")
        stranger = visit()
        stranger.goto("/articles/reading-the-diff/")
        expect(stranger.locator("#discussion")).to_contain_text("No comments yet")
        expect(stranger.get_by_text(HERS)).to_have_count(0)

        moderator = visit()
        log_in(moderator, site)
        moderator.get_by_role("rowheader", name="Comments", exact=True).get_by_role("link").click()
        row = moderator.locator("#result_list tbody tr").filter(has_text=HERS)
        row.locator("input.action-select").check()
        moderator.get_by_label("Action:").select_option(label="Approve")
        moderator.get_by_role("button", name="Go", exact=True).click()
        expect(moderator.locator(".messagelist")).to_contain_text("Approve: comment ")
        expect(moderator.locator("#result_list tbody tr").filter(has_text=HERS)).to_have_count(0)

        stranger.reload()
        expect(stranger.locator(".comment")).to_contain_text(HERS)
        expect(stranger.locator("#discussion-title")).to_have_text("Comments & Questions (1)")
        expect(stranger.locator("body")).not_to_contain_text("ada@example.org")
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Published")
        page.get_by_role("link", name="see it there").click()
        expect(page.locator(".comment:target")).to_contain_text(HERS)

    def test_without_scripts_the_form_answers_with_itself_and_a_captcha(
        self, page_without_js, site, visit, write, decide
    ):
        page, body = page_without_js, "The fourth line is the one that I have now pinned above my desk."
        before = site.captchas()
        page.goto("/articles/mixture-of-experts-explained/")
        assert site.captchas() == before
        page.get_by_label("Question", exact=True).check()
        write(page, body, name="Grace", email="grace@example.org", captcha="")
        send(page)
        expect(page.locator("#captcha img")).to_be_visible()
        expect(page.locator(".errors")).to_have_count(0)
        self.assert_kept(page, body)

        first = picture(page)
        page.get_by_label("Captcha", exact=True).fill("wrong!")
        send(page)
        expect(page.locator("#captcha .error")).to_be_visible()
        assert picture(page) != first
        self.assert_kept(page, body)

        page.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(page)))
        send(page)
        expect(page).to_have_url(SENT)
        expect(page.locator(".status__title")).to_have_text("Pending")
        decide(body, "Approve")
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Published")
        stranger = visit()
        stranger.goto("/articles/mixture-of-experts-explained/")
        expect(stranger.locator(".comment--question")).to_contain_text(body)

    def assert_kept(self, page, body):
        expect(page.get_by_label("Your text")).to_have_value(body)
        expect(page.get_by_label("Name", exact=True)).to_have_value("Grace")
        expect(page.get_by_label("E-mail optional")).to_have_value("grace@example.org")
        expect(page.get_by_label("Question", exact=True)).to_be_checked()

    def test_a_rejection_tells_the_author_its_reason(self, posted, decide):
        body = "My neighbour has bought a lawn mower that is redder than mine."
        page = posted("what-one-answer-costs", body)
        decide(body, "Reject, for the reason chosen", reason="Off topic")
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Rejected")
        expect(page.locator(".status")).to_contain_text("Reason: Off topic.")
        page.goto("/articles/what-one-answer-costs/")
        expect(page.get_by_text(body)).to_have_count(0)

    def test_the_author_withdraws_a_comment(self, posted):
        page = posted("what-one-answer-costs", "On second thought I had rather keep this to myself.")
        page.get_by_text("Withdraw this comment").click()
        page.get_by_role("button", name="Withdraw it").click()
        expect(page.locator(".status__title")).to_have_text("Withdrawn")

    def test_an_incomplete_form_is_refused_in_sentences_and_keeps_its_captcha(self, page, site, write):
        page.goto("/articles/what-one-answer-costs/")
        write(page, "A text that is in order, unlike the name above it.", name="  ", captcha="")
        key = captcha_key(page)
        send(page)
        expect(page.locator(".errors")).to_contain_text("Say what name to show beside it.")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()
        assert captcha_key(page) == key
        page.get_by_label("Name", exact=True).fill("Ada")
        page.get_by_label("Captcha", exact=True).fill(site.solve(key))
        send(page)
        expect(page).to_have_url(SENT)

    def test_a_failing_site_loses_nothing(self, visit, write):
        page = visit(strict=False)  # the browser writes the failure into its console
        body = "Written in a train, just before the tunnel."
        page.goto("/articles/what-one-answer-costs/")
        write(page, body)
        page.route("**/comments/", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
        send(page)
        expect(page.locator("#comment-form > .notice")).to_contain_text("Nothing is lost")
        expect(page.get_by_label("Your text")).to_have_value(body)
        page.unroute("**/comments/")
        send(page)
        expect(page).to_have_url(SENT)
