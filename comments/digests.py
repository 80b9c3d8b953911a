"""Notices become mails: one at once, and what comes within a quarter of an hour after it together at its end.

An address is settled in one transaction: its notices go, its mail stands in the outbox. A worker that is killed has
done both or nothing.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from comments import following, tokens
from comments.models import Address, Comment, Notice, Subscription
from comments.notifications import rendered
from newsite import outbox

QUIET = datetime.timedelta(minutes=15)
LAG = datetime.timedelta(seconds=10)  # a decision is seen when it is committed, which is later than its time
LISTED = 5  # new comments of an article that a mail quotes; the others are counted

SUBJECTS = {
    Notice.Kind.REPLIED: "{name} replied to your {kind}",
    Notice.Kind.ANSWERED: "Your question was answered",
    Notice.Kind.REPORTED: "Your notice was decided",
}


@dataclass
class Item:
    """One thing that a mail tells."""

    subscription: Subscription
    subject: str
    notice: Notice | None = None
    comments: list[Comment] = field(default_factory=list)
    count: int = 0

    @property
    def comment(self) -> Comment | None:
        return self.notice.comment if self.notice else None

    @property
    def more(self) -> int:
        """How many new comments of an article the mail does not quote."""
        return self.count - len(self.comments)

    @property
    def status_url(self) -> str:
        return tokens.status_url(self.notice.comment_id) if self.notice else ""

    @property
    def text_template(self) -> str:
        return f"emails/_{self._kind}.txt"

    @property
    def html_template(self) -> str:
        return f"emails/_{self._kind}.html"

    @property
    def _kind(self) -> str:
        return self.notice.kind if self.notice else "article"


def send_due(limit: int = 50) -> int:
    """Put what people are to be told now into the outbox; returns the number of mails."""
    told = _ripe().values("subscription__address")
    return sum(_settle(pk) for pk in list(_due().filter(pk__in=told)[:limit]))


def send_news(limit: int = 200) -> int:
    """The same for followers of articles on which something is new. It looks at all of them: not for every second."""
    followers = _articles_with_news().values("address")
    return sum(_settle(pk) for pk in list(_due().filter(pk__in=followers)[:limit]))


def _due() -> Any:
    due = Address.objects.filter(quiet_until__lte=timezone.now(), confirmed_at__isnull=False)
    return due.order_by("quiet_until").values_list("pk", flat=True)


def _settle(pk: int) -> bool:
    with transaction.atomic():
        now = timezone.now()
        address = Address.objects.select_for_update().filter(pk=pk, quiet_until__lte=now).first()
        if address is None:  # another worker was faster, or it was forgotten
            return False
        items = [*_told(address), *_news(address, until=now - LAG)]
        if items:
            Address.objects.filter(pk=pk).update(quiet_until=now + QUIET)
            _post(address, items)
        return bool(items)


def _ripe() -> "QuerySet[Notice]":
    """What can be told now. A reply that is read again, since it was edited or reported, may yet be shown."""
    return Notice.objects.exclude(
        kind__in=(Notice.Kind.REPLIED, Notice.Kind.ANSWERED), comment__status=Comment.Status.PENDING
    )


def _told(address: Address) -> list[Item]:
    found = _ripe().filter(subscription__address=address)
    notices = list(
        found.select_related("subscription", "comment__article", "comment__parent", "comment__duplicate_of", "event")
    )
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    return [Item(notice.subscription, _subject(notice), notice) for notice in notices if _is_still_true(notice)]


def _is_still_true(notice: Notice) -> bool:
    can_be_read = notice.comment.is_published and notice.comment.article.is_public
    return can_be_read or notice.kind in (Notice.Kind.DECIDED, Notice.Kind.REPORTED)


def _subject(notice: Notice) -> str:
    comment = notice.comment
    if notice.kind == Notice.Kind.DECIDED:
        return f"Your {comment.kind} was {comment.status}"
    kind = comment.parent.kind if comment.parent else ""
    return SUBJECTS[Notice.Kind(notice.kind)].format(name=comment.author_name, kind=kind)


def _articles_with_news(**address: Any) -> Any:
    """The subscriptions to published articles on which something was published since it was last told."""
    since = Q(decided_at__gt=OuterRef("told_until"), decided_at__lte=timezone.now() - LAG)
    news = Comment.objects.published().filter(since, article=OuterRef("article"))
    subscriptions = Subscription.objects.filter(kind=Subscription.Kind.ARTICLE, **address)
    return subscriptions.filter(Exists(news), article__in=Article.objects.published())


def _news(address: Address, *, until: datetime.datetime) -> list[Item]:
    items = []
    for subscription in _articles_with_news(address=address).select_related("article"):
        since = Q(decided_at__gt=subscription.told_until, decided_at__lte=until)
        news = Comment.objects.published().filter(since, article=subscription.article).exclude(reader=address.reader)
        count = news.count()
        Subscription.objects.filter(pk=subscription.pk).update(told_until=until)
        if count:
            comments = list(news.order_by("decided_at")[:LISTED])
            subject = f"{count} new comment{'' if count == 1 else 's'} on “{subscription.article.title}”"
            items.append(Item(subscription, subject, comments=comments, count=count))
    return items


def _post(address: Address, items: list[Item]) -> None:
    stops = address if len(items) > 1 else items[0].subscription
    stop_url = settings.SITE_URL + reverse("mail-stop", args=[following.stopping_key(stops)])
    subject = items[0].subject if len(items) == 1 else f"{len(items)} new for you"
    text, html = rendered("digest", {"items": items, "stop_url": stop_url, "subject": subject})
    outbox.post(
        to=address.email,
        subject=f"{subject} – {settings.SITE_NAME}",
        text=text,
        html=html,
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
