"""An author who confirmed an address is told of the decision, and nobody else is told anything."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from comments import digests, moderation, tokens
from comments.models import Action, Address, Comment, Notice
from newsite import outbox
from newsite.models import Mail
from tests.comments.mail.mails import clock_now, decide

MINUTE = datetime.timedelta(minutes=1)


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
    assert "Reason: Off topic" in sent.body
    assert 'The moderator’s note: See the <rules> & "this".' in sent.body
    assert "Reason: Off topic" in html_of(sent)
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


def test_a_rejection_that_holds_again_is_told_with_its_reason(confirmed, moderator_user):
    comment = confirmed()
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic", note="See the rules.")
    moderation.moderate(comment, Action.APPROVE, by=moderator_user)
    assert decide(comment, Action.UNDO, by=moderator_user) == 1
    outbox.send_due()
    (sent,) = mail.outbox
    assert "Reason: Off topic" in sent.body
    assert "The moderator’s note: See the rules." in sent.body
    assert "A moderator has decided this." in sent.body
    assert tokens.status_url(comment.pk) in sent.body
