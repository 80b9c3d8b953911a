"""What a decision means for those who complained: readers who reported the comment, an author who appealed."""

from django.contrib.auth.models import User

from comments import counting, notifications
from comments.models import Action, Appeal, By, Comment, ModerationEvent, Report

APPEALABLE = (Comment.Status.REJECTED, Comment.Status.SPAM)
# What settles the reports of a comment, when a person does it.
SETTLING = frozenset({Action.APPROVE, Action.KEEP, Action.REJECT, Action.SPAM, Action.WITHDRAW})


def open_appeal(comment: Comment) -> Appeal | None:
    """The author's appeal that waits for an answer."""
    if comment.status not in APPEALABLE:
        return None
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


def settle(comment: Comment, event: ModerationEvent, appeal: Appeal | None) -> None:
    """Answer those who have complained, as far as this event does; whatever is done about an open appeal answers it."""
    if appeal:
        is_upheld = event.action == Action.UPHOLD
        appeal.outcome = Appeal.Outcome.UPHELD if is_upheld else Appeal.Outcome.REVERSED
        appeal.answered_by = event
        appeal.save(update_fields=["outcome", "answered_by"])
        if is_upheld:
            notifications.appeal_answered(comment, event)
    if event.undoes:
        _reopen(comment, event.undoes)
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
