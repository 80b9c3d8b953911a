"""What a client takes: the language and encoding of an answer, and whether it has the answer already."""

import functools
import gzip
from collections.abc import Callable

import brotli
from django.http import HttpRequest
from django.utils import translation
from django.utils.http import parse_etags

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "br": functools.partial(brotli.compress, quality=2),
    "gzip": functools.partial(gzip.compress, compresslevel=6, mtime=0),
    "identity": bytes,
}


@functools.lru_cache(maxsize=256)
def language(accepted: str) -> str:
    """The language that Django will choose for an Accept-Language header."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)


@functools.lru_cache(maxsize=256)
def encoding(accepted: str) -> str:
    """The encoding that a client likes best, of those it likes equally the smallest; RFC 9110, section 12.5.3."""
    weights: dict[str, float] = {}
    for part in accepted.replace(" ", "").lower().split(","):
        name, _, weight = part.partition(";q=")
        try:
            weights[name] = float(weight or 1)
        except ValueError:
            weights[name] = 0
    others = weights.get("*", 0)
    weights.setdefault("identity", others or 0.001)
    best = max(COMPRESS, key=lambda name: weights.get(name, others))
    return best if weights.get(best, others) > 0 else "identity"


def names(given: str, etag: str) -> bool:
    """Whether an If-None-Match header names an ETag, RFC 9110, section 13.1.2."""
    if given in (etag, "*"):
        return True
    return etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in parse_etags(given))
