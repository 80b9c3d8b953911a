"""What can be done with a comment, by whom, and what follows; through the functions and through the newsroom."""

import datetime
import itertools
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from articles import publishing
from articles.models import Article, Section
from comments import appeals, decisions, posting
from comments.models import Comment, ModerationEvent, Notice, Reason
from comments.moderation import TRANSITIONS, Action, By, Conflict, ReasonMissing, Refused, StatementInvalid, moderate
from newsite.readers import Asker

LIST = "/admin/comments/comment/"
STATUSES = ("unconfirmed", "pending", "published", "rejected", "spam", "withdrawn")

# The table of docs, written down a second time: action, from, to, by. "before": the status before.
TABLE = {
    "approve": ({"pending", "rejected", "spam"}, "published", {"moderator", "staff", "screening"}),
    "keep": ({"published"}, "stays", {"moderator"}),
    "reject": ({"pending", "published"}, "rejected", {"moderator", "screening"}),
    "spam": ({"pending", "published", "rejected"}, "spam", {"moderator", "screening"}),
    "hold": ({"published"}, "pending", {"moderator", "reports", "screening"}),
    "uphold": ({"rejected", "spam"}, "stays", {"moderator"}),
    "undo": ({"pending", "published", "rejected", "spam"}, "before", {"moderator"}),
    "confirm": ({"unconfirmed"}, "pending", {"author"}),
    "withdraw": ({"unconfirmed", "pending", "published"}, "withdrawn", {"author"}),
}


def force(comment, status):
    """Bring a comment into a status without an event, and its article's counters with it."""
    Comment.objects.filter(pk=comment.pk).update(status=status)
    Article.objects.filter(pk=comment.article_id).update(comment_count=int(status == "published"))
    comment.refresh_from_db()


def reason_for(action):
    return {"reason": "off_topic"} if action == "reject" else {}


def test_the_table_in_the_code_is_the_table_agreed_on():
    written = {str(action): (set(row.sources), row.target, set(row.by)) for action, row in TRANSITIONS.items()}
    assert written == TABLE


@pytest.mark.parametrize(("status", "action", "role"), list(itertools.product(STATUSES, TABLE, By.values)))
def test_every_action_from_every_status_by_everybody(make_comment, moderator_user, status, action, role):
    comment = make_comment()
    force(comment, status)
    sources, target, roles = TABLE[action]
    # Nothing has been decided that could be taken back, or appealed against.
    allowed = status in sources and role in roles and action not in ("undo", "uphold")
    target = status if target == "stays" else target
    user = moderator_user if role == "moderator" else None
    if allowed:
        event = moderate(comment, Action(action), by=user, role=By(role), **reason_for(action))
        assert (event.old_status, event.new_status) == (status, target)
        assert comment.status == target
    else:
        with pytest.raises(Refused):
            moderate(comment, Action(action), by=user, role=By(role), **reason_for(action))
    comment.refresh_from_db()
    assert comment.status == (target if allowed else status)
    assert comment.events.count() == int(allowed)
    comment.article.refresh_from_db()
    assert comment.article.comment_count == int(comment.status == "published")


@pytest.mark.parametrize(
    ("first", "before"),
    [("approve", "pending"), ("reject", "pending"), ("spam", "pending"), ("reject", "published"), ("approve", "spam")],
)
def test_an_undo_brings_the_status_before_back(make_comment, moderator_user, first, before):
    comment = make_comment()
    force(comment, before)
    moderate(comment, Action(first), by=moderator_user, **reason_for(first))
    event = moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == event.new_status == before
    comment.article.refresh_from_db()
    assert comment.article.comment_count == int(before == "published")


def test_an_event_says_who_did_what_when_and_why(make_comment, moderator_user):
    comment = make_comment()
    with time_machine.travel("2026-05-01 12:00Z", tick=False):
        moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic", note="  See the rules. ")
    event = comment.events.get()
    assert (event.action, event.by, event.actor) == ("reject", "moderator", moderator_user)
    assert (event.old_status, event.new_status) == ("pending", "rejected")
    assert (event.reason, event.note) == ("off_topic", "See the rules.")
    assert event.created_at == datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize("reason", sorted(set(Reason.values) - {"other"}))
