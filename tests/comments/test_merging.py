"""A question that was asked before is merged into the other one, and its asker is led there."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import answers, moderation, posting, tokens
from comments.models import Action, Comment, Notice
from comments.moderation import Conflict, Refused
from tests.discussions import answer
from tests.mails import arriving, html_of, path_in

pytestmark = pytest.mark.usefixtures("counted")

ASKED, AGAIN = "Who counts the words?", "Does anybody count the words?"


@pytest.fixture
def asked(make_comment):
    return make_comment(ASKED, kind="question", status="published")


@pytest.fixture
def again(make_comment):
    """The same asked once more, by somebody who wants to be told and has confirmed the address."""
    made = make_comment(AGAIN, kind="question", author_email="ada@a.example", notify=True)
    (link,) = arriving()
    Client().post(path_in(link, "/mail/confirm/"))
    return made


def status_page(comment):
    return Client().get(tokens.status_path(comment.pk)).content.decode()


def status(comment):
    headers = {"X-Comment-Token": tokens.token_of(comment.pk)}
    return Client().get(f"/api/v1/comments/{comment.pk}/status/", headers=headers).json()


def test_it_is_rejected_as_a_duplicate_and_the_asker_is_led_to_the_answer(asked, again, moderator_user):
    answer(asked, moderator_user)
    answers.merge(again, into=asked, by=moderator_user)
    event = again.events.last()
    assert (event.action, event.reason, event.actor) == ("reject", "duplicate", moderator_user)
    assert event.note == f"Asked before: question {asked.pk}"
    assert f'<a href="/comments/{asked.pk}/">the answer stands there</a>' in status_page(again)
    told = status(again)
    assert (told["status"], told["reason"], told["duplicate_of"]) == ("rejected", "duplicate", asked.pk)
    (mail,) = arriving()
    assert mail.subject.startswith("Your question was rejected")
    assert f"It was asked before. The answer stands here:\nhttp://127.0.0.1:8000/comments/{asked.pk}/\n" in mail.body
    assert f'<a href="http://127.0.0.1:8000/comments/{asked.pk}/">the answer stands there</a>' in html_of(mail)


def test_the_asker_gets_the_answer_to_the_other_question(asked, again, moderator_user):
    answers.merge(again, into=asked, by=moderator_user)
    assert "the question stands there, and you are told when it is answered" in status_page(again)
    (mail,) = arriving()
    assert "The question stands here, and you are told when it is answered:" in mail.body
    made = answer(asked, moderator_user)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        (mail,) = arriving()
    assert mail.to == ["ada@a.example"]
    assert mail.subject.startswith("A question like yours was answered")
    assert "You asked" not in mail.body
    assert ASKED in mail.body
    assert "The machine does." in mail.body
    assert f"http://127.0.0.1:8000/comments/{made.pk}/" in mail.body


def test_the_text_of_a_question_that_was_withdrawn_is_in_no_mail(asked, again, moderator_user):
    answers.merge(again, into=asked, by=moderator_user)
    arriving()
    answer(asked, moderator_user)
    posting.withdraw(asked)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        (mail,) = arriving()
        stop = Client().get(path_in(mail, "/mail/stop/")).content.decode()
    assert "The machine does." in mail.body
    for text in (mail.body, html_of(mail), stop):
        assert ASKED not in text
    assert "replies to your comment" in stop


def test_only_who_follows_is_promised_an_answer(make_comment, asked, moderator_user):
    again = make_comment(AGAIN, kind="question")
    answers.merge(again, into=asked, by=moderator_user)
    assert "the question stands there</a>" in status_page(again)
    assert "you are told" not in status_page(again)


def test_where_the_other_question_is_gone_nothing_leads_there(asked, again, moderator_user):
    answers.merge(again, into=asked, by=moderator_user)
    posting.withdraw(asked)
    assert "It was asked before" not in status_page(again)
    (mail,) = arriving()
    assert f"/comments/{asked.pk}/" not in mail.body
    assert "Reason: Duplicate" in mail.body


def test_two_questions_cannot_be_merged_into_each_other(make_comment, asked, moderator_user):
    again = make_comment(AGAIN, kind="question", status="published")
    read_before = Comment.objects.get(pk=asked.pk)
    answers.merge(asked, into=again, by=moderator_user)
    with pytest.raises(Refused):
        answers.merge(again, into=read_before, by=moderator_user)
    again.refresh_from_db()
    assert (again.status, again.duplicate_of) == ("published", None)


def test_a_question_that_was_edited_meanwhile_is_not_merged(make_comment, moderator, asked):
    again = make_comment(AGAIN, kind="question")
    Comment.objects.filter(pk=again.pk).update(revision=1)
    path = f"/admin/comments/comment/{again.pk}/merge/"
    told = moderator.post(path, {"into": asked.pk, f"seen-{again.pk}": "0"}, follow=True).content.decode()
    assert "was edited by its author meanwhile" in told
    again.refresh_from_db()
    assert (again.status, again.duplicate_of) == ("pending", None)
    moderator.post(path, {"into": asked.pk, f"seen-{again.pk}": "1"})
    again.refresh_from_db()
    assert (again.status, again.duplicate_of) == ("rejected", asked)


def test_what_cannot_be_merged_stays_as_it_was(make_comment, make_article, asked, moderator_user):
    comment = make_comment(status="published")
    waiting = make_comment("Is it?", kind="question")
    elsewhere = make_comment("Was it?", kind="question", on=make_article("another"), status="published")
    for question, into in (
        (asked, asked),
        (asked, comment),
        (comment, asked),
        (asked, waiting),
        (elsewhere, asked),
        (asked, elsewhere),
    ):
        with pytest.raises(Refused):
            answers.merge(question, into=into, by=moderator_user)
    assert not Comment.objects.filter(status="rejected").exists()
    assert not Comment.objects.exclude(duplicate_of=None).exists()


@pytest.mark.parametrize("state", ["rejected", "spam", "withdrawn"])
def test_what_was_decided_before_is_not_merged(make_comment, asked, moderator_user, state):
    gone = make_comment(AGAIN, kind="question", status=state)
    with pytest.raises(Conflict):
        answers.merge(gone, into=asked, by=moderator_user)
    gone.refresh_from_db()
    assert (gone.status, gone.duplicate_of) == (state, None)


def test_above_replies_its_place_says_that_it_was_asked_before(make_comment, asked, moderator_user):
    again = make_comment(AGAIN, kind="question", status="published")
    reply = make_comment("I wonder, too.", parent=again.pk, status="published")
    answers.merge(again, into=asked, by=moderator_user)
    page = Client().get(asked.article.get_absolute_url()).content.decode()
    assert f'This question was asked before: <a href="/comments/{asked.pk}/">it stands there</a>.' in page
    assert AGAIN not in page
    assert f'id="comment-{reply.pk}"' in page
    assert Client().get(f"/api/v1/comments/{again.pk}/").status_code == 404


@pytest.mark.parametrize("action", [Action.UNDO, Action.APPROVE])
def test_a_question_that_comes_back_is_no_duplicate_any_more(make_comment, asked, moderator_user, action):
    again = make_comment(AGAIN, kind="question", status="published")
    answers.merge(again, into=asked, by=moderator_user)
    moderation.moderate(again, action, by=moderator_user)
    assert (status(again)["status"], status(again)["duplicate_of"]) == ("published", None)
    moderation.moderate(again, Action.REJECT, by=moderator_user, reason="off_topic")
    assert "It was asked before" not in status_page(again)
    assert "Reason: Off topic" in status_page(again)


def test_when_the_other_one_is_merged_itself_both_lead_to_the_last(make_comment, asked, again, moderator_user):
    reply = make_comment("I wonder, too.", parent=asked.pk, status="published")
    first = make_comment("Are the words counted?", kind="question", status="published")
    answers.merge(again, into=asked, by=moderator_user)
    answers.merge(asked, into=first, by=moderator_user)
    assert status(again)["duplicate_of"] == status(asked)["duplicate_of"] == first.pk
    assert f'<a href="/comments/{first.pk}/">' in status_page(again)
    assert f'id="comment-{reply.pk}"' in Client().get(asked.article.get_absolute_url()).content.decode()


def test_nobody_is_told_twice_of_an_answer_to_what_they_asked_twice(make_comment, asked, again, moderator_user):
    other = make_comment("Is it counted at all?", kind="question", status="published")
    answers.merge(again, into=asked, by=moderator_user)
    answers.merge(asked, into=other, by=moderator_user)
    arriving()
    answer(other, moderator_user)
    assert [str(notice) for notice in _notices("ada@a.example")] == [f"answered: comment {Comment.objects.last().pk}"]


def _notices(email):
    return Notice.objects.filter(subscription__address__email=email)
