"""Whatever is decided about a comment, its status, the counter and the events keep in step."""

from types import SimpleNamespace

from django.contrib.auth.models import User
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from comments import appeals, decisions, posting
from comments.models import Action, By
from comments.moderation import Refused, moderate
from newsite.readers import Asker
from tests.comments.decisions import TABLE
from tests.machines import OnAnArticle


class Moderating(OnAnArticle):
    """Any sequence of decisions: the model of the status is kept here, and the row must agree with it."""

    def __init__(self):
        super().__init__()
        draft = posting.Draft(author_name="Ada", body="A thought.")
        self.comment = posting.receive(article=self.article, who=Asker("0" * 32, "", False), draft=draft)
        self.users = [User.objects.create(username=name) for name in ("one", "two")]
        self.history, self.appeal, self.appealed = [], None, []
        self.status = "pending"

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
