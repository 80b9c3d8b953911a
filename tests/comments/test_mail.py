"""Mail to authors: written into the outbox with the decision, sent by the worker, tried again, never forged."""

import datetime
import smtplib
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from comments import moderation, notifications, posting, tokens
from comments.models import Comment
from comments.moderation import Action
from newsite import outbox, worker
from newsite.models import Mail

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def decided(make_comment):
    """Decide about a comment of Ada, who gave an address; the mail as it is sent."""

    def decide(action, comment=None, **given):
        comment = comment or make_comment("What I wrote.", author_email="ada@a.example")
        moderation.moderate(comment, action, **given)
        outbox.send_due()
        return mail.outbox[-1] if mail.outbox else None

    return decide


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


def test_an_author_is_told_that_a_comment_was_published(decided):
    sent = decided(Action.APPROVE)
    comment = Comment.objects.get()
    assert sent.to == ["ada@a.example"]
    assert sent.subject == "Your comment was published – AI News"
    assert "What I wrote." in sent.body
    assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in sent.body
    assert tokens.status_url(comment.pk) in sent.body


def test_an_author_is_told_that_a_question_was_rejected_and_why(decided, make_comment):
    question = make_comment(kind="question", author_email="ada@a.example")
    sent = decided(Action.REJECT, question, reason="off_topic", note='See the <rules> & "this".')
    assert sent.subject == "Your question was rejected – AI News"
    assert "Reason: off topic" in sent.body
    assert 'The moderator’s note: See the <rules> & "this".' in sent.body


def test_the_mail_is_plain_text_and_says_that_a_machine_sent_it(decided):
    sent = decided(Action.APPROVE)
    assert sent.content_subtype == "plain"
    assert not getattr(sent, "alternatives", [])
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Message-ID"].startswith("<outbox-")


def test_a_spammer_is_told_nothing(decided):
    assert decided(Action.SPAM) is None
    assert not Mail.objects.exists()


def test_without_an_address_nothing_is_sent(decided, make_comment):
    assert decided(Action.APPROVE, make_comment()) is None
    assert not Mail.objects.exists()


def test_an_author_who_wants_no_mail_gets_none(decided, make_comment):
    assert decided(Action.APPROVE, make_comment(author_email="ada@a.example", notify=False)) is None


@pytest.mark.parametrize("status", ["pending", "withdrawn"])
def test_holding_and_withdrawing_send_nothing(make_comment, status):
    comment = make_comment(author_email="ada@a.example", status="published")
    Mail.objects.all().delete()
    if status == "pending":
        moderation.moderate(comment, Action.HOLD)
    else:
        posting.withdraw(comment)
    assert not Mail.objects.exists()


