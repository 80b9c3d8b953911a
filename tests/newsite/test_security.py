"""What every request passes, and what every answer carries."""

import io
import json
import logging

import pytest
import structlog
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import Rating, Topic
from comments import decisions
from comments.models import Comment
from newsite.accesslog import AccessLog
from newsite.models import Heartbeat
from newsite.pagecache import PageCache
from tests.wsgi import Server

RATING = "/articles/machines/rating/"
API_RATING = "/api/v1/articles/machines/rating/"
OWN = "http://testserver"
FOREIGN = "https://evil.example"
PARTNER = "https://app.example.org"


@pytest.fixture
def paths(article, make_comment):
    """Every public page by its name, with something on each of them."""
    topic = Topic.objects.create(name="GPT", slug="gpt", kind="model")
    article.extra_topics.add(topic)
    article.topics.add(topic)
    top = make_comment("A question?", kind="question", status="published")
    make_comment("A reply.", parent=top.pk, status="published")
    return {
        "home": "/",
        "section": "/sections/research/",
        "topics": "/topics/",
        "topic": "/topics/gpt/",
        "article": "/articles/machines/",
        "discussion": "/articles/machines/comments/",
        "thread": f"/comments/{top.pk}/thread/",
        "reply": f"/comments/{top.pk}/reply/",
        "search": "/search/?q=machines",
    }


PUBLIC = ["home", "section", "topics", "topic", "article", "discussion", "thread", "reply", "search"]


# Writes that other sites cause


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


# Headers


