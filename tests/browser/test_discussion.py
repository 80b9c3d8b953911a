"""Reading a discussion and taking part in it, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import captcha_key

SLUG = "the-pilot-that-never-ends"
CLOSES = {True: "a-translator-at-her-desk", False: "the-case-for-the-small-model"}
CLOSE = "from articles.models import Article; Article.objects.filter(slug='{slug}').update(comments_policy='closed')"
PATH = f"/articles/{SLUG}/"
REPLIES = 7
with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture(scope="module")
def talk(site):
    """A discussion: the ids of a long thread's beginning, its replies, one deep in it, a question and the newest."""
    replies = [{"body": f"Reply number {number}.", "author_name": f"Reader {number}"} for number in range(REPLIES)]
    made = site.publish(
        SLUG,
        {"body": "Our pilot is in its third year.", "author_name": "Grace"},
        *({**reply, "below": 0} for reply in replies),
        {"body": "Deep in the thread.", "author_name": "Deep Thought", "below": 1},
        {"body": "Deeper still.", "author_name": "Deeper", "below": REPLIES + 1},
        {"body": "Who pays for a pilot that never ends?", "author_name": "Mary", "kind": "question"},
        {"body": "The newest of all.", "author_name": "Zoe"},
    )
    keys = ("top", *range(REPLIES), "deep", "deeper", "question", "newest")
    return dict(zip(keys, made, strict=True))


@pytest.fixture
def reader(visit, scripts):
    """A reader on the article, whose document is marked: the mark is gone when the page is left."""
    page = visit(java_script_enabled=scripts)
    page.goto(PATH)
    page.evaluate("() => { window.sameDocument = true }")
    return page


def comment(page, pk):
    return page.locator(f"#comment-{pk}")


def stayed(page):
    return page.evaluate("() => window.sameDocument === true")


@with_and_without_scripts
def test_more_replies_of_a_thread_are_shown(reader, talk, scripts):
    thread = reader.locator(".thread").filter(has=comment(reader, talk["top"]))
    expect(thread.locator(".replies .comment")).to_have_count(3)
    reader.get_by_role("link", name=f"Show {REPLIES + 2 - 3} more replies").click()
    first = comment(reader, talk[1])
    expect(first).to_be_in_viewport()
    assert stayed(reader) == scripts
    if scripts:
        expect(first).to_be_focused()
        expect(thread.locator(".replies .comment")).to_have_count(REPLIES + 2)
        expect(reader).to_have_url(re.compile(PATH + "$"))
    else:
        expect(reader.get_by_role("heading", level=1)).to_have_text("One thread")
        expect(reader.locator(".replies .comment")).to_have_count(REPLIES + 2 - 3)
        reader.get_by_role("link", name="From its beginning").click()
        expect(reader.locator(".replies .comment")).to_have_count(REPLIES + 2)


