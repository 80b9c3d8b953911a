"""A service on this machine that is asked about comments."""

import itertools
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from newsite import worker

SECRET = "0123456789abcdef0123456789abcdef"
SEND = "/articles/machines/comments/"


class Service(ThreadingHTTPServer):
    """A service that keeps what it is sent and answers what it is told to."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Asked)
        self.received, self.status, self.headers, self.body, self.pause = [], 200, {}, b"", 0.0
        self.url = f"http://127.0.0.1:{self.server_port}/check"

    def answer(self, body, status=200, **headers):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class Asked(BaseHTTPRequestHandler):
    """One question."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for n in range(len(self.server.body)) if self.server.pause else [slice(None)]:
                self.wfile.write(self.server.body[n : n + 1] if self.server.pause else self.server.body[n])
                time.sleep(self.server.pause)
        except OSError:
            return  # who asks has gone

    def log_message(self, *args):
        """Says nothing."""


def work():
    """One round of the worker."""
    worker.run(itertools.chain([False], itertools.repeat(True)).__next__, lambda _: None)


def now(comment):
    """What has become of a comment, and what was found outside."""
    comment.refresh_from_db()
    found = [finding for finding in comment.findings if finding["check"] in ("akismet", "hook")]
    return comment.status, [finding["detail"] for finding in found]
