"""Mails about what happens: one at once, the rest of a quarter of an hour together, each stopped with one press."""

import datetime
import email
import email.policy

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import answers, digests, moderation, posting, tokens
from comments.models import Action, Address, Comment, Notice, Subscription
from newsite.models import Mail
from tests.conftest import as_reader
from tests.mails import arriving, html_of, path_in

ADA = "ada@a.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def followed(make_comment):
    """A published question whose author is told of everything at a confirmed address."""

    def make(**fields):
        comment = make_comment(kind="question", author_email=ADA, notify=True, **fields)
        Client().post(path_in(arriving()[0], "/mail/confirm/"))
        moderation.moderate(comment, Action.APPROVE)
        return comment

    return make


@pytest.fixture
def later():
    """Go on in time, by minutes."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield lambda minutes: clock.shift(datetime.timedelta(minutes=minutes))


def subjects(mails):
    return [mail.subject.removesuffix(" – AI News") for mail in mails]


def test_the_first_is_told_at_once_and_what_follows_within_a_quarter_of_an_hour_together(later, followed, make_comment):
    question = followed()
    assert subjects(arriving()) == ["Your question was published"]
    for name in ("Bea", "Cid"):
        make_comment(f"{name} has something to say.", name=name, parent=question.pk, status="published")
    later(14)
    assert arriving() == []
    later(2)
    (digest,) = arriving()
    assert subjects([digest]) == ["2 new for you"]
    for body in (digest.body, html_of(digest)):
        assert "Bea has something to say." in body
        assert "Cid has something to say." in body
    later(16)
    assert arriving() == []


def test_one_thing_after_a_while_is_a_mail_of_its_own(later, followed, make_comment):
    question = followed()
    arriving()
    later(20)
    make_comment("Of course.", name="Bea", parent=question.pk, status="published")
    (told,) = arriving()
    assert subjects([told]) == ["Bea replied to your question"]
    assert question.replies.get().get_absolute_url() in told.body


def test_an_answer_by_the_newsroom_is_told_as_one(later, followed, article, moderator_user):
    question = followed()
    arriving()
    later(20)
    draft = posting.Draft(author_name="Newsroom", body="It is so.", parent=question.pk)
    posting.answer(article=article, user=moderator_user, draft=draft)
    (told,) = arriving()
    assert subjects([told]) == ["Your question was answered"]
    assert "It is so." in told.body


def test_a_reply_that_is_accepted_is_told_as_the_answer(later, followed, make_comment, moderator_user):
    question = followed()
    reply = make_comment("Because.", parent=question.pk, status="published")
    arriving()
    later(20)
    answers.accept(reply, by=moderator_user)
    assert subjects(arriving()) == ["Your question was answered"]


def test_a_decision_that_was_taken_back_before_it_was_told_is_not_told(later, followed, moderator_user):
    question = followed()
    arriving()
    moderation.moderate(question, Action.REJECT, by=moderator_user, reason="off_topic")
    moderation.moderate(question, Action.UNDO, by=moderator_user)
    later(20)
    assert [told for told in subjects(arriving()) if "rejected" in told] == []


def test_a_reply_that_was_taken_away_before_it_was_told_is_not_told(later, followed, make_comment):
    question = followed()
    arriving()
    reply = make_comment("Soon gone.", parent=question.pk, status="published")
    posting.withdraw(reply)
    later(20)
    assert arriving() == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize(("action", "told"), [(Action.APPROVE, 1), (Action.REJECT, 0)])
def test_a_reply_that_is_read_again_when_mail_is_due_is_told_after_that(later, followed, make_comment, action, told):
    question = followed()
    arriving()
    reply = make_comment("Before.", parent=question.pk, status="published")
    posting.edit(reply, body="Quite another text.", who=as_reader(reply.reader))
    later(20)
    assert arriving() == []
    moderation.moderate(reply, action, reason="spam")
    mails = arriving()
    assert len(mails) == told
    assert all("Quite another text." in mail.body for mail in mails)
    assert not Notice.objects.exists()


def test_nobody_is_told_of_their_own_replies_or_of_spam(later, followed, article, make_comment):
    question = followed()
    arriving()
    later(20)
    mine = make_comment("My own.", parent=question.pk)
    type(mine).objects.filter(pk=mine.pk).update(reader=question.reader)
    mine.refresh_from_db()
    moderation.moderate(mine, Action.APPROVE)
    moderation.moderate(question, Action.SPAM)
    assert arriving() == []


def test_every_mail_can_be_stopped_by_the_mail_program_itself(later, followed, make_comment):
    question = followed()
    (told,) = arriving()
    stop = path_in(told, "/mail/stop/")
    assert told.extra_headers["List-Unsubscribe"] == f"<http://127.0.0.1:8000{stop}>"
    assert told.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "@" in email.message_from_bytes(told.message().as_bytes(), policy=email.policy.default)["To"]
    assert Client().get(stop).status_code == 200
    assert Subscription.objects.count() == 2, "a scanner that opens the link stops nothing"
    assert Client(enforce_csrf_checks=True).post(stop, ONE_CLICK).status_code == 200
    assert [each.kind for each in Subscription.objects.all()] == ["replies"]
    assert "stopped" in Client().post(stop, ONE_CLICK).content.decode(), "stopped twice is stopped"
    assert "stopped" in Client().get(stop).content.decode()
    later(20)
    moderation.moderate(question, Action.REJECT, reason="off_topic")
    assert arriving() == []


def test_the_link_of_a_digest_stops_all(later, followed, make_comment):
    question = followed()
    arriving()
    for _ in range(2):
        make_comment(parent=question.pk, status="published")
    later(20)
    (digest,) = arriving()
    Client().post(path_in(digest, "/mail/stop/"), ONE_CLICK)
    assert not Address.objects.exists()
    assert not Subscription.objects.exists()


def test_followers_of_an_article_are_told_of_many_comments_in_one_mail(later, article, make_comment):
    Client().post(f"/articles/{article.slug}/follow/", {"email": ADA})
    Client().post(path_in(arriving()[0], "/mail/confirm/"))
    later(1)
    for number in range(7):
        make_comment(f"Comment {number} of seven.", status="published")
    later(1)
    (told,) = arriving()
    assert subjects([told]) == [f"7 new comments on “{article.title}”"]
    assert "Comment 0 of seven." in told.body
    assert "And 2 more" in told.body
    later(20)
    assert arriving() == []


def test_a_comment_that_a_moderator_keeps_is_no_news(later, article, make_comment, moderator_user):
    comment = make_comment(status="published")
    later(1)
    Client().post(f"/articles/{article.slug}/follow/", {"email": ADA})
    Client().post(path_in(arriving()[0], "/mail/confirm/"))
    later(1)
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    later(1)
    assert arriving() == []


def test_what_fails_half_way_is_told_later_and_once(later, followed, monkeypatch):
    followed()
    with monkeypatch.context() as broken:
        broken.setattr("comments.digests.outbox.post", lambda **_: 1 / 0)
        assert digests.send_due() == 0
    assert Notice.objects.count() == 1
    later(16)
    assert subjects(arriving()) == ["Your question was published"]
    later(20)
    assert arriving() == []


def test_an_address_that_cannot_be_told_does_not_keep_the_others_from_it(later, followed, make_comment, monkeypatch):
    followed()
    other = make_comment(kind="question", author_email="bea@a.example", notify=True)
    (link,) = [mail for mail in arriving() if mail.to == ["bea@a.example"]]
    Client().post(path_in(link, "/mail/confirm/"))
    reply = make_comment("I wonder, too.", parent=Comment.objects.first().pk, status="published")
    later(16)
    moderation.moderate(other, Action.APPROVE)
    post = digests.outbox.post
    monkeypatch.setattr("comments.digests.outbox.post", lambda **mail: 1 / 0 if mail["to"] == ADA else post(**mail))
    assert [mail.to for mail in arriving()] == [["bea@a.example"]]
    assert [notice.comment for notice in Notice.objects.all()] == [reply], "kept for the next try"


def test_a_comment_that_was_held_and_approved_again_is_no_news(later, article, make_comment, moderator_user):
    comment = make_comment(status="published")
    later(1)
    Client().post(f"/articles/{article.slug}/follow/", {"email": ADA})
    Client().post(path_in(arriving()[0], "/mail/confirm/"))
    later(1)
    moderation.moderate(comment, Action.HOLD, by=moderator_user)
    moderation.moderate(comment, Action.APPROVE, by=moderator_user)
    later(1)
    assert arriving() == []


def test_a_mail_tells_twenty_things_and_counts_the_others(later, followed, make_comment):
    question = followed()
    arriving()
    for number in range(23):
        make_comment(f"Reply number {number:02d}.", parent=question.pk, status="published")
    later(16)
    (digest,) = arriving()
    assert subjects([digest]) == ["23 new for you"]
    for text in (digest.body, html_of(digest)):
        assert "Reply number 19." in text
        assert "Reply number 20." not in text
        assert "And 3 more" in text
    later(16)
    assert arriving() == []


def test_a_title_begins_no_header_and_hostile_text_stays_text(later, make_article, make_comment):
    article = make_article("bad", title="A “title”\u2028Bcc: eve@b.example <b>")
    comment = make_comment("<script>alert(1)</script> & more", on=article, author_email=ADA, notify=True)
    Client().post(path_in(arriving()[0], "/mail/confirm/"))
    moderation.moderate(comment, Action.APPROVE)
    (told,) = arriving()
    assert told.to == [ADA]
    assert "Bcc" not in told.message()
    assert "<script>" not in html_of(told)
    assert "&lt;script&gt;" in html_of(told)
    assert tokens.status_path(comment.pk) in told.body
    assert Mail.objects.filter(to=ADA).count() == 2
