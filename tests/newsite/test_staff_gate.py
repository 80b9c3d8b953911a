"""What stands before every door of the newsroom and of the API: a second factor that is owed, rights that are gone."""

from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from articles.models import Article, RatingBurst
from newsite.staff.site import BEFORE_SECOND_FACTOR
from tests.newsroom import address, form, routes, staff

OVERVIEW = "/admin/second-factor/"
OPEN = {"login", "login-code", *BEFORE_SECOND_FACTOR}


@pytest.fixture
def burst(article):
    return RatingBurst.objects.create(article=article, kind="pace", usual=0, began_at=timezone.now())


@pytest.fixture
def user_of():
    return lambda name: User.objects.get(username=name)


@pytest.mark.parametrize("method", ["get", "post"])
def test_where_a_second_factor_is_required_no_page_opens_before(admin_client, settings, method):
    settings.STAFF_MFA = "required"
    closed = [address(route) for route, name in routes("admin/") if name not in OPEN]
    assert len(closed) > 100
    answers = {path: getattr(admin_client, method)(path) for path in closed}
    assert {path for path, answer in answers.items() if answer.get("Location") != OVERVIEW} == set()
    assert not LogEntry.objects.exists()


def token_of(name):
    out = StringIO()
    call_command("create_token", name, stdout=out, stderr=StringIO())
    return {"HTTP_AUTHORIZATION": f"Token {out.getvalue().split()[-1]}"}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_where_it_is_required_a_token_without_it_calls_nothing(admin_user, article, settings, method):
    settings.STAFF_MFA = "required"
    program = APIClient()
    program.credentials(**token_of("admin"))
    calls = [address(route) for route, name in routes("api/v1/") if name]
    assert len(calls) >= 20
    answers = {path: getattr(program, method)(path) for path in calls}
    assert {path for path, answer in answers.items() if answer.status_code not in (403, 405)} == set()


def lose_all(user):
    user.user_permissions.clear()


def leave(user):
    user.is_staff = False
    user.save()


@pytest.mark.parametrize("happens", [lose_all, leave])
def test_rights_that_are_taken_away_end_in_the_middle_of_a_session(article, burst, user_of, happens):
    client = staff("sam", "review_ratings", "view_article", "change_article", "publish_article", "view_comment")
    decide = f"/admin/articles/ratingburst/{burst.pk}/decide/"
    for path in (f"/admin/articles/ratingburst/{burst.pk}/change/", f"/admin/articles/article/{article.pk}/change/"):
        assert client.get(path).status_code == 200
    happens(user_of("sam"))
    answers = [
        client.post(decide, {"action": "accept"}),
        client.post(f"/admin/articles/article/{article.pk}/change/", form(article, _decide="withdraw")),
        client.post("/admin/articles/article/", {"action": "withdraw", "_selected_action": article.pk}),
    ]
    assert all(answer.status_code == 403 or answer["Location"].startswith("/admin/login/") for answer in answers)
    assert RatingBurst.objects.get().state == "waiting"
    assert Article.objects.get().status == "published"


def test_who_may_no_longer_publish_saves_and_withdraws_nothing(article, user_of):
    client = staff("sam", "view_article", "change_article", "publish_article")
    page = f"/admin/articles/article/{article.pk}/change/"
    assert b'value="withdraw"' in client.get(page).content
    user_of("sam").user_permissions.remove(*user_of("sam").user_permissions.filter(codename="publish_article"))
    told = client.post(page, form(article, title="Better machines", _decide="withdraw"), follow=True).content.decode()
    assert "You may not publish or withdraw articles." in told
    assert Article.objects.values_list("title", "status").get() == ("Better machines", "published")


def test_a_button_that_is_not_known_loses_nothing_typed_and_says_so(article):
    client = staff("sam", "view_article", "change_article", "publish_article")
    page = f"/admin/articles/article/{article.pk}/change/"
    told = client.post(page, form(article, title="Better machines", _decide="frame it"), follow=True).content.decode()
    assert "It was saved; what else to do with it was not understood." in told
    assert Article.objects.get().title == "Better machines"


@pytest.mark.parametrize("happens", [lose_all, leave])
def test_rights_that_are_taken_away_end_for_a_token_too(make_comment, user_of, happens):
    comment = make_comment()
    staff("sam", "moderate_comment", "view_comment", "view_moderationevent")
    program = APIClient()
    program.credentials(**token_of("sam"))
    assert program.get("/api/v1/moderation/queue/").status_code == 200
    happens(user_of("sam"))
    calls = ("queue/", "events/")
    assert {program.get(f"/api/v1/moderation/{call}").status_code for call in calls} <= {401, 403}
    decide = f"/api/v1/moderation/comments/{comment.pk}/approve/"
    assert program.post(decide, {"revision": 0}).status_code in (401, 403)
    comment.refresh_from_db()
    assert comment.status == "pending"


@pytest.mark.parametrize("length", [200_001, 400_000])
def test_a_preview_of_more_than_an_article_can_hold_is_refused(length):
    client = staff("sam", "view_article", "change_article")
    assert client.post("/admin/articles/article/preview/", {"body": "x" * 1000}).status_code == 200
    answer = client.post("/admin/articles/article/preview/", {"body": "x" * length})
    assert answer.status_code == 400
    assert "200000" in answer.content.decode()
