"""Ratings that were set aside: the list of bursts, and one burst with its evidence and the buttons to decide."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from articles import evidence, review
from articles.models import Rating, RatingBurst, RatingDecision
from articles.review import Action
from newsite import keyset
from newsite.admin.readonly import ReadOnlyAdmin


def offered(burst: RatingBurst, user: User) -> list[tuple[str, str]]:
    """What somebody can do with a burst now, for its buttons."""
    return [(action, action.label) for action in review.possible_actions(burst, user)]


class StateFilter(admin.SimpleListFilter):
    """Shows what waits, unless something else is chosen."""

    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*RatingBurst.State.choices, ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or RatingBurst.State.WAITING) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[RatingBurst]) -> QuerySet[RatingBurst]:
        chosen = self.value() or RatingBurst.State.WAITING
        return queryset if chosen == "all" else queryset.filter(state=chosen)


class DecisionInline(admin.TabularInline):
    """What was decided so far."""

    model = RatingDecision
    verbose_name_plural = "decisions so far"
    extra = 0
    can_delete = False
    fields = readonly_fields = ("created_at", "action", "actor", "old_state", "new_state", "ratings")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # to whom the burst is shown

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("actor")


@admin.register(RatingBurst)
class BurstAdmin(ReadOnlyAdmin):
    """Bursts of ratings; those that wait are shown first."""

    list_display = ("noticed", "about", "how_many", "began_at", "state")
    list_filter = (StateFilter,)
    list_select_related = ("article",)
    ordering = ("pk",)
    show_full_result_count = False
    change_form_template = "admin/burst_form.html"
    fields = ("state",)
    inlines = (DecisionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RatingBurst]:
        ratings = Rating.objects.filter(burst=OuterRef("pk")).order_by().values("burst").annotate(count=Count("pk"))
        bursts: QuerySet[RatingBurst] = super().get_queryset(request)
        return bursts.annotate(how_many=Coalesce(Subquery(ratings.values("count")), 0))

    @admin.display(description="noticed")
    def noticed(self, burst: RatingBurst) -> str:
        return burst.get_kind_display()

    @admin.display(description="article")
    def about(self, burst: RatingBurst) -> SafeString:
        return format_html('<a href="{}">{}</a>', burst.article.get_absolute_url(), burst.article.title)

    @admin.display(description="ratings")
    def how_many(self, burst: Any) -> int:
        return int(burst.how_many)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("articles.review_ratings"))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if burst := kwargs.get("obj"):
            context |= {"evidence": evidence.of(burst), "possible": offered(burst, cast(User, request.user))}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(require_POST(self.decide))
        return [path("<int:pk>/decide/", decide, name="burst-decide"), *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept, discard or undo; the messages say what came of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        burst = get_object_or_404(RatingBurst, pk=pk)
        if request.POST.get("action") not in Action.values:
            raise BadRequest
        self._decide(request, burst, Action(request.POST["action"]))
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return HttpResponseRedirect(back if is_ours else reverse("admin:articles_ratingburst_change", args=[pk]))

    def _decide(self, request: HttpRequest, burst: RatingBurst, action: Action) -> None:
        seen = keyset.row_id(request.POST.get("seen"))
        try:
            decision = review.decide(burst, action, by=cast(User, request.user), seen=seen)
        except review.Conflict as problem:
            messages.warning(request, str(problem))
        else:
            count = decision.ratings
            messages.success(request, f"{burst.get_state_display()}: {count} rating{'' if count == 1 else 's'}.")
