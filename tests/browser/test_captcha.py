"""Other pictures, letters to listen to, and a mail instead of a captcha."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import captcha_key
from tests.browser.form import picture, send
from tests.browser.serving import told

SENT = re.compile(r"/comments/\d+/status/[^/]+/$")


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
