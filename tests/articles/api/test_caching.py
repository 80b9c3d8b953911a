"""Who may keep an answer of the API."""

import pytest
from rest_framework.test import APIClient

from tests.articles.api.asking import rate

PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
PRIVATE = "private, no-store"
RATING = "/api/v1/articles/machines/rating/"
READING = [
    "/api/v1/articles/",
    "/api/v1/articles/machines/",
    "/api/v1/articles/machines/comments/",
    "/api/v1/articles/machines/rating/",
    "/api/v1/sections/",
    "/api/v1/topics/",
    "/api/v1/topics/gpt/",
]


@pytest.mark.parametrize("path", READING)
def test_reading_without_identity_may_be_kept_by_any_cache(program, article, topic, path):
    answer = program.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == PUBLIC
    assert answer.cookies == {}
    assert "X-Reader" not in answer.headers


@pytest.mark.parametrize("path", READING)
def test_what_did_not_change_is_answered_with_304(program, article, topic, path):
    first = program.get(path)
    again = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Cache-Control"] == PUBLIC


def test_what_changed_is_answered_anew(program, article):
    before = program.get("/api/v1/articles/machines/")
    rate(article, 5)
    after = program.get("/api/v1/articles/machines/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["rating"]["count"] == 1


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("identity", ["cookie", "X-Reader", "Authorization"])
def test_reading_with_an_identity_is_private_and_fresh(program, article, topic, path, identity):
    given = APIClient().put(RATING, {"stars": 4}, format="json")["X-Reader"]
    headers = {}
    if identity == "cookie":
        program.cookies["reader"] = given
    else:
        headers[identity] = given if identity == "X-Reader" else "Token x"
    answer = program.get(path, headers=headers)
    assert answer.status_code in ((200, 401) if identity == "Authorization" else (200,))
    assert answer["Cache-Control"] == PRIVATE
    assert "ETag" not in answer.headers
    if path == RATING and identity != "Authorization":
        assert answer.json()["yours"] == 4


@pytest.mark.parametrize("path", READING)
def test_caches_are_told_what_an_answer_depends_on(program, article, topic, path):
    varies = {name.strip().lower() for name in program.get(path)["Vary"].split(",")}
    assert {"x-reader", "cookie", "authorization"} <= varies


@pytest.mark.parametrize("path", READING)
def test_a_head_request_is_answered_like_a_get(program, article, topic, path):
    answer = program.head(path)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["Cache-Control"] == PUBLIC
