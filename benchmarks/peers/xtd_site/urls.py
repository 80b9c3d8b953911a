"""The pages, and those of the package that they link to."""

from django.urls import include, path

from benchmarks.peers.xtd_site import views

urlpatterns = [
    path("<int:number>/", views.newest),
    path("<int:number>/tree/", views.tree),
    path("comments/", include("django_comments_xtd.urls")),
]
