"""Requests to the site's WSGI application in this process: to profile it, and to count its queries."""

import io
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.speed.asking import Request

SERVER = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": ""}


def call(application: Callable[..., Any], request: Request) -> bytes:
    """The body of the answer. Raises AssertionError when it has another status than the right one."""
    statuses: list[str] = []
    result = application(environ(request), lambda status, *_: statuses.append(status))
    body = b"".join(result)
    getattr(result, "close", lambda: None)()
    assert statuses[0].startswith(str(request.status)), (request.path, statuses, body[:2000])
    return body


def environ(request: Request) -> dict[str, Any]:
    """A request as a WSGI server hands it over."""
    path, _, query = request.path.partition("?")
    body = request.body.encode()
    asked = {"REQUEST_METHOD": request.method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1:8000"}
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    sent = {"CONTENT_TYPE": headers.pop("HTTP_CONTENT_TYPE", ""), "CONTENT_LENGTH": str(len(body))} if body else {}
    wsgi = {"wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO(body)}
    return {**SERVER, **wsgi, **sent, **asked, **headers, "REMOTE_ADDR": "127.0.0.1"}
