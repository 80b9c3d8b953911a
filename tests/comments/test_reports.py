"""A reader reports a comment; enough readers bring it back to the moderators."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from articles import publishing
from comments import moderation
from comments.models import Action, Comment, ModerationEvent, Report
from newsite import environment

pytestmark = pytest.mark.usefixtures("counted")

WRONG = {"reason": "off_topic", "detail": "It is about cats."}
API = "/api/v1/comments/{}/report/"


@pytest.fixture(autouse=True)
def _many_reports(settings):
    """Here everybody sits on one network."""
    settings.RATES = {**settings.RATES, "reports": environment.rate("100/h")}


@pytest.fixture
def comment(make_comment):
    return make_comment("What I think of it.", status="published")


def address(comment):
    return f"/comments/{comment.pk}/report/"


def report(comment, client=None, **given):
    """What a reader is answered, somebody new each time unless told otherwise."""
    return (client or Client()).post(address(comment), {**WRONG, **given})


def report_by_program(comment, program=None, given=WRONG, **headers):
    return (program or APIClient()).post(API.format(comment.pk), given, **headers)


def status(comment):
    return Comment.objects.get(pk=comment.pk).status


def test_the_page_shows_the_comment_and_asks_for_a_reason_and_a_note(reader, comment):
    answer = reader.get(address(comment))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "What I think of it." in page
    assert 'name="reason" value="off_topic"' in page
    assert 'name="detail"' in page
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies, "reading sets no cookie"


def test_a_report_is_thanked_for_and_kept(reader, comment):
    answer = report(comment, reader)
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    made = Report.objects.get()
    assert (made.comment, made.reason, made.detail) == (comment, "off_topic", "It is about cats.")
    assert not made.is_notice
    comment.refresh_from_db()
    assert comment.open_reports == 1
    assert comment.status == "published"


def test_a_second_report_by_the_same_reader_changes_nothing(reader, comment):
    for reason in ("off_topic", "spam", "offensive", "hate_speech"):
        assert report(comment, reader, reason=reason).status_code == 200
    assert Report.objects.get().reason == "off_topic"
    assert status(comment) == "published"


def test_the_third_reader_brings_it_back_to_the_moderators(reader, comment):
    report(comment)
    report(comment)
    assert status(comment) == "published"
    assert report(comment).status_code == 200
    assert status(comment) == "pending"
    event = ModerationEvent.objects.last()
    assert (event.action, event.by, event.actor, event.new_status) == ("hold", "reports", None, "pending")
    assert "3 readers" in event.note
    assert "What I think of it." not in reader.get(comment.article.get_absolute_url()).content.decode()


def test_the_newsroom_sees_the_newest_fifty_of_many_reports(comment, moderator, settings, django_assert_num_queries):
    settings.REPORTS_TO_HOLD = 1000
    path = f"/admin/comments/comment/{comment.pk}/change/"
    report(comment, detail="The very first.")
    moderator.get(path)
    with CaptureQueriesContext(connection) as before:
        assert "The very first." in moderator.get(path).content.decode()
    queries = len(before)  # which the next request forgets
    for number in range(50):
        report(comment, detail=f"Complaint {number:02d}.")
    with django_assert_num_queries(queries):
        page = moderator.get(path).content.decode()
    assert "The very first." not in page
    assert all(f"Complaint {number:02d}." in page for number in range(50))


def test_how_many_readers_it_takes_can_be_set(comment, settings):
    settings.REPORTS_TO_HOLD = 1
    report(comment)
    assert status(comment) == "pending"


@pytest.mark.parametrize(("reporters", "action"), [(2, Action.KEEP), (3, Action.APPROVE)])
def test_what_a_moderator_let_stand_needs_three_new_readers(comment, moderator_user, reporters, action):
    known = [Client() for _ in range(reporters)]
    for client in known:
        report(comment, client)
    event = moderation.moderate(comment, action, by=moderator_user)
    assert set(Report.objects.values_list("settled_by", flat=True)) == {event.pk}
    assert Comment.objects.get().open_reports == 0
    for client in [*known, Client(), Client()]:
        assert report(comment, client).status_code == 200
    assert Comment.objects.get().open_reports == 2
    assert status(comment) == "published"
    report(comment)
    assert status(comment) == "pending"


@pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn"])
def test_what_is_not_published_cannot_be_reported(reader, program, make_comment, state):
    comment = make_comment(status=state)
    assert reader.get(address(comment)).status_code == 404
    assert report(comment, reader).status_code == 404
    assert report_by_program(comment, program).status_code == 404
    assert not Report.objects.exists()


def test_what_there_is_not_or_stands_below_a_hidden_article_cannot_be_reported(reader, program, comment):
    assert reader.post("/comments/4711/report/", WRONG).status_code == 404
    assert program.post(API.format(4711), WRONG).status_code == 404
    publishing.withdraw(comment.article)
    assert report(comment, reader).status_code == 404
    assert report_by_program(comment, program).status_code == 404


def test_the_reason_other_needs_a_detail_and_what_was_chosen_stays(reader, program, comment):
    answer = report(comment, reader, reason="other", detail="  ")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Say what is wrong with it." in page
    assert 'value="other" checked' in page
    refused = report_by_program(comment, program, {"reason": "other"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["attr"] == "detail"
    assert not Report.objects.exists()


@pytest.mark.parametrize("reason", ["", "ugly", "illegal"])
def test_without_one_of_the_reasons_the_text_comes_back(reader, comment, reason):
    answer = report(comment, reader, reason=reason, detail="I wrote <this>.")
    assert answer.status_code == 400
    assert "I wrote &lt;this&gt;.</textarea>" in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.parametrize("detail", ["x" * 2001, "a\u202eb", "\u2800"])
def test_a_note_that_is_too_long_or_cannot_be_seen_is_refused(reader, program, comment, detail):
    assert report(comment, reader, detail=detail).status_code == 400
    assert report_by_program(comment, program, {**WRONG, "detail": detail}).status_code == 400
    assert not Report.objects.exists()


def test_over_the_limit_nothing_counts_and_nothing_typed_is_lost(reader, program, make_comment, settings):
    settings.RATES = {**settings.RATES, "reports": environment.rate("2/h")}
    comments = [make_comment(status="published") for _ in range(3)]
    for comment in comments[:2]:
        report(comment, reader)
    answer = report(comments[2], reader, detail="I wrote <this>.")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert "I wrote &lt;this&gt;.</textarea>" in answer.content.decode()
    assert 'value="off_topic" checked' in answer.content.decode()
    refused = report_by_program(comments[2], program)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert Report.objects.count() == 2
    assert Comment.objects.get(pk=comments[2].pk).open_reports == 0


def test_a_flood_from_one_reader_or_beyond_the_limit_holds_nothing(reader, comment, settings):
    settings.RATES = {**settings.RATES, "reports": environment.rate("2/h")}
    codes = [report(comment, reader).status_code for _ in range(10)]
    assert codes == [200] * 10, "the reader's own report is shown again"
    codes = [report(comment).status_code for _ in range(10)]
    assert codes == [200] + [429] * 9
    assert status(comment) == "published"


def test_a_forged_cookie_is_told_and_removed_and_nothing_typed_is_lost(comment, settings):
    client = Client()
    client.cookies[settings.READER_COOKIE_NAME] = "forged"
    answer = report(comment, client, detail="I wrote this.")
    assert answer.status_code == 400
    assert "I wrote this.</textarea>" in answer.content.decode()
    assert answer.cookies[settings.READER_COOKIE_NAME].value == ""
    assert report(comment, client).status_code == 200


def test_a_program_reports_like_a_page(program, comment):
    answer = report_by_program(comment, program)
    assert answer.status_code == 201
    made = Report.objects.get()
    assert set(answer.json()) == {"id", "reason", "created_at"}
    assert (answer.json()["id"], answer.json()["reason"]) == (made.pk, "off_topic")
    again = report_by_program(comment, program, {"reason": "spam"}, headers={"X-Reader": answer["X-Reader"]})
    assert again.json() == answer.json()
    for _ in range(2):
        report_by_program(comment)
    assert status(comment) == "pending"


@pytest.mark.parametrize("given", [{}, {"reason": "ugly"}, {**WRONG, "colour": "red"}, {**WRONG, "is_notice": True}])
def test_a_program_that_sends_something_else_is_refused(program, comment, given):
    assert report_by_program(comment, program, given).status_code == 400
    assert not Report.objects.exists()


def test_an_idempotency_key_reports_once(program, comment):
    answers = [report_by_program(comment, headers={"Idempotency-Key": "one"}) for _ in range(4)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer["X-Reader"] for answer in answers}) == 1
    assert Report.objects.count() == 1
    other = report_by_program(comment, program, {"reason": "spam"}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 422