@with_and_without_scripts
def test_a_discussion_is_sorted_and_filtered(reader, talk, scripts):
    names = reader.locator("#threads .thread > .comment .comment__name")
    expect(names).to_have_text(["Zoe", "Mary", "Grace"])
    reader.get_by_role("link", name="Oldest").click()
    expect(names).to_have_text(["Grace", "Mary", "Zoe"])
    expect(reader.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    if scripts:
        expect(reader.get_by_role("link", name="Oldest")).to_be_focused()
        expect(reader.locator("#said")).to_have_text("The discussion is sorted anew.")
        expect(reader.locator("#discussion")).to_have_count(1)
    reader.get_by_role("link", name="Comments", exact=True).click()
    expect(names).to_have_text(["Grace", "Zoe"])
    expect(reader.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    reader.get_by_role("link", name="Unanswered").click()
    expect(names).to_have_text(["Mary"])
    assert stayed(reader) == scripts
    expect(reader).to_have_url(re.compile(PATH + ("$" if scripts else r"comments/\?answered=false&sort=oldest$")))


@with_and_without_scripts
@pytest.mark.parametrize("which", ["newest", 0, REPLIES - 1, "deeper"])
def test_the_address_of_a_comment_leads_to_it_and_shows_which_it_is(visit, talk, which, scripts):
    page = visit(java_script_enabled=scripts)
    page.goto(f"/comments/{talk[which]}/")
    target = page.locator(".comment:target")
    expect(target).to_have_id(f"comment-{talk[which]}")
    expect(target).to_be_in_viewport()
    plain, marked = (
        page.locator(chosen).first.evaluate("element => getComputedStyle(element).backgroundColor")
        for chosen in (".comment:not(:target)", ".comment:target")
    )
    assert plain != marked


def test_the_time_of_a_comment_is_its_address(reader_with_scripts, talk, site):
    comment(reader_with_scripts, talk["question"]).locator(".comment__time").click()
    expect(reader_with_scripts).to_have_url(f"{site.url}{PATH}#comment-{talk['question']}")
    expect(reader_with_scripts.locator(".comment:target")).to_contain_text("Who pays")


@pytest.fixture
def reader_with_scripts(visit):
    page = visit()
    page.goto(PATH)
    return page


def send(page, site, body, name):
    """Send a reply; without scripts, the captcha comes only when it is sent."""
    page.get_by_label("Your text").press_sequentially(body)
    page.get_by_label("Name", exact=True).fill(name)
    if not page.locator("#captcha img").count():
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#captcha img")).to_be_visible()
    page.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(page)))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".status__title")).to_have_text("Pending")


@with_and_without_scripts
def test_a_reply_names_the_one_whom_it_answers(reader, talk, site, decide, scripts):
    body = f"@Deeper, you are {'not ' if scripts else ''}at the end of it."
    reader.goto(f"/comments/{talk['deeper']}/")
    comment(reader, talk["deeper"]).get_by_role("link", name="Reply to Deeper").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Reply to Deeper")
    expect(reader.locator(".quoted")).to_have_text("Deeper still.")
    send(reader, site, body, "Emmy")
    decide(body, "Approve")
    reader.reload()
    reader.get_by_role("link", name="see it there").click()
    shown = reader.locator(".comment:target")
    expect(shown).to_be_in_viewport()
    expect(shown.locator(".comment__to")).to_have_text("in reply to Deeper")
    expect(shown.locator(".comment__body a")).to_have_attribute("href", f"/comments/{talk['deeper']}/")


@with_and_without_scripts
def test_a_reply_quotes_what_it_answers(visit, talk, site, decide, scripts):
    page, own = visit(java_script_enabled=scripts), f"Then it is not a pilot, {'is' if scripts else 'was'} it?"
    page.goto(f"/comments/{talk['top']}/reply/")
    page.get_by_label("Your text").fill("What I had typed.")
    page.get_by_role("button", name="Quote it").click()
    expect(page.get_by_label("Your text")).to_have_value("> Our pilot is in its third year.\n\nWhat I had typed.")
    page.get_by_label("Your text").fill("> Our pilot is in its third year.\n\n")
    send(page, site, own, "Alan")
    decide(own, "Approve")
    page.reload()
    page.get_by_role("link", name="see it there").click()
    shown = page.locator(".comment:target .comment__body")
    expect(shown.locator("blockquote")).to_have_text("Our pilot is in its third year.")
    expect(shown.locator("> p")).to_have_text(own)


@with_and_without_scripts
def test_a_preview_shows_the_text_and_loses_nothing(reader, talk, site, scripts):
    reader.get_by_label("Question", exact=True).check()
    reader.get_by_label("Your text").fill("Is *this* a `preview`?")
    reader.get_by_label("Name", exact=True).fill("Ada")
    reader.get_by_label("E-mail optional").fill("ada@example.org")
    reader.get_by_label("Tell me by e-mail").check()
    reader.get_by_role("button", name="Preview").click()
    shown = reader.locator("#comment-preview .comment__body")
    expect(shown.locator("em")).to_have_text("this")
    expect(shown.locator("code")).to_have_text("preview")
    assert stayed(reader) == scripts
    expect(reader.get_by_label("Question", exact=True)).to_be_checked()
    expect(reader.get_by_label("Your text")).to_have_value("Is *this* a `preview`?")
    expect(reader.get_by_label("Name", exact=True)).to_have_value("Ada")
    expect(reader.get_by_label("E-mail optional")).to_have_value("ada@example.org")
    expect(reader.get_by_label("Tell me by e-mail")).to_be_checked()
    reader.get_by_label("Captcha", exact=True).fill(site.solve(captcha_key(reader)))
    reader.get_by_role("button", name="Preview").click()
    expect(shown).to_be_visible()
    reader.get_by_role("button", name="Send", exact=True).click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your question")


