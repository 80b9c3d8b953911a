"""Mail to authors who confirmed their address: noted with the decision, sent by the worker, never forged."""

import datetime
import re
import smtplib
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from comments import digests, moderation, notifications, tokens
from comments.models import Address, Comment, Notice
from comments.moderation import Action
from newsite import outbox, worker
from newsite.models import Mail

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def asked(reader, article, written):
    """Send a comment of Ada, who wants to be told about it; the link that confirms her address."""

    def send(**changes):
        fields = written(**{"author_email": "ada@a.example", "notify": "true", "body": "What I wrote.", **changes})
        assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
        return re.search(r"/mail/confirm/\S+", Mail.objects.latest("pk").text)[0]

    return send


@pytest.fixture
def confirmed(reader, asked):
    """Send a comment of Ada, who wants to be told about it and has followed the link; nothing is left to be sent."""

    def send(**changes):
        assert reader.post(asked(**changes)).status_code == 200
        Mail.objects.all().delete()
        return Comment.objects.latest("pk")

    return send


def decide(comment, action, **given):
    """Decide about a comment, and put the mail about it into the outbox."""
    moderation.moderate(comment, action, **given)
    return digests.send_due()


@pytest.fixture
def decided(confirmed):
    """Decide about a comment of Ada, who confirmed her address; the mail as it is sent."""

    def decided(action, comment=None, **given):
        decide(comment or confirmed(), action, **given)
        outbox.send_due()
        return mail.outbox[-1] if mail.outbox else None

    return decided


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


def html_of(sent):
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    return html


def test_an_author_is_told_that_a_comment_was_published(decided):
    sent = decided(Action.APPROVE)
    comment = Comment.objects.get()
    assert sent.to == ["ada@a.example"]
    assert sent.subject == "Your comment was published – AI News"
    for part in (sent.body, html_of(sent)):
        assert "What I wrote." in part
        assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in part
        assert tokens.status_url(comment.pk) in part


def test_an_author_is_told_that_a_question_was_rejected_and_why(decided, confirmed):
    sent = decided(Action.REJECT, confirmed(kind="question"), reason="off_topic", note='See the <rules> & "this".')
    assert sent.subject == "Your question was rejected – AI News"
    assert "Reason: off topic" in sent.body
    assert 'The moderator’s note: See the <rules> & "this".' in sent.body
    assert "Reason: off topic" in html_of(sent)
    assert "See the &lt;rules&gt; &amp; &quot;this&quot;." in html_of(sent)


def test_the_mail_has_a_text_and_an_html_part_and_says_that_a_machine_sent_it(decided):
    sent = decided(Action.APPROVE)
    assert sent.content_subtype == "plain"
    assert sent.message().get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in sent.message().get_payload()] == ["text/plain", "text/html"]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.extra_headers["Message-ID"].startswith("<outbox-")


def test_what_a_reader_wrote_is_text_in_the_html_part(decided, confirmed):
    html = html_of(decided(Action.APPROVE, confirmed(body="<script>alert(1)</script> & <b>that</b>.")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;that&lt;/b&gt;." in html
    assert "<script" not in html


def test_a_spammer_is_told_nothing(decided):
    assert decided(Action.SPAM) is None
    assert not Mail.objects.exists()
    assert not Notice.objects.exists()


def test_without_an_address_nothing_is_sent(decided, make_comment):
    assert decided(Action.APPROVE, make_comment(notify=True)) is None
    assert not Mail.objects.exists()


def test_an_author_who_does_not_ask_for_mail_gets_none(reader, article, written, decided):
    reader.post(f"/articles/{article.slug}/comments/", written(author_email="ada@a.example"))
    assert decided(Action.APPROVE, Comment.objects.get()) is None
    assert not Mail.objects.exists()
    assert not Address.objects.exists()


def test_an_address_gets_nothing_but_the_link_until_it_is_followed(reader, asked, decided):
    link = asked()
    assert decided(Action.APPROVE, Comment.objects.get()).subject == "Confirm your address – AI News"
    reader.get(link)  # as mail scanners do
    digests.send_due(), outbox.send_due()
    assert len(mail.outbox) == 1
    reader.post(link)
    digests.send_due(), outbox.send_due()
    assert [sent.subject for sent in mail.outbox[1:]] == ["Your comment was published – AI News"]


@pytest.mark.parametrize("status", ["pending", "withdrawn"])
def test_holding_and_withdrawing_send_nothing(reader, confirmed, status):
    with time_machine.travel(clock_now(), tick=False) as clock:
        comment = confirmed()
        assert decide(comment, Action.APPROVE) == 1
        clock.shift(15 * MINUTE)
        if status == "pending":
            moderation.moderate(comment, Action.HOLD)
        else:
            reader.post(f"/comments/{comment.pk}/withdraw/{tokens.token_of(comment.pk)}/")
        assert digests.send_due() == 0
    assert not Notice.objects.exists()


@pytest.mark.parametrize("action", [Action.SPAM, Action.HOLD])
def test_a_decision_that_was_changed_before_the_mail_went_is_not_told(confirmed, action):
    comment = confirmed()
    moderation.moderate(comment, Action.APPROVE)
    assert decide(comment, action) == 0
    assert not Mail.objects.exists()


def test_a_decision_that_is_taken_back_leaves_no_mail_behind(confirmed):
    comment = confirmed()

    def decide_and_fail():
        with transaction.atomic():
            moderation.moderate(comment, Action.APPROVE)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_fail()
    assert digests.send_due() == 0
    assert not Mail.objects.exists()


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


INJECTIONS = [
    "Ada\nBcc: victim@b.example",
    "Ada\r\nBcc: victim@b.example",
    "Ada\rBcc: victim@b.example",
    "Ada\u2028Bcc: x@b.example",
    "Ada\x0bBcc: x@b.example",
]


@pytest.mark.parametrize("name", INJECTIONS)
def test_a_name_begins_no_new_header(reader, stranger, article, written, confirmed, name):
    decide(comment := confirmed(), Action.APPROVE)
    path = f"/articles/{article.slug}/comments/"
    stranger.post(path, written(author_name=name, parent=comment.pk))
    reader.post(path, written(author_name=name, author_email="ada@a.example", notify="true"))
    for sent in Comment.objects.filter(status="pending"):
        moderation.moderate(sent, Action.APPROVE)
    Address.objects.update(quiet_until=NOON)
    digests.send_due()
    outbox.send_due()
    assert mail.outbox
    for sent in mail.outbox:
        assert_headers_are_ours(sent)


@pytest.mark.parametrize("subject", INJECTIONS)
def test_a_subject_begins_no_new_header(subject):
    outbox.post(to="ada@a.example", subject=subject, text="t")
    assert outbox.send_due() == 1
    assert_headers_are_ours(mail.outbox[0])


@pytest.mark.parametrize("name", ["AI\nBcc: victim@b.example", "“AI” News, Ltd. <x@b.example>"])
def test_a_site_name_begins_no_new_header(confirmed, settings, name):
    settings.SITE_NAME = name
    decide(confirmed(), Action.APPROVE)
    assert outbox.send_due() == 1
    assert_headers_are_ours(mail.outbox[0])


def assert_headers_are_ours(sent):
    raw = sent.message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert set(map(str.lower, read.keys())) <= {
        *("content-type", "mime-version", "content-transfer-encoding", "subject", "from", "to", "date"),
        *("message-id", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post"),
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


def test_a_note_of_a_moderator_begins_no_header_and_no_other_mail(decided):
    decided(Action.REJECT, reason="other", note="x\r\n\r\n.\r\nMAIL FROM: <x@b.example>")
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
