"""A reader posts: the one path that pages, API and commands take."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from articles.text import render_comment
from comments import captcha, following, moderation, screening, verdicts
from comments.models import Action, By, Comment, Revision
from comments.screening import Circumstances
from comments.screening.repetition import text_key
from newsite import keyset, ratelimit
from newsite.readers import Asker, Origin


class CommentsClosed(Exception):
    """The article takes no comments."""


class ParentUnknown(Exception):
    """What is replied to is not a published comment of this article."""


class NotEditable(Exception):
    """The comment can no longer be edited; the message says why."""


@dataclass(frozen=True)
class Draft:
    """What a reader wrote; its shape has been checked."""

    author_name: str
    body: str
    kind: str = Comment.Kind.COMMENT
    author_email: str = ""
    parent: int | None = None
    notify: bool = False
    honeypot: str = ""


def post(*, article: Article, who: Asker, draft: Draft, answer: captcha.Answer | None) -> Comment:
    """Save a comment with what screening found, in one transaction; it waits for a moderator, unless screening decides
    about it by itself. Without an answer to a captcha it waits for the mailed link first.

    Raises CommentsClosed, ParentUnknown, RateLimited (nothing is used up) or captcha.Wrong (the captcha is used up).
    """
    if not article.comments_open:
        raise CommentsClosed
    received = _received(article, draft)
    screening.prepare()
    with transaction.atomic():
        ratelimit.take("comments", *who.limit_keys)
        seconds = captcha.consume(answer) if answer else None
        passed = answer is None or seconds is not None
        if passed:
            circumstances = Circumstances(seconds, draft.honeypot)
            _save(received, who, circumstances, confirmed=answer is not None, notify=draft.notify)
            if answer:
                verdicts.carry_out(received, who.origin)
    if not passed:  # raised only now, so that the captcha stays used up
        raise captcha.Wrong
    return received


def receive(*, article: Article, who: Asker, draft: Draft) -> Comment:
    """Save a comment that comes from elsewhere than the form, to wait for a moderator.

    Raises ParentUnknown.
    """
    comment = _received(article, draft)
    screening.prepare()
    with transaction.atomic():
        _save(comment, who, Circumstances(), confirmed=True, notify=draft.notify)
    return comment


def answer(*, article: Article, user: User, draft: Draft) -> Comment:
    """Publish what a member of staff writes, with an event that says so.

    Raises ParentUnknown.
    """
    comment = _received(article, draft)
    comment.author = user
    comment.role = Comment.Role.AUTHOR if article.author_id == user.pk else Comment.Role.STAFF
    comment.status = Comment.Status.PENDING
    with transaction.atomic():
        _insert(comment)
        moderation.moderate(comment, Action.APPROVE, by=user, role=By.STAFF)
    return comment


def confirm(comment: Comment, origin: Origin) -> None:
    """The mailed link was followed: the comment now waits for a moderator, and its author's address is known.

    Raises moderation.Conflict when it does not wait for the link any more.
    """
    with transaction.atomic():
        current = moderation.locked(comment)
        following.confirm_all(current.author_email, current.reader)
        moderation.moderate(current, Action.CONFIRM, role=By.AUTHOR)
        verdicts.carry_out(current, origin)


def withdraw(comment: Comment) -> None:
    """The author takes a comment back.

    Raises moderation.Conflict when there is nothing to take back.
    """
    moderation.moderate(comment, Action.WITHDRAW, role=By.AUTHOR)


def edit(comment: Comment, *, body: str, who: Asker) -> Comment:
    """Replace the text of a comment by its author's new one, keep the old one for moderators, and screen it again: what
    was published waits for a moderator, unless screening would have published it. Returns the comment as it is now.

    Raises NotEditable or RateLimited.
    """
    screening.prepare()
    with transaction.atomic():
        current = moderation.locked(comment)
        if reason := current.why_not_editable():
            raise NotEditable(reason)
        if body == current.body:
            return current
        ratelimit.take("edits", *who.limit_keys)
        now = timezone.now()
        Revision.objects.create(comment=current, number=current.revision, body=current.body, replaced_at=now)
        current.body, current.edited_at, current.revision = body, now, current.revision + 1
        current.is_unread = current.is_published  # nobody has read the new text
        current.body_html, current.text_key = render(current), text_key(body)
        stays = [finding for finding in current.findings if finding["check"] in screening.OF_CIRCUMSTANCES]
        verdicts.note(current, stays + screening.screen(current, Circumstances()))
        current.save(update_fields=["body", "body_html", "edited_at", "revision", "is_unread", *verdicts.NOTED])
        verdicts.carry_out_edited(current, who.origin)
    return current


def render(comment: Comment) -> str:
    """The HTML of a comment's text; the name of whom it replies to, behind an @, links there."""
    mentions = {comment.parent.author_name: comment.parent.get_absolute_url()} if comment.parent else None
    return render_comment(comment.body, mentions)


def preview(body: str, *, parent: object) -> str:
    """The HTML of a text as it would be shown in reply to the comment with this id, whoever wrote the id."""
    pk = keyset.row_id(parent)
    found = Comment.objects.published().filter(pk=pk).first() if pk else None
    return render(Comment(body=body, parent=found))


def find_published(article: Article, pk: object) -> Comment | None:
    """The published comment of an article with this id, whoever wrote the id, or None."""
    wanted = keyset.row_id(pk)
    return Comment.objects.published().of(article).filter(pk=wanted).first() if wanted else None


def _received(article: Article, draft: Draft) -> Comment:
    """The comment that a draft becomes, rendered but not saved."""
    parent = find_published(article, draft.parent)
    if draft.parent is not None and parent is None:
        raise ParentUnknown
    comment = Comment(
        article=article,
        parent=parent,
        thread_id=(parent.thread_id or parent.pk) if parent else None,
        kind=draft.kind,
        author_name=draft.author_name,
        author_email=draft.author_email.lower(),
        body=draft.body,
        text_key=text_key(draft.body),
        created_at=timezone.now(),
    )
    comment.body_html = render(comment)
    return comment


def _save(comment: Comment, who: Asker, circumstances: Circumstances, *, confirmed: bool, notify: bool = False) -> None:
    comment.reader, comment.network = who.reader, who.network
    verdicts.note(comment, screening.screen(comment, circumstances))
    comment.status = Comment.Status.PENDING if confirmed else Comment.Status.UNCONFIRMED
    _insert(comment)
    if notify and comment.author_email:
        following.follow_own(comment, ask=confirmed)
    if not confirmed:
        following.ask_for_comment(comment)


def _insert(comment: Comment) -> None:
    comment.save()
    if comment.parent:
        comment.path = comment.place_below(comment.parent)
        Comment.objects.filter(pk=comment.pk).update(path=comment.path)
