"""The headers that every answer carries."""

import pytest
from django.test import Client

from tests.newsite.answers import PUBLIC, assert_headers

RATING = "/articles/machines/rating/"
API_RATING = "/api/v1/articles/machines/rating/"


@pytest.mark.parametrize("page", PUBLIC)
def test_every_public_page_carries_the_headers(reader, paths, page):
    answer = reader.get(paths[page])
    assert answer.status_code == 200
    assert_headers(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/login/", 200),
        ("/nothing/", 404),
        ("/api/nothing/", 404),
        ("/api/v1/articles/", 200),
        ("/api/docs/", 200),
        ("/articles/machines/rating/", 200),
        ("/robots.txt", 200),
        ("/healthz", 200),
        ("/comments/confirm/x/", 404),
        ("/metrics", 404),
    ],
)
def test_every_other_answer_carries_the_headers(reader, article, path, status):
    answer = reader.get(path)
    assert answer.status_code == status
    assert_headers(answer)


@pytest.mark.parametrize("path", [RATING, API_RATING])
@pytest.mark.parametrize(
    ("status", "data", "headers"),
    [(403, {}, {"Sec-Fetch-Site": "cross-site"}), (413, {"x": "x" * 2_500_001}, {})],
)
def test_a_refusal_carries_the_headers(reader, article, path, status, data, headers):
    answer = reader.post(path, data, headers=headers)
    assert answer.status_code == status
    assert_headers(answer)


def test_the_page_of_a_server_error_carries_the_headers(article, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("comments.listing.page", fail)
    answer = Client(raise_request_exception=False).get("/articles/machines/")
    assert answer.status_code == 500
    assert_headers(answer)


@pytest.mark.parametrize("page", PUBLIC)
def test_no_page_holds_a_script_or_a_style_of_its_own(reader, paths, page):
    text = reader.get(paths[page]).content.decode()
    for mark in ("<style", " style=", " onclick=", " onload=", "javascript:"):
        assert mark not in text
    assert (
        text.count("<script") == text.count("<script ") == text.count("src=", text.find("<head")) - text.count("<img")
    )
