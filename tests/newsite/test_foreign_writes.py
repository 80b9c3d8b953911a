"""Writes that other sites cause are refused, and those of our own pages and of programs are not."""

import pytest

from articles.models import Rating

RATING = "/articles/machines/rating/"
API_RATING = "/api/v1/articles/machines/rating/"
OWN = "http://testserver"
FOREIGN = "https://evil.example"
PARTNER = "https://app.example.org"


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({}, True),  # a program
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "nonsense"}, False),
        ({"Origin": OWN}, True),
        ({"Origin": FOREIGN}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "https://testserver"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "http://sub.testserver"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": OWN}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, False),
        ({"Sec-Fetch-Site": "same-site", "Origin": OWN}, False),
    ],
)
@pytest.mark.parametrize("door", ["page", "API"])
def test_a_write_is_accepted_from_our_own_pages_and_from_programs(reader, program, article, door, headers, accepted):
    if door == "page":
        answer = reader.post(RATING, {"stars": "5"}, headers=headers)
        assert answer.status_code == (303 if accepted else 403)
    else:
        answer = program.put(API_RATING, {"stars": 5}, format="json", headers=headers)
        assert answer.status_code == (200 if accepted else 403)
    assert Rating.objects.count() == (1 if accepted else 0)
    assert answer.cookies.keys() == ({"reader"} if accepted else set())


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", [API_RATING, RATING, "/captcha/", "/api/v1/captcha/", "/comments/1/withdraw/x/", "/"])
def test_no_method_and_no_address_escapes_the_guard(reader, article, method, path):
    answer = getattr(reader, method)(path, headers={"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN})
    assert answer.status_code == 403
    if path.startswith("/api/"):
        assert answer.json()["errors"][0]["code"] == "cross_origin"
    else:
        assert "another site" in answer.content.decode()


def test_reading_from_another_site_is_free(reader, article):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": FOREIGN}
    for path in ("/", "/articles/machines/", "/api/v1/articles/"):
        assert reader.get(path, headers=headers).status_code == 200


@pytest.fixture
def partner(settings):
    """The headers of a site that is allowed to use the API."""
    settings.CORS_ALLOWED_ORIGINS = [PARTNER]
    return {"Origin": PARTNER, "Sec-Fetch-Site": "cross-site"}


def test_an_allowed_origin_may_write_to_the_api(program, article, partner):
    answer = program.put(API_RATING, {"stars": 5}, format="json", headers=partner)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == PARTNER
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "x-reader" in answer["Access-Control-Expose-Headers"].lower()


def test_an_allowed_origin_may_not_write_to_pages(reader, article, partner):
    answer = reader.post(RATING, {"stars": "5"}, headers=partner)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("origin", [FOREIGN, PARTNER + ".evil.example", PARTNER.upper(), "null", PARTNER + ":444"])
def test_another_origin_may_not_write_to_the_api(program, article, partner, origin):
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
    answer = program.put(API_RATING, {"stars": 5}, format="json", headers=headers)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def preflight(client, path, origin):
    return client.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type,idempotency-key,x-reader,x-comment-token",
        },
    )


def test_a_preflight_of_an_allowed_origin_is_answered(reader, article, partner):
    answer = preflight(reader, API_RATING, PARTNER)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == PARTNER
    assert "PUT" in answer["Access-Control-Allow-Methods"]
    allowed = answer["Access-Control-Allow-Headers"]
    for name in ("content-type", "idempotency-key", "x-reader", "x-comment-token", "authorization"):
        assert name in allowed


def test_a_preflight_of_another_origin_or_to_a_page_allows_nothing(reader, article, partner):
    assert "Access-Control-Allow-Origin" not in preflight(reader, API_RATING, FOREIGN).headers
    assert "Access-Control-Allow-Origin" not in preflight(reader, RATING, PARTNER).headers
