"""Questions and their answers: by the newsroom, or by a reader whose reply a moderator accepts; and asked twice."""

from django.contrib.auth.models import User
from django.db import transaction

from articles.models import Article
from comments import counting, moderation, notifications, threads
from comments.models import Action, Comment, Reason, Subscription
from newsite import stamps
from newsite.staff import log


def may_answer(user: User, article: Article) -> bool:
    """Whether somebody answers below an article: who has the permission, and the one who wrote it."""
    return user.has_perm("comments.answer_comment") or article.author_id == user.pk


def accept(reply: Comment, *, by: User, is_accepted: bool = True) -> None:
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
        log.note("Accepted as the answer." if is_accepted else "No longer the answer.", by=by, about=current)
        counting.settle_answer(current.parent.pk)
        counting.show(current)
        if current.is_answer and not was_answer:
            notifications.replied(current)
    reply.accepted = is_accepted


def merge(question: Comment, *, into: Comment, by: User, seen: str = "") -> None:
    """Say that a question was asked before: it is rejected as a duplicate of another one of the same article, whose
    page its asker is led to. `seen` is the version of it that the moderator has before them.

    Raises moderation.Refused when the two cannot be merged, or moderation.Conflict when somebody else was first.
    """
    with transaction.atomic():
        current = moderation.locked(question)
        published = Comment.objects.published().of(current.article).filter(kind=Comment.Kind.QUESTION)
        asked_before = published.filter(pk=into.pk).exclude(pk=current.pk).first()
        if asked_before is None or not current.is_question:
            raise moderation.Refused("A question can be merged into another published one below the same article.")
        current.duplicate_of = asked_before
        current.save(update_fields=["duplicate_of"])
        _lead(current, asked_before)
        note = f"Asked before: question {asked_before.pk}"
        reject, reason = Action.REJECT, Reason.DUPLICATE
        moderation.moderate(current, reject, by=by, reason=reason, note=note, seen=seen)
        stamps.bump(current.article.stamp)  # the last of what is locked, as in every other change
    question.duplicate_of = asked_before


def _lead(question: Comment, to: Comment) -> None:
    """Let those who follow a question follow another one, and what was merged into it lead there, too."""
    for follower in Subscription.objects.about(question, Subscription.Kind.REPLIES):
        Subscription.objects.get_or_create(address=follower.address, kind=follower.kind, comment=to)
    earlier = Comment.objects.filter(duplicate_of=question)
    shown = [comment.thread_id or comment.pk for comment in earlier.filter(is_shown=True)]
    earlier.update(duplicate_of=to)
    for thread in sorted(set(shown)):
        threads.settle(thread)


def mark(comment: Comment, *, by: User, pinned: bool | None = None, featured: bool | None = None) -> None:
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
        marks = [name for name in ("pinned", "featured") if getattr(current, name)]
        log.note(f"Now {' and '.join(marks)}." if marks else "Neither pinned nor featured.", by=by, about=current)
        counting.show(current)
