"""Queries on hot paths whose compiling takes longer than their running: compiled once by the ORM, then only run."""

import functools
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

PLACE = 2**62 + 1  # stands in the compiled query where the id will be


class Prepared:
    """A query of plain values for a row's id, run without being compiled again."""

    def __init__(self, build: Callable[[int], "QuerySet[Any, Any]"]) -> None:
        """`build` makes the query set for an id, by `values_list`, of columns that need no conversion."""
        self._build = build

    def rows(self, pk: int) -> list[tuple[Any, ...]]:
        """The rows for an id."""
        sql, parameters = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [pk if value == PLACE else value for value in parameters])
            return list(cursor.fetchall())

    @functools.cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self._build(PLACE).query.sql_with_params()
        return sql, parameters
