"""Services outside that look at comments, too: real servers on this machine, asked by the worker."""

import hashlib
import hmac
import itertools
import json
import threading
import time
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from articles.policy import SitePolicy
from comments import appeals, moderation, tokens
from comments.models import Action, Comment, ExternalCheck, Rule
from comments.notifications import confirmation_key
from comments.screening import rules
from newsite import environment, stamps, worker
from tests.comments.services import Service

SECRET = "0123456789abcdef0123456789abcdef"
SEND = "/articles/machines/comments/"


@pytest.fixture
def service():
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def akismet(service, settings):
    settings.AKISMET_KEY, settings.AKISMET_URL, settings.SCREENING_SECONDS = "key", service.url, 1
    service.answer(b"false")
    SitePolicy.objects.update(policy="post")
    return service


@pytest.fixture
def hook(service, settings):
    settings.SCREENING_HOOK_URL, settings.SCREENING_HOOK_SECRET = service.url, SECRET
    settings.SCREENING_SECONDS = 1
    service.answer({"verdict": "note"})
    SitePolicy.objects.update(policy="post")
    return service


@pytest.fixture
def send(article, written, settings):
    """A reader sends a comment; the comment as it is saved."""
    settings.CAPTCHA_MIN_SECONDS = 0

    def send(body="Well put, thank you.", **changes):
        client = Client(headers={"User-Agent": "A browser/1.0"}, REMOTE_ADDR="203.0.113.7")
        assert client.post(SEND, written(body=body, **changes)).status_code == 303
        return Comment.objects.latest("pk")

    return send


def work():
    """One round of the worker."""
    worker.run(itertools.chain([False], itertools.repeat(True)).__next__, lambda _: None)


def now(comment):
    """What has become of a comment, and what was found outside."""
    comment.refresh_from_db()
    found = [finding for finding in comment.findings if finding["check"] in ("akismet", "hook")]
    return comment.status, [finding["detail"] for finding in found]


def test_nothing_is_sent_or_waits_unless_it_is_switched_on(service, send):
    SitePolicy.objects.update(policy="post")
    comment = send()
    work()
    assert now(comment) == ("published", [])
    assert not ExternalCheck.objects.exists()
    assert service.received == []


def test_what_would_show_at_once_waits_until_akismet_was_asked(akismet, send):
    comment = send(author_email="ada@a.example")
    assert now(comment) == ("pending", [])
    work()
    assert now(comment) == ("published", [])
    ((_, body),) = akismet.received
    sent = {name: value for name, (value,) in parse_qs(body.decode()).items()}
    assert sent["comment_content"] == "Well put, thank you."
    assert (sent["comment_author"], sent["user_ip"], sent["user_agent"]) == ("Ada", "203.0.113.7", "A browser/1.0")
    assert (sent["permalink"], sent["api_key"]) == ("http://127.0.0.1:8000/articles/machines/", "key")
    assert "ada@a.example" not in body.decode()
    assert not ExternalCheck.objects.exists(), "the address is not kept"


@pytest.mark.parametrize(
    ("headers", "status"), [({}, "pending"), ({"X_akismet_pro_tip": "discard"}, "spam")], ids=["spam", "sure"]
)
def test_what_akismet_takes_for_spam_is_held_or_is_spam_when_it_is_sure(akismet, send, headers, status):
    akismet.answer(b"true", **headers)
    comment = send()
    work()
    assert now(comment) == (status, ["takes it for spam"])
    if status == "spam":
        assert "This was decided automatically." in Client().get(tokens.status_path(comment.pk)).content.decode()


def test_what_screening_takes_away_by_itself_is_sent_to_nobody(akismet, send):
    Rule.objects.create(pattern="casino", verdict="spam")
    stamps.bump(rules.SUBJECT)
    comment = send("My casino.")
    assert now(comment)[0] == "spam"
    work()
    assert akismet.received == []


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


def test_akismet_that_does_not_know_the_key_holds_the_comment(akismet, send):
    akismet.answer(b"invalid", X_akismet_debug_help="We were unable to parse your blog URI")
    comment = send()
    work()
    assert now(comment) == ("pending", ["could not be asked"])


