"""Ratings in the API, and how it knows its readers."""

import pytest
from rest_framework.test import APIClient

from articles.models import Rating
from tests.articles.api.asking import codes, rate

PRIVATE = "private, no-store"
RATING = "/api/v1/articles/machines/rating/"


def test_a_rating_is_read_with_the_fields_of_the_contract(program, article):
    rate(article, 5, 4)
    assert program.get(RATING).json() == {
        "average": 4.5,
        "count": 2,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1},
        "yours": None,
    }


def test_a_reader_rates_changes_it_and_takes_it_back(program, article):
    given = program.put(RATING, {"stars": 5}, format="json")
    assert given.status_code == 200
    assert given.json() == {
        "average": 5.0,
        "count": 1,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1},
        "yours": 5,
    }
    changed = program.put(RATING, {"stars": 2}, format="json").json()
    assert (changed["yours"], changed["count"], changed["average"]) == (2, 1, 2.0)
    assert program.get(RATING).json()["yours"] == 2
    assert program.delete(RATING).status_code == 204
    assert program.get(RATING).json() == {
        "average": None,
        "count": 0,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
        "yours": None,
    }


def test_taking_back_what_was_never_given_changes_nothing(program, article):
    rate(article, 3)
    assert program.delete(RATING).status_code == 204
    assert program.get(RATING).json()["count"] == 1


def test_a_client_without_cookies_is_known_by_x_reader(article):
    given = APIClient().put(RATING, {"stars": 4}, format="json")
    headers = {"X-Reader": given["X-Reader"]}
    assert APIClient().get(RATING, headers=headers).json()["yours"] == 4
    assert APIClient().get(RATING).json()["yours"] is None
    again = APIClient().put(RATING, {"stars": 1}, format="json", headers=headers)
    assert again["X-Reader"] == given["X-Reader"]
    assert again.json()["count"] == 1
    assert APIClient().delete(RATING, headers=headers).status_code == 204
    assert Rating.objects.count() == 0


def test_two_readers_rate_apart(article):
    assert APIClient().put(RATING, {"stars": 4}, format="json").json()["count"] == 1
    assert APIClient().put(RATING, {"stars": 5}, format="json").json()["count"] == 2


def test_the_cookie_of_a_reader_is_guarded(program, article):
    cookie = program.put(RATING, {"stars": 4}, format="json").cookies["reader"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["max-age"] >= 86_400 * 365


def test_the_cookie_of_a_reader_is_secure_behind_https(program, article, settings):
    settings.HTTPS = True
    assert program.put(RATING, {"stars": 4}, format="json").cookies["reader"]["secure"] is True


def test_the_cookie_is_given_once(program, article):
    assert "reader" in program.put(RATING, {"stars": 4}, format="json").cookies
    assert "reader" not in program.put(RATING, {"stars": 5}, format="json").cookies


def test_the_rating_of_the_page_is_the_rating_of_the_api(reader, article):
    reader.post("/articles/machines/rating/", {"stars": "3"})
    assert reader.get(RATING).json()["yours"] == 3


@pytest.mark.parametrize("stars", [0, 6, -1, "x", "", True, False, None, 3.5, [5], {"5": 5}, 10**30, "5" * 2_000, "\0"])
def test_only_one_to_five_whole_stars_are_a_rating(article, stars):
    answer = APIClient(raise_request_exception=False).put(RATING, {"stars": stars}, format="json")
    assert answer.status_code == 400
    assert {attr for attr, _ in codes(answer)} == {"stars"}
    assert Rating.objects.count() == 0


def test_a_rating_without_stars_is_refused(program, article):
    answer = program.put(RATING, {}, format="json")
    assert answer.status_code == 400
    assert codes(answer) == {("stars", "required")}


def test_a_rating_with_another_field_is_refused(program, article):
    answer = program.put(RATING, {"stars": 5, "reader": "somebody"}, format="json")
    assert answer.status_code == 400
    assert {attr for attr, _ in codes(answer)} == {"reader"}


@pytest.mark.parametrize("forged", ["x", "me:forged", ":", "é", "a" * 10_000])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_forged_x_reader_is_refused(article, forged, method):
    program = APIClient(raise_request_exception=False)
    answer = getattr(program, method)(RATING, {"stars": 5}, format="json", headers={"X-Reader": forged})
    assert answer.status_code == 400
    assert codes(answer) == {(None, "reader_invalid")}
    assert answer["Cache-Control"] == PRIVATE
    assert Rating.objects.count() == 0


def test_a_forged_cookie_is_refused(program, article):
    program.cookies["reader"] = "me:forged"
    assert codes(program.put(RATING, {"stars": 5}, format="json")) == {(None, "reader_invalid")}
