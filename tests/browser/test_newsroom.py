"""The newsroom takes part: it answers, accepts answers, merges questions, pins, keeps what was reported."""

import time

import pytest
from playwright.sync_api import expect

SLUG = "how-to-read-a-model-card"


@pytest.fixture
def open_comment(moderator):
    """The page of a comment in the newsroom."""

    def go(pk):
        moderator.goto(f"/admin/comments/comment/{pk}/change/")
        return moderator

    return go


def shown(page, pk):
    """A comment as it is now: pages may be a second old for who has changed nothing."""
    page.goto(f"/articles/{SLUG}/?v={int(time.time() * 1000)}#comment-{pk}")
    return page.locator(".comment:target")


def told(page):
    return page.locator(".messagelist")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_question_is_answered_by_the_newsroom(site, open_comment, visit, scripts):
    (question,) = site.publish(SLUG, {"body": f"Who writes these cards ({scripts})?", "kind": "question"})
    newsroom = open_comment(question)
    newsroom.get_by_label("Your answer").fill("Their makers do.")
    newsroom.get_by_role("button", name="Publish the answer").click()
    expect(told(newsroom)).to_contain_text("Your answer is published.")
    reader = visit(java_script_enabled=scripts)
    asked = shown(reader, question)
    expect(asked.locator(".mark--question")).to_have_text("Question · answered")
    asked.get_by_role("link", name="answered").click()
    answer = reader.locator(".comment:target")
    expect(answer).to_contain_text("Their makers do.")
    expect(answer.locator(".badge")).to_have_text("Staff")
    expect(answer).to_contain_text("Answered by")
    reader.goto(f"/articles/{SLUG}/comments/?kind=question&answered=false")
    expect(reader.locator(f"#comment-{question}")).to_have_count(0)


def test_a_readers_reply_is_accepted_as_the_answer_and_not_any_more(site, open_comment, page):
    question, reply = site.publish(
        SLUG,
        {"body": "And who reads them?", "kind": "question"},
        {"body": "I do.", "author_name": "Kay", "below": 0},
    )
    newsroom = open_comment(reply)
    newsroom.get_by_role("button", name="Accept this reply as the answer").click()
    expect(told(newsroom)).to_contain_text("It is the answer now.")
    expect(shown(page, reply)).to_contain_text("Answered by Kay, accepted by the moderators")
    newsroom.get_by_role("button", name="It is not the answer after all").click()
    expect(told(newsroom)).to_contain_text("a reply like others again")
    expect(shown(page, question).locator(".mark--question")).to_have_text("Question")


def test_a_question_that_was_asked_before_is_merged(site, open_comment, page):
    first, again, _reply = site.publish(
        SLUG,
        {"body": "What is a card for?", "kind": "question"},
        {"body": "What is the use of a card?", "kind": "question"},
        {"body": "I wonder, too.", "below": 1},
    )
    newsroom = open_comment(again)
    newsroom.get_by_label("Number of the same question").fill(str(again))
    newsroom.get_by_role("button", name="Merge").click()
    expect(told(newsroom)).to_contain_text("another published one below the same article")
    newsroom.get_by_label("Number of the same question").fill(str(first))
    newsroom.get_by_role("button", name="Merge").click()
    expect(told(newsroom)).to_contain_text(f"merged into question {first}")
    place = shown(page, again)
    expect(place).to_contain_text("This question was asked before")
    place.get_by_role("link").click()
    expect(page.locator(".comment:target")).to_have_id(f"comment-{first}")


def test_a_pinned_comment_stands_above_the_others(site, open_comment, page):
    pinned, _newer = site.publish(SLUG, {"body": "Read this first."}, {"body": "Newer than that."})
    newsroom = open_comment(pinned)
    newsroom.get_by_label("Pinned above the discussion").check()
    newsroom.get_by_label("Editors’ pick").check()
    newsroom.get_by_role("button", name="Save", exact=True).click()
    expect(told(newsroom)).to_contain_text("Saved.")
    page.goto(f"/articles/{SLUG}/")
    first = page.locator("#threads .comment").first
    expect(first).to_have_id(f"comment-{pinned}")
    expect(first.locator(".mark")).to_have_text(["first comment", "Pinned", "Editors’ pick"])


def test_what_was_reported_is_kept(site, open_comment, visit, moderator):
    (pk,) = site.publish(SLUG, {"body": "Reported, and harmless."})
    for _ in range(2):
        reader = visit()
        reader.goto(f"/comments/{pk}/report/")
        reader.get_by_label("Off topic").check()
        reader.get_by_role("button", name="Report it").click()
        expect(reader.get_by_role("heading", level=1)).to_have_text("Thank you")
    moderator.goto("/admin/comments/comment/?status=reported")
    expect(moderator.locator("#result_list")).to_contain_text("by 2 readers")
    open_comment(pk).get_by_role("button", name="Keep").click()
    expect(told(moderator)).to_contain_text("Keep: comment ")
    moderator.goto("/admin/comments/comment/?status=reported")
    expect(moderator.locator("body")).not_to_contain_text("Reported, and harmless.")


def test_a_text_that_was_edited_meanwhile_is_not_approved_unread(site, moderator, posted):
    author = posted(SLUG, "Harmless at first sight.")
    moderator.goto("/admin/comments/comment/")
    row = moderator.locator("#result_list tbody tr").filter(has_text="Harmless at first sight.")
    row.locator("input.action-select").check()
    author.get_by_role("link", name="Edit it").click()
    author.get_by_label("Your text").fill("Not so harmless.")
    author.get_by_role("button", name="Save").click()
    expect(author.locator(".quoted")).to_have_text("Not so harmless.")
    moderator.get_by_label("Action:").select_option(label="Approve")
    moderator.get_by_role("button", name="Go", exact=True).click()
    expect(told(moderator)).to_contain_text("was edited by its author meanwhile")
    author.reload()
    expect(author.locator(".status__title")).to_have_text("Pending")
