"""What screening looks for, set by the newsroom: rules, blocks, the classifier, and the notes to authors."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from comments.models import Block, Classifier, NoteTemplate, Rule
from comments.models.screening import PATTERN_LENGTH
from comments.screening import authors, rules
from newsite import stamps

LOGGED = 100  # patterns that are named in the log


class RuleForm(forms.ModelForm):
    """One rule."""

    def clean(self) -> dict[str, Any]:
        """Refuse what can never match."""
        data = super().clean() or {}
        kind = data.get("kind", "")
        if data.get("pattern"):
            data["pattern"] = _stored(kind, data["pattern"])
            if problem := rules.problem(kind, data["pattern"]):
                self.add_error("pattern", problem)
        return data


class NewRulesForm(RuleForm):
    """Rules to add: one, or a list of any length."""

    patterns = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8, "cols": 60}),
        error_messages={"required": "Write at least one, one a line."},
        help_text=f"One a line. {Rule._meta.get_field('pattern').help_text}",
    )

    class Meta:
        model = Rule
        fields = ("kind", "verdict", "reason", "note", "is_active")

    def clean_patterns(self) -> list[str]:
        """The patterns, each once."""
        lines = (line.strip() for line in self.cleaned_data["patterns"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        """Refuse the whole list for one line that can be no rule, and say which."""
        data = super().clean() or {}
        kind = data.get("kind", "")
        data["patterns"] = list(dict.fromkeys(_stored(kind, pattern) for pattern in data.get("patterns", [])))
        for pattern in data["patterns"]:
            problem = rules.problem(kind, pattern)
            if len(pattern) > PATTERN_LENGTH:
                problem = f"This is longer than {PATTERN_LENGTH} characters."
            if problem:
                self.add_error("patterns", f"“{pattern[:80]}”: {problem}")
                break
        return data


def _stored(kind: str, pattern: str) -> str:
    """A pattern as it is stored: a domain is the same in capitals."""
    return pattern.lower() if kind == Rule.Kind.DOMAIN else pattern


class RulesChangedAdmin(admin.ModelAdmin):
    """Rows of which every process keeps what follows from them."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        stamps.bump(rules.SUBJECT)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        stamps.bump(rules.SUBJECT)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            stamps.bump(rules.SUBJECT)


@admin.register(Rule)
class RuleAdmin(RulesChangedAdmin):
    """Words, patterns and domains; many are added at once."""

    list_display = ("pattern", "kind", "verdict", "reason", "is_active", "note")
    list_filter = ("kind", "verdict", "is_active")
    search_fields = ("pattern", "note")
    show_full_result_count = False
    fields = ("kind", "pattern", "verdict", "reason", "note", "is_active")

    def get_fields(self, request: HttpRequest, obj: Rule | None = None) -> Any:
        return self.fields if obj else ("kind", "patterns", "verdict", "reason", "note", "is_active")

    def get_form(self, request: HttpRequest, obj: Rule | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = RuleForm if obj else NewRulesForm
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        first, *others = form.cleaned_data["patterns"]
        shared = {name: getattr(obj, name) for name in ("kind", "verdict", "reason", "note", "is_active")}
        known = set(Rule.objects.filter(kind=obj.kind).values_list("pattern", flat=True))
        made = [Rule(pattern=pattern, **shared) for pattern in (first, *others) if pattern not in known]
        with transaction.atomic():
            Rule.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)  # somebody else may be adding, too
            obj.pk = Rule.objects.get(kind=obj.kind, pattern=first).pk
            obj.pattern = first
            stamps.bump(rules.SUBJECT)
        messages.success(request, f"Added: {len(made)}. Known already: {len(known & {first, *others})}.")

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """What the log says: of many rules, all that one request has added."""
        if not add:
            return super().construct_change_message(request, form, formsets, add)
        patterns = form.cleaned_data["patterns"]
        more = f" and {len(patterns) - LOGGED} more" if len(patterns) > LOGGED else ""
        return f"Added {len(patterns)}: {', '.join(patterns[:LOGGED])}{more}."


class BlockForm(forms.ModelForm):
    """Somebody whose comments are rejected."""

    def clean(self) -> dict[str, Any]:
        """Write what tells somebody from others as it is looked for, and end what holds for a day."""
        data = super().clean() or {}
        kind, value = data.get("kind", ""), authors.known_as(data.get("kind", ""), data.get("value", ""))
        if data.get("value"):
            data["value"] = value
            if not value:
                self.add_error("value", "Nobody can be told by this name: it has no letters.")
            if kind == Block.Kind.EMAIL and "@" not in value:
                self.add_error("value", "Write an address, or @ and a domain.")
        if kind == Block.Kind.NETWORK:
            data["expires_at"] = min(data.get("expires_at") or _end_of_day(), _end_of_day())
        return data


def _end_of_day() -> datetime.datetime:
    """Until when a network has the key that it has now: see readers.network_key."""
    tomorrow = timezone.now().astimezone(datetime.UTC) + datetime.timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    """Authors whose comments are rejected."""

    list_display = ("value", "kind", "reason", "expires_at", "created_by", "created_at")
    list_filter = ("kind",)
    search_fields = ("value", "reason")
    form = BlockForm
    fields = ("kind", "value", "reason", "expires_at")
    list_select_related = ("created_by",)

    def save_model(self, request: HttpRequest, obj: Block, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)


@admin.register(Classifier)
class ClassifierAdmin(admin.ModelAdmin):
    """The one row of what the classifier has learned."""

    fields = ("is_acting", "wanted", "unwanted")
    readonly_fields = ("wanted", "unwanted")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Classifier, form: Any, change: bool) -> None:
        obj.save(update_fields=["is_acting"])  # the worker counts in the other columns


@admin.register(NoteTemplate)
class NoteTemplateAdmin(admin.ModelAdmin):
    """Notes to authors that are needed again and again."""

    list_display = ("text", "reason")
    list_filter = ("reason",)