def test_each_reason_is_enough_for_a_rejection(make_comment, reason):
    comment = make_comment()
    moderate(comment, Action.REJECT, reason=reason)
    assert comment.status == "rejected"


def test_the_reasons_are_the_eleven_agreed_on():
    agreed = (
        "spam advertising offensive harassment hate_speech illegal personal_data misinformation off_topic duplicate"
    )
    assert set(Reason.values) == {*agreed.split(), "other"}


@pytest.mark.parametrize("reason", ["", "because", "Off_Topic", "off topic"])
def test_a_rejection_without_one_of_the_reasons_is_refused(make_comment, reason):
    comment = make_comment()
    with pytest.raises(ReasonMissing):
        moderate(comment, Action.REJECT, reason=reason, note="A note alone is not enough.")
    assert comment.status == "pending"
    assert not comment.events.exists()


@pytest.mark.parametrize("note", ["", "   ", "\n\t"])
def test_the_reason_other_needs_a_note(make_comment, note):
    comment = make_comment()
    with pytest.raises(ReasonMissing):
        moderate(comment, Action.REJECT, reason="other", note=note)
    moderate(comment, Action.REJECT, reason="other", note="It is upside down.")
    assert comment.status == "rejected"


def test_the_second_of_two_moderators_is_told_who_was_first(make_comment, moderator_user):
    comment = make_comment()
    seen_by_second = Comment.objects.get(pk=comment.pk)
    moderate(comment, Action.APPROVE, by=moderator_user)
    with pytest.raises(Conflict, match=r"published already, by mo\."):
        moderate(seen_by_second, Action.APPROVE, by=User.objects.create(username="second"))
    assert comment.events.count() == 1
    comment.article.refresh_from_db()
    assert comment.article.comment_count == 1


@pytest.mark.parametrize(("minutes", "undone"), [(9, True), (11, False)])
def test_a_decision_can_be_undone_for_ten_minutes(make_comment, moderator_user, minutes, undone):
    comment = make_comment()
    with time_machine.travel("2026-05-01 12:00Z", tick=False) as clock:
        moderate(comment, Action.APPROVE, by=moderator_user)
        clock.shift(datetime.timedelta(minutes=minutes))
        if undone:
            moderate(comment, Action.UNDO, by=moderator_user)
        else:
            with pytest.raises(Conflict, match="10 minutes"):
                moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == ("pending" if undone else "published")


@pytest.mark.parametrize("who", ["another moderator", "nobody"])
def test_only_the_moderator_who_decided_can_undo(make_comment, moderator_user, who):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    other = User.objects.create(username="second") if who == "another moderator" else None
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=other)
    assert comment.status == "published"


def test_a_decision_that_nobody_made_cannot_be_undone_by_nobody(make_comment):
    comment = make_comment()
    moderate(comment, Action.APPROVE, role=By.SCREENING)
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO)


def test_an_undo_cannot_be_undone(make_comment, moderator_user):
    comment = make_comment(status="published")
    moderate(comment, Action.REJECT, by=moderator_user, reason="spam")
    moderate(comment, Action.UNDO, by=moderator_user)
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == "published"


