"""Nothing that somebody types forges a mail."""

import datetime
from email import message_from_bytes, policy

import pytest
from django.core import mail

from comments import digests, moderation
from comments.models import Action, Address, Comment
from newsite import outbox
from tests.comments.mail.mails import decide

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
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
