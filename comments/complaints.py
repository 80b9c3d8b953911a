"""What a decision means for those who complained: readers who reported the comment, an author who appealed."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from comments import counting, notifications
from comments.models import Action, Appeal, By, Comment, ModerationEvent, Report

# What settles the reports of a comment, when a person does it.
SETTLING = frozenset({Action.APPROVE, Action.KEEP, Action.REJECT, Action.SPAM, Action.WITHDRAW})


def open_appeal(comment: Comment) -> Appeal | None:
    """The author's appeal that waits for an answer."""
    return comment.appeals.filter(outcome=Appeal.Outcome.OPEN).select_related("event__actor").first()


def why_not(appeal: Appeal | None, action: Action, by: User | None) -> str:
    """What the open appeal of a comment has against an action, in a sentence; empty when it has nothing. It is
    answered before anything else is decided against the comment, and never by who made the decision."""
    if appeal is None:
        return "There is no open appeal." if action == Action.UPHOLD else ""
    if action in (Action.REJECT, Action.SPAM):
        return "Its author has appealed: approve it, or uphold the decision."
    is_own = by is not None and appeal.event.actor_id == by.pk
    return "This was your own decision: somebody else answers the appeal." if action == Action.UPHOLD and is_own else ""


def settle(comment: Comment, event: ModerationEvent) -> None:
    """Answer those who have complained, as far as this event does."""
    if event.undoes:
        comment.appeals.filter(event=event.undoes).update(outcome=Appeal.Outcome.REVERSED, answered_by=event)
        _reopen(comment, event.undoes)
    elif event.action == Action.UPHOLD:
        _open(comment).update(outcome=Appeal.Outcome.UPHELD, answered_by=event)
        notifications.appeal_answered(comment, event)
    elif event.action == Action.APPROVE:
        _open(comment).update(outcome=Appeal.Outcome.REVERSED, answered_by=event)
    if event.action in SETTLING and event.by in (By.MODERATOR, By.AUTHOR) and comment.open_reports:
        Report.objects.filter(comment=comment, settled_by=None).update(settled_by=event)
        counting.settle_reports(comment.pk)
        notifications.reports_settled(comment, event)


def _reopen(comment: Comment, undone: ModerationEvent) -> None:
    """What the decision that is taken back had answered waits for an answer again."""
    comment.appeals.filter(answered_by=undone).update(outcome=Appeal.Outcome.OPEN, answered_by=None)
    if Report.objects.filter(settled_by=undone).update(settled_by=None):
        counting.settle_reports(comment.pk)
    notifications.taken_back(undone)


def _open(comment: Comment) -> QuerySet[Appeal]:
    return comment.appeals.filter(outcome=Appeal.Outcome.OPEN)
