"""What a moderator can choose from: queues, ages, articles."""

import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, CommentQuerySet
from newsite import keyset


class QueueFilter(admin.SimpleListFilter):
    """Shows what is waiting, unless another queue or status is chosen."""

    title = "queue"
    parameter_name = "status"
    queues = (("pending", "pending"), ("reported", "reported"), ("unanswered", "questions without answer"))

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*self.queues, ("all", "all"), *Comment.Status.choices[2:]]

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or Comment.Status.PENDING) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: CommentQuerySet) -> CommentQuerySet:  # type: ignore[override]
        match self.value() or Comment.Status.PENDING:
            case "all":
                return queryset.exclude(status=Comment.Status.UNCONFIRMED)
            case "reported":
                return queryset.reported()
            case "unanswered":
                return queryset.unanswered()
            case status:
                return queryset.filter(status=status)


class AgeFilter(admin.SimpleListFilter):
    """How long ago a comment was written."""

    title = parameter_name = "age"
    ages = {"hour": ("less than an hour", 1), "day": ("less than a day", 24), "week": ("less than a week", 168)}  # noqa: RUF012

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((name, label) for name, (label, _) in self.ages.items()), ("older", "older than a week")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        now = timezone.now()
        if self.value() in self.ages:
            return queryset.filter(created_at__gte=now - datetime.timedelta(hours=self.ages[self.value() or ""][1]))
        if self.value() == "older":
            return queryset.filter(created_at__lt=now - datetime.timedelta(weeks=1))
        return queryset


class ArticleFilter(admin.SimpleListFilter):
    """The articles with the most waiting comments, and the one that is chosen."""

    title = "article"
    parameter_name = "article"
    most = 12

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waiting = Comment.objects.waiting().values_list("article").annotate(count=Count("pk")).order_by("-count")
        ids = [pk for pk, _ in waiting[: self.most]]
        chosen = keyset.row_id(request.GET.get(self.parameter_name))
        wanted = {*ids, chosen} if chosen else set(ids)
        titles = dict(Article.objects.filter(pk__in=wanted).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in titles.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        chosen = keyset.row_id(self.value())
        return queryset.filter(article=chosen) if chosen else queryset
