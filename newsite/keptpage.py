"""A public page, finished and kept: what it is made from, how it is made, and what is sent of it."""

import functools
import io
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.urls import Resolver404, resolve

from newsite import caching, negotiation, stamps

KEPT_SECONDS = 60  # what tells the time stays true
LONGEST_PATH = 300  # a slug has 200 letters at most; what is longer is not worth remembering
OVERHEAD = 2_000  # bytes that a page takes beside its bodies, about
# By these an answer may differ: they are part of the key, or a request that has them is not answered from memory.
KNOWN_VARY = frozenset({"accept-encoding", "accept-language", "origin", "cookie", "authorization", "x-reader"})
# What a 304 repeats, RFC 9110, section 15.4.5, and what a browser checks before it lets a script read the answer.
IN_304 = ("cache-control", "etag", "vary", "access-control-")
SERVER = ("wsgi.", "SERVER_", "SCRIPT_NAME")  # what the server itself says of a request

Headers = list[tuple[str, str]]
type_application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Key(NamedTuple):
    """All that a page is made from."""

    host: str
    path: str
    query: str
    language: str
    origin: str


class Answer(NamedTuple):
    """What Django answered, and the subject of it if it may be kept."""

    status: str
    headers: Headers
    body: bytes
    subject: str | None


class Page:
    """An answer to keep: its headers, its body in each encoding, and what tells whether it is still true."""

    def __init__(self, key: Key, answer: Answer, *, made_at: float, generation: int, changes_at: float) -> None:
        self.made_at, self.ends_at = made_at, min(made_at + KEPT_SECONDS, changes_at)
        self.generation, self.subject = generation, answer.subject or stamps.EVERYTHING
        self.body, self.size = answer.body, len(answer.body) + sum(map(len, key)) + OVERHEAD
        fixed = {name.lower(): value for name, value in answer.headers}
        self.etag = f"W/{fixed['etag'].removeprefix('W/')}"  # weak: one for all encodings
        own = ("content-length", "content-encoding", "etag", "vary")
        vary = ", ".join(sorted({"Accept-Encoding", *filter(None, fixed.get("vary", "").split(", "))}))
        kept = [pair for pair in answer.headers if pair[0].lower() not in own]
        self.headers = [*kept, ("Vary", vary), ("ETag", self.etag)]
        self.headers_of_304 = [pair for pair in self.headers if pair[0].lower().startswith(IN_304)]
        self.encoded: dict[str, tuple[Headers, list[bytes]]] = {}

    def encode(self, encoding: str) -> tuple[Headers, list[bytes]]:
        """Headers and body in an encoding, made when it is first asked for."""
        if encoding not in self.encoded:
            body = negotiation.COMPRESS[encoding](self.body)
            coded = [] if body is self.body else [("Content-Encoding", encoding)]
            self.size += len(body) if coded else 0
            self.encoded[encoding] = [*self.headers, *coded, ("Content-Length", str(len(body)))], [body]
        return self.encoded[encoding]


def key_of(environ: dict[str, Any], *, is_https: bool) -> Key | None:
    """The key of a request for a public page, or None for all others, such as a plain one to a site on https."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or caching.is_personal(environ):
        return None
    if is_https and environ.get("HTTP_X_FORWARDED_PROTO") != "https":
        return None
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    parameters = _parameters(path) if len(path) <= LONGEST_PATH else None
    if parameters is None or "HTTP_HOST" not in environ:
        return None
    try:
        query = query and caching.declared(query, parameters)
    except SuspiciousOperation:
        return None
    origin = environ.get("HTTP_ORIGIN", "")
    return Key(
        environ["HTTP_HOST"],
        path,
        query,
        negotiation.language(environ.get("HTTP_ACCEPT_LANGUAGE", "")[:100]),
        origin if origin and origin in settings.CORS_ALLOWED_ORIGINS else "",
    )


def made_by(application: type_application, key: Key, environ: dict[str, Any]) -> Answer:
    """Django's answer to a request that consists of the key."""
    made = {name: value for name, value in environ.items() if name.startswith(SERVER)}
    made |= {"REQUEST_METHOD": "GET", "PATH_INFO": key.path, "QUERY_STRING": key.query, "wsgi.input": io.BytesIO()}
    made |= {"HTTP_HOST": key.host, "HTTP_ACCEPT_LANGUAGE": key.language}
    made |= {"HTTP_ORIGIN": key.origin} if key.origin else {}
    made |= {"HTTP_X_FORWARDED_PROTO": "https"} if settings.HTTPS else {}
    started: list[Any] = []
    result = application(made, lambda status, headers, *_: started.extend((status, headers)))
    try:
        body = b"".join(result)
    finally:
        result.close()  # type: ignore[attr-defined]
    status, headers = started
    return Answer(status, headers, body, made.get(caching.SHOWS) if _is_keepable(status, headers) else None)


def _is_keepable(status: str, headers: Headers) -> bool:
    """Whether nothing in an answer speaks against keeping it, whatever its view has said."""
    fixed = {name.lower(): value for name, value in headers}
    vary = {name.strip().lower() for name in fixed.get("vary", "").split(",") if name.strip()}
    return (
        status.startswith("200")
        and fixed.get("cache-control", "").startswith("public")
        and "etag" in fixed
        and "set-cookie" not in fixed
        and vary <= KNOWN_VARY
    )


@functools.lru_cache(maxsize=2048)
def _parameters(path: str) -> frozenset[str] | None:
    """The query parameters of the public view at a path, or None where there is none."""
    try:
        found: frozenset[str] | None = getattr(resolve(path).func, "parameters", None)
    except Resolver404:
        return None
    return found
