"""Who follows what by mail. An address gets nothing but a link to confirm it until that link is followed."""

import datetime
import hashlib
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles.models import Article
from comments import notifications
from comments.models import Address, Comment, Report, Subscription
from newsite import ratelimit
from newsite.ratelimit import RateLimited
from newsite.readers import Asker

Kind = Subscription.Kind

_confirming = TimestampSigner(salt="comments.address")
_stopping = Signer(salt="comments.stop")


class LinkExpired(Exception):
    """The link was ours and is too old."""


def follow_own(comment: Comment, *, ask: bool) -> None:
    """Let the author of a comment be told what is decided about it, and of replies. `ask`: whether to mail a link that
    confirms the address, if it needs one."""
    address = _address(comment.author_email, comment.reader)
    _subscribe(address, Kind.DECISION, comment=comment)
    _subscribe(address, Kind.REPLIES, comment=comment)
    if ask:
        with suppress(RateLimited):  # the comment counts more than the mail about it; it can be followed later
            _ask(address, f"your {comment.kind} below “{comment.article.title}”")


def follow_replies(comment: Comment, email: str, *, network: str) -> Address:
    """Let the author of a comment be told of replies to it; the address may have to be confirmed first. `network` is
    the key of the one that asks.

    Raises RateLimited.
    """
    with transaction.atomic():
        ratelimit.take("follows", f"n:{network}")
        address = _address(email, comment.reader)
        _subscribe(address, Kind.REPLIES, comment=comment)
        _ask(address, f"replies to your {comment.kind} below “{comment.article.title}”")
        if not comment.author_email:
            Comment.objects.filter(pk=comment.pk).update(author_email=address.email)
            comment.author_email = address.email
        return address


def unfollow_replies(comment: Comment) -> None:
    """Tell nobody any more of replies to a comment."""
    Subscription.objects.about(comment, Kind.REPLIES).filter(address__reader=comment.reader).delete()


def follow_article(article: Article, who: Asker, email: str) -> Address:
    """Let a reader be told of new comments on an article; the address may have to be confirmed first.

    Raises RateLimited.
    """
    with transaction.atomic():
        ratelimit.take("follows", *who.limit_keys)
        address = _address(email, who.reader)
        _subscribe(address, Kind.ARTICLE, article=article)
        _ask(address, f"new comments on “{article.title}”")
        return address


def follow_report(report: Report, who: Asker) -> None:
    """Send the receipt of a report, with the link that lets its sender be told what was decided."""
    address = _address(report.email, who.reader)
    _subscribe(address, Kind.REPORT, comment=report.comment)
    with suppress(RateLimited):  # the report counts; its page is a receipt as well
        _take_confirmation(address)
        notifications.ask_reporter(address, report, confirming_key(address))


def following(comment: Comment) -> Subscription | None:
    """Whether, and with which address, the author of a comment is told of replies."""
    found = Subscription.objects.about(comment, Kind.REPLIES).select_related("address")
    confirmed_first = F("address__confirmed_at").desc(nulls_last=True)
    return found.filter(address__reader=comment.reader).order_by(confirmed_first).first()


def ask_for_comment(comment: Comment) -> None:
    """Mail the link that takes the place of the captcha.

    Raises RateLimited.
    """
    ratelimit.take("confirmations", _key_of(comment.author_email))
    notifications.ask_to_confirm(comment)


def confirm(address: Address) -> None:
    """The link was followed: from now on, and about what has happened meanwhile, the address is told."""
    Address.objects.filter(pk=address.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def confirm_all(email: str, reader: str) -> None:
    """A reader has shown in another way that an address is theirs."""
    Address.objects.filter(email=email.lower(), reader=reader, confirmed_at=None).update(confirmed_at=timezone.now())


def stop(found: Address | Subscription) -> None:
    """End one subscription, or all of an address, which is then forgotten."""
    with transaction.atomic():
        # The address first, as who writes a mail to it does.
        pk = found.pk if isinstance(found, Address) else found.address_id
        Address.objects.select_for_update().filter(pk=pk).first()
        found.delete()


def is_told_of_answer(merged: Comment) -> bool:
    """Whether the asker of a merged question gets mail when the other one is answered."""
    if merged.duplicate_of is None:
        return False
    followers = Subscription.objects.about(merged.duplicate_of, Kind.REPLIES)
    return followers.filter(address__reader=merged.reader, address__confirmed_at__isnull=False).exists()


def confirming_key(address: Address) -> str:
    """What the mailed link carries: only who reads the mail has it."""
    return _confirming.sign(str(address.pk))


def address_of(key: str) -> Address | None:
    """The address that a mailed link confirms, or None for a link that is not ours or is about nothing any more.

    Raises LinkExpired.
    """
    try:
        pk = _confirming.unsign(key, max_age=datetime.timedelta(days=settings.UNCONFIRMED_DAYS))
    except SignatureExpired as error:
        raise LinkExpired from error
    except BadSignature:
        return None
    return Address.objects.filter(pk=pk).first()


def stopping_key(found: Address | Subscription) -> str:
    """What the link at the end of a mail carries, to stop it."""
    return _stopping.sign(f"{'a' if isinstance(found, Address) else 's'}{found.pk}")


def stoppable(key: str) -> Address | Subscription | None:
    """What a link at the end of a mail stops, or None when it is stopped already.

    Raises BadSignature for a link that is not ours.
    """
    written = _stopping.unsign(key)
    if written[0] == "a":
        return Address.objects.filter(pk=written[1:]).first()
    return Subscription.objects.select_related("address", "comment", "article").filter(pk=written[1:]).first()


def prune(before: datetime.datetime) -> int:
    """Forget addresses that were not confirmed before a time, and those that follow nothing; returns how many."""
    is_idle = ~Exists(Subscription.objects.filter(address=OuterRef("pk")))
    found = Address.objects.filter(Q(confirmed_at=None, created_at__lt=before) | is_idle)
    with transaction.atomic():
        ids = [address.pk for address in found.select_for_update(skip_locked=True).only("pk")]
        found.filter(pk__in=ids).delete()
    return len(ids)


def _address(email: str, reader: str) -> Address:
    return Address.objects.get_or_create(email=email.lower(), reader=reader)[0]


def _subscribe(address: Address, kind: Subscription.Kind, **to: Any) -> None:
    Subscription.objects.get_or_create(address=address, kind=kind, **to)


def _ask(address: Address, about: str) -> None:
    if address.confirmed_at is None:
        _take_confirmation(address)
        notifications.ask_address(address, about, confirming_key(address))


def _take_confirmation(address: Address) -> None:
    """Count a link to an address that may be a stranger's; from now on it has all the days to be followed.

    Raises RateLimited.
    """
    if address.confirmed_at is None:
        ratelimit.take("confirmations", _key_of(address.email))
        Address.objects.filter(pk=address.pk).update(created_at=timezone.now())


def _key_of(email: str) -> str:
    return "e:" + hashlib.sha256(email.lower().encode()).hexdigest()[:40]
