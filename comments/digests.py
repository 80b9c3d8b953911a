"""Notices become mails: one at once, and what comes within a quarter of an hour after it together at its end.

An address is settled in one transaction: its notices go, its mail stands in the outbox. A worker that is killed has
done both or nothing.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

import structlog
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

SHOWN = 20  # things that one mail tells; the others are counted

log = structlog.get_logger(__name__)


@dataclass
class Item:
    """One thing that a mail tells."""

    subscription: Subscription
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
    def subject(self) -> str:
        comment = self.comment
        match self._kind:
            case Notice.Kind.DECIDED if comment:
                return f"Your {comment.kind} was {comment.status}"
            case Notice.Kind.APPEALED:
                return "Your appeal was decided"
            case Notice.Kind.REPORTED:
                return "Your notice was decided"
            case Notice.Kind.ANSWERED:
                return "Your question was answered" if self.is_own else "A question like yours was answered"
            case Notice.Kind.REPLIED if comment and comment.parent:
                return f"{comment.author_name} replied to {'your' if self.is_own else 'a'} {comment.parent.kind}"
        about = self.subscription.article
        return f"{self.count} new comment{'' if self.count == 1 else 's'} on “{about.title if about else ''}”"

    @property
    def is_own(self) -> bool:
        """Whether what is told answers the reader's own comment, not one that theirs was merged into."""
        parent = self.notice.comment.parent if self.notice else None
        return parent is not None and parent.reader == self.subscription.address.reader

    @property
    def is_told_of_answer(self) -> bool:
        """Whether a merged question's asker gets mail when the other question is answered."""
        return self.comment is not None and following.is_told_of_answer(self.comment)

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
    return sum(_tried(pk) for pk in list(_due().filter(pk__in=told)[:limit]))


def send_news(limit: int = 200) -> int:
    """The same for followers of articles on which something is new. It looks at all of them: not for every second."""
    followers = _articles_with_news().values("address")
    return sum(_tried(pk) for pk in list(_due().filter(pk__in=followers)[:limit]))


def _due() -> Any:
    due = Address.objects.filter(quiet_until__lte=timezone.now(), confirmed_at__isnull=False)
    return due.order_by("quiet_until").values_list("pk", flat=True)


def _tried(pk: int) -> bool:
    """Settle an address; one that fails is tried again later, and does not keep the others waiting."""
    try:
        return _settle(pk)
    except Exception:
        log.exception("digest_failed", address=pk)
        Address.objects.filter(pk=pk).update(quiet_until=timezone.now() + QUIET)
        return False


def _settle(pk: int) -> bool:
    with transaction.atomic():
        now = timezone.now()
        address = Address.objects.select_for_update(no_key=True).filter(pk=pk, quiet_until__lte=now).first()
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
    related = ("subscription__address", "comment__article", "comment__parent", "comment__duplicate_of", "event")
    notices = list(found.select_related(*related))
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).delete()
    return [Item(notice.subscription, notice) for notice in notices if _is_still_true(notice)]


def _is_still_true(notice: Notice) -> bool:
    if notice.kind in (Notice.Kind.DECIDED, Notice.Kind.REPORTED, Notice.Kind.APPEALED):
        return True
    if notice.kind == Notice.Kind.ANSWERED and not notice.comment.is_answer:
        return False
    return notice.comment.is_published and notice.comment.article.is_public


def _articles_with_news(**address: Any) -> Any:
    """The subscriptions to published articles on which something was published since it was last told."""
    since = Q(published_at__gt=OuterRef("told_until"), published_at__lte=timezone.now() - LAG)
    news = Comment.objects.published().filter(since, article=OuterRef("article"))
    subscriptions = Subscription.objects.filter(kind=Subscription.Kind.ARTICLE, **address)
    return subscriptions.filter(Exists(news), article__in=Article.objects.published())


def _news(address: Address, *, until: datetime.datetime) -> list[Item]:
    items = []
    for subscription in _articles_with_news(address=address).select_related("article"):
        since = Q(published_at__gt=subscription.told_until, published_at__lte=until)
        news = Comment.objects.published().filter(since, article=subscription.article).exclude(reader=address.reader)
        count = news.count()
        Subscription.objects.filter(pk=subscription.pk).update(told_until=until)
        if count:
            comments = list(news.order_by("published_at")[:LISTED])
            items.append(Item(subscription, comments=comments, count=count))
    return items


def _post(address: Address, items: list[Item]) -> None:
    stops = address if len(items) > 1 else items[0].subscription
    stop_url = settings.SITE_URL + reverse("mail-stop", args=[following.stopping_key(stops)])
    subject = items[0].subject if len(items) == 1 else f"{len(items)} new for you"
    told = {"items": items[:SHOWN], "more": len(items[SHOWN:]), "stop_url": stop_url, "subject": subject}
    text, html = rendered("digest", told)
    outbox.post(
        to=address.email,
        subject=f"{subject} – {settings.SITE_NAME}",
        text=text,
        html=html,
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
