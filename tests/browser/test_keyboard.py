"""The whole main job by keyboard, with the focus in sight at every step."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import captcha_key

# What has the focus, and whether the reader can see that: an outline around it, or around the label of a hidden radio.
FOCUS = """() => {
  const at = document.activeElement;
  const seen = (element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = at.getBoundingClientRect();
  return {
    name: at.id || at.name || at.textContent.trim(),
    seen: seen(at) || (at.nextElementSibling?.matches("label") && seen(at.nextElementSibling)),
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def press(page, key, times=1):
    """Press a key; returns what has the focus then, which must be to be seen."""
    for _ in range(times):
        page.keyboard.press(key)
    focus = page.evaluate(FOCUS)
    assert focus["seen"], f"the focus on {focus['name']} is not to be seen"
    assert focus["inside"], f"the focus on {focus['name']} is outside the window"
    return focus["name"]


class TestWayIn:
    """From the top of a page."""

    def test_the_first_tab_offers_to_skip_to_the_text(self, page):
        page.goto("/articles/reading-the-diff/")
        skip = page.get_by_role("link", name="Skip to the text")
        assert skip.bounding_box()["y"] < 0
        assert press(page, "Tab") == "Skip to the text"
        assert skip.bounding_box()["y"] >= 0
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        assert press(page, "Tab") == "Tools"  # the section above the title: the masthead is behind

    def test_every_stop_of_the_tab_key_is_to_be_seen(self, page):
        page.goto("/articles/the-school-that-stopped-hunting-cheats/")
        names = [press(page, "Tab") for _ in range(40)]
        assert {"q", "Search", "Real Time", "star-1", "id_body", "id_author_name", "id_author_email"} <= set(names)
        assert "website" not in names  # only programs find it


class TestStars:
    """Rating without a pointer."""

    def test_arrows_choose_and_only_enter_sends(self, page):
        sent = []
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        page.goto("/articles/how-human-feedback-shapes-a-model/")
        page.locator(".margin__rating a").last.focus()
        assert press(page, "Tab") == "star-1"
        assert press(page, "ArrowRight", 3) == "star-4"
        expect(page.locator("#star-4")).to_be_checked()
        expect(page.locator("label[for=star-4] .stars__word")).to_be_visible()
        assert press(page, "ArrowLeft") == "star-3"
        expect(page.locator(".rating__line")).to_have_text("3.8 out of 5 · 27 ratings")
        assert sent == []
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("You rated this article 3 out of 5. Thank you.")
        expect(page.locator(".rating__line")).to_have_text("3.8 out of 5 · 28 ratings")
        assert len(sent) == 1
        expect(page.locator("#star-3")).to_be_focused()

    def test_space_and_the_button_rate_as_well(self, page):
        page.goto("/articles/discharge-letters-in-a-regional-hospital/")
        page.locator(".margin__rating a").last.focus()
        press(page, "Tab")
        page.keyboard.press("Space")
        expect(page.locator("#star-1")).to_be_checked()
        assert press(page, "Tab") == "Rate"
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("You rated this article 1 out of 5. Thank you.")


class TestForm:
    """Writing without a pointer."""

    def test_a_comment_is_written_and_sent_by_keyboard_alone(self, page, site):
        page.goto("/articles/tuesday-evenings-at-the-library/")
        page.get_by_label("Comment", exact=True).focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_label("Question", exact=True)).to_be_checked()
        expect(page.locator("#captcha img")).to_be_visible()
        assert press(page, "Tab") == "id_body"
        page.keyboard.type("Is the tea free on Tuesdays?")
        assert press(page, "Tab") == "id_author_name"
        page.keyboard.type("Mary")
        assert press(page, "Tab") == "id_author_email"
        assert press(page, "Tab") == "notify"
        assert press(page, "Tab") == "id_captcha_value"
        page.keyboard.type(site.solve(captcha_key(page)))
        assert press(page, "Tab") == "captcha-another"
        stops = [press(page, "Tab") for _ in range(4)]
        assert [stop for stop in stops if stop != "Listen"][:3] == ["captcha_email", "Send", "preview"]
        page.get_by_role("button", name="Send", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/status/"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Your question")

    def test_enter_in_the_captcha_field_sends(self, page, site, write):
        page.goto("/articles/tuesday-evenings-at-the-library/")
        write(page, "The tea is free, I have asked, and the biscuits are not.")
        page.locator("#id_captcha_value").press("Enter")
        expect(page).to_have_url(re.compile("/status/"))

    def test_enter_in_the_captcha_field_sends_without_scripts(self, page_without_js, site, write):
        page = page_without_js
        page.goto("/articles/tuesday-evenings-at-the-library/")
        write(page, "The biscuits are worth their price, though.", captcha="")
        page.get_by_label("Name", exact=True).press("Enter")
        expect(page.locator("#captcha img")).to_be_visible()
        page.locator("#id_captcha_value").fill(site.solve(captcha_key(page)))
        page.locator("#id_captcha_value").press("Enter")
        expect(page).to_have_url(re.compile("/status/"))

    def test_another_picture_keeps_the_focus_where_it_was(self, page):
        page.goto("/articles/tuesday-evenings-at-the-library/")
        page.get_by_label("Your text").focus()
        expect(page.locator("#captcha img")).to_be_visible()
        first = page.locator("#captcha img").get_attribute("src")
        page.locator("#captcha-another").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#captcha img")).not_to_have_attribute("src", first)
        expect(page.locator("#captcha-another")).to_be_focused()

    def test_a_refused_form_puts_the_focus_on_the_first_mistake(self, page, write):
        page.goto("/articles/tuesday-evenings-at-the-library/")
        write(page, "   ", name="   ", captcha="")
        page.get_by_role("button", name="Send", exact=True).press("Enter")
        expect(page.get_by_label("Your text")).to_be_focused()
        expect(page.get_by_label("Your text")).to_have_attribute("aria-invalid", "true")
        page.locator(".errors a").last.press("Enter")
        expect(page.get_by_label("Name", exact=True)).to_be_focused()

    def test_the_counter_speaks_near_the_limit_only(self, page):
        page.goto("/articles/tuesday-evenings-at-the-library/")
        counter = page.locator(".counter")
        page.get_by_label("Your text").fill("a" * 4500)
        expect(counter).to_have_text("")
        page.get_by_label("Your text").fill("a" * 4990 + "🙂")
        expect(counter).to_have_text("9 left.")
        page.get_by_label("Your text").fill("a" * 5003)
        expect(counter).to_have_text("3 too many.")


class TestReply:
    """Answering somebody."""

    def test_a_reply_is_reached_written_and_sent_by_keyboard(self, page, site, decide):
        page.goto("/articles/why-models-miscount-letters/")
        link = page.locator(".comment__acts a").first
        quoted = page.locator(".comment__body").first.inner_text()
        link.focus()
        assert page.evaluate(FOCUS)["seen"]
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Reply to")
        expect(page.locator(".quoted")).to_have_text(quoted)
        page.get_by_label("Your text").focus()
        expect(page.locator("#captcha img")).to_be_visible()
        page.keyboard.type("Then how many are there in this reply?")
        page.keyboard.press("Tab")
        page.keyboard.type("Emmy")
        press(page, "Tab", 3)
        page.keyboard.type(site.solve(captcha_key(page)))
        page.get_by_role("button", name="Send", exact=True).press("Enter")
        expect(page.locator(".status__title")).to_have_text("Pending")
        decide("Then how many are there in this reply?", "Approve")
        page.goto("/articles/why-models-miscount-letters/")
        expect(page.locator(".replies")).to_contain_text(["Then how many are there in this reply?"])
