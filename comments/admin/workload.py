"""The page of the newsroom that shows how moderation goes, in charts with the tables behind them."""

from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments import queues, workload
from newsite.health import WORKER_LATE_SECONDS
from newsite.models import Heartbeat, Mail
from newsite.staff.frame import answer, user_of

KEPT = 300  # seconds for which the figures are not counted again; what waits and the health are of this moment


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What waits, how long it takes, who decides what, how right screening is, and the health of the worker."""
    if not user_of(request).has_perm("comments.view_moderationevent"):
        raise PermissionDenied
    counted: dict[str, Any] = cache.get_or_set("workload", _counted, KEPT) or {}
    waiting, oldest = workload.waiting()
    now: dict[str, Any] = {"waiting": waiting, "oldest": oldest, "health": _health(), "days": workload.DAYS}
    now |= {"counted": queues.COUNTED, "sample": workload.SAMPLE, "looked_at": workload.LOOKED_AT}
    return answer(request, "workload.html", "How moderation goes", **now, **counted)


def _counted() -> dict[str, Any]:
    return {
        "series": workload.by_day(),
        **workload.decisions(),
        "precision": workload.precision(),
        "top": workload.top_articles(),
    }


def _health() -> dict[str, Any]:
    beat = Heartbeat.objects.filter(name="worker").first()
    age = (timezone.now() - beat.at).total_seconds() if beat else None
    return {
        "worker": beat,
        "is_late": age is None or age > WORKER_LATE_SECONDS,
        "mails_waiting": Mail.objects.waiting().count(),
        "mails_given_up": Mail.objects.given_up().count(),
    }
