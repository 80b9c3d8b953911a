"""Services outside that look at comments, too: real servers on this machine, asked by the worker."""

import json
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from articles.policy import SitePolicy
from comments import appeals, moderation, posting, tokens
from comments.models import Action, By, Comment, ExternalCheck, Rule
from comments.notifications import confirmation_key
from comments.screening import rules
from newsite import stamps
from tests.comments.external.services import SEND, now, work


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


def test_what_was_taken_away_meanwhile_is_sent_to_nobody_and_its_appeal_is_not_overtaken(hook, send):
    appealed, gone, other = send(), send("A third thought."), send("Another thought.")
    posting.withdraw(gone)
    moderation.moderate(appealed, Action.REJECT, role=By.SCREENING, reason="offensive")
    appeals.appeal(appealed, text="It is not.")
    hook.answer({"verdict": "spam"})
    work()
    assert (now(appealed)[0], now(gone)[0], now(other)[0]) == ("rejected", "withdrawn", "spam")
    assert [json.loads(body)["id"] for _, body in hook.received] == [other.pk]


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
