"""The main job, in a real browser: somebody reads, rates, comments; a moderator decides; everybody sees it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import captcha_key, log_in
from tests.browser.serving import told

HERS = "I read the tests first since a colleague of mine once did not."
SENT = re.compile(r"/comments/\d+/status/[^/]+/$")


def send(page):
    page.get_by_role("button", name="Send", exact=True).click()


def picture(page):
    return page.locator("#captcha img").get_attribute("src")


class TestRating:
    """A click on a star. The demonstration's readers gave 70 stars in 19 ratings of the first article, and so on."""

    def test_a_click_rates_in_place_and_can_be_changed_and_taken_back(self, page):
        page.goto("/articles/reading-the-diff/")
        line, said = page.locator(".rating__line"), page.locator("#said")
        expect(line).to_have_text("3.7 out of 5 · 19 ratings")
        page.evaluate("window.sameDocument = true")

        page.locator("label[for=star-5]").click()
        expect(line).to_have_text("3.8 out of 5 · 20 ratings")
        expect(said).to_have_text("You rated this article 5 out of 5. Thank you.")
        expect(page.locator(".rating__yours")).to_contain_text("You rated it 5 out of 5.")

        page.locator("label[for=star-2]").click()
        expect(line).to_have_text("3.6 out of 5 · 20 ratings")
        expect(said).to_have_text("You rated this article 2 out of 5. Thank you.")

        page.get_by_role("button", name="Take it back").click()
        expect(line).to_have_text("3.7 out of 5 · 19 ratings")
        expect(said).to_have_text("Your rating was taken back.")
        expect(page.locator(".rating__yours")).to_be_hidden()
        expect(page.locator("form.rating")).to_have_count(1)
        assert page.evaluate("window.sameDocument"), "the page was loaded again"

    def test_a_rating_stays_and_shows_when_the_pointer_comes_near(self, page, visit):
        page.goto("/articles/shannon-and-the-guessing-game/")
        page.locator("label[for=star-1]").click()
        expect(page.locator(".rating__line")).to_have_text("3.8 out of 5 · 4 ratings")
        page.reload()
        expect(page.locator(".rating__line")).to_have_text("3.8 out of 5 · 4 ratings")
        expect(page.locator(".rating__yours")).to_be_hidden()  # the page is the same for all readers
        page.locator("form.rating").hover(position={"x": 5, "y": 5})
        expect(page.locator(".rating__yours")).to_contain_text("You rated it 1 out of 5.")
        expect(page.locator("#star-1")).to_be_checked()

        stranger = visit()
        stranger.goto("/articles/shannon-and-the-guessing-game/")
        with stranger.expect_response("**/api/v1/articles/*/rating/"):
            stranger.locator("form.rating").hover(position={"x": 5, "y": 5})
        expect(stranger.locator(".rating__line")).to_have_text("3.8 out of 5 · 4 ratings")
        expect(stranger.locator(".rating__yours")).to_be_hidden()

    def test_the_first_rating_of_an_article_takes_the_place_of_the_invitation(self, page):
        page.goto("/articles/a-town-writes-down-its-algorithms/")
        expect(page.locator(".rating__line")).to_have_text("Be the first to rate this article.")
        page.locator("label[for=star-4]").click()
        expect(page.locator(".rating__line")).to_have_text("4.0 out of 5 · 1 rating")

    def test_without_scripts_a_rating_is_chosen_sent_and_answered_with_the_article(self, page_without_js):
        page = page_without_js
        page.goto("/articles/why-models-miscount-letters/")
        page.locator("label[for=star-5]").click()
        expect(page.locator("#star-5")).to_be_checked()
        expect(page.locator(".rating__line")).to_have_text("3.6 out of 5 · 14 ratings")  # chosen, not sent
        page.get_by_role("button", name="Rate", exact=True).click()
        expect(page).to_have_url(re.compile(r"/articles/why-models-miscount-letters/\?v=\d+#rating$"))
        expect(page.locator(".rating__line")).to_have_text("3.7 out of 5 · 15 ratings")

        page.get_by_role("link", name="Your rating").click()
        expect(page.locator(".rating__yours")).to_contain_text("You rated it 5 out of 5.")
        page.get_by_role("button", name="Take it back").click()
        expect(page).to_have_url(re.compile(r"/articles/why-models-miscount-letters/\?v=\d+#rating$"))
        expect(page.locator(".rating__line")).to_have_text("3.6 out of 5 · 14 ratings")


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
        expect(moderator.locator(".messagelist")).to_contain_text("Approve: 1 comment.")
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
        decide(body, "Reject, for the reason chosen", reason="off topic")
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Rejected")
        expect(page.locator(".status")).to_contain_text("Reason: off topic.")
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


