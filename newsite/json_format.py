"""JSON as strangers send it and as they get it."""

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


class BoundedJSONParser(JSONParser):
    """JSON, strictly; nesting that exhausts the interpreter's stack is a client's error like any other."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode("utf-8")
            return json.loads(text, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"This is not valid JSON: {error}") from error


class Utf8Renderer(JSONRenderer):
    """JSON in UTF-8; what UTF-8 cannot hold, such as half a surrogate pair that an error repeats, stays escaped."""

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        try:
            return bytes(super().render(data, *args, **kwargs))
        except UnicodeEncodeError:
            return json.dumps(data, cls=self.encoder_class).encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
