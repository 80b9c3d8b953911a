"""The pages, and those of the package that they link to."""

from django.urls import include, path

from benchmarks.peers.xtd_site import views

urlpatterns = [
    path("<int:number>/", views.newest),
    path("<int:number>/tree/", views.tree),
    path("<int:number>/thread/<int:top>/<int:skipped>/<int:shown>/", views.thread),
    path("comments/", include("django_comments_xtd.urls")),
]