def test_a_decision_that_is_taken_back_leaves_no_mail_behind(make_comment):
    comment = make_comment(author_email="ada@a.example")

    def decide_and_fail():
        with transaction.atomic():
            moderation.moderate(comment, Action.APPROVE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert not Mail.objects.exists()


def test_the_worker_sends_what_is_due_once(make_comment):
    make_comment(author_email="ada@a.example", status="published")
    worker.run(iter([False, False, True]).__next__, lambda _: None)
    assert len(mail.outbox) == 1
    sent = Mail.objects.get()
    assert sent.sent_at is not None
    assert sent.tries == 1
    assert outbox.send_due() == 0
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again_later_and_later_eight_times_in_all(broken, make_comment):
    with time_machine.travel(NOON, tick=False) as clock:
        make_comment(author_email="ada@a.example", status="published")
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


def clock_now():
    return datetime.datetime.now(datetime.UTC)


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


def test_a_mail_that_failed_once_is_sent_when_the_server_is_back(make_comment, monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        make_comment(author_email="ada@a.example", status="published")
        with monkeypatch.context() as patched:
            patched.setattr("django.core.mail.EmailMessage.send", raise_oserror)
            outbox.send_due()
        clock.shift(MINUTE)
        assert outbox.send_due() == 1
    assert len(mail.outbox) == 1
    assert Mail.objects.get().last_error == ""


def raise_oserror(message, **kwargs):
    raise OSError("no route")


def test_a_mail_in_the_hand_of_one_worker_is_not_sent_by_another(make_comment, monkeypatch):
    make_comment(author_email="ada@a.example", status="published")
    sent_by_other = []

    def send(message, **kwargs):
        sent_by_other.append(outbox.send_due())  # the other worker looks while this one is sending

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    assert outbox.send_due() == 1
    assert sent_by_other == [0]


def test_a_worker_that_is_killed_while_sending_loses_nothing(make_comment, monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        make_comment(author_email="ada@a.example", status="published")

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


INJECTIONS = [
    "Ada\nBcc: victim@b.example",
    "Ada\r\nBcc: victim@b.example",
    "Ada\rBcc: victim@b.example",
    "Ada\u2028Bcc: x@b.example",
    "Ada\x0bBcc: x@b.example",
]


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_name_begins_no_new_header(reader, article, written, name):
    fields = written(author_name=name, author_email="ada@a.example")
    reader.post(f"/articles/{article.slug}/comments/", fields)
    for comment in Comment.objects.all():
        moderation.moderate(comment, Action.APPROVE)
    outbox.send_due()
    for sent in mail.outbox:
        assert_headers_are_ours(sent)


@pytest.mark.parametrize("subject", INJECTIONS)
def test_a_subject_begins_no_new_header(subject):
    outbox.post(to="ada@a.example", subject=subject, text="t")
    assert outbox.send_due() == 1
    assert_headers_are_ours(mail.outbox[0])


@pytest.mark.parametrize("name", ["AI\nBcc: victim@b.example", "“AI” News, Ltd. <x@b.example>"])
def test_a_site_name_begins_no_new_header(make_comment, settings, name):
    settings.SITE_NAME = name
    make_comment(author_email="ada@a.example", status="published")
    assert outbox.send_due() == 1
    assert_headers_are_ours(mail.outbox[0])


def assert_headers_are_ours(sent):
    raw = sent.message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert set(map(str.lower, read.keys())) <= {
        *("content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date"),
        *("message-id", "auto-submitted"),
    }
    assert read["To"] == "ada@a.example"
    assert b"\nBcc:" not in raw.partition(b"\n\n")[0]


@pytest.mark.parametrize(
    "address", ["ada@a.example\nBcc: x@b.example", "ada@a.example, x@b.example", "Ada <ada@a.example>", "ada", "ada@"]
)
def test_what_is_not_one_address_is_refused(reader, program, article, written, address):
    path = f"articles/{article.slug}/comments/"
    assert reader.post(f"/{path}", written(author_email=address)).status_code == 400
    assert program.post(f"/api/v1/{path}", written(author_email=address)).status_code == 400
    assert not Comment.objects.exists()


def test_a_note_of_a_moderator_begins_no_header_and_no_other_mail(decided, make_comment):
    comment = make_comment(author_email="ada@a.example")
    decided(Action.REJECT, comment, reason="other", note="x\r\n\r\n.\r\nMAIL FROM: <x@b.example>")
    assert len(mail.outbox) == 1
    assert_headers_are_ours(mail.outbox[0])


# The mailed link instead of a captcha


def test_a_reader_who_asks_for_a_link_gets_it_and_nothing_else(reader, article, written):
    fields = written(author_email="ada@a.example", captcha_email="true", captcha_key="", captcha_value="")
    assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    outbox.send_due()
    [sent] = mail.outbox
    comment = Comment.objects.get()
    assert sent.to == ["ada@a.example"]
    assert f"/comments/confirm/{notifications.confirmation_key(comment)}/" in sent.body


def test_one_address_gets_few_links_however_many_networks_ask(article, written, settings):
    from django.test import Client

    settings.RATES = {**settings.RATES, "confirmations": ((2, 3600),)}
    statuses = []
    for n in range(4):
        fields = written(
            author_email="Victim@a.example" if n % 2 else "victim@a.example",
            body=f"Text number {n}.",
            captcha_email="true",
            captcha_key="",
            captcha_value="",
        )
        client = Client(REMOTE_ADDR=f"203.0.113.{n}")
        statuses.append(client.post(f"/articles/{article.slug}/comments/", fields).status_code)
    assert statuses == [303, 303, 429, 429]
    assert Mail.objects.count() == Comment.objects.count() == 2


def test_asking_for_a_link_without_an_address_is_refused(reader, article, written):
    answer = reader.post(f"/articles/{article.slug}/comments/", written(captcha_email="true"))
    assert answer.status_code == 400
    assert "Give the address that the link should go to." in answer.content.decode()


# The newsroom


def test_the_outbox_can_be_looked_at_without_the_private_links_in_it(client, make_comment, django_user_model):
    comment = make_comment(author_email="ada@a.example", status="published")
    client.force_login(django_user_model.objects.create_superuser("chief", password="a long enough password"))
    row = Mail.objects.get()
    for path in ("/admin/newsite/mail/", f"/admin/newsite/mail/{row.pk}/change/"):
        page = client.get(path).content.decode()
        assert "ada@a.example" in page
        assert tokens.token_of(comment.pk) not in page
    assert client.post(f"/admin/newsite/mail/{row.pk}/change/", {"to": "x@b.example"}).status_code == 403
    assert client.post(f"/admin/newsite/mail/{row.pk}/delete/", {"post": "yes"}).status_code == 403
