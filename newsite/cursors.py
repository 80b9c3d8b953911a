"""Keyset pagination for the API: a cursor holds the place of a row in the whole ordering, never a count of rows."""

import json
import math
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils import timezone
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor as Place
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

PAGING = ("cursor", "page_size")


class Cursor(CursorPagination):
    """`next` and `previous` as addresses; `page_size` up to 100. The ordering ends with the id and has one direction.

    Django REST framework's own cursor holds the first column and an offset among equal rows, which ends at a thousand.
    """

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = "-pk"

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page_size = self.get_page_size(request) or Cursor.page_size
        self.base_url = request.build_absolute_uri()
        self.columns = tuple(self.get_ordering(request, queryset, view))
        place = self.decode_cursor(request)
        backwards = bool(place and place.reverse)
        if place:
            queryset = queryset.filter(self._beyond(queryset.model, place))
        found = list(queryset.order_by(*(_reversed(self.columns) if backwards else self.columns))[: self.page_size + 1])
        rows, has_more = found[: self.page_size], len(found) > self.page_size
        if backwards:
            rows.reverse()
        self.rows = rows
        self.has_next = bool(rows) and (has_more or backwards)
        self.has_previous = bool(rows) and (has_more if backwards else place is not None)
        return rows

    def get_next_link(self) -> str | None:
        return self._link(self.rows[-1], reverse=False) if self.has_next else None

    def get_previous_link(self) -> str | None:
        return self._link(self.rows[0], reverse=True) if self.has_previous else None

    def _link(self, row: Model, *, reverse: bool) -> str:
        position: Any = json.dumps([_written(getattr(row, name)) for name in self._names()])
        return str(self.encode_cursor(Place(offset=0, reverse=reverse, position=position)))

    def _beyond(self, model: type[Model], place: Place) -> Q:
        """The rows behind a place: greater, or equal so far and greater in the next column, and so on."""
        names = self._names()
        values = self._values(model, place.position)
        comparison = "lt" if self.columns[0].startswith("-") != place.reverse else "gt"
        bound = Q(**{f"{names[0]}__{comparison}e": values[0]})  # implied by the rest; lets an index begin there
        condition = Q()
        for n, name in enumerate(names):
            equal = dict(zip(names[:n], values[:n], strict=True))
            condition |= Q(**equal, **{f"{name}__{comparison}": values[n]})
        return bound & condition

    def _values(self, model: type[Model], position: Any) -> list[Any]:
        try:
            written = json.loads(position or "")
            fields = [model._meta.pk if name == "pk" else model._meta.get_field(name) for name in self._names()]
            if not isinstance(written, list) or len(written) != len(fields):
                raise ValueError
            return [_read(field, value) for field, value in zip(fields, written, strict=True)]
        except (ValueError, TypeError, OverflowError, RecursionError, ValidationError) as error:
            raise NotFound(self.invalid_cursor_message) from error

    def _names(self) -> list[str]:
        return [name.removeprefix("-") for name in self.columns]


def _reversed(ordering: tuple[str, ...]) -> list[str]:
    return [name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in ordering]


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(field: "Field[Any, Any] | Any", written: Any) -> Any:
    """A column's value as a cursor holds it. Raises ValueError or ValidationError for what no cursor of ours holds."""
    value = field.to_python(written)
    is_odd = (
        value is None
        or (isinstance(value, str) and "\0" in value)
        or (isinstance(value, float) and not math.isfinite(value))
        or (hasattr(value, "isoformat") and (timezone.is_naive(value) or not 1 < value.year < 9999))
    )
    if is_odd:
        raise ValueError(written)
    return value
