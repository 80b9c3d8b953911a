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
WRITTEN = re.compile(r"(\d{1,17})-(\d{1,18})", re.ASCII)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Position:
    """A place in a list that is ordered by a time and then by the id."""

    when: datetime.datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.when - EPOCH) // MICROSECOND}-{self.pk}"

    def older(self, field: str) -> Q:
        """The rows behind this place in a list with the newest first."""
        return Q(**{f"{field}__lt": self.when}) | Q(**{field: self.when, "pk__lt": self.pk})

    def newer(self, field: str) -> Q:
        """The rows behind this place in a list with the oldest first."""
        return Q(**{f"{field}__gt": self.when}) | Q(**{field: self.when, "pk__gt": self.pk})


def asked_for(request: HttpRequest, name: str) -> Position | None:
    """The place that a query parameter names, or None without one.

    Raises Http404 for what is not a place.
    """
    text = request.GET.get(name)
    if not text:
        return None
    written = WRITTEN.fullmatch(text)
    try:
        return Position(EPOCH + int(written[1]) * MICROSECOND, int(written[2])) if written else _refuse()
    except OverflowError as error:
        raise Http404 from error


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


def _refuse() -> Position:
    raise Http404
