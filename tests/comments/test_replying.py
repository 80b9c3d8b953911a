"""Replying by program to what cannot be replied to, and the page for it."""

import pytest

from comments import tokens

PATH = "/articles/machines/comments/"
TEXT = "A reply that took a while to write."


@pytest.fixture(params=["pending", "rejected", "spam", "withdrawn", "withdrawn in place", "foreign", "unknown"])
def parent(request, client, make_article, make_comment):
    """The id of something that is no published comment of the article."""
    match request.param:
        case "foreign":
            return make_comment(on=make_article("other"), status="published").pk
        case "unknown":
            return 4711
        case "withdrawn in place":
            comment = make_comment(status="published")
            client.post(f"/comments/{comment.pk}/withdraw/{tokens.token_of(comment.pk)}/")
            return comment.pk
        case status:
            return make_comment(status=status).pk


def test_a_program_is_told_which_field_is_wrong_and_keeps_its_captcha(program, article, parent, written):
    fields = written(body=TEXT, parent=parent)
    answer = program.post(f"/api/v1{PATH}", fields)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["attr"], error["code"]) == ("parent", "parent_unknown")
    assert program.post(f"/api/v1{PATH}", {**fields, "parent": None}).status_code == 201


def test_the_page_for_a_reply_to_it_is_not_there(reader, parent, request):
    is_foreign = "foreign" in request.node.name
    assert reader.get(f"/comments/{parent}/reply/").status_code == (200 if is_foreign else 404)
