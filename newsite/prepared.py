"""Queries on hot paths whose compiling takes longer than their running: compiled once by the ORM, then only run."""

import functools
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Prepared:
    """A query of plain values, run again and again with other parameters, without being compiled again."""

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *kinds: type[int] | type[str]) -> None:
        """`build` makes the query set, by `values_list`, of columns that need no conversion. It is called once, with a
        placeholder of each of the kinds."""
        self._build = build
        self._places = [f"\0{n}" if kind is str else 2**62 + n for n, kind in enumerate(kinds)]

    def rows(self, *values: int | str) -> list[tuple[Any, ...]]:
        """The rows for these values, one for each placeholder."""
        sql, parameters = self._compiled
        given = dict(zip(self._places, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in parameters])
            return list(cursor.fetchall())

    @functools.cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._build(*self._places).query.sql_with_params()
        return sql, parameters
