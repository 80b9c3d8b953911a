"""The map of the API."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponseBase
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from articles.api import ArticleViewSet, RatingView, SectionViewSet, TopicViewSet
from comments.api import (
    AppealView,
    BulkView,
    CaptchaView,
    CommentsView,
    CommentView,
    DecideView,
    EventsView,
    FollowView,
    PreviewView,
    QueueView,
    RepliesView,
    ReportView,
    StatusView,
    VoteView,
)
from newsite import caching, errors

router = SimpleRouter()
router.register("sections", SectionViewSet, basename="api-section")
router.register("topics", TopicViewSet, basename="api-topic")
router.register("articles", ArticleViewSet, basename="api-article")

v1 = [
    path("articles/<slug:slug>/comments/", CommentsView.as_view(), name="api-comments"),
    path("articles/<slug:slug>/rating/", RatingView.as_view(), name="api-rating"),
    path("comments/preview/", PreviewView.as_view(), name="api-preview"),
    path("comments/<int:pk>/", CommentView.as_view(), name="api-comment"),
    path("comments/<int:pk>/replies/", RepliesView.as_view(), name="api-replies"),
    path("comments/<int:pk>/vote/", VoteView.as_view(), name="api-vote"),
    path("comments/<int:pk>/report/", ReportView.as_view(), name="api-report"),
    path("comments/<int:pk>/status/", StatusView.as_view(), name="api-status"),
    path("comments/<int:pk>/appeal/", AppealView.as_view(), name="api-appeal"),
    path("comments/<int:pk>/follow/", FollowView.as_view(), name="api-follow"),
    path("moderation/queue/", QueueView.as_view(), name="api-moderation-queue"),
    path("moderation/comments/<int:pk>/<slug:action>/", DecideView.as_view(), name="api-moderation-decide"),
    path("moderation/bulk/", BulkView.as_view(), name="api-moderation-bulk"),
    path("moderation/events/", EventsView.as_view(), name="api-moderation-events"),
    path("captcha/", CaptchaView.as_view(), name="api-captcha"),
    *router.urls,
]

_schema = SpectacularAPIView.as_view()


def schema(request: HttpRequest) -> HttpResponseBase:
    """The schema, the same for all; who says who they are gets an answer that nobody keeps, as everywhere."""
    is_identified = caching.is_identified(request.META)
    keep = cache_control(private=True, no_store=True) if is_identified else cache_control(public=True, max_age=300)
    return keep(_schema)(request)


docs = csp_update({"img-src": [SELF, "data:"]})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"", errors.not_found),
]
