"""Decisions in the queue of the newsroom: one by one or many at once, without scripts."""

import re

import pytest

from comments import bulk
from comments.models import Comment, ModerationEvent
from tests.newsroom import staff

PATH, DECIDE, CLAIM = (f"/admin/comments/queue/{name}" for name in ("", "decide/", "claim/"))
JSON = {"Accept": "application/json"}


def status(comment):
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


@pytest.mark.parametrize(
    ("act", "after"),
    [("approve", "published"), ("spam", "spam"), ("reject:{}:offensive", "rejected"), ("hold", "pending")],
)
def test_a_button_of_a_card_decides_and_the_list_comes_back(moderator, make_comment, act, after):
    comment = make_comment(status="published" if act == "hold" else "pending")
    sent = {
        "act": act.format(comment.pk) if "{" in act else f"{act}:{comment.pk}",
        f"note-{comment.pk}": "So.",
        "back": "queue=pending&order=risk",
    }
    answer = moderator.post(DECIDE, sent)
    assert (answer.status_code, answer.url) == (303, f"{PATH}?queue=pending&order=risk")
    assert status(comment) == after
    event = ModerationEvent.objects.last()
    assert (event.note, event.reason) == ("So.", "offensive" if after == "rejected" else "")


def test_many_are_decided_at_once_and_each_answer_is_told(moderator, make_comment):
    waiting, gone = [make_comment() for _ in range(3)], make_comment(status="withdrawn")
    pks = [comment.pk for comment in [*waiting, gone]]
    answer = moderator.post(DECIDE, {"act": "approve", "chosen": [*pks, 10**12, "x"]}, headers=JSON)
    assert answer.status_code == 200
    told = {result["pk"]: (result["done"], result["told"]) for result in answer.json()["results"]}
    assert [told[comment.pk][0] for comment in waiting] == [True] * 3
    assert told[gone.pk] == (False, f"Comment {gone.pk} is withdrawn already, by author.")
    assert told[10**12] == (False, f"Comment {10**12} is not there.")
    assert {status(comment) for comment in waiting} == {"published"}


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"act": ""}, {"act": "explode:1"}, {"act": "approve"}, {"act": "approve", "chosen": "x"},
        {"act": "spam", "chosen": [str(pk) for pk in range(1, 900)]},
    ],
    ids=str,
)  # fmt: skip
def test_what_says_nothing_or_too_much_is_refused_and_changes_nothing(moderator, make_comment, sent):
    comment = make_comment()
    answer = moderator.post(DECIDE, sent, headers=JSON)
    assert answer.status_code == 400
    assert "Choose" in answer.json()["problem"]
    assert moderator.post(DECIDE, sent).status_code == 303
    assert status(comment) == "pending"


def test_ten_thousand_at_once_are_refused(moderator, make_comment):
    comment = make_comment()
    sent = {"act": "spam", "chosen": [str(pk) for pk in range(1, 10_001)]}
    assert moderator.post(DECIDE, sent, headers=JSON).status_code == 400
    assert status(comment) == "pending"


def test_a_rejection_without_a_reason_is_refused(moderator, make_comment):
    comment = make_comment()
    for act in (f"reject:{comment.pk}", f"reject:{comment.pk}:other", f"reject:{comment.pk}:poem"):
        answer = moderator.post(DECIDE, {"act": act}, headers=JSON)
        assert answer.status_code == 400
        assert "the author is told why" in answer.json()["problem"]
    assert status(comment) == "pending"


def test_who_comes_second_is_told_who_was_first_and_changes_nothing(moderator, make_comment):
    comment = make_comment()
    (field,) = re.findall(rf'name="seen-{comment.pk}" value="([^"]+)"', moderator.get(PATH).content.decode())
    staff("ann", "moderate_comment", "view_comment").post(DECIDE, {"act": f"spam:{comment.pk}"})
    answer = moderator.post(DECIDE, {"act": f"approve:{comment.pk}", f"seen-{comment.pk}": field}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["results"][0]["told"] == f"Comment {comment.pk} is spam already, by ann."
    assert status(comment) == "spam"
    assert comment.events.count() == 1


def test_of_many_chosen_those_that_somebody_else_decided_meanwhile_stay_as_they_are(moderator, make_comment):
    raced, free = make_comment(), make_comment()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', moderator.get(PATH).content.decode())
    staff("ann", "moderate_comment", "view_comment").post(DECIDE, {"act": f"reject:{raced.pk}:spam"})
    answer = moderator.post(DECIDE, {"act": "approve", "chosen": chosen}, headers=JSON).json()["results"]
    assert [(row["done"], row["told"]) for row in answer] == [
        (False, f"Comment {raced.pk} is rejected already, by ann."), (True, f"Approve: comment {free.pk}.")
    ]  # fmt: skip
    assert (status(raced), status(free)) == ("rejected", "published")


def test_more_than_can_be_decided_at_once_are_refused_in_the_list_as_well(moderator, make_comment, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    comments = [make_comment() for _ in range(3)]
    sent = {"action": "spam", "_selected_action": [comment.pk for comment in comments]}
    page = moderator.post("/admin/comments/comment/", sent, follow=True).content.decode()
    assert "Choose at most 2 comments at once." in page
    assert {status(comment) for comment in comments} == {"pending"}


def test_a_note_that_could_not_be_sent_is_not_lost(moderator, make_comment):
    comment = make_comment(status="withdrawn")
    sent = {"act": f"reject:{comment.pk}:spam", f"note-{comment.pk}": "A long and careful note."}
    assert "A long and careful note." in moderator.post(DECIDE, sent, follow=True).content.decode()
    other = make_comment()
    page = f"/admin/comments/comment/{other.pk}/"
    sent = {"action": "reject", "note": "Another careful note."}
    assert "Another careful note." in moderator.post(f"{page}decide/", sent, follow=True).content.decode()


def test_a_decision_is_undone_by_an_event_of_its_own(moderator, make_comment):
    comment = make_comment()
    moderator.post(DECIDE, {"act": f"spam:{comment.pk}"})
    assert f'value="undo:{comment.pk}"' in moderator.get(f"{PATH}?queue=decided").content.decode()
    assert moderator.post(DECIDE, {"act": f"undo:{comment.pk}"}, headers=JSON).status_code == 200
    assert status(comment) == "pending"
    assert [event.action for event in comment.events.all()] == ["spam", "undo"]
