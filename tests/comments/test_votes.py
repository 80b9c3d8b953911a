"""Votes: one of each reader for each comment, never for one's own, counted and taken back."""

import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from comments import ranking
from comments.models import Action, Comment, Vote
from newsite import environment
from tests.discussions import PAGE, html_of, part, take_away

COUNTS = st.integers(0, 10_000)


@pytest.fixture
def comment(make_comment):
    return make_comment("Helpful words.", status="published")


def vote(client, comment, **fields):
    return client.post(f"/comments/{comment.pk}/vote/", fields)


def by_program(client, comment, method="put"):
    return getattr(client, method)(f"/api/v1/comments/{comment.pk}/vote/")


def votes(comment):
    comment.refresh_from_db()
    return comment.votes


def test_a_reader_without_scripts_votes_and_comes_back_to_the_comment(reader, comment):
    answer = vote(reader, comment)
    assert answer.status_code == 303
    path, _, anchor = answer["Location"].partition("#")
    assert path.startswith(f"{PAGE}?v=")
    assert anchor == f"comment-{comment.pk}"
    assert f'Helpful <b id="votes-{comment.pk}">1</b>' in part(html_of(reader, path), comment)


def test_who_votes_again_is_shown_the_way_to_take_it_back(reader, comment):
    vote(reader, comment)
    again = reader.post(f"/comments/{comment.pk}/vote/", follow=True)
    assert "You found this helpful" in again.content.decode()
    assert "Take it back" in again.content.decode()
    assert again["Cache-Control"] == "private, no-store"
    assert votes(comment) == 1
    assert vote(reader, comment, take_back="1").status_code == 303
    assert votes(comment) == 0
    vote(reader, comment, take_back="1")
    assert votes(comment) == 0


def test_a_program_votes_as_often_as_it_likes_and_is_counted_once(program, comment):
    for _ in range(3):
        assert by_program(program, comment).json() == {"votes": 1, "yours": True}
    for _ in range(3):
        assert by_program(program, comment, "delete").json() == {"votes": 0, "yours": False}
    assert not Vote.objects.exists()


def test_readers_are_counted_each(comment):
    for _ in range(4):
        vote(Client(), comment)
    assert votes(comment) == Vote.objects.count() == 4
    call_command("recount", "--check")


def test_looking_at_the_page_of_a_vote_votes_for_nothing_and_sets_no_cookie(reader, comment):
    page = reader.get(f"/comments/{comment.pk}/vote/")
    assert page.status_code == 200
    assert not page.cookies
    assert votes(comment) == 0


def test_nobody_votes_for_their_own(reader, program, article, written, moderator):
    reader.post(f"{PAGE}comments/", written())
    own = Comment.objects.get()
    moderator.post(f"/admin/comments/comment/{own.pk}/decide/", {"action": "approve"})
    answer = vote(reader, own)
    assert answer.status_code == 403
    assert "This is your own comment." in answer.content.decode()
    program.cookies = reader.cookies
    refused = by_program(program, own)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "own_comment")
    assert votes(own) == 0


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_nobody_votes_for_what_is_not_there(reader, program, make_comment, status):
    comment = make_comment(status=status)
    assert vote(reader, comment).status_code == 404
    assert by_program(program, comment).status_code == 404
    assert by_program(program, Comment(pk=4711)).status_code == 404
    assert not Vote.objects.exists()


def test_a_comment_that_comes_back_has_the_votes_it_had(reader, comment, moderator_user):
    from comments import moderation

    vote(reader, comment)
    take_away(comment, "pending")
    moderation.moderate(comment, Action.APPROVE, by=moderator_user)
    assert votes(comment) == 1
    assert f'<b id="votes-{comment.pk}">1</b>' in html_of(reader, PAGE)


def test_a_forged_cookie_is_refused_and_removed(comment):
    forger = Client()
    forger.cookies["reader"] = "f" * 32 + ":forged"
    answer = vote(forger, comment)
    assert answer.status_code == 400
    assert answer.cookies["reader"].value == ""
    assert votes(comment) == 0


def test_too_many_votes_are_told_when_to_come_back(reader, program, make_comment, settings):
    settings.RATES = {**settings.RATES, "votes": environment.rate("2/m")}
    comments = [make_comment(status="published") for _ in range(3)]
    codes = [vote(reader, comment).status_code for comment in comments]
    assert codes == [303, 303, 429]
    for refused in (vote(reader, comments[2]), by_program(program, comments[2])):
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    assert votes(comments[2]) == 0


def test_another_sites_page_votes_for_nothing(comment):
    foreign = Client(headers={"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"})
    assert vote(foreign, comment).status_code == 403
    assert votes(comment) == 0


def test_what_more_readers_found_helpful_stands_higher(reader, program, make_comment):
    few, many, none = (make_comment(status="published") for _ in range(3))
    for comment, count in ((few, 1), (many, 3)):
        for _ in range(count):
            vote(Client(), comment)
    listed = program.get(f"/api/v1{PAGE}comments/?sort=top").json()["results"]
    assert [each["id"] for each in listed] == [many.pk, few.pk, none.pk]
    assert [each["votes"] for each in listed] == [3, 1, 0]


@given(votes=COUNTS, reports=COUNTS)
def test_the_score_lies_between_none_and_all(votes, reports):
    assert 0 <= ranking.confidence(votes, reports) < 1


@given(votes=COUNTS, reports=COUNTS)
def test_a_vote_never_lowers_the_score_and_a_report_never_raises_it(votes, reports):
    score = ranking.confidence(votes, reports)
    assert ranking.confidence(votes + 1, reports) > score
    assert ranking.confidence(votes, reports + 1) <= score


def test_the_score_is_that_of_wilson():
    """Against values computed by hand: n = 1, and 10 of 11 at z = 1.96."""
    assert ranking.confidence(1, 0) == pytest.approx(0.2065, abs=1e-4)
    assert ranking.confidence(10, 1) == pytest.approx(0.6226, abs=1e-4)
