"""The map of the API."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_control
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from articles.api import ArticleViewSet, RatingView, SectionViewSet, TopicViewSet
from comments.api import CaptchaView, CommentsView
from newsite import errors

router = SimpleRouter()
router.register("sections", SectionViewSet, basename="api-section")
router.register("topics", TopicViewSet, basename="api-topic")
router.register("articles", ArticleViewSet, basename="api-article")

v1 = [
    path("articles/<slug:slug>/comments/", CommentsView.as_view(), name="api-comments"),
    path("articles/<slug:slug>/rating/", RatingView.as_view(), name="api-rating"),
    path("captcha/", CaptchaView.as_view(), name="api-captcha"),
    *router.urls,
]

schema = cache_control(public=True, max_age=300)(SpectacularAPIView.as_view())
docs = csp_update({"img-src": [SELF, "data:"]})(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    re_path(r"", errors.not_found),
]