def test_what_a_moderator_has_decided_meanwhile_stays_decided(akismet, send, moderator_user):
    akismet.answer(b"true", X_akismet_pro_tip="discard")
    comment = send()
    moderation.moderate(comment, Action.APPROVE, by=moderator_user)
    work()
    assert now(comment) == ("published", ["takes it for spam"])


def test_a_text_that_was_edited_is_asked_about_anew(akismet, send):
    comment = send()
    work()
    assert now(comment)[0] == "published"
    akismet.answer(b"true")
    path = f"/comments/{comment.pk}/edit/{tokens.token_of(comment.pk)}/"
    assert Client().post(path, {"body": "Buy my pills."}).status_code == 303
    work()
    assert now(comment) == ("pending", ["takes it for spam"])
    assert "Buy+my+pills." in akismet.received[-1][1].decode()


def test_what_is_edited_while_it_is_asked_about_is_not_judged_by_the_old_text(akismet, send, monkeypatch):
    comment = send()
    (check,) = ExternalCheck.objects.all()
    path = f"/comments/{comment.pk}/edit/{tokens.token_of(comment.pk)}/"
    Client().post(path, {"body": "Something else."})
    ExternalCheck.objects.filter(pk=check.pk).update(due_at=timezone.now())
    work()
    assert now(comment)[0] == "pending", "its author does not release it by an edit"
    assert "Something+else." in akismet.received[-1][1].decode()


def test_a_text_that_a_person_approved_and_its_author_then_changed_is_judged_anew(akismet, send, moderator_user):
    comment = send()
    moderation.moderate(comment, Action.APPROVE, by=moderator_user)
    akismet.answer(b"true", X_akismet_pro_tip="discard")
    Client().post(f"/comments/{comment.pk}/edit/{tokens.token_of(comment.pk)}/", {"body": "Buy my pills."})
    work()
    assert now(comment) == ("spam", ["takes it for spam"])


def test_an_edit_that_screening_takes_away_is_sent_to_nobody(akismet, send):
    Rule.objects.create(pattern="casino", verdict="spam")
    stamps.bump(rules.SUBJECT)
    comment = send()
    Client().post(f"/comments/{comment.pk}/edit/{tokens.token_of(comment.pk)}/", {"body": "My casino."})
    work()
    assert now(comment)[0] == "spam"
    assert akismet.received == []


def test_an_appeal_that_waits_is_not_overtaken_and_the_worker_goes_on(hook, send, moderator_user):
    appealed, other = send(), send("Another thought.")
    moderation.moderate(appealed, Action.REJECT, role=moderation.By.SCREENING, reason="offensive")
    appeals.appeal(appealed, text="It is not.")
    hook.answer({"verdict": "spam"})
    work()
    assert (now(appealed)[0], now(other)[0]) == ("rejected", "spam")
    assert not ExternalCheck.objects.exists()


def test_what_a_killed_worker_had_claimed_is_asked_about_by_the_next(akismet, send, monkeypatch):
    comment = send()
    monkeypatch.setattr("comments.screening.external.ask", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work()
    monkeypatch.undo()
    work()
    assert now(comment)[0] == "pending", "another worker may still be at it"
    ExternalCheck.objects.update(due_at=timezone.now())
    work()
    assert now(comment)[0] == "published"


def test_who_confirms_by_mail_is_asked_about_then(akismet, article):
    sent = {
        "kind": "comment",
        "author_name": "Ada",
        "author_email": "ada@a.example",
        "body": "By mail.",
        "confirm": "1",
    }
    Client().post(SEND, {**sent, "captcha_email": "1"})
    comment = Comment.objects.get()
    assert comment.status == "unconfirmed"
    assert not ExternalCheck.objects.exists()
    Client(REMOTE_ADDR="203.0.113.9").post(f"/comments/confirm/{confirmation_key(comment)}/")
    assert ExternalCheck.objects.get().address == "203.0.113.9"
    work()
    assert now(comment)[0] == "published"


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