@with_and_without_scripts
def test_a_discussion_that_closes_while_somebody_writes_says_so_and_gives_the_text_back(visit, site, scripts):
    page, slug = visit(strict=False, java_script_enabled=scripts), CLOSES[scripts]  # it meets a 403
    page.goto(f"/articles/{slug}/")
    page.evaluate("() => { window.sameDocument = true }")
    page.get_by_label("Your text").fill("All that I wanted to say.")
    page.get_by_label("Name", exact=True).fill("Ada")
    site.shell(CLOSE.format(slug=slug))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("closed, so this could not be sent")
    expect(page.get_by_label("What you wrote, for you to keep")).to_have_value("All that I wanted to say.")
    assert stayed(page) == scripts


@with_and_without_scripts
def test_an_empty_preview_says_what_is_missing(reader, scripts):
    reader.get_by_label("Name", exact=True).fill("Ada")
    reader.get_by_role("button", name="Preview").click()
    expect(reader.locator("#discussion, main").last).to_contain_text("Write your comment or question here.")
    expect(reader.get_by_label("Name", exact=True)).to_have_value("Ada")


def test_a_vote_is_counted_in_place_stays_and_is_taken_back(reader_with_scripts, talk):
    page = reader_with_scripts
    button = comment(page, talk["newest"]).get_by_role("button", name="Helpful")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button.locator("b")).to_have_text("1")
    expect(page.locator("#said")).to_have_text("Counted as helpful.")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button.locator("b")).to_have_text("1")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(button.locator("b")).to_have_text("")
    page.reload()
    expect(page.locator("#threads")).to_be_visible()
    expect(button).not_to_have_attribute("aria-pressed", "true")


def test_without_scripts_a_vote_is_counted_and_taken_back_on_pages(page_without_js, talk):
    page = page_without_js
    page.goto(PATH)
    voted = comment(page, talk["question"])
    voted.get_by_role("button", name="Helpful").click()
    expect(page.locator(".comment:target")).to_have_id(f"comment-{talk['question']}")
    expect(voted.locator(".vote b")).to_have_text("1")
    voted.get_by_role("button", name="Helpful").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You found this helpful")
    expect(page.locator("main")).to_contain_text("1 reader found it helpful.")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".comment:target .vote b")).to_have_text("")


@with_and_without_scripts
def test_a_comment_is_reported_and_a_notice_answered_with_a_receipt(reader, talk, scripts, site):
    address = f"nora-{scripts}@example.org".lower()
    comment(reader, talk["newest"]).get_by_role("link", name="Report").click()
    reader.get_by_label("Other").check()
    reader.get_by_role("button", name="Report it").click()
    expect(reader.locator(".errors")).to_contain_text("Say what is wrong with it.")
    expect(reader.get_by_label("Other")).to_be_checked()
    reader.get_by_label("What should the moderators know?").fill("It was new once.")
    reader.get_by_role("button", name="Report it").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Thank you")

    reader.goto(f"/comments/{talk['newest']}/report/")
    reader.get_by_role("link", name="Send a notice of illegal content").click()
    reader.get_by_label("Why is it illegal?").fill("It claims to be the newest.")
    reader.get_by_label("Your name").fill("Nora")
    reader.get_by_role("textbox", name="E-mail").fill(address)
    reader.get_by_label("I believe in good faith").check()
    reader.get_by_role("button", name="Send the notice").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Your notice was received")
    expect(reader.locator(".status")).to_contain_text(f"/comments/{talk['newest']}/")
    assert site.mail_to(address, "We have received your notice")
