"""Questions and their answers: by the newsroom, or by a reader whose reply a moderator accepts; and asked twice."""

from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Article
from comments import counting, moderation, notifications
from comments.models import Comment, Reason, Subscription


def may_answer(user: User, article: Article) -> bool:
    """Whether somebody answers below an article: who has the permission, and the one who wrote it."""
    return user.has_perm("comments.answer_comment") or article.author_id == user.pk


def accept(reply: Comment, *, is_accepted: bool = True) -> None:
    """Take a reader's published reply to a question for its answer, or do so no longer.

    Raises moderation.Refused when it is no such reply.
    """
    with transaction.atomic():
        current = moderation.locked(reply)
        if current.parent is None or not current.parent.is_question or not current.is_published:
            raise moderation.Refused(f"Comment {current.pk} is not a published reply to a question.")
        if current.accepted == is_accepted:
            return
        was_answer = current.is_answer
        current.accepted = is_accepted
        current.save(update_fields=["accepted"])
        counting.settle_answer(current.parent.pk)
        counting.show(current)
        if current.is_answer and not was_answer:
            notifications.replied(current)
    reply.accepted = is_accepted


def merge(question: Comment, *, into: Comment, by: User) -> None:
    """Say that a question was asked before: it is rejected as a duplicate of another one of the same article, whose
    page its asker is led to.

    Raises moderation.Refused when the two cannot be merged, or moderation.Conflict when somebody else was first.
    """
    if not (question.is_question and into.is_question and into.is_published):
        raise moderation.Refused("Only a question can be merged, and only into a published question.")
    if question.pk == into.pk or question.article_id != into.article_id:
        raise moderation.Refused("A question can be merged into another one below the same article.")
    with transaction.atomic():
        current = moderation.locked(question)
        current.duplicate_of = into
        current.save(update_fields=["duplicate_of"])
        note = f"This was asked before: {into.body[:200]}"
        moderation.moderate(current, moderation.Action.REJECT, by=by, reason=Reason.DUPLICATE, note=note)
        for follower in Subscription.objects.about(current, Subscription.Kind.REPLIES):
            Subscription.objects.get_or_create(address=follower.address, kind=follower.kind, comment=into)
        for earlier in Comment.objects.filter(duplicate_of=current):
            earlier.duplicate_of = into
            earlier.save(update_fields=["duplicate_of"])
            counting.show(earlier)
    question.duplicate_of = into


def mark(comment: Comment, *, pinned: bool | None = None, featured: bool | None = None) -> None:
    """Pin a comment above its discussion, or mark it as the editors' choice; or take that back.

    Raises moderation.Refused when it is not published, or a reply is to be pinned.
    """
    with transaction.atomic():
        current = moderation.locked(comment)
        if not current.is_published or (pinned and current.parent_id):
            raise moderation.Refused(f"Comment {current.pk} is not a published comment that begins a thread.")
        current.pinned = current.pinned if pinned is None else pinned
        current.featured = current.featured if featured is None else featured
        current.save(update_fields=["pinned", "featured"])
        counting.show(current)
