"""A reader posts: the one path that pages, API and commands take."""

import hashlib
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from articles.text import render_comment
from comments import captcha, moderation, notifications, screening
from comments.models import Comment
from comments.screening import Circumstances
from newsite import keyset, ratelimit
from newsite.readers import Asker


class CommentsClosed(Exception):
    """The article takes no comments."""


class ParentUnknown(Exception):
    """What is replied to is not a published comment of this article."""


@dataclass(frozen=True)
class Draft:
    """What a reader wrote; its shape has been checked."""

    author_name: str
    body: str
    kind: str = Comment.Kind.COMMENT
    author_email: str = ""
    parent: int | None = None
    notify: bool = True
    honeypot: str = ""


def post(*, article: Article, who: Asker, draft: Draft, answer: captcha.Answer | None) -> Comment:
    """Save a comment to wait for a moderator, with what screening found, in one transaction. Without an answer to a
    captcha it waits for the mailed link first.

    Raises CommentsClosed, ParentUnknown, RateLimited (nothing is used up) or captcha.Wrong (the captcha is used up).
    """
    if not article.comments_open:
        raise CommentsClosed
    received = _received(article, draft)
    with transaction.atomic():
        ratelimit.take("comments", *who.limit_keys)
        seconds = captcha.consume(answer) if answer else None
        passed = answer is None or seconds is not None
        if passed:
            _save(received, who, Circumstances(seconds, draft.honeypot), confirmed=answer is not None)
    if not passed:  # raised only now, so that the captcha stays used up
        raise captcha.Wrong
    return received


def receive(*, article: Article, who: Asker, draft: Draft) -> Comment:
    """Save a comment that comes from elsewhere than the form, to wait for a moderator.

    Raises ParentUnknown.
    """
    comment = _received(article, draft)
    with transaction.atomic():
        _save(comment, who, Circumstances(), confirmed=True)
    return comment


def answer(*, article: Article, user: User, draft: Draft) -> Comment:
    """Publish what a member of staff writes, with an event that says so.

    Raises ParentUnknown.
    """
    comment = _received(article, draft)
    comment.author = user
    comment.status = Comment.Status.PENDING
    with transaction.atomic():
        comment.save()
        moderation.moderate(comment, moderation.Action.APPROVE, by=user)
    return comment


def confirm(comment: Comment) -> None:
    """The mailed link was followed: the comment now waits for a moderator.

    Raises moderation.Conflict when it does not wait for the link any more.
    """
    moderation.moderate(comment, moderation.Action.CONFIRM, role=moderation.By.AUTHOR)


def withdraw(comment: Comment) -> None:
    """The author takes a comment back.

    Raises moderation.Conflict when there is nothing to take back.
    """
    moderation.moderate(comment, moderation.Action.WITHDRAW, role=moderation.By.AUTHOR)


def find_published(article: Article, pk: object) -> Comment | None:
    """The published comment of an article with this id, whoever wrote the id, or None."""
    wanted = keyset.row_id(pk)
    return Comment.objects.published().of(article).filter(pk=wanted).first() if wanted else None


def _received(article: Article, draft: Draft) -> Comment:
    """The comment that a draft becomes, rendered but not saved."""
    parent = find_published(article, draft.parent)
    if draft.parent is not None and parent is None:
        raise ParentUnknown
    return Comment(
        article=article,
        parent=parent,
        thread_id=(parent.thread_id or parent.pk) if parent else None,
        kind=draft.kind,
        author_name=draft.author_name,
        author_email=draft.author_email,
        body=draft.body,
        body_html=render_comment(draft.body),
        notify=draft.notify,
        created_at=timezone.now(),
    )


def _save(comment: Comment, who: Asker, circumstances: Circumstances, *, confirmed: bool) -> None:
    comment.reader, comment.network = who.reader, who.network
    comment.findings = screening.screen(comment, circumstances)
    comment.status = Comment.Status.PENDING if confirmed else Comment.Status.UNCONFIRMED
    comment.save()
    if not confirmed:
        ratelimit.take("confirmations", _address_key(comment.author_email))
        notifications.ask_to_confirm(comment)


def _address_key(email: str) -> str:
    return "e:" + hashlib.sha256(email.lower().encode()).hexdigest()[:40]