def test_keeping_changes_nothing_and_neither_does_taking_it_back(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    event = moderate(comment, Action.KEEP, by=moderator_user)
    assert (event.old_status, event.new_status) == ("published", "published")
    undo = moderate(comment, Action.UNDO, by=moderator_user)
    assert undo.undoes == event
    assert comment.status == "published"


def test_what_was_held_by_mistake_is_shown_again_by_taking_it_back(make_comment, moderator_user):
    comment = make_comment(status="published")
    moderate(comment, Action.HOLD, by=moderator_user)
    moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == "published"


@pytest.mark.parametrize("note", ["x" * 1001, "a\u202eb", "\0", "\u200b"])
def test_a_note_that_its_author_could_not_read_is_refused_and_not_cut(make_comment, moderator_user, note):
    comment = make_comment()
    with pytest.raises(StatementInvalid):
        moderate(comment, Action.SPAM, by=moderator_user, note=note)
    assert not comment.events.exists()


def test_a_reason_goes_with_a_rejection_and_with_nothing_else(make_comment, moderator_user):
    comment = make_comment()
    for action in (Action.APPROVE, Action.SPAM, Action.APPROVE, Action.HOLD):
        assert moderate(comment, action, by=moderator_user, reason="poem").reason == ""


def test_only_the_last_decision_can_be_undone(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    moderate(comment, Action.REJECT, by=User.objects.create(username="second"), reason="spam")
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=moderator_user)


def test_what_its_author_has_withdrawn_stays_withdrawn(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    posting.withdraw(comment)
    for action in (Action.APPROVE, Action.UNDO, Action.SPAM, Action.HOLD):
        with pytest.raises(Conflict):
            moderate(comment, action, by=moderator_user)


def test_an_event_cannot_be_changed_or_deleted(make_comment):
    event = make_comment(status="published").events.get()
    event.note = "I was never here."
    for attempt in (
        event.save,
        event.delete,
        lambda: ModerationEvent.objects.filter(pk=event.pk).update(note="x"),
        lambda: ModerationEvent.objects.filter(pk=event.pk).delete(),
        lambda: ModerationEvent.objects.all().delete(),
        lambda: ModerationEvent.objects.update(note="x"),
        lambda: ModerationEvent.objects.bulk_update([event], ["note"]),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            attempt()
    assert ModerationEvent.objects.get().note == ""


def test_questions_and_comments_are_counted_apart(make_comment, article):
    comment, question = make_comment(status="published"), make_comment(kind="question", status="published")
    article.refresh_from_db()
    assert (article.comment_count, article.question_count) == (1, 1)
    moderate(question, Action.HOLD)
    moderate(comment, Action.SPAM)
    article.refresh_from_db()
    assert (article.comment_count, article.question_count) == (0, 0)


def test_published_replies_are_counted_at_what_they_reply_to(make_comment):
    parent = make_comment(status="published")
    reply = make_comment(parent=parent.pk)
    parent.refresh_from_db()
    assert parent.reply_count == 0
    moderate(reply, Action.APPROVE)
    parent.refresh_from_db()
    assert parent.reply_count == 1
    posting.withdraw(reply)
    parent.refresh_from_db()
    assert parent.reply_count == 0


def test_nothing_happens_when_something_fails_half_way(make_comment, monkeypatch):
    comment = make_comment(author_email="ada@a.example", notify=True)

    def fail(notices):
        raise RuntimeError

    monkeypatch.setattr("comments.notifications.Notice.objects.bulk_create", fail)
    with pytest.raises(RuntimeError):
        moderate(comment, Action.APPROVE)
    comment.refresh_from_db()
    comment.article.refresh_from_db()
    assert comment.status == "pending"
    assert comment.article.comment_count == 0
    assert not comment.events.exists()
    assert not Notice.objects.exists()


class Moderating(RuleBasedStateMachine):
    """Any sequence of decisions: the model of the status is kept here, and the row must agree with it."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        section = Section.objects.create(name="Research", slug="research")
        self.article = Article(
            title="T", slug="t", body="x", section=section, status="published", published_at=timezone.now()
        )
        publishing.save(self.article)
        draft = posting.Draft(author_name="Ada", body="A thought.")
        self.comment = posting.receive(article=self.article, who=Asker("0" * 32, "", False), draft=draft)
        self.users = [User.objects.create(username=name) for name in ("one", "two")]
        self.history, self.appeal, self.appealed = [], None, []
        self.status = "pending"

    def teardown(self):
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def _standing(self):
        decisions = [step for step in self.history if not step.undone and step.action != "undo"]
        return next((step for step in reversed(decisions) if step.before != step.after), None)

    def _expected(self, action, role, user, reason, note):
        sources, _, roles = TABLE[action]
        if self.status not in sources or role not in roles:
            return False
        if action == "reject" and (not reason or (reason == "other" and not note)):
            return False
        if self.appeal and action in ("reject", "spam"):
            return False
        if action == "uphold":
            return bool(self.appeal and note and self.appeal.user != user)
        last = self.history[-1] if self.history else None
        return action != "undo" or bool(last and last.action != "undo" and last.user and last.user == user)

    def _try(self, action, role, user, reason="", note=""):
        expected = self._expected(action, role, user, reason, note)
        target = TABLE[action][1]
        try:
            moderate(self.comment, Action(action), by=user, role=By(role), reason=reason, note=note)
        except Refused:
            assert not expected
            return
        assert expected
        undone = self.history[-1] if action == "undo" else None
        after = undone.before if undone else self.status if target == "stays" else target
        answered = self.appeal if action in ("approve", "uphold") or (undone and undone is self.appeal) else None
        step = SimpleNamespace(action=action, user=user, before=self.status, after=after, undone=False)
        step.answered, self.appeal = answered, None if answered else self.appeal
        if undone:
            undone.undone, self.appeal = True, undone.answered or self.appeal
        self.history.append(step)
        self.status = after

    @rule(
        action=st.sampled_from(sorted(TABLE)),
        who=st.sampled_from([0, 1]),
        reason=st.sampled_from(["", "spam", "other"]),
        note=st.sampled_from(["", "So."]),
    )
    def a_moderator_acts(self, action, who, reason, note):
        self._try(action, "moderator", self.users[who], reason, note)

    @rule()
    def the_author_appeals(self):
        standing = self._standing()
        expected = self.status in ("rejected", "spam") and all(standing is not step for step in self.appealed)
        try:
            appeals.appeal(self.comment, text="It is not so.")
        except appeals.NotPossible:
            assert not expected
            return
        assert expected
        self.appeal = standing
        self.appealed.append(standing)

    @rule(action=st.sampled_from(sorted(TABLE)), role=st.sampled_from(["screening", "reports"]))
    def the_site_acts(self, action, role):
        self._try(action, role, None, "spam")

    @precondition(lambda self: len(self.history) > 4)
    @rule()
    def the_author_withdraws(self):
        self._try("withdraw", "author", None)

    @invariant()
    def the_row_and_the_counter_agree(self):
        self.comment.refresh_from_db()
        self.article.refresh_from_db()
        assert self.comment.status == self.status
        assert self.article.comment_count == (self.status == "published")

    @invariant()
    def an_appeal_waits_until_it_is_answered(self):
        assert self.comment.appeals.filter(outcome="").count() == bool(self.appeal)

    @invariant()
    def the_decision_that_stands_is_told(self):
        standing = decisions.standing(self.comment)
        told = (standing.action, standing.new_status) if standing else None
        assert told == ((self._standing().action, self.status) if self._standing() else None)

    @invariant()
    def the_events_tell_the_whole_history(self):
        events = list(self.comment.events.order_by("pk"))
        assert [event.action for event in events] == [step.action for step in self.history]
        statuses = ["pending", *(event.new_status for event in events)]
        assert [event.old_status for event in events] == statuses[:-1]
        assert statuses[-1] == self.status


def test_any_sequence_of_decisions_keeps_status_counter_and_events_in_step():
    run_state_machine_as_test(Moderating, settings=settings(max_examples=25, stateful_step_count=15, deadline=None))


# The newsroom


@pytest.fixture
def viewer():
    """A member of staff who may look at comments, and no more."""
    user = User.objects.create_user("viv", password="a long enough password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=("view_comment", "view_moderationevent")))
    client = Client()
    client.force_login(user)
    return client


def take(client, action, *comments, **fields):
    """Choose an action in the list; the page that follows."""
    chosen = {"action": action, "_selected_action": [comment.pk for comment in comments], **fields}
    return client.post(f"{LIST}?status=all", chosen, follow=True)


def listed(client, query=""):
    """The comments that the list shows, in its order."""
    return list(client.get(f"{LIST}{query}").context["cl"].result_list)


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


def test_the_page_of_a_comment_has_the_buttons_that_make_sense(moderator, make_comment):
    comment = make_comment()
    offered = [action for action, _ in moderator.get(f"{LIST}{comment.pk}/change/").context["possible"]]
    assert offered == ["approve", "reject", "spam"]
    moderator.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"})
    offered = [action for action, _ in moderator.get(f"{LIST}{comment.pk}/change/").context["possible"]]
    assert offered == ["keep", "reject", "spam", "hold", "undo"]


def test_a_moderator_decides_on_the_page_of_a_comment(moderator, make_comment):
    comment = make_comment()
    answer = moderator.post(
        f"{LIST}{comment.pk}/decide/", {"action": "reject", "reason": "other", "note": "Upside down."}, follow=True
    )
    page = answer.content.decode()
    assert f"Reject: comment {comment.pk}." in page
    assert "Upside down." in page
    comment.refresh_from_db()
    assert comment.status == "rejected"


@pytest.mark.parametrize("action", ["withdraw", "confirm", "delete", ""])
def test_the_page_of_a_comment_takes_no_other_action(moderator, make_comment, action):
    comment = make_comment()
    moderator.post(f"{LIST}{comment.pk}/decide/", {"action": action})
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_opening_the_address_of_a_decision_decides_nothing(moderator, make_comment):
    comment = make_comment()
    assert moderator.get(f"{LIST}{comment.pk}/decide/?action=approve").status_code == 405


def test_deciding_about_a_comment_that_is_not_there_is_not_found(moderator):
    assert moderator.post(f"{LIST}4711/decide/", {"action": "approve"}).status_code == 404


def test_the_page_of_a_comment_shows_all_decisions_so_far(moderator, make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.REJECT, by=moderator_user, reason="duplicate", note="See above.")
    page = moderator.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "See above." in page
    assert "duplicate" in page.lower()


def test_the_status_and_the_text_of_a_comment_cannot_be_typed_over(moderator, make_comment):
    comment = make_comment()
    page = moderator.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert 'name="status"' not in page
    assert 'name="body"' not in page
    answer = moderator.post(f"{LIST}{comment.pk}/change/", {"status": "published", "body": "Other words."})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert comment.body != "Other words."


@pytest.mark.parametrize("who", ["moderator", "chief"])
def test_comments_and_decisions_can_be_neither_added_changed_nor_deleted_by_anybody(
    request, moderator, make_comment, who
):
    client = moderator
    if who == "chief":
        client = Client()
        client.force_login(User.objects.create_superuser("chief", password="a long enough password"))
    comment = make_comment(status="published")
    event = comment.events.get()
    for path in (
        *("/admin/comments/comment/add/", f"/admin/comments/comment/{comment.pk}/delete/"),
        *("/admin/comments/moderationevent/add/", f"/admin/comments/moderationevent/{event.pk}/delete/"),
        f"/admin/comments/moderationevent/{event.pk}/change/",
    ):
        assert client.post(path, {"note": "changed", "post": "yes"}).status_code == 403
    client.post(
        "/admin/comments/moderationevent/", {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    )
    client.post(LIST, {"action": "delete_selected", "_selected_action": [comment.pk], "post": "yes"})
    assert ModerationEvent.objects.get().note == ""
    assert Comment.objects.count() == 1


def test_the_log_shows_decisions_newest_first(moderator, make_comment):
    make_comment(status="published"), make_comment(status="spam")
    shown = moderator.get("/admin/comments/moderationevent/").context["cl"].result_list
    assert [event.action for event in shown] == ["spam", "approve"]


@pytest.mark.parametrize("action", ["approve", "reject", "spam", "hold", "undo"])
def test_staff_without_the_permission_look_but_decide_nothing(viewer, make_comment, action):
    comment = make_comment()
    assert listed(viewer) == [comment]
    page = viewer.get(f"{LIST}{comment.pk}/change/")
    assert not page.context.get("possible")
    take(viewer, action, comment, reason="spam")
    assert viewer.post(f"{LIST}{comment.pk}/decide/", {"action": action, "reason": "spam"}).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert not comment.events.exists()


@pytest.mark.parametrize("path", [LIST, "/admin/comments/moderationevent/"])
def test_strangers_are_sent_to_the_login(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_stranger_cannot_decide(stranger, make_comment):
    comment = make_comment()
    assert stranger.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"}).status_code == 302
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_decision_sent_from_another_site_is_not_carried_out(moderator_user, make_comment):
    comment = make_comment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator_user)
    answer = client.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_the_list_asks_a_constant_number_of_queries(
    moderator, make_comment, make_article, django_assert_max_num_queries
):
    for n in range(12):
        make_comment(on=make_article(f"article-{n}"))
    with django_assert_max_num_queries(14):
        moderator.get(LIST)