class TestAnotherPicture:
    """Six letters that somebody cannot read."""

    BODY = "These letters could be anything, which is rather the point of them."

    def test_another_picture_loses_nothing(self, page, site, write):
        page.goto("/articles/what-one-answer-costs/")
        write(page, self.BODY, name="Alan", email="alan@example.org", captcha="half")
        first = picture(page)
        page.get_by_role("button", name="Another picture").click()
        expect(page.locator("#captcha img")).not_to_have_attribute("src", first)
        self.assert_kept(page)
        page.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(page)))
        send(page)
        expect(page).to_have_url(SENT)

    def test_another_picture_without_scripts_loses_nothing(self, page_without_js, site, write):
        page = page_without_js
        page.goto("/articles/what-one-answer-costs/")
        write(page, self.BODY + " Really.", name="Alan", email="alan@example.org", captcha="")
        send(page)
        expect(page.locator("#captcha img")).to_be_visible()
        first = picture(page)
        page.get_by_role("button", name="Another picture").click()
        expect(page.locator("#captcha img")).not_to_have_attribute("src", first)
        expect(page.locator(".error, .errors")).to_have_count(0)
        self.assert_kept(page, self.BODY + " Really.")
        page.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(page)))
        send(page)
        expect(page).to_have_url(SENT)

    def assert_kept(self, page, body=BODY):
        expect(page.get_by_label("Your text")).to_have_value(body)
        expect(page.get_by_label("Name", exact=True)).to_have_value("Alan")
        expect(page.get_by_label("E-mail optional")).to_have_value("alan@example.org")

    def test_the_letters_can_be_listened_to(self, page):
        page.goto("/articles/what-one-answer-costs/")
        page.get_by_label("Your text").click()
        expect(page.locator("#captcha img")).to_be_visible()
        listen = page.get_by_role("link", name="Listen")
        if not listen.count():
            pytest.skip("flite is not installed, so there is no sound")
        listen.click()
        player = page.get_by_label("The six letters, spoken")
        expect(player).to_be_visible()
        page.wait_for_function("() => document.querySelector('#captcha audio').duration > 1")


class TestMailInsteadOfCaptcha:
    """A link in a mail, which needs neither sight nor hearing."""

    def test_the_button_behind_the_mailed_link_makes_a_comment_pending(self, page, site, visit, write):
        body = "I cannot see the letters, so I take the post."
        page.goto("/articles/lady-lovelaces-objection/")
        write(page, body, name="Louis", email="louis@example.org", captcha="")
        page.get_by_label("Use e-mail instead").check()
        send(page)
        expect(page).to_have_url(SENT)
        expect(page.locator(".status__title")).to_have_text("Pending: please confirm")

        reader = visit()
        mail = site.mail_to("louis@example.org", "Confirm your comment")
        reader.goto(re.findall(r"http://\S+/comments/confirm/\S+", told(mail))[0])
        expect(reader.get_by_text(body)).to_be_visible()
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Pending: please confirm")
        assert site.query("SELECT status FROM comments_comment WHERE body = ?", body) == [("unconfirmed",)]

        reader.get_by_role("button", name="Yes, I wrote this").click()
        expect(reader.locator(".status__title")).to_have_text("Pending")
        page.reload()
        expect(page.locator(".status__title")).to_have_text("Pending")

    def test_without_an_address_the_form_asks_for_one(self, page, write):
        page.goto("/articles/lady-lovelaces-objection/")
        write(page, "I forgot to say where the link should go.", captcha="")
        page.get_by_label("Use e-mail instead").check()
        send(page)
        expect(page.locator(".errors")).to_contain_text("Give the address that the link should go to.")
        expect(page.get_by_label("E-mail optional")).to_be_focused()
        expect(page.get_by_label("Use e-mail instead")).to_be_checked()
