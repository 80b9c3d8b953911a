"""What all API views share: strict fields, cacheable reading, and who is asking."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from django.utils.cache import patch_vary_headers
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from newsite import caching, readers
from newsite.ratelimit import RateLimited


class ReaderInvalid(APIException):
    """The X-Reader header or the cookie was not signed by this site."""

    status_code = 400
    default_code = "reader_invalid"
    default_detail = "This X-Reader value or reader cookie is not one of ours; leave it out to get a new one."


class LimitReached(APIException):
    """429, with Retry-After."""

    status_code = 429
    default_code = "throttled"

    def __init__(self, limit: RateLimited) -> None:
        super().__init__(f"Too many requests of this kind. Try again in {limit.retry_after} seconds.")
        self.wait = limit.retry_after


@contextmanager
def limit_told() -> Iterator[None]:
    """Turn a rate limit that was reached into its answer."""
    try:
        yield
    except RateLimited as limit:
        raise LimitReached(limit) from limit


class BuiltOnce:
    """A mixin for model serializers on hot paths: their fields are worked out of the model once, not for each use."""

    _built: dict[type, dict[str, Any]] = {}  # noqa: RUF012 - shared by all of them on purpose

    def get_fields(self) -> dict[str, Any]:
        """The fields, fresh copies as a serializer expects them."""
        if type(self) not in self._built:
            self._built[type(self)] = super().get_fields()  # type: ignore[misc]
        return copy.deepcopy(self._built[type(self)])


class StrictFields:
    """A serializer mixin that refuses fields it does not know: a typing error must not pass as a choice."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = set(data) - set(self.fields)  # type: ignore[attr-defined]
            if unknown:
                raise ValidationError(
                    {str(name): ["This field is not known."] for name in sorted(map(str, unknown))}, code="unknown"
                )
        return super().to_internal_value(data)  # type: ignore[misc]


class StrictSerializer(StrictFields, serializers.Serializer[Any]):
    """A serializer that refuses unknown fields."""


class PublicView(APIView):
    """Public answers may be kept by caches; what is asked with an identity is for that reader alone."""

    query_parameters: tuple[str, ...] = ()

    @classmethod
    def as_view(cls, *args: Any, **initkwargs: Any) -> Any:
        return caching.public(*cls.query_parameters)(super().as_view(*args, **initkwargs))

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, [readers.HEADER, "Cookie", "Authorization"])
        return response


class PrivateView(APIView):
    """Answers are for the one who asks; nobody may keep them."""

    @classmethod
    def as_view(cls, *args: Any, **initkwargs: Any) -> Any:
        return caching.private(super().as_view(*args, **initkwargs))


def asker(request: Request) -> readers.Asker:
    """Who writes. Raises ReaderInvalid."""
    try:
        return readers.asker(_plain(request))
    except readers.ForgedReader as error:
        raise ReaderInvalid from error


def network(request: Request) -> str:
    """The key of the network that asks."""
    return readers.network_key(_plain(request))


def known_reader(request: Request) -> str | None:
    """Who reads, if they have said. Raises ReaderInvalid."""
    try:
        return readers.known_reader(_plain(request))
    except readers.ForgedReader as error:
        raise ReaderInvalid from error


def remembered(response: Response, who: readers.Asker) -> Response:
    """The response, with the reader's identity to send next time."""
    readers.remember(response, who)
    return response


def _plain(request: Request) -> HttpRequest:
    return request._request
