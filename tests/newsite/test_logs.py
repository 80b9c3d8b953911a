"""What stands in the logs, and what never does."""

import io
import json
import logging

import pytest
import structlog
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from articles import publishing
from comments import decisions
from comments.models import Comment
from newsite.accesslog import AccessLog
from newsite.pagecache import PageCache
from tests.wsgi import Server


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
