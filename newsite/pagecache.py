"""Public pages at the speed of bytes: a WSGI application around Django's that answers from memory what it may keep.

A page is made from its key and from nothing else that a client sent, so that no client can put anything into another's
answer. It is kept finished: headers, ETag, and the body in each encoding that was asked for, compressed once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime
from typing import Any

from django.conf import settings
from prometheus_client import Counter

from newsite import keptpage, negotiation, stamps
from newsite.keptpage import Answer, Headers, Key, Page, type_application

YOUNG_SECONDS = 1
STALE_SECONDS = 60
RESULT = "newsite.pagecache"  # in the WSGI environment: where the answer came from
STALE = ("Cache-Status", "newsite; hit; detail=stale")  # RFC 9211

PAGES = Counter("newsite_pages", "Public pages: kept (hit), made (miss), or old because of trouble (stale)", ["result"])
NOT_MODIFIED = Counter("newsite_pages_not_modified", "Public pages that the client had already, answered with 304")
FIGURES = {**{result: PAGES.labels(result) for result in ("hit", "miss", "stale")}, "304": NOT_MODIFIED}


class PageCache:
    """The WSGI application that servers run."""

    def __init__(
        self, application: type_application, *, next_change: Callable[[], datetime | None], max_bytes: int
    ) -> None:
        """`next_change` tells when pages will next change by themselves; `max_bytes` bounds the memory of a process."""
        self.application = application
        self.watch = stamps.Watch(next_change)
        self.max_bytes, self.bytes = max_bytes, 0
        self.pages: OrderedDict[Key, Page] = OrderedDict()
        self._making: dict[Key, Future[Page | None]] = {}
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._is_https = settings.HTTPS
        self._counted = dict.fromkeys(FIGURES, 0)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = keptpage.key_of(environ, is_https=self._is_https)
        if key is None:
            return self.application(environ, start_response)
        found, result = self._find(key, environ)
        environ[RESULT] = result
        self._counted[result] += 1
        if isinstance(found, Answer):
            start_response(found.status, found.headers)
            return [found.body] if environ["REQUEST_METHOD"] == "GET" else []
        marks = (STALE,) if result == "stale" else ()
        given = environ.get("HTTP_IF_NONE_MATCH")
        if given and negotiation.names(given, found.etag):
            self._counted["304"] += 1
            start_response("304 Not Modified", [*found.headers_of_304, *marks])
            return []
        encoding = negotiation.encoding(environ.get("HTTP_ACCEPT_ENCODING", "")[:100])
        headers, body = found.encoded.get(encoding) or self._encode(key, found, encoding)
        start_response("200 OK", [*headers, *marks])
        return body if environ["REQUEST_METHOD"] == "GET" else []

    def _find(self, key: Key, environ: dict[str, Any]) -> tuple[Page | Answer, str]:
        """The page of a key, kept or made now, or an answer that is not kept; and which of these it was."""
        query: str = environ.get("QUERY_STRING", "")
        at_once = bool(query) and _names_a_version(query) and not self.watch.is_failing
        if at_once or time.monotonic() >= self.watch.next_look:
            self._look(at_once=at_once)
        with self._lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
                if self._is_good(page, at_once=at_once):
                    return page, "stale" if self.watch.is_failing else "hit"
            mine: Future[Page | None] = Future()
            making = self._making.setdefault(key, mine)
        if making is mine:
            return self._make(key, environ, page)
        made = making.result()
        if made is None:
            return keptpage.made_by(self.application, key, environ), "miss"
        if at_once and not self._is_good(made, at_once=True):
            return self._find(key, environ)
        return made, "stale" if made is page else "hit"

    def _look(self, *, at_once: bool) -> None:
        """Look at the stamps, one thread at a time: who insists waits for that, others go on with what is known."""
        if not self._looking.acquire(blocking=at_once):
            return
        try:
            self.watch.look()
            self._tell()
        finally:
            self._looking.release()

    def _make(self, key: Key, environ: dict[str, Any], old: Page | None) -> tuple[Page | Answer, str]:
        """Let Django answer, and keep the answer if its view has said so. Others who ask meanwhile wait for it."""
        page, result = None, "miss"
        try:
            made_at, generation, changes_at = time.monotonic(), self.watch.generation, self.watch.changes_at
            answer = keptpage.made_by(self.application, key, environ)
            if answer.subject is not None:
                page = Page(key, answer, made_at=made_at, generation=generation, changes_at=changes_at)
            elif answer.status >= "500" and old and made_at - self._true_at(old) < STALE_SECONDS:
                page, result = old, "stale"
            self._keep(key, page)
        finally:
            self._making.pop(key).set_result(page)
        return page or answer, result

    def _is_good(self, page: Page, *, at_once: bool) -> bool:
        """Whether a page can be sent as it is."""
        now = time.monotonic()
        if self.watch.is_failing:
            return now - self._true_at(page) < STALE_SECONDS
        if page.generation == self.watch.generation or page.generation >= self.watch.changed(page.subject):
            return now < page.ends_at
        return now - page.made_at < YOUNG_SECONDS and not at_once

    def _true_at(self, page: Page) -> float:
        """When a page was last known to be true."""
        is_outdated = page.generation < self.watch.changed(page.subject)
        return page.made_at if is_outdated else max(page.made_at, min(self.watch.looked_at, page.ends_at))

    def _tell(self) -> None:
        """Add what was counted to the figures of all processes: once a second, since it takes longer than a page."""
        for name, count in self._counted.items():
            FIGURES[name].inc(count)
            self._counted[name] -= count

    def _encode(self, key: Key, page: Page, encoding: str) -> tuple[Headers, list[bytes]]:
        with self._lock:
            before = page.size
            encoded = page.encode(encoding)
            if self.pages.get(key) is page:
                self._grow(page.size - before)
        return encoded

    def _keep(self, key: Key, page: Page | None) -> None:
        """Put a page in the place of an older one; without a page the place becomes free."""
        with self._lock:
            if old := self.pages.pop(key, None):
                self.bytes -= old.size
            if page:
                self.pages[key] = page
                self._grow(page.size)

    def _grow(self, size: int) -> None:
        """Count bytes, and let the pages go that were asked for least lately."""
        self.bytes += size
        while self.bytes > self.max_bytes:
            self.bytes -= self.pages.popitem(last=False)[1].size


def _names_a_version(query: str) -> bool:
    """Whether `?v=` says that who asks has just caused a change, which is not to be sought in a second but now."""
    version = query.partition("v=")[2].partition("&")[0]
    return stamps.is_recent(version)
