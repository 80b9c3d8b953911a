"""The site as a server sees it: a WSGI application, asked with nothing in between."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.test import RequestFactory


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """Asks a WSGI application."""

    def __init__(self, application):
        self.application = application

    def ask(self, path, *, method="GET", data=None, host="127.0.0.1", address="203.0.113.7", **headers):
        """One request. Headers are given by their names in small letters, `accept_encoding="br"`."""
        body = urlencode(data).encode() if data else b""
        named = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        content_type = "application/x-www-form-urlencoded" if data else ""
        request = RequestFactory().generic(method, path, body, content_type, headers=named, REMOTE_ADDR=address)
        started = []
        result = self.application(request.environ, lambda status, sent, *_: started.extend((status, sent)))
        content = b"".join(result)
        if hasattr(result, "close"):
            result.close()
        status, sent = started
        return Answer(int(status[:3]), {name.lower(): value for name, value in sent}, content)
