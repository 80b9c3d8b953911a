"""The hook of the newsroom's own: what it is told, and what its answers do."""

import hashlib
import hmac
import json
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from comments.models import ExternalCheck
from newsite import environment
from tests.comments.external.services import SECRET, now, work


def test_the_hook_is_told_the_comment_and_who_asks(hook, send):
    comment = send("Where is the proof?", kind="question", author_email="ada@a.example")
    work()
    ((headers, body),) = hook.received
    told = json.loads(body)
    assert (told["id"], told["kind"], told["body"]) == (comment.pk, "question", "Where is the proof?")
    assert told["article"]["url"] == "http://127.0.0.1:8000/articles/machines/"
    assert "ada@a.example" not in body.decode()
    assert "203.0.113.7" not in body.decode()
    signed = headers["X-Newsite-Timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Newsite-Signature"] == f"sha256={expected}"
    assert abs(int(headers["X-Newsite-Timestamp"]) - time.time()) < 60


@pytest.mark.parametrize(
    ("answer", "status", "found"),
    [
        ({"verdict": "publish", "detail": "Known good."}, "published", ["Known good."]),
        ({"verdict": "note", "detail": "Short."}, "published", ["Short."]),
        ({"verdict": "hold", "detail": "Strange.", "score": 0.8}, "pending", ["Strange."]),
        ({"verdict": "spam"}, "spam", [""]),
        ({"verdict": "reject", "reason": "offensive", "detail": "x" * 300}, "rejected", ["x" * 200]),
    ],
    ids=lambda value: value.get("verdict") if isinstance(value, dict) else "",
)
def test_the_verdict_of_the_hook_is_carried_out(hook, send, answer, status, found):
    hook.answer(answer)
    comment = send()
    work()
    assert now(comment) == (status, found)


def test_a_hook_without_an_opinion_leaves_the_others_to_decide(hook, send):
    hook.answer(b"", status=204)
    comment = send()
    work()
    assert now(comment) == ("published", [])


@pytest.mark.parametrize(
    ("body", "status", "headers"),
    [
        (b"", 500, {}),
        (b"{", 200, {}),
        (b"[" * 60_000, 200, {}),
        (b"[]", 200, {}),
        (b'{"verdict": "explode"}', 200, {}),
        (b'{"verdict": "reject"}', 200, {}),
        (b'{"verdict": "reject", "reason": "poem"}', 200, {}),
        (b'{"verdict": "reject", "reason": "other", "detail": " "}', 200, {}),
        (b'{"verdict": "hold", "score": 1' + b"0" * 400 + b"}", 200, {}),
        (b'{"verdict": "spam", "detail": "\\ud800"}', 200, {}),
        (b'{"verdict": "hold", "detail": "a\\u0000b"}', 200, {}),
        (b'{"verdict": "hold", "detail": "a\\u202eb"}', 200, {}),
        (b'{"verdict": "hold", "score": "high"}', 200, {}),
        (b'{"verdict": "hold", "detail": "' + b"x" * 70_000 + b'"}', 200, {}),
        (b"", 302, {"Location": "/elsewhere"}),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_understood_holds_the_comment(hook, send, body, status, headers):
    hook.answer(body, status=status, **headers)
    comment = send()
    work()
    assert now(comment) == ("pending", ["could not be asked"])
    assert not ExternalCheck.objects.exists()
    assert len(hook.received) == 1


def test_a_service_that_never_ends_or_is_not_there_holds_the_comment(hook, send, settings):
    hook.answer({"verdict": "publish", "detail": "x" * 100})
    hook.pause = 0.05
    slow = send()
    work()
    assert now(slow) == ("pending", ["could not be asked"])
    settings.SCREENING_HOOK_URL = "http://127.0.0.1:9/"
    missing = send("And another thought.")
    work()
    assert now(missing) == ("pending", ["could not be asked"])


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://[", SECRET), ("http://hook.example.org/", SECRET), ("ftp://127.0.0.1/", SECRET), ("hook", SECRET),
        ("https://hook.example.org/", ""), ("https://hook.example.org/", "short"),
    ],
)  # fmt: skip
def test_a_hook_that_would_send_in_clear_or_unsigned_is_told_at_start(url, secret):
    with pytest.raises(ImproperlyConfigured, match="SCREENING_HOOK"):
        environment.hook(url, secret)


def test_a_hook_that_is_signed_and_private_is_taken():
    for url in ("", "https://hook.example.org/check", "http://127.0.0.1:9000/"):
        assert environment.hook(url, SECRET) == url
