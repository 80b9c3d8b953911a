"""A public page writes nothing, and is the same for everybody."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.newsite.answers import PUBLIC

RATING = "/articles/machines/rating/"


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_writes_nothing_and_sets_no_cookie(reader, paths, page):
    with CaptureQueriesContext(connection) as queries:
        answer = reader.get(paths[page])
    assert answer.status_code == 200
    written = [q["sql"] for q in queries if q["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == []
    assert len(queries) > 0
    assert answer.cookies == {}
    assert "cookie" not in answer.headers.get("Vary", "").lower()
    assert answer["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=60"


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_is_the_same_bytes_for_everybody(reader, moderator, article, paths, page):
    known = Client(REMOTE_ADDR="203.0.113.5")
    known.post(RATING, {"stars": "3"})
    known.post("/captcha/")
    expected = reader.get(paths[page])
    for somebody in (known, moderator, Client(headers={"User-Agent": "x", "Accept-Language": "fr"})):
        answer = somebody.get(paths[page])
        assert answer.content == expected.content
        assert answer["ETag"] == expected["ETag"]
        assert answer["Cache-Control"] == expected["Cache-Control"]
        assert answer.cookies == {}


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_that_did_not_change_is_answered_with_304(reader, paths, page):
    first = reader.get(paths[page])
    again = reader.get(paths[page], headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_answers_head_as_it_answers_get(reader, paths, page):
    answer = reader.head(paths[page])
    assert answer.status_code == 200
    assert answer.content == b""


@pytest.mark.parametrize("page", PUBLIC)
def test_a_public_page_takes_no_other_method(reader, paths, page):
    for method in ("put", "patch", "delete"):
        assert getattr(reader, method)(paths[page]).status_code == 405


def test_reading_the_own_rating_writes_nothing_and_sets_no_cookie(reader, article):
    with CaptureQueriesContext(connection) as queries:
        answer = reader.get(RATING)
    assert not [q for q in queries if q["sql"].upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert answer.cookies == {}
    assert answer["Cache-Control"] == "private, no-store"
