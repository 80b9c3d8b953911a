"""The map of pages."""

from django.contrib import admin
from django.urls import include, path, re_path

from articles import views as articles
from comments import mailing, own, reacting, transparency, writing
from comments import views as comments
from comments.admin import author, queue, workload
from newsite import health, metrics, pages

urlpatterns = [
    path("", articles.home, name="home"),
    path("sections/<slug:slug>/", articles.section, name="section"),
    path("topics/", articles.topics, name="topics"),
    path("topics/<slug:slug>/", articles.topic, name="topic"),
    path("search/", articles.search, name="search"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("articles/<slug:slug>/rating/", articles.rating, name="rating"),
    path("articles/<slug:slug>/comments/", comments.discussion, name="discussion"),
    path("articles/<slug:slug>/follow/", mailing.follow, name="follow"),
    path("articles/<slug:slug>/live/", pages.live, name="live"),
    path("comments/<int:pk>/", comments.comment, name="comment"),
    path("comments/<int:pk>/thread/", comments.thread, name="thread"),
    path("comments/<int:pk>/reply/", writing.reply, name="comment-reply"),
    path("comments/<int:pk>/vote/", reacting.vote, name="comment-vote"),
    path("comments/<int:pk>/report/", reacting.report, name="comment-report"),
    path("comments/<int:pk>/report/illegal/", reacting.notice, name="comment-notice"),
    path("comments/<int:pk>/status/<str:token>/", own.status, name="comment-status"),
    path("comments/<int:pk>/edit/<str:token>/", own.edit, name="comment-edit"),
    path("comments/<int:pk>/withdraw/<str:token>/", own.withdraw, name="comment-withdraw"),
    path("comments/<int:pk>/appeal/<str:token>/", own.appeal, name="comment-appeal"),
    path("comments/<int:pk>/follow/<str:token>/", own.follow, name="comment-follow"),
    path("comments/confirm/<str:key>/", own.confirm, name="comment-confirm"),
    path("comments/preview/", writing.preview, name="comment-preview"),
    path("mail/confirm/<str:key>/", mailing.confirm, name="mail-confirm"),
    path("mail/stop/<str:key>/", mailing.stop, name="mail-stop"),
    path("transparency/", transparency.page, name="transparency"),
    re_path(r"^transparency/(?P<year>\d{4})\.(?P<kind>csv|json)$", transparency.table, name="transparency-table"),
    path("captcha/", writing.new_captcha, name="captcha"),
    path("captcha/<slug:key>.png", writing.captcha_image, name="captcha-image"),
    path("captcha/<slug:key>.wav", writing.captcha_audio, name="captcha-audio"),
    path("admin/comments/queue/", admin.site.admin_view(queue.page), name="admin-queue"),
    path("admin/comments/queue/decide/", admin.site.admin_view(queue.decide), name="admin-queue-decide"),
    path("admin/comments/queue/card/<int:pk>/", admin.site.admin_view(queue.card), name="admin-queue-card"),
    path("admin/comments/queue/claim/", admin.site.admin_view(queue.claim), name="admin-queue-claim"),
    path("admin/comments/author/", admin.site.admin_view(author.page), name="admin-author"),
    path("admin/figures/", admin.site.admin_view(workload.page), name="admin-figures"),
    path("admin/", admin.site.urls),
    path("api/", include("newsite.api")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", pages.robots, name="robots"),
]

handler400 = "newsite.errors.bad_request"
handler403 = "newsite.errors.forbidden"
handler404 = "newsite.errors.not_found"
handler500 = "newsite.errors.server_error"
