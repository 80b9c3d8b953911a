"""Moderating by program, with a staff token."""

import datetime
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from comments import moderation
from comments.models import Action, By, Comment, ModerationEvent
from newsite.models import KeptAnswer
from tests.newsroom import staff

ROOT = "/api/v1/moderation/"
PATHS = (("get", "queue/"), ("get", "events/"), ("post", "bulk/"), ("post", "comments/1/approve/"))


@pytest.fixture
def desk(moderator_user):
    """A program with the moderator's token."""
    told = StringIO()
    call_command("create_token", "mo", stdout=told)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {told.getvalue().split()[-1]}")
    return client


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_the_queue_has_what_waits_with_what_was_found(desk, make_comment):
    first, loud = make_comment(), make_comment("CALL ME ON +44 1632 960123 FOR ALL YOUR MONEY NOW")
    published = make_comment(status="published")
    answer = desk.get(f"{ROOT}queue/")
    assert ids(answer) == [first.pk, loud.pk]
    assert answer["Cache-Control"] == "private, no-store"
    row = answer.json()["results"][1]
    assert {finding["check"] for finding in row["findings"]} >= {"shouting", "personal_data"}
    assert (row["status"], row["version"]) == ("pending", "0-pending")
    assert not {"author_email", "reader", "network"} & row.keys()
    assert ids(desk.get(f"{ROOT}queue/?order=risk"))[0] == loud.pk
    assert ids(desk.get(f"{ROOT}queue/?queue=decided")) == [published.pk]
    pages = desk.get(f"{ROOT}queue/?page_size=1")
    assert ids(desk.get(pages.json()["next"])) == [loud.pk]


@pytest.mark.parametrize("query", ["queue=nonsense", "order=best", "since=x"])
def test_a_queue_that_there_is_not_is_refused(desk, query):
    assert desk.get(f"{ROOT}queue/?{query}").status_code == 400


def test_a_decision_is_taken_once_and_who_comes_second_is_told(desk, make_comment):
    comment = make_comment()
    path = f"{ROOT}comments/{comment.pk}"
    answer = desk.post(f"{path}/reject/", {"reason": "off_topic", "note": "Not here.", "version": "0-pending"})
    assert (answer.status_code, answer.json()["status"]) == (200, "rejected")
    event = ModerationEvent.objects.get()
    assert (event.actor.username, event.reason, event.note, event.by) == ("mo", "off_topic", "Not here.", "moderator")
    again = desk.post(f"{path}/approve/", {"version": "0-pending"})
    assert again.status_code == 409
    assert "already, by mo" in again.json()["errors"][0]["detail"]
    assert desk.post(f"{path}/undo/").json()["status"] == "pending"


@pytest.mark.parametrize(
    ("action", "sent", "status", "attr"),
    [
        ("reject", {}, 400, "reason"), ("reject", {"reason": "other"}, 400, "reason"),
        ("reject", {"reason": "poem"}, 400, "reason"), ("approve", {"much": 1}, 400, "much"),
        ("explode", {}, 400, "action"), ("withdraw", {}, 400, "action"), ("keep", {}, 409, None),
        ("approve", {"note": "x" * 1001}, 400, "note"), ("approve", {"version": "3-pending"}, 409, None),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_and_changes_nothing(desk, make_comment, action, sent, status, attr):
    comment = make_comment()
    answer = desk.post(f"{ROOT}comments/{comment.pk}/{action}/", sent)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (status, attr)
    assert not ModerationEvent.objects.exists()


def test_an_idempotency_key_decides_once(desk, make_comment):
    comment = make_comment()
    answers = [desk.post(f"{ROOT}comments/{comment.pk}/spam/", {}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ModerationEvent.objects.count() == 1


def test_many_have_a_result_each(desk, make_comment):
    waiting, gone = make_comment(), make_comment(status="withdrawn")
    answer = desk.post(f"{ROOT}bulk/", {"ids": [waiting.pk, gone.pk, waiting.pk, 10**15], "action": "approve"})
    assert answer.status_code == 200
    assert [(row["id"], row["done"]) for row in answer.json()] == [
        (waiting.pk, True), (gone.pk, False), (10**15, False)
    ]  # fmt: skip
    assert Comment.objects.get(pk=waiting.pk).status == "published"


def test_many_are_decided_about_once_with_a_key_and_as_they_were_read(desk, make_comment):
    raced, waiting = make_comment(), make_comment()
    moderation.moderate(raced, Action.SPAM, role=By.SCREENING)
    sent = {"ids": [raced.pk, waiting.pk], "action": "approve", "versions": {str(raced.pk): "0-pending", "x": ""}}
    first, second = [desk.post(f"{ROOT}bulk/", sent, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [row["done"] for row in first.json()] == [False, True]
    assert first.json() == second.json()
    KeptAnswer.objects.update(status=0)
    early = desk.post(f"{ROOT}bulk/", sent, headers={"Idempotency-Key": "k"})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "idempotency_key_in_use")
    KeptAnswer.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=2))
    late = desk.post(f"{ROOT}bulk/", sent, headers={"Idempotency-Key": "k"})
    assert [row["done"] for row in late.json()] == [False, False]


def test_many_are_not_rejected_without_a_reason(desk, make_comment):
    comment = make_comment()
    answer = desk.post(f"{ROOT}bulk/", {"ids": [comment.pk], "action": "reject"})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "reason")
    assert Comment.objects.get(pk=comment.pk).status == "pending"


@pytest.mark.parametrize("ids", [list(range(1, 502)), list(range(1, 10_001)), ["x"], [-1], "1", None])
def test_too_many_or_none_at_once_are_refused(desk, make_comment, ids):
    comment = make_comment()
    assert desk.post(f"{ROOT}bulk/", {"ids": ids, "action": "spam"}).status_code in (400, 413)
    assert Comment.objects.get(pk=comment.pk).status == "pending"


def test_the_log_is_read_by_comment_moderator_and_time(desk, make_comment, moderator_user):
    one, other = make_comment(), make_comment()
    moderation.moderate(one, Action.SPAM, by=moderator_user)
    moderation.moderate(other, Action.APPROVE, role=By.SCREENING)
    first, second = ModerationEvent.objects.order_by("pk")
    assert ids(desk.get(f"{ROOT}events/")) == [second.pk, first.pk]
    assert ids(desk.get(f"{ROOT}events/?comment={one.pk}")) == [first.pk]
    assert ids(desk.get(f"{ROOT}events/?actor=mo")) == [first.pk]
    later = (timezone.now() + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert ids(desk.get(f"{ROOT}events/?since={later}")) == []
    assert desk.get(f"{ROOT}events/?since=yesterday").status_code == 400


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_readers_and_staff_without_the_right_are_kept_out_also_in_the_middle(
    desk, program, moderator_user, make_comment, method, path
):
    comment = make_comment()
    path = f"{ROOT}{path}".replace("/1/", f"/{comment.pk}/")
    sent = {"ids": [comment.pk], "action": "spam"} if path.endswith("bulk/") else {}
    assert getattr(program, method)(path, sent).status_code == 401
    assert getattr(staff("ann", "view_comment"), method)(path, sent).status_code == 401, "cookies open nothing here"
    moderator_user.user_permissions.remove(Permission.objects.get(codename="moderate_comment"))
    assert getattr(desk, method)(path, sent).status_code == 403
    moderator_user.is_active = False
    moderator_user.save()
    assert getattr(desk, method)(path, sent).status_code == 401
    assert Comment.objects.get(pk=comment.pk).status == "pending"
