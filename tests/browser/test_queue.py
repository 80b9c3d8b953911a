"""Moderators decide in the queue by keyboard; without scripts the same buttons do it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.xdist_group("browser-pages")

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
    expect(page.get_by_text("undo the last decision")).to_be_visible()


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
    expect(page.locator(".messagelist")).to_contain_text("Done: 2 comments.")
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
