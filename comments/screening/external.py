"""Services outside that look at comments too, if the newsroom has switched them on: Akismet, and a hook of its own.

The worker asks them, after a comment was saved: a slow service makes no reader wait and holds no lock. What cannot be
asked, or answers nonsense, holds the comment for a moderator.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError

from articles.text import check_seen
from comments.models import Comment, ExternalCheck, Reason, Verdict
from comments.screening.case import Finding

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 1024  # of an answer
DETAIL = 200  # characters
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, ValidationError)
NAMES = frozenset({"akismet", "hook"})  # of findings that come from outside


class Nonsense(Exception):
    """A service has answered what cannot be understood."""


@dataclass(frozen=True)
class Service:
    """One service: what it is sent about a comment, and how its answer is read."""

    name: str
    url: str
    sent: Callable[[ExternalCheck], dict[str, Any]]
    read: Callable[[httpx.Response, bytes], Finding | None]


def is_on() -> bool:
    """Whether any service is asked at all."""
    return bool(settings.AKISMET_KEY or settings.SCREENING_HOOK_URL)


def services() -> list[Service]:
    """Those that are switched on."""
    akismet = Service("akismet", settings.AKISMET_URL, _to_akismet, _from_akismet)
    hook = Service("hook", settings.SCREENING_HOOK_URL, _to_hook, _from_hook)
    return [*([akismet] if settings.AKISMET_KEY else []), *([hook] if settings.SCREENING_HOOK_URL else [])]


def ask(checks: list[ExternalCheck]) -> list[list[Finding]]:
    """What all services find in each of the comments. It takes at most settings.SCREENING_SECONDS, all together."""
    asked = [[(service, service.sent(check)) for service in services()] for check in checks]
    return asyncio.run(_ask(asked))


async def _ask(asked: list[list[tuple[Service, dict[str, Any]]]]) -> list[list[Finding]]:
    plain = {"Accept-Encoding": "identity"}  # so that the bound on bytes is one on what is sent
    async with httpx.AsyncClient(timeout=settings.SCREENING_SECONDS, headers=plain) as client:
        answers = [asyncio.gather(*(_ask_one(client, *each) for each in about)) for about in asked]
        return [[finding for finding in found if finding] for found in await asyncio.gather(*answers)]


async def _ask_one(client: httpx.AsyncClient, service: Service, sent: dict[str, Any]) -> Finding | None:
    try:
        async with (
            asyncio.timeout(settings.SCREENING_SECONDS),
            client.stream("POST", service.url, **sent) as response,
        ):
            body = b""
            async for part in response.aiter_raw():
                body += part
                if len(body) > MOST_BYTES:
                    raise Nonsense("it says too much")
            response.raise_for_status()
        return service.read(response, body)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, Nonsense) as problem:
        log.warning("external_check_failed", service=service.name, problem=str(problem) or type(problem).__name__)
        return Finding(service.name, Verdict.HOLD, "could not be asked", score=0.3)


def _to_akismet(check: ExternalCheck) -> dict[str, Any]:
    comment = check.comment
    return {
        "data": {
            "api_key": settings.AKISMET_KEY,
            "blog": settings.SITE_URL,
            "user_ip": check.address,
            "user_agent": check.agent,
            "permalink": settings.SITE_URL + comment.article.get_absolute_url(),
            "comment_type": "reply" if comment.parent_id else "comment",
            "comment_author": comment.author_name,
            "comment_content": comment.body,
            "comment_date_gmt": comment.created_at.isoformat(),
            "blog_charset": "UTF-8",
        }
    }


def _from_akismet(response: httpx.Response, body: bytes) -> Finding | None:
    """Its certainty comes as a header: what it would throw away without looking is spam, other spam is held."""
    if body.strip() == b"false":
        return None
    if body.strip() != b"true":
        raise Nonsense(response.headers.get("X-akismet-debug-help", "neither true nor false"))
    is_sure = response.headers.get("X-akismet-pro-tip") == "discard"
    verdict, score = (Verdict.SPAM, 0.99) if is_sure else (Verdict.HOLD, 0.9)
    return Finding("akismet", verdict, "takes it for spam", score=score)


def _to_hook(check: ExternalCheck) -> dict[str, Any]:
    body = json.dumps(_told(check.comment)).encode()
    now = str(int(time.time()))
    return {
        "content": body,
        "headers": {
            "Content-Type": "application/json",
            "X-Newsite-Timestamp": now,
            "X-Newsite-Signature": f"sha256={signature(now, body)}",
        },
    }


def signature(timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 of the time and the body, with a point between them, as 64 hexadecimal figures."""
    secret = settings.SCREENING_HOOK_SECRET.encode()
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _told(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "kind": comment.kind,
        "author_name": comment.author_name,
        "body": comment.body,
        "created_at": comment.created_at.isoformat(),
        "parent": comment.parent_id,
        "article": {"title": comment.article.title, "url": settings.SITE_URL + comment.article.get_absolute_url()},
        "findings": comment.findings,
    }


def _from_hook(response: httpx.Response, body: bytes) -> Finding | None:
    """An object with `verdict`, and perhaps `reason`, `detail` and `score`; nothing (204) has no opinion."""
    if response.status_code == 204:
        return None
    try:
        told = json.loads(body)
        verdict, reason = Verdict(told["verdict"]), str(told.get("reason") or "")
        detail = str(told.get("detail") or "").strip()[:DETAIL]
        score = min(1.0, max(0.0, float(told.get("score", 0.0 if verdict == Verdict.PUBLISH else 0.5))))
        check_seen(detail)
    except UNREADABLE as error:
        raise Nonsense("not what a hook answers") from error
    is_needed = verdict == Verdict.REJECT
    if reason not in ("", *Reason.values) or (is_needed and not reason) or (reason == Reason.OTHER and not detail):
        raise Nonsense("a reason that there is not, or none")
    return Finding("hook", verdict, detail, score=score, reason=reason)
