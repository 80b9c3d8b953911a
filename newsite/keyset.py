"""Keyset pagination for pages: a page begins after a row, not after a count, so that its cost does not grow with the
archive and nothing is shown twice when something new comes in."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
WRITTEN = {
    datetime.datetime: re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII),
    float: re.compile(r"(\d\.\d{1,20}(?:e-\d{1,3})?)-(\d{1,18})", re.ASCII),
}

type_value = datetime.datetime | float
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Position:
    """A place in a list that is ordered by a time, or a number, and then by the id."""

    value: type_value
    pk: int

    def __str__(self) -> str:
        value = self.value if isinstance(self.value, float) else (self.value - EPOCH) // MICROSECOND
        return f"{value}-{self.pk}"

    def older(self, field: str) -> Q:
        """The rows behind this place in a list with the newest, or the greatest, first."""
        return self._beyond(field, "lt")

    def newer(self, field: str) -> Q:
        """The rows behind this place in a list with the oldest first."""
        return self._beyond(field, "gt")

    def _beyond(self, field: str, side: str) -> Q:
        # The first condition is for the index, which the others alone would not let the database use.
        reachable = Q(**{f"{field}__{side}e": self.value})
        return reachable & (Q(**{f"{field}__{side}": self.value}) | Q(**{field: self.value, f"pk__{side}": self.pk}))


def asked_for(request: HttpRequest, name: str, of: type[type_value] = datetime.datetime) -> Position | None:
    """The place that a query parameter names, in a list that is ordered by times or by numbers; None without one.

    Raises Http404 for what is not a place.
    """
    text = request.GET.get(name)
    if not text:
        return None
    written = WRITTEN[of].fullmatch(text)
    if written is None:
        raise Http404
    try:
        value = float(written[1]) if of is float else EPOCH + int(written[1]) * MICROSECOND
    except OverflowError as error:
        raise Http404 from error
    return Position(value, int(written[2]))


def cut(rows: "QuerySet[M]", size: int, field: str) -> tuple[list[M], Position | None]:
    """The first `size` rows, and the place of the last of them when there are more."""
    found: list[Any] = list(rows[: size + 1])
    if len(found) <= size:
        return found, None
    last = found[size - 1]
    return found[:size], Position(getattr(last, field), last.pk)


def row_id(text: object) -> int | None:
    """The id that somebody has written, or None for what cannot be one."""
    written = str(text)
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
