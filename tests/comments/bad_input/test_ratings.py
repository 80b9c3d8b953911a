"""The form of a rating, sent in every wrong way."""

import datetime

import pytest
from captcha.models import CaptchaStore
from django.utils import timezone

from articles.models import Article, Rating
from tests.comments.bad_input.refused import PATH

RATING = "/articles/machines/rating/"


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "x", "1.0", "3.5", " 5", "５", "\0", "5" * 5_000, "true"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_rating_that_is_none_is_told(reader, article, stars, headers):
    answer = reader.post(RATING, {"stars": stars}, headers=headers)
    assert answer.status_code == 400
    assert "Choose one to five stars." in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert Rating.objects.count() == 0


def test_a_rating_without_stars_is_told(reader, article):
    assert reader.post(RATING, {}).status_code == 400


def test_a_rating_that_is_none_leaves_the_one_given_before(reader, article):
    reader.post(RATING, {"stars": "4"})
    answer = reader.post(RATING, {"stars": "6"})
    assert answer.status_code == 400
    assert Rating.objects.get().stars == 4


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_cookie_is_removed_when_rating(reader, article, method):
    reader.cookies["reader"] = "me:forged"
    answer = getattr(reader, method)(RATING, {"stars": "5"})
    assert answer.status_code == 400
    assert answer.cookies["reader"]["max-age"] == 0
    assert Rating.objects.count() == 0
    reader.cookies.clear()
    assert reader.post(RATING, {"stars": "5"}).status_code == 303


def test_a_forged_cookie_is_removed_when_a_captcha_is_asked_for(reader, article):
    reader.cookies["reader"] = "me:forged"
    answer = reader.post("/captcha/")
    assert answer.status_code == 400
    assert answer.cookies["reader"]["max-age"] == 0
    assert CaptchaStore.objects.count() == 0


@pytest.mark.parametrize("slug", ["nothing", "draft", "later"])
def test_an_article_that_is_not_there_takes_no_rating(reader, make_article, slug):
    make_article("draft", status=Article.Status.DRAFT)
    make_article("later", published_at=timezone.now() + datetime.timedelta(hours=1))
    assert reader.post(f"/articles/{slug}/rating/", {"stars": "5"}).status_code == 404
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_rating_that_is_no_form_is_a_clients_error(reader, article, content_type):
    assert reader.generic("POST", RATING, b'{"stars": 5}', content_type=content_type).status_code == 400


@pytest.mark.parametrize("path", [PATH, RATING])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "NONSENSE"])
def test_other_methods_are_not_allowed(reader, article, path, method):
    assert reader.generic(method, path).status_code == 405
