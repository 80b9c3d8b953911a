"""A reader rates with a click, or without scripts."""

import re

from playwright.sync_api import expect


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
