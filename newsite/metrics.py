"""Figures for Prometheus: requests by view and status, and what waits in the tables. Closed to strangers."""

import hmac
import time
from collections.abc import Callable

from django.conf import settings
from django.db.models import Min
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

from newsite.models import Heartbeat, Mail

REQUESTS = Counter("newsite_requests", "Requests answered", ["view", "method", "status"])
SECONDS = Histogram("newsite_request_seconds", "Time to answer", ["view"], buckets=(0.01, 0.05, 0.1, 0.3, 1, 3))


def measure(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: count and time every request that Django answers, by the name of its view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "none"
        method = request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
        REQUESTS.labels(view, method, str(response.status_code)).inc()
        SECONDS.labels(view).observe(time.perf_counter() - started)
        return response

    return middleware


def metrics(request: HttpRequest) -> HttpResponse:
    """`/metrics`: only with `Authorization: Bearer METRICS_TOKEN`; for everybody else the page is not there."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), expected.encode()):
        return HttpResponseNotFound("Not found\n", content_type="text/plain")
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    body = generate_latest(registry) + _table_figures()
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _table_figures() -> bytes:
    """Figures read from the database when asked for, as Prometheus text."""
    waiting = Mail.objects.waiting()
    oldest = waiting.aggregate(Min("created_at"))["created_at__min"]
    beat = Heartbeat.objects.filter(name="worker").first()
    now = timezone.now()
    figures = {
        "newsite_outbox_waiting": waiting.count(),
        "newsite_outbox_oldest_seconds": (now - oldest).total_seconds() if oldest else 0,
        "newsite_mail_given_up": Mail.objects.given_up().count(),
        "newsite_worker_age_seconds": (now - beat.at).total_seconds() if beat else -1,
    }
    return "".join(f"# TYPE {name} gauge\n{name} {value}\n" for name, value in figures.items()).encode()
