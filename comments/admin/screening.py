"""What screening looks for, set by the newsroom: rules, blocks, the classifier, and the notes to authors."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from comments.models import Block, Classifier, NoteTemplate, Rule, Verdict
from comments.models.screening import PATTERN_LENGTH
from comments.screening import rules
from comments.screening.folding import fold
from newsite import stamps

NEEDS_REASON = "A rejection needs a reason: the author is told."


class RuleForm(forms.ModelForm):
    """One rule."""

    def clean(self) -> dict[str, Any]:
        """Refuse what can never match, and a rejection without a reason."""
        data = super().clean() or {}
        if data.get("verdict") == Verdict.REJECT and not data.get("reason"):
            self.add_error("reason", NEEDS_REASON)
        if data.get("pattern") and (problem := rules.problem(data.get("kind", ""), data["pattern"])):
            self.add_error("pattern", problem)
        return data


class NewRulesForm(RuleForm):
    """Rules to add: one, or a list of any length."""

    patterns = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 8, "cols": 60}),
        error_messages={"required": "Write at least one, one a line."},
        help_text="One a line. Capitals, accents, look-alike letters and figures for letters make no difference.",
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
        for pattern in data.get("patterns", []):
            problem = rules.problem(data.get("kind", ""), pattern)
            if len(pattern) > PATTERN_LENGTH:
                problem = f"This is longer than {PATTERN_LENGTH} characters."
            if problem:
                self.add_error("patterns", f"“{pattern[:80]}”: {problem}")
                break
        return data


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
            Rule.objects.bulk_create(made, batch_size=1000)
            obj.pk = Rule.objects.get(kind=obj.kind, pattern=first).pk
            obj.pattern = first
            stamps.bump(rules.SUBJECT)
        messages.success(request, f"Added: {len(made)}. Known already: {len(known & {first, *others})}.")


@admin.register(Block)
class BlockAdmin(admin.ModelAdmin):
    """Authors whose comments are rejected."""

    list_display = ("value", "kind", "reason", "expires_at", "created_by", "created_at")
    list_filter = ("kind",)
    search_fields = ("value", "reason")
    fields = ("kind", "value", "reason", "expires_at")
    list_select_related = ("created_by",)

    def save_model(self, request: HttpRequest, obj: Block, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        obj.value = fold(obj.value).text if obj.kind == Block.Kind.NAME else obj.value.strip().lower()
        super().save_model(request, obj, form, change)


@admin.register(Classifier)
class ClassifierAdmin(admin.ModelAdmin):
    """The one row of what the classifier has learned."""

    fields = ("is_acting", "wanted", "unwanted")
    readonly_fields = ("wanted", "unwanted")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not Classifier.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(NoteTemplate)
class NoteTemplateAdmin(admin.ModelAdmin):
    """Notes to authors that are needed again and again."""

    list_display = ("text", "reason")
    list_filter = ("reason",)
