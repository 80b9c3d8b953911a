"""The access log, when it is switched on: one line a request, whether a kept page or Django answers it."""

import time
from collections.abc import Iterable
from typing import Any

import structlog

from newsite.keptpage import type_application
from newsite.pagecache import RESULT

log = structlog.get_logger("access")


class AccessLog:
    """A WSGI application around the site's own. Its lines hold no address, no query and no private key."""

    def __init__(self, application: type_application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started = time.perf_counter()
        statuses: list[str] = []

        def noted(status: str, headers: Any, exc_info: Any = None) -> Any:
            statuses.append(status)
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        body = self.application(environ, noted)
        log.info(
            "request",
            method=environ["REQUEST_METHOD"],
            request=environ["PATH_INFO"],
            status=int(statuses[-1][:3]) if statuses else None,
            milliseconds=round(1000 * (time.perf_counter() - started), 2),
            page=environ.get(RESULT),
        )
        return body
