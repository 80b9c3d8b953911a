"""Changes told in the log with what was there before and what is there now."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.text import capfirst

LONGEST = 60  # characters; of longer values the log tells only that they were changed
EMPTY = "–"


class ToldAdmin(admin.ModelAdmin):
    """Rows of which a change is told as “Comments policy: pre → closed”."""

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        message = super().construct_change_message(request, form, formsets, add)
        if not add and form.changed_data:
            message[0]["changed"]["fields"] = [_told(form, name) for name in form.changed_data]
        return message


def _told(form: forms.BaseForm, name: str) -> str:
    field = form.fields.get(name)
    if field is None:  # a password is no field of its form
        return capfirst(name)
    label = str(field.label or capfirst(name.replace("_", " ")))
    before = _in_words(field, form.get_initial_for_field(field, name))
    after = _in_words(field, form.cleaned_data.get(name))
    return label if max(len(before), len(after)) > LONGEST else f"{label}: {before} → {after}"


def _in_words(field: forms.Field, value: Any) -> str:
    """A value as the form would show it; rows come as themselves or as their keys."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return EMPTY
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(sorted(map(str, value))) or EMPTY
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        return str(field.queryset.filter(pk=getattr(value, "pk", value)).first() or value)
    return str(dict(getattr(field, "choices", ())).get(value, value))
