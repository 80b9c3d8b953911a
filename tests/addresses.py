"""Every address that the site's map knows, with values put where the map has parameters."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver


def addresses(values: dict[str, Any]) -> list[str]:
    """The paths of all patterns whose parameters are among the values."""
    filled = (_fill(text, values) for text in _walk(get_resolver().url_patterns, "/"))
    return sorted({text for text in filled if not set(text) & set("<>()\\?[]")})


def _walk(patterns: list[Any], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, text)
        else:
            yield text


def _fill(text: str, values: dict[str, Any]) -> str:
    text = re.sub(r"\(\?P(<\w+>)[^)]+\)", r"\1", text).replace("^", "").replace("$", "").replace(r"\Z", "")
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values.get(found[1], found[0])), text)
