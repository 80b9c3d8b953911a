"""The least that a WSGI server can be asked to do: one answer, made of two files that the environment names."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

BODY = Path(os.environ["BODY_FILE"]).read_bytes()
HEADERS: list[tuple[str, str]] = [
    (name, value) for name, value in json.loads(Path(os.environ["HEADERS_FILE"]).read_text())
]


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer every request with the given headers and body."""
    start_response("200 OK", list(HEADERS))
    return [BODY]
