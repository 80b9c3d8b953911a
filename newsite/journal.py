"""Rows that say what was done: they are added and read, never changed or deleted."""

from typing import Any, ClassVar, NoReturn, TypeVar

from django.db import models

type_entry = TypeVar("type_entry", bound="Entry")


class EntryQuerySet(models.QuerySet[type_entry]):
    """Entries are added and read; there is no other way to treat them."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("What was done cannot be changed.")

    def delete(self) -> NoReturn:
        raise TypeError("What was done cannot be deleted.")


class Entry(models.Model):
    """One thing that was done."""

    objects: ClassVar[EntryQuerySet[Any]] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row.

        Raises TypeError for one that is there already.
        """
        if self.pk is not None:
            raise TypeError("What was done cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises TypeError."""
        raise TypeError("What was done cannot be deleted.")
