"""Writing and publishing articles in the admin."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from articles import publishing, topics
from articles.models import Article, Correction, Section, Topic
from articles.policy import Policy, SitePolicy
from articles.text import render_article
from newsite import stamps
from newsite.admin.told import ToldAdmin

DECISIONS: dict[str, tuple[Callable[[Article], None], str]] = {
    "publish": (publishing.publish, "published"),
    "schedule": (publishing.schedule, "scheduled"),
    "withdraw": (publishing.withdraw, "withdrawn"),
}


class ShownAdmin(ToldAdmin):
    """Rows that pages show: whatever is done to them here, the pages are made anew."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        stamps.bump(stamps.SITE)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        stamps.bump(stamps.SITE)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            stamps.bump(stamps.SITE)
            super().delete_queryset(request, queryset)


@admin.register(Section)
class SectionAdmin(ShownAdmin):
    """Sections, in the order of the navigation."""

    list_display = ("name", "position", "comments_policy", "description")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012


@admin.register(SitePolicy)
class SitePolicyAdmin(ShownAdmin):
    """The one row of what holds for the whole site."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_sitepolicy_change", args=[1]))


@admin.register(Topic)
class TopicAdmin(ShownAdmin):
    """Topics; saving one links it in the articles that name it."""

    list_display = ("name", "kind", "aliases", "description")
    list_filter = ("kind",)
    search_fields = ("name", "aliases")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        before = Topic.objects.get(pk=obj.pk).names if change else []
        super().save_model(request, obj, form, change)
        count = publishing.link_again({*before, *obj.names})
        self.message_user(request, f"Linked anew in {count} article{'' if count == 1 else 's'}.")

    def delete_model(self, request: HttpRequest, obj: Topic) -> None:
        names = obj.names
        super().delete_model(request, obj)
        publishing.link_again(names)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Topic]) -> None:
        names = [name for topic in queryset for name in topic.names]
        super().delete_queryset(request, queryset)
        publishing.link_again(names)


class CorrectionInline(admin.TabularInline):
    """Corrections, shown below the article."""

    model = Correction
    extra = 0


WIDGETS = {
    "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
    "standfirst": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
    "body": forms.Textarea(attrs={"rows": 28, "class": "vLargeTextField", "data-preview": "preview"}),
}


class ArticleForm(forms.ModelForm):
    """What an article needs beyond its fields' own rules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        author = self.fields.get("author")
        if isinstance(author, forms.ModelChoiceField):  # who may only look has no fields
            # Who has left the staff stays the author of what they wrote.
            may_be = Q(is_staff=True) | Q(pk=self.instance.author_id)
            author.queryset = User.objects.filter(may_be).order_by("username")

    def clean_published_at(self) -> Any:
        at = self.cleaned_data["published_at"]
        if at is None and self.instance.status in Article.PUBLIC_STATUSES:
            raise forms.ValidationError("An article that is published has a time. To hide it, withdraw it.")
        return at

    def clean_comments_closed_because(self) -> str:
        because: str = self.cleaned_data["comments_closed_because"]
        is_closed = self.cleaned_data.get("comments_policy") == Policy.CLOSED
        if because and not is_closed and "comments_closed_because" in self.changed_data:
            raise forms.ValidationError("Readers see this when the comments policy is “closed”: choose that too.")
        return because


@admin.register(Article)
class ArticleAdmin(ShownAdmin):
    """Articles. Publishing, scheduling and withdrawing need a permission of their own."""

    form = ArticleForm
    list_display = ("title", "state", "section", "published_at", "rating", "discussion")
    list_filter = ("status", "section", "comments_policy", "published_at")
    list_select_related = ("section",)
    search_fields = ("title", "standfirst", "byline")
    date_hierarchy = "published_at"
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012
    filter_horizontal = ("extra_topics",)
    inlines = (CorrectionInline,)
    actions = ("publish", "schedule", "withdraw")
    change_form_template = "admin/article_form.html"
    readonly_fields = ("state", "found_topics")
    fieldsets = (
        (None, {"fields": ("title", "slug", "standfirst", "body")}),
        ("Where and when", {"fields": ("state", "section", "published_at", "byline", "author")}),
        ("Discussion", {"fields": ("comments_policy", "comments_closed_because")}),
        ("Source", {"fields": ("source_name", "source_url")}),
        ("Topics", {"fields": ("found_topics", "extra_topics")}),
    )

    class Media:
        js = ("js/preview.js",)

    @admin.display(ordering="status")
    def state(self, article: Article) -> str:
        if article.status == Article.Status.SCHEDULED and article.is_public:
            return "published (as scheduled)"
        return str(article.get_status_display())

    @admin.display(ordering="rating_score")
    def rating(self, article: Article) -> str:
        return f"{article.rating_average:.1f} ({article.rating_count})" if article.rating_average else "–"

    @admin.display(description="comments", ordering="comment_count")
    def discussion(self, article: Article) -> SafeString:
        url = reverse("admin:comments_comment_changelist")
        query = f"{url}?article={article.pk}&status=all"
        return format_html('<a href="{}">{}</a>', query, article.discussion_count)

    @admin.display(description="named in the text")
    def found_topics(self, article: Article) -> str:
        return ", ".join(topic.name for topic in article.topics.all()) if article.pk else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> tuple[str, ...]:
        locked = () if self.has_publish_permission(request) else ("published_at",)
        return (*self.readonly_fields, *locked)

    def get_form(self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, widgets=WIDGETS, **kwargs)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("articles.publish_article"))

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        publishing.save(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        publishing.settle_topics(form.instance)
        if decision := request.POST.get("_decide"):
            self._decide(request, Article.objects.filter(pk=form.instance.pk), decision)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context["may_publish"] = self.has_publish_permission(request)
        context["preview_url"] = reverse("admin:article-preview")
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.action(description="Publish now", permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._decide(request, queryset, "publish")

    @admin.action(description="Schedule for “published at”", permissions=["publish"])
    def schedule(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._decide(request, queryset, "schedule")

    @admin.action(description="Withdraw", permissions=["publish"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        self._decide(request, queryset, "withdraw")

    def _decide(self, request: HttpRequest, articles: QuerySet[Article], name: str) -> None:
        if not self.has_publish_permission(request):
            self.message_user(request, "You may not publish or withdraw articles.", messages.ERROR)
            return
        if name not in DECISIONS:  # the text is saved all the same, so that nothing typed is lost
            self.message_user(request, "It was saved; what else to do with it was not understood.", messages.ERROR)
            return
        decide, done = DECISIONS[name]
        for article in articles:
            try:
                decide(article)
            except publishing.NotPossible as problem:
                self.message_user(request, f"“{article}”: {problem}", messages.ERROR)
            else:
                self.log_change(request, article, done.capitalize() + ".")
                self.message_user(request, f"“{article}” is {done}.", messages.SUCCESS)

    def get_urls(self) -> list[Any]:
        preview = path("preview/", self.admin_site.admin_view(require_POST(self.preview)), name="article-preview")
        return [preview, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        """The text as readers will see it, through the same renderer."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        text = request.POST.get("body", "")
        try:
            Article._meta.get_field("body").run_validators(text)
        except ValidationError as problem:
            return HttpResponse("\n".join(problem.messages), status=400, content_type="text/plain; charset=utf-8")
        linker = topics.Linker(list(Topic.objects.all()))
        rendered = render_article(text, linker.link)
        return HttpResponse(rendered.html)
