"""Is the process up, and is it ready to serve? For load balancers and for people."""

import functools

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from newsite.models import Heartbeat

WORKER_LATE_SECONDS = 60


def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served: the database answers and is migrated; else 503.

    A late worker is told but does not make the site unready: pages do not need it, and taking every machine out of
    service because mail waits would turn a delay into an outage.
    """
    try:
        migrated = _is_migrated()
        beat = Heartbeat.objects.filter(name="worker").first()
    except DatabaseError:
        return _answer(503, database="unreachable")
    age = round((timezone.now() - beat.at).total_seconds(), 1) if beat else None
    return _answer(
        200 if migrated else 503,
        database="ok",
        migrations="ok" if migrated else "missing",
        worker="ok" if age is not None and age < WORKER_LATE_SECONDS else "late",
        worker_age_seconds=age,
    )


def _answer(status: int, **parts: object) -> JsonResponse:
    return JsonResponse({"ready": status == 200, **parts}, status=status, headers={"Cache-Control": "no-store"})


def _is_migrated() -> bool:
    """Whether no migration is missing; asked of the database until it is true, then known."""
    if not _known_migrated():
        _known_migrated.cache_clear()
        return False
    connection.ensure_connection()
    return True


@functools.cache
def _known_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
