"""A comment is sent through the API: what it is answered with, and what nobody else may see."""

import pytest
from rest_framework.test import APIClient

from comments.models import Comment
from tests.comments.api.asking import COMMENT_FIELDS, RFC_3339_UTC, address, attrs, bodies, results, send

# What a new comment is answered with


def test_a_new_comment_is_answered_with_its_status_and_its_authors_key(program, article, written, settings):
    answer = send(program, article, written(author_email="ada@example.org"))
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"id", "status", "status_url", "token", "comment"}
    assert told["status"] == "pending"
    assert told["status_url"].startswith(settings.SITE_URL)
    assert set(told["comment"]) == COMMENT_FIELDS
    assert told["comment"]["id"] == told["id"]
    assert told["comment"]["article"] == article.slug
    assert told["comment"]["body"] == "Well put, thank you."
    assert told["comment"]["parent"] is None
    assert told["comment"]["replies"] == []
    assert told["comment"]["author_is_staff"] is False
    assert RFC_3339_UTC.fullmatch(told["comment"]["created_at"])


def test_the_status_url_opens_the_page_of_exactly_this_comment(program, reader, article, written, settings):
    told = send(program, article, written()).json()
    path = told["status_url"].removeprefix(settings.SITE_URL)
    assert told["token"] in path
    assert "Pending" in reader.get(path).content.decode()
    assert reader.get(path.replace(told["token"], told["token"][:-2] + "xx")).status_code == 404


def test_a_new_comment_is_answered_privately_and_with_the_readers_identity(program, article, written):
    answer = send(program, article, written())
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Reader"]
    assert answer.cookies["reader"].value == answer["X-Reader"]


def test_the_readers_identity_is_kept_when_it_is_sent_back(program, article, written):
    given = send(program, article, written())["X-Reader"]
    answer = APIClient().post(
        address(article), written(body="A second thought."), format="json", headers={"X-Reader": given}
    )
    assert answer.status_code == 201
    assert answer["X-Reader"] == given
    assert len(set(Comment.objects.values_list("reader", flat=True))) == 1


def test_a_question_is_told_as_a_question(program, article, written):
    assert send(program, article, written(kind="question")).json()["comment"]["kind"] == "question"


def test_the_kind_may_be_left_out(program, article, written):
    data = written()
    del data["kind"]
    assert send(program, article, data).json()["comment"]["kind"] == "comment"


def test_a_pending_comment_is_invisible_to_everybody_else(program, article, written, stranger):
    send(program, article, written(body="Nobody has read this yet"))
    assert results(APIClient(), article) == []
    for path in (f"/articles/{article.slug}/", f"/articles/{article.slug}/comments/", address(article)):
        assert b"Nobody has read this yet" not in stranger.get(path).content, path
    assert stranger.get(f"/api/v1/articles/{article.slug}/").json()["comment_count"] == 0


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_only_published_comments_are_listed(program, article, make_comment, status):
    make_comment("To be seen.", status="published")
    make_comment("Not to be seen.", status=status)
    assert bodies(program, article) == ["To be seen."]


# Replies


def test_a_published_reply_is_listed_under_its_parent(program, article, make_comment):
    top = make_comment(status="published")
    reply = make_comment("I think otherwise.", parent=top.pk, status="published")
    (listed,) = results(program, article)
    assert listed["id"] == top.pk
    assert listed["reply_count"] == 1
    assert [found["id"] for found in listed["replies"]] == [reply.pk]
    assert set(listed["replies"][0]) == COMMENT_FIELDS
    assert listed["replies"][0]["parent"] == top.pk


def test_a_reply_can_be_sent(program, article, make_comment, written):
    top = make_comment(status="published")
    answer = send(program, article, written(parent=top.pk))
    assert answer.status_code == 201
    assert answer.json()["comment"]["parent"] == top.pk
    assert results(program, article)[0]["replies"] == []


def test_a_parent_of_another_article_is_refused(program, article, make_article, make_comment, written):
    elsewhere = make_comment(on=make_article("elsewhere"), status="published")
    data = written(parent=elsewhere.pk)
    answer = send(program, article, data)
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}
    assert send(program, article, {**data, "parent": None}).status_code == 201, "nothing was used up"


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_a_parent_that_is_not_published_is_refused(program, article, make_comment, written, status):
    hidden = make_comment(status=status)
    answer = send(program, article, written(parent=hidden.pk))
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}
    assert not Comment.objects.filter(parent=hidden).exists()


@pytest.mark.parametrize("parent", [0, -1, 2**63, 10**30, "x", 1.5, True, [], {}, "", 999_999])
def test_a_parent_that_is_no_comment_is_refused(program, article, written, parent):
    answer = send(program, article, written(parent=parent))
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}


# What nobody else may see


def test_public_json_holds_no_address_no_network_no_reader_and_no_token(program, article, make_comment):
    from comments.tokens import token_of

    top = make_comment(author_email="secret-top@example.org", status="published")
    reply = make_comment(author_email="secret-reply@example.org", parent=top.pk, status="published")
    secrets = []
    for comment in (top, reply):
        comment.refresh_from_db()
        secrets += [comment.author_email, comment.reader, comment.network, token_of(comment.pk)]
    for path in (address(article), f"/api/v1/articles/{article.slug}/", "/api/v1/articles/"):
        text = program.get(path).content.decode()
        assert [secret for secret in secrets if secret in text] == [], path


def test_the_answer_to_a_new_comment_holds_no_address_and_no_other_token(program, article, written, make_comment):
    from comments.tokens import token_of

    other = make_comment(author_email="other@example.org", status="published")
    answer = send(program, article, written(author_email="mine@example.org", parent=other.pk))
    text = answer.content.decode()
    mine = Comment.objects.get(pk=answer.json()["id"])
    assert token_of(mine.pk) in text
    for secret in ("other@example.org", "mine@example.org", token_of(other.pk), mine.network, mine.reader):
        assert secret not in text
