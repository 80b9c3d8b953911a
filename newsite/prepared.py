"""Queries on hot paths whose compiling takes longer than their running: compiled once by the ORM, then only run."""

import datetime
import functools
from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

type_kind = type[int] | type[str] | type[datetime.datetime]
LONG_AGO = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


class Prepared:
    """A query by `values_list`, run again and again with other parameters, without being compiled again."""

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *kinds: type_kind) -> None:
        """`build` makes the query set; it is called once, with a placeholder of each of the kinds."""
        self._build, self._kinds = build, kinds

    def rows(self, *values: Any) -> list[Any]:
        """The rows for these values, one for each placeholder."""
        sql, parameters, places, convert = self._compiled
        given = dict(zip(places, map(_adapted, values), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in parameters])
            return list(convert(cursor.fetchall()))

    @functools.cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...], list[Any], Callable[[Any], Any]]:
        places = [_placeholder(kind, number) for number, kind in enumerate(self._kinds)]
        compiler = self._build(*places).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        convert = functools.partial(compiler.apply_converters, converters=converters) if converters else iter
        return sql, parameters, list(map(_adapted, places)), convert


def _placeholder(kind: type_kind, number: int) -> Any:
    """A value of a kind that no query has by itself."""
    if kind is datetime.datetime:
        return LONG_AGO + datetime.timedelta(minutes=number)
    return f"\0{number}" if kind is str else 2**62 + number


def _adapted(value: Any) -> Any:
    """A value as it stands among the parameters of a compiled query."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime.datetime) else value
