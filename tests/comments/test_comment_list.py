"""The newsroom's list of comments: what it shows, and deciding from it."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from comments.models import Action, Comment, ModerationEvent
from comments.moderation import moderate
from tests.comments.decisions import LIST, force, listed, take


def test_the_list_begins_with_what_is_waiting_oldest_first(moderator, make_comment):
    first, _, second = make_comment(), make_comment(status="published"), make_comment()
    assert listed(moderator) == [first, second]


@pytest.mark.parametrize("status", ["pending", "published", "rejected", "spam", "withdrawn"])
def test_the_list_can_show_each_status(moderator, make_comment, status):
    comments = {name: make_comment(status=name) for name in ("pending", "published", "rejected", "spam", "withdrawn")}
    assert listed(moderator, f"?status={status}") == [comments[status]]


def test_the_list_can_show_all_save_what_is_not_confirmed(moderator, make_comment):
    shown, hidden = [make_comment(), make_comment(status="spam")], make_comment()
    force(hidden, "unconfirmed")
    assert listed(moderator, "?status=all") == shown


def test_the_list_can_be_cut_to_a_kind_an_article_and_an_age(moderator, make_comment, make_article):
    other = make_article("other")
    question = make_comment(kind="question")
    elsewhere = make_comment(on=other)
    old = make_comment()
    Comment.objects.filter(pk=old.pk).update(created_at=timezone.now() - datetime.timedelta(days=2))
    assert listed(moderator, "?kind__exact=question") == [question]
    assert listed(moderator, f"?article={other.pk}") == [elsewhere]
    assert listed(moderator, "?age=day") == [question, elsewhere]
    assert listed(moderator, "?age=week") == [old, question, elsewhere]
    assert listed(moderator, "?age=older") == []


@pytest.mark.parametrize(
    "query", ["?article=x", "?article=", "?age=never", "?status=none", "?article=²", "?article=" + "9" * 30]
)
def test_a_filter_that_makes_no_sense_does_not_break_the_list(moderator, make_comment, query):
    make_comment()
    assert moderator.get(f"{LIST}{query}", follow=True).status_code == 200


@pytest.mark.parametrize("words", ["penguins", "Grace", "grace@a.example"])
def test_the_list_can_be_searched_by_text_name_and_address(moderator, make_comment, words):
    make_comment()
    wanted = make_comment("All about penguins.", name="Grace", author_email="grace@a.example")
    assert listed(moderator, f"?q={words}") == [wanted]


def test_the_list_shows_the_text_itself_escaped(moderator, make_comment):
    make_comment("<script>alert(1)</script>")
    page = moderator.get(LIST).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_a_moderator_approves_from_the_list(moderator, moderator_user, reader, make_comment):
    one, two = make_comment("First of all, well."), make_comment("Second, as it were.")
    page = take(moderator, "approve", one, two).content.decode()
    assert "Done: 2 comments." in page
    assert "First of all, well." in reader.get(one.article.get_absolute_url()).content.decode()
    assert {event.actor for event in ModerationEvent.objects.all()} == {moderator_user}


def test_a_moderator_rejects_with_a_reason_and_a_note_from_the_list(moderator, make_comment):
    comment = make_comment()
    take(moderator, "reject", comment, reason="off_topic", note="Wrong article.")
    event = comment.events.get()
    assert (event.new_status, event.reason, event.note) == ("rejected", "off_topic", "Wrong article.")


@pytest.mark.parametrize("fields", [{}, {"reason": ""}, {"reason": "other"}, {"reason": "other", "note": " "}])
def test_a_rejection_without_its_reason_is_refused_with_a_message(moderator, make_comment, fields):
    comment = make_comment()
    page = take(moderator, "reject", comment, **fields).content.decode()
    assert "the author is told why" in page
    comment.refresh_from_db()
    assert comment.status == "pending"


@pytest.mark.parametrize(("action", "status"), [("spam", "spam"), ("approve", "published")])
def test_a_moderator_takes_an_action_from_the_list(moderator, make_comment, action, status):
    comment = make_comment()
    take(moderator, action, comment)
    comment.refresh_from_db()
    assert comment.status == status


def test_a_moderator_holds_and_undoes_from_the_list(moderator, make_comment):
    comment = make_comment(status="published")
    take(moderator, "spam", comment)
    take(moderator, "undo", comment)
    comment.refresh_from_db()
    assert comment.status == "published"
    take(moderator, "hold", comment)
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_moderator_who_comes_second_is_told_in_the_list(moderator, make_comment):
    done, waiting = make_comment(), make_comment()
    moderate(done, Action.APPROVE, by=User.objects.create(username="first"))
    page = take(moderator, "approve", done, waiting).content.decode()
    assert f"Comment {done.pk} is published already, by first." in page
    assert f"Approve: comment {waiting.pk}." in page


def test_a_comment_that_its_author_withdraws_meanwhile_is_told(moderator, make_comment):
    comment = make_comment(status="withdrawn")
    assert "is withdrawn already, by author." in take(moderator, "approve", comment).content.decode()


def test_the_log_shows_decisions_newest_first(moderator, make_comment):
    make_comment(status="published"), make_comment(status="spam")
    shown = moderator.get("/admin/comments/moderationevent/").context["cl"].result_list
    assert [event.action for event in shown] == ["spam", "approve"]


def test_the_list_asks_a_constant_number_of_queries(
    moderator, make_comment, make_article, django_assert_max_num_queries
):
    for n in range(12):
        make_comment(on=make_article(f"article-{n}"))
    with django_assert_max_num_queries(14):
        moderator.get(LIST)
