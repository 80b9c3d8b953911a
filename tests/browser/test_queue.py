"""Moderators decide in the queue by keyboard; without scripts the same buttons do it."""

import re

import pytest
from playwright.sync_api import expect

SLUG = "open-weights-are-not-open-source"
PATH = "/admin/comments/queue/"
BODIES = [f"Waiting for the queue, number {number}: what is open about it?" for number in range(6)]


@pytest.fixture
def waiting(site):
    """Comments that wait, and nothing else does."""
    site.shell("from comments.models import Comment; Comment.objects.filter(status='pending').update(status='spam')")
    return site.publish(SLUG, *({"body": body, "published": False} for body in BODIES))


def statuses(site, pks):
    marks = ",".join("?" * len(pks))
    return dict(site.query(f"SELECT id, status FROM comments_comment WHERE id IN ({marks})", *pks))


def card(page, pk):
    return page.locator(f"#card-{pk}")


def test_a_moderator_decides_by_keyboard_alone(moderator, site, waiting):
    page = moderator
    page.goto(PATH)
    expect(card(page, waiting[0])).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#queue-said")).to_contain_text(f"Approve: comment {waiting[0]}.")
    expect(card(page, waiting[1])).to_be_focused()
    page.keyboard.press("s")
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("#queue-said")).to_contain_text(f"Reject: comment {waiting[2]}.")
    page.keyboard.press("j")
    expect(card(page, waiting[4])).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.keyboard.type("Just a note, with a j in it.")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("#queue-said")).to_contain_text(f"Approve: comment {waiting[3]}.")
    assert statuses(site, waiting) == dict(
        zip(waiting, ["published", "spam", "rejected", "published", "pending", "pending"], strict=True)
    )
    page.keyboard.press("u")
    expect(page.locator("#queue-said")).to_contain_text(f"Taken back: comment {waiting[3]}.")
    assert statuses(site, [waiting[3]]) == {waiting[3]: "pending"}
    assert site.query(
        "SELECT note FROM comments_moderationevent WHERE comment_id = ? AND action = 'approve'", waiting[3]
    )[0] == ("Just a note, with a j in it.",)
    page.keyboard.press("?")
    expect(page.get_by_text("take back the last decision")).to_be_visible()


def test_sixty_in_a_row_are_decided_without_ever_waiting_for_a_page(moderator, site, waiting):
    more = site.publish(SLUG, *({"body": f"One of very many, number {n}.", "published": False} for n in range(60)))
    page, visits = moderator, []
    page.goto(PATH)
    page.on("framenavigated", lambda frame: visits.append(frame.url))
    for pk in [*waiting, *more][:60]:
        expect(card(page, pk)).to_be_focused()
        page.keyboard.press("a")
        expect(page.locator("#queue-said")).to_contain_text(f"Approve: comment {pk}.")
    assert set(statuses(site, [*waiting, *more][:60]).values()) == {"published"}
    assert visits == []


def test_a_key_that_is_held_decides_once_and_enter_in_the_note_decides_nothing(moderator, site, waiting):
    page = moderator
    page.goto(PATH)
    page.keyboard.down("s")
    page.keyboard.down("s")
    page.keyboard.down("s")
    page.keyboard.up("s")
    expect(page.locator("#queue-said")).to_contain_text(f"Spam: comment {waiting[0]}.")
    page.keyboard.press("e")
    page.keyboard.type("Half a thought")
    page.keyboard.press("Enter")
    expect(card(page, waiting[1]).get_by_label("Note to the author")).to_have_value("Half a thought")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    assert list(statuses(site, waiting).values()).count("spam") == 1


def test_hold_is_taken_back_and_the_author_is_blocked_and_the_comment_opened_by_keys(moderator, site, waiting):
    page = moderator
    page.goto(PATH)
    page.keyboard.press("a")
    expect(page.locator("#queue-said")).to_contain_text(f"Approve: comment {waiting[0]}.")
    page.goto(f"{PATH}?queue=decided")
    expect(card(page, waiting[0])).to_be_focused()
    page.keyboard.press("h")
    expect(page.locator("#queue-said")).to_contain_text(f"Hold: comment {waiting[0]}.")
    page.keyboard.press("u")
    expect(page.locator("#queue-said")).to_contain_text(f"Taken back: comment {waiting[0]}.")
    assert statuses(site, waiting[:1]) == {waiting[0]: "published"}
    expect(card(page, waiting[0])).to_be_focused()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(f"/comment/{waiting[0]}/change/"))
    page.goto(PATH)
    page.keyboard.press("b")
    expect(page).to_have_url(re.compile("/block/add/"))


def test_what_another_moderator_reads_or_has_decided_is_marked(moderator, visit, site, waiting):
    moderator.goto(PATH)
    expect(card(moderator, waiting[0])).to_be_focused()
    site.shell(
        "from django.contrib.auth.models import User; from comments import moderation, queues; "
        "from comments.models import Comment; user = User.objects.create_user('ann', is_staff=True); "
        f"queues.claim({waiting[2]}, user); "
        f"moderation.moderate(Comment.objects.get(pk={waiting[3]}), 'spam', by=user)"
    )
    moderator.keyboard.press("j")
    expect(card(moderator, waiting[2]).locator(".card__claim")).to_have_text("ann is reading this")
    expect(card(moderator, waiting[3]).locator(".card__claim")).to_have_text("This has changed meanwhile")
    moderator.goto(PATH)
    expect(card(moderator, waiting[2])).to_have_class(re.compile("card--claimed"))


def test_what_was_refused_comes_back_and_says_why(moderator, visit, site, waiting):
    page = visit(strict=False, storage_state=moderator.context.storage_state())  # it meets a 409
    page.goto(PATH)
    expect(card(page, waiting[0])).to_be_focused()
    site.shell(
        f"from comments import moderation; from comments.models import Comment; "
        f"moderation.moderate(Comment.objects.get(pk={waiting[0]}), 'spam')"
    )
    page.keyboard.press("a")
    expect(page.locator("#queue-said")).to_contain_text("is spam already")
    expect(card(page, waiting[0])).to_be_visible()
    assert statuses(site, [waiting[0]]) == {waiting[0]: "spam"}


def test_many_are_chosen_and_decided_together(moderator, site, waiting):
    page = moderator
    page.goto(PATH)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#chosen-count")).to_have_text("2")
    page.locator("#bulk").get_by_role("button", name="Spam").click()
    expect(page.locator("#queue-said")).to_have_text("Spam: 2 of 2.")
    expect(page.locator("#chosen-count")).to_have_text("0")
    assert statuses(site, waiting[:3]) == dict(zip(waiting, ["spam", "spam", "pending"], strict=False))


def test_without_scripts_a_card_is_decided_by_its_buttons(site, waiting, visit, moderator):
    page = visit(java_script_enabled=False, storage_state=moderator.context.storage_state())
    page.goto(f"{PATH}?queue=pending&order=risk")
    one = card(page, waiting[0])
    one.locator("summary").click()
    one.get_by_label("Note to the author").fill("Please stay on topic.")
    one.get_by_role("button", name="off topic").click()
    expect(page.locator(".messagelist")).to_contain_text(f"Reject: comment {waiting[0]}.")
    expect(page).to_have_url(re.compile("order=risk"))
    assert statuses(site, [waiting[0]]) == {waiting[0]: "rejected"}
