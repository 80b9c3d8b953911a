"""Questions: answered by the newsroom, by the author of the article, or by a reader whose reply was accepted."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles import publishing
from comments import answers, moderation, posting, tokens
from comments.models import Action, Comment
from comments.moderation import Refused
from tests import discussions

pytestmark = pytest.mark.usefixtures("counted")

ASKED, ANSWERED = "Who counts the words?", "The machine itself does."


@pytest.fixture
def question(make_comment):
    return make_comment(ASKED, kind="question", status="published")


@pytest.fixture
def staff():
    return User.objects.create_user("vera", is_staff=True)


@pytest.fixture
def answer(staff):
    """Answer a question as the newsroom."""

    def write(question, body=ANSWERED, user=staff):
        return discussions.answer(question, user, body)

    return write


def page(comment):
    return Client().get(comment.article.get_absolute_url()).content.decode()


def told(comment):
    return Client().get(f"/api/v1/comments/{comment.pk}/").json()


def linked(question):
    """To which answer the page of the article leads, if to any."""
    found = [
        pk
        for pk in Comment.objects.values_list("pk", flat=True)
        if f'<a href="/comments/{pk}/">answered</a>' in page(question)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def unanswered(article):
    """The questions shown as unanswered, by page and by program."""
    shown = Client().get(f"/articles/{article.slug}/comments/?kind=question&answered=false").content.decode()
    listed = Client().get(f"/api/v1/articles/{article.slug}/comments/?answered=false").json()["results"]
    assert all(f'id="comment-{one["id"]}"' in shown for one in listed)
    assert shown.count("comment--question") == len(listed)
    return [one["id"] for one in listed]


def test_a_question_that_staff_answers_leads_to_the_answer(reader, question, answer):
    assert told(question)["answered"] is False
    made = answer(question)
    assert linked(question) == made.pk
    assert reader.get(f"/comments/{made.pk}/")["Location"].endswith(f"#comment-{made.pk}")
    assert "Answered by <bdi>Vera</bdi></p>" in page(question)
    assert '<span class="badge">Staff</span>' in page(question)
    assert told(question)["answered"] is True
    assert told(made)["is_answer"] is True
    assert told(made)["author_is_staff"] is True


def test_the_author_of_the_article_answers_as_its_author(question, answer, staff):
    question.article.author = staff
    publishing.save(question.article)
    answer(question)
    assert '<span class="badge">Author</span>' in page(question)
    assert '<span class="badge">Staff</span>' not in page(question)


def test_who_may_answer(article, staff, make_article):
    assert not answers.may_answer(staff, article)
    article.author = staff
    publishing.save(article)
    assert answers.may_answer(staff, article)
    assert not answers.may_answer(staff, make_article("another"))
    assert answers.may_answer(User.objects.create_superuser("root"), article)


def test_a_reply_of_staff_to_a_comment_answers_nothing(make_comment, answer):
    made = answer(make_comment(status="published"))
    assert told(made)["is_answer"] is False
    assert "Answered by" not in page(made)
    assert '<span class="badge">Staff</span>' in page(made)


def test_a_reader_has_answered_when_a_moderator_accepts_the_reply(make_comment, question, moderator_user):
    reply = make_comment(ANSWERED, name="Grace", parent=question.pk, status="published")
    assert linked(question) is None
    answers.accept(reply, by=moderator_user)
    assert linked(question) == reply.pk
    assert "Answered by <bdi>Grace</bdi>, accepted by the moderators" in page(question)
    assert '<span class="badge">' not in page(question)
    assert told(reply)["is_answer"] is True
    answers.accept(reply, by=moderator_user, is_accepted=False)
    assert linked(question) is None
    assert "Answered by" not in page(question)
    assert told(reply)["is_answer"] is False


@pytest.mark.parametrize("status", ["pending", "rejected", "withdrawn"])
def test_only_a_published_reply_to_a_question_is_accepted(make_comment, question, status, moderator_user):
    comment = make_comment(status="published")
    for other in (
        make_comment(parent=question.pk, status=status),
        make_comment(parent=comment.pk, status="published"),
        question,
    ):
        with pytest.raises(Refused):
            answers.accept(other, by=moderator_user)
    assert linked(question) is None


def test_the_first_answer_is_linked_and_the_next_takes_its_place(make_comment, question, answer, moderator_user):
    reply = make_comment(parent=question.pk, status="published")
    first, second = answer(question), answer(question, "It counts twice, by the way.")
    assert linked(question) == first.pk
    answers.accept(reply, by=moderator_user)
    assert linked(question) == reply.pk, "it was written before the others"
    moderation.moderate(reply, Action.REJECT, reason="off_topic")
    assert linked(question) == first.pk
    moderation.moderate(first, Action.HOLD)
    assert linked(question) == second.pk
    moderation.moderate(first, Action.APPROVE)
    assert linked(question) == first.pk
    for gone in (first, second):
        moderation.moderate(gone, Action.SPAM)
    assert linked(question) is None


def test_an_accepted_answer_that_its_author_edits_answers_again_once_it_was_read(
    make_comment, question, moderator_user
):
    reply = make_comment(parent=question.pk, status="published")
    answers.accept(reply, by=moderator_user)
    answers_again = posting.edit(reply, body="I put it better now.", who=_asker(reply))
    assert linked(question) is None
    moderation.moderate(answers_again, Action.APPROVE, seen="1")
    assert linked(question) == reply.pk


def _asker(comment):
    return posting.Asker(reader=comment.reader, network=comment.network, is_new=False)


def test_the_list_of_unanswered_questions_is_always_right(make_comment, question, answer, moderator_user):
    other = make_comment("Who counts the counters?", kind="question", status="published")
    make_comment(status="published")
    assert unanswered(question.article) == [other.pk, question.pk]
    made = answer(question)
    assert unanswered(question.article) == [other.pk]
    moderation.moderate(made, Action.REJECT, reason="other", note="Wrong.")
    assert unanswered(question.article) == [other.pk, question.pk]
    reply = make_comment(parent=other.pk, status="published")
    answers.accept(reply, by=moderator_user)
    assert unanswered(question.article) == [question.pk]
    posting.withdraw(reply)
    assert unanswered(question.article) == [other.pk, question.pk]


def test_the_asker_reads_on_the_private_page_that_there_is_an_answer(reader, question, answer):
    path = tokens.status_path(question.pk)
    assert "It has an answer" not in reader.get(path).content.decode()
    made = answer(question)
    assert f'<a href="/comments/{made.pk}/">It has an answer</a>' in reader.get(path).content.decode()
