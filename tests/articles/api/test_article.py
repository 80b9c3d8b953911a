"""One article in the API, and those that readers may not see."""

import datetime

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Article, Correction, Rating
from tests.articles.api.asking import DETAIL_FIELDS, ago, codes, rate, slugs

PRIVATE = "private, no-store"
RATING = "/api/v1/articles/machines/rating/"


def test_an_article_is_shown_with_the_fields_of_the_contract(program, make_article, topic):
    article = make_article(body="GPT *writes*.")
    Correction.objects.create(article=article, text="It was not so.")
    rate(article, 5, 4, 4)
    shown = program.get("/api/v1/articles/machines/").json()
    assert set(shown) == DETAIL_FIELDS
    assert shown["body"] == "GPT *writes*."
    assert "<em>writes</em>" in shown["body_html"]
    assert shown["rating"] == {
        "average": 4.33,
        "count": 3,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1},
    }
    (correction,) = shown["corrections"]
    assert set(correction) == {"text", "corrected_at"}
    assert correction["text"] == "It was not so."


def test_a_closed_discussion_is_told(program, make_article):
    make_article(comments_policy="closed")
    assert program.get("/api/v1/articles/machines/").json()["comments_open"] is False


@pytest.fixture(params=["draft", "withdrawn", "scheduled", "published in the future"])
def hidden(request, make_article):
    """An article that readers may not see yet, or not any more."""
    article = make_article()
    if request.param == "withdrawn":
        publishing.withdraw(article)
    elif request.param == "scheduled":
        publishing.schedule(article, at=timezone.now() + datetime.timedelta(minutes=1))
    elif request.param == "draft":
        Article.objects.update(status=Article.Status.DRAFT)
    else:
        Article.objects.update(published_at=timezone.now() + datetime.timedelta(minutes=1))
    return article


def test_what_readers_may_not_see_is_not_there(program, hidden):
    answer = program.get("/api/v1/articles/machines/")
    assert answer.status_code == 404
    assert codes(answer) == {(None, "not_found")}
    assert answer["Cache-Control"] == PRIVATE
    assert slugs(program) == []
    assert slugs(program, "?q=machines") == []


def test_what_readers_may_not_see_can_not_be_rated(program, hidden):
    assert program.get(RATING).status_code == 404
    assert program.put(RATING, {"stars": 5}, format="json").status_code == 404
    assert program.delete(RATING).status_code == 404
    assert Rating.objects.count() == 0


def test_a_scheduled_article_whose_time_has_come_is_there(program, make_article):
    make_article(status=Article.Status.SCHEDULED, published_at=ago(seconds=1))
    assert program.get("/api/v1/articles/machines/").status_code == 200


def test_an_address_that_never_was_is_told_in_json(program):
    for path in ("/api/v1/nothing/", "/api/nothing", "/api/v1/articles/nothing/"):
        answer = program.get(path)
        assert answer.status_code == 404
        assert codes(answer) == {(None, "not_found")}
