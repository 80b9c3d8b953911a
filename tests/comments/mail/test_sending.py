"""The worker sends what the outbox holds: once, again after a failure, whatever the server says."""

import datetime
import smtplib

import pytest
import time_machine
from django.core import mail

from comments import digests, moderation, tokens
from comments.models import Action
from newsite import outbox, worker
from newsite.models import Mail
from tests.comments.mail.mails import clock_now, decide

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def broken(monkeypatch):
    """A mail server that refuses, as often as told; it counts how often it was asked."""

    class Refusing:
        asked = 0
        error = smtplib.SMTPServerDisconnected("gone for now")

        def send(self, message):
            self.asked += 1
            raise self.error

    server = Refusing()
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda message, **_: server.send(message))
    return server


def test_the_worker_sends_what_is_due_once(confirmed):
    moderation.moderate(confirmed(), Action.APPROVE)
    worker.run(iter([False, False, True]).__next__, lambda _: None)
    assert len(mail.outbox) == 1
    sent = Mail.objects.get()
    assert sent.sent_at is not None
    assert sent.tries == 1
    assert digests.send_due() == outbox.send_due() == 0
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again_later_and_later_eight_times_in_all(broken, confirmed):
    with time_machine.travel(clock_now(), tick=False) as clock:
        decide(confirmed(), Action.APPROVE)
        waits = []
        for _ in range(8):
            assert outbox.send_due() == 0
            waiting = Mail.objects.get()
            waits.append((waiting.due_at - clock_now()) // MINUTE)
            assert "gone for now" in waiting.last_error
            clock.move_to(waiting.due_at - datetime.timedelta(seconds=1))
            outbox.send_due()
            clock.move_to(waiting.due_at)
        clock.shift(datetime.timedelta(days=30))
        outbox.send_due()
    assert broken.asked == 8
    assert waits == [1, 2, 4, 8, 16, 32, 64, 0]  # nothing is waited for after the last
    assert Mail.objects.get().sent_at is None


def test_the_wait_between_two_tries_is_never_longer_than_six_hours():
    assert outbox.backoff(30) == datetime.timedelta(hours=6)


@pytest.mark.parametrize(
    "error",
    [
        *(OSError("no route"), TimeoutError("slow"), ConnectionRefusedError(), TypeError("not a mail")),
        *(smtplib.SMTPRecipientsRefused({"ada@a.example": (550, b"unknown")}), smtplib.SMTPDataError(554, b"no")),
    ],
)
def test_whatever_the_server_says_the_worker_goes_on_with_the_next_mail(broken, error):
    broken.error = error
    for n in range(3):
        outbox.post(to=f"a{n}@a.example", subject="s", text="t")
    assert outbox.send_due() == 0
    assert broken.asked == 3


def test_one_mail_that_cannot_be_made_does_not_stop_the_others():
    Mail.objects.create(to="not an address\nBcc: x@evil.example", subject="a\nb", text="t", due_at=NOON)
    outbox.post(to="ada@a.example", subject="s", text="t")
    outbox.send_due()
    assert [sent.to for sent in mail.outbox] == [["ada@a.example"]]


def test_a_mail_that_failed_once_is_sent_when_the_server_is_back(confirmed, monkeypatch):
    with time_machine.travel(clock_now(), tick=False) as clock:
        decide(confirmed(), Action.APPROVE)
        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.EmailMessage.send", raise_oserror)
            outbox.send_due()
        clock.shift(MINUTE)
        assert outbox.send_due() == 1
    assert len(mail.outbox) == 1
    assert Mail.objects.get().last_error == ""


def raise_oserror(message, **kwargs):
    raise OSError("no route")


def test_a_mail_in_the_hand_of_one_worker_is_not_sent_by_another(confirmed, monkeypatch):
    decide(confirmed(), Action.APPROVE)
    sent_by_other = []

    def send(message, **kwargs):
        sent_by_other.append(outbox.send_due())  # the other worker looks while this one is sending

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    assert outbox.send_due() == 1
    assert sent_by_other == [0]


def test_a_worker_that_is_killed_while_sending_loses_nothing(confirmed, monkeypatch):
    with time_machine.travel(clock_now(), tick=False) as clock:
        decide(confirmed(), Action.APPROVE)

        class Killed(BaseException):
            pass

        def die(message, **kwargs):
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.EmailMessage.send", die)
            with pytest.raises(Killed):
                outbox.send_due()
        clock.shift(4 * MINUTE)
        assert outbox.send_due() == 0
        clock.shift(2 * MINUTE)
        assert outbox.send_due() == 1


def test_the_outbox_can_be_looked_at_without_the_private_links_in_it(client, confirmed, django_user_model):
    comment = confirmed()
    decide(comment, Action.APPROVE)
    client.force_login(django_user_model.objects.create_superuser("chief", password="a long enough password"))
    row = Mail.objects.get()
    for path in ("/admin/newsite/mail/", f"/admin/newsite/mail/{row.pk}/change/"):
        page = client.get(path).content.decode()
        assert "ada@a.example" in page
        assert tokens.token_of(comment.pk) not in page
    assert client.post(f"/admin/newsite/mail/{row.pk}/change/", {"to": "x@b.example"}).status_code == 403
    assert client.post(f"/admin/newsite/mail/{row.pk}/delete/", {"post": "yes"}).status_code == 403