def assert_headers(answer):
    policy = {
        part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";") if part.strip()
    }
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert policy["script-src"] == ["'self'"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in ("camera", "geolocation", "microphone"):
        assert f"{feature}=()" in answer["Permissions-Policy"]


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


# Public reading


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


# Staff


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/password_change/"])
def test_a_page_of_the_admin_is_kept_by_no_cache(moderator, path):
    answer = moderator.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert_headers(answer)


def test_the_login_is_kept_by_no_cache(reader):
    assert "no-store" in reader.get("/admin/login/")["Cache-Control"]


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/newsite/mail/"])
def test_a_stranger_is_sent_to_the_login(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_form_of_the_admin_needs_its_token(moderator_user, make_comment):
    comment = make_comment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator_user)
    answer = client.post("/admin/comments/comment/", {"action": "approve", "_selected_action": comment.pk})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"


# Watching


def test_metrics_are_closed_without_a_token_in_the_settings(reader, settings):
    settings.METRICS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert reader.get("/metrics", headers=headers).status_code == 404


def test_metrics_are_open_with_the_token_alone(reader, settings):
    settings.METRICS_TOKEN = "let-me-in"
    for given in (
        "",
        "Bearer ",
        "Bearer let-me",
        "Bearer let-me-in-please",
        "let-me-in",
        "Basic let-me-in",
        "Bearer é",
    ):
        assert reader.get("/metrics", headers={"Authorization": given}).status_code == 404
    reader.get("/healthz")
    answer = reader.get("/metrics", headers={"Authorization": "Bearer let-me-in"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert 'newsite_requests_total{method="GET",status="200",view="healthz"}' in text
    assert "newsite_outbox_waiting 0" in text


def test_healthz_answers_without_the_database(reader, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = reader.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Cache-Control"] == "no-store"


def test_readyz_tells_of_the_database_and_of_the_worker(reader):
    from django.utils import timezone

    answer = reader.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    assert (answer.json()["database"], answer.json()["migrations"]) == ("ok", "ok")
    assert answer.json()["worker"] == "late"
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert reader.get("/readyz").json()["worker"] == "ok"


def test_readyz_answers_503_when_the_database_does_not(reader, monkeypatch):
    from django.db import OperationalError

    def fail(*args, **kwargs):
        raise OperationalError("secret details")

    monkeypatch.setattr("newsite.health._is_migrated", fail)
    answer = reader.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    assert b"secret" not in answer.content


# Logs


@pytest.fixture
def logs(monkeypatch):
    """What the site logs, as it would stand in the file, with the level of a site in use."""
    root = logging.getLogger()
    (handler,) = [h for h in root.handlers if isinstance(h.formatter, structlog.stdlib.ProcessorFormatter)]
    stream = io.StringIO()
    old_stream, old_level = handler.setStream(stream), root.level
    root.setLevel("INFO")
    yield stream
    root.setLevel(old_level)
    handler.setStream(old_stream)


@pytest.fixture
def logged(one_transaction):
    """The site with its access log switched on."""
    cached = PageCache(WSGIHandler(), next_change=publishing.next_due, max_bytes=2**20)
    return Server(AccessLog(cached))


def test_the_access_log_is_off_unless_it_is_switched_on(logs, reader, article):
    reader.get("/articles/machines/")
    reader.get("/nothing/")
    assert logs.getvalue() == ""


def test_the_access_log_holds_a_line_for_each_request_kept_page_or_not(logs, logged, article):
    logged.ask("/articles/machines/?utm=1")
    logged.ask("/articles/machines/?utm=2", address="198.51.100.77", x_forwarded_for="192.0.2.55")
    logged.ask("/nothing/")
    lines = [json.loads(line) for line in logs.getvalue().splitlines()]
    told = [(line["method"], line["request"], line["status"], line["page"]) for line in lines]
    assert told == [
        ("GET", "/articles/machines/", 200, "miss"),
        ("GET", "/articles/machines/", 200, "hit"),
        ("GET", "/nothing/", 404, None),
    ]
    assert all(line["milliseconds"] > 0 for line in lines)
    for secret in ("utm", "198.51.100.77", "192.0.2.55"):
        assert secret not in logs.getvalue()


def test_logs_hold_no_address(logs, logged, article, written):
    def ask(path, **request):
        logged.ask(path, address="198.51.100.77", x_forwarded_for="192.0.2.55", **request)

    ask("/articles/machines/")
    ask("/articles/machines/comments/", method="POST", data=written(author_email="ada@example.org"))
    ask("/articles/machines/comments/", method="POST", data=written(captcha_value="wrong"))
    ask("/admin/login/", method="POST", data={"username": "mo", "password": "a-wrong-password"})
    ask("/nothing/")
    text = logs.getvalue()
    assert text.count('"event": "request"') == 5
    for secret in ("198.51.100.77", "192.0.2.55", "ada@example.org", "a-wrong-password"):
        assert secret not in text


def test_logs_hold_no_key_of_a_private_link(logs, logged, article, written):
    sent = logged.ask("/articles/machines/comments/", method="POST", data=written())
    path = sent.headers["location"]
    token = path.split("/")[-2]
    logged.ask(path)
    logged.ask(path.replace("/1/", "/2/") + "nothing/")
    logged.ask(path.rstrip("/"))
    logged.ask(path.replace("status", "withdraw"), method="POST")
    logged.ask(f"/comments/confirm/{token}/")
    logged.ask(path, method="PUT")
    logged.ask(path, method="POST", sec_fetch_site="cross-site")
    assert logs.getvalue().count('"event": "request"') == 8
    assert token not in logs.getvalue()
    assert sent.headers["x-reader"] not in logs.getvalue()


def test_logs_hold_no_secret_when_the_server_fails(logs, article, written, monkeypatch):
    client = Client(raise_request_exception=False, REMOTE_ADDR="198.51.100.77")
    path = client.post("/articles/machines/comments/", written(author_email="ada@example.org"))["Location"]

    def fail(*args, **kwargs):
        raise RuntimeError("it broke")

    monkeypatch.setattr(decisions, "standing", fail)
    assert client.get(path).status_code == 500
    text = logs.getvalue()
    assert "it broke" in text
    secrets = {
        "text": Comment.objects.get().body,
        "private link": path.split("/")[-2],
        "address": "198.51.100.77",
        "e-mail": "ada@example.org",
        "reader": client.cookies["reader"].value,
    }
    assert [name for name, secret in secrets.items() if secret in text] == []


def test_logs_hold_no_secret_when_sending_a_comment_fails(logs, article, written, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("it broke")

    monkeypatch.setattr("comments.screening.screen", fail)
    data = written(author_email="ada@example.org", body="What I think in private.")
    headers = {"Idempotency-Key": "a-secret-key"}
    client = Client(raise_request_exception=False, REMOTE_ADDR="198.51.100.77")
    assert client.post("/articles/machines/comments/", data).status_code == 500
    answer = client.post("/api/v1/articles/machines/comments/", data, content_type="application/json", headers=headers)
    assert answer.status_code == 500
    text = logs.getvalue()
    assert text.count("it broke") >= 2
    secrets = {
        "text": "What I think in private.",
        "captcha": data["captcha_value"],
        "address": "198.51.100.77",
        "e-mail": "ada@example.org",
        "Idempotency-Key": "a-secret-key",
    }
    assert [name for name, secret in secrets.items() if secret in text] == []


def test_logs_hold_no_line_break_that_a_stranger_sent(logs, logged, article):
    logged.ask("/nothing/%0a%7B%22event%22:%22forged%22%7D/\x1b[31m")
    logged.ask("/articles/machines/", user_agent='x"}\n{"event": "forged"}', x_request_id="a\nb\x1b")
    assert logs.getvalue().count("\n") == 2
    for line in logs.getvalue().splitlines():
        assert line.startswith("{")
        assert line.endswith("}")
        assert "\x1b" not in line
        assert not line.startswith('{"event":"forged"')
        assert not line.startswith('{"event": "forged"')
