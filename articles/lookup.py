"""One published article by its slug, for the paths that are taken hundreds of times a second."""

import datetime
import functools

from django.db import DEFAULT_DB_ALIAS
from django.http import Http404
from django.utils import timezone

from articles.models import Article
from newsite.prepared import Prepared

WHOLE = tuple(field.attname for field in Article._meta.concrete_fields)


def published(slug: str, columns: tuple[str, ...] = WHOLE) -> Article:
    """The published article with this slug; of its row only these columns are read, others when they are asked for.

    Raises Http404.
    """
    in_order = tuple(name for name in WHOLE if name in columns)  # as from_db expects them
    rows = _query(in_order).rows(slug, timezone.now())
    if not rows:
        raise Http404
    return Article.from_db(DEFAULT_DB_ALIAS, in_order, rows[0])


@functools.cache
def _query(columns: tuple[str, ...]) -> Prepared:
    return Prepared(
        lambda slug, now: Article.objects.published(now).filter(slug=slug).values_list(*columns),
        *(str, datetime.datetime),
    )
