"""What a decision means for those who complained: readers who reported the comment, an author who appealed."""

from comments import counting, notifications
from comments.models import Appeal, Comment, ModerationEvent, Report


def settle(comment: Comment, event: ModerationEvent) -> None:
    """The reports of a comment are answered by a decision; who sent a notice is told."""
    if comment.open_reports:
        Report.objects.filter(comment=comment, settled_by=None).update(settled_by=event)
        counting.settle_reports(comment.pk)
        notifications.reports_settled(comment, event)


def grant(comment: Comment, event: ModerationEvent) -> None:
    """Who approves a comment grants the appeal for it; who withdraws it needs no answer any more."""
    outcome = Appeal.Outcome.REVERSED if event.new_status == Comment.Status.PUBLISHED else Appeal.Outcome.MOOT
    end = {"outcome": outcome, "answer": event.note, "decided_by": event.actor, "decided_at": event.created_at}
    comment.appeals.filter(outcome=Appeal.Outcome.OPEN).update(**end)


def reopen(comment: Comment, *, undo: ModerationEvent) -> None:
    """What the decision that is taken back had answered waits for an answer again."""
    undone = comment.events.filter(pk__lt=undo.pk).latest("pk")
    waits = {"outcome": Appeal.Outcome.OPEN, "answer": "", "decided_by": None, "decided_at": None}
    comment.appeals.filter(decided_at=undone.created_at).update(**waits)
    if Report.objects.filter(settled_by=undone).update(settled_by=None):
        counting.settle_reports(comment.pk)
        notifications.reports_reopened(undone)
