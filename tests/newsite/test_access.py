"""Who may do what in the newsroom: every role at every door. A cell that is not named as open is closed."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from articles.models import RatingBurst, Section
from comments.models import Comment
from newsite.staff import pages
from tests.newsroom import routes

ROLES = ("stranger", "staff", "Moderator", "Senior moderator", "Editor", "superuser")
STAFF, MODERATORS, SENIORS, EDITORS, SUPERUSERS = (ROLES[first:] for first in range(1, 6))

# Who may see, add, change and delete the rows of a table.
TABLES = {
    "admin.logentry": (SUPERUSERS, (), (), ()),
    "articles.article": (EDITORS, EDITORS, EDITORS, SUPERUSERS),
    "articles.ratingburst": (SENIORS, (), (), ()),
    "articles.section": (EDITORS, SUPERUSERS, EDITORS, SUPERUSERS),
    "articles.sitepolicy": (EDITORS, (), EDITORS, ()),
    "articles.topic": (EDITORS, SUPERUSERS, EDITORS, SUPERUSERS),
    "auth.group": (SUPERUSERS, SUPERUSERS, SUPERUSERS, SUPERUSERS),
    "auth.user": (SUPERUSERS, SUPERUSERS, SUPERUSERS, SUPERUSERS),
    "comments.block": (SENIORS, SENIORS, SENIORS, SUPERUSERS),
    "comments.classifier": (EDITORS, (), EDITORS, ()),
    "comments.comment": (MODERATORS, (), (), ()),
    "comments.moderationevent": (MODERATORS, (), (), ()),
    "comments.notetemplate": (SENIORS, SENIORS, SENIORS, SUPERUSERS),
    "comments.report": (MODERATORS, (), (), ()),
    "comments.rule": (SENIORS, SENIORS, SENIORS, SUPERUSERS),
    "newsite.mail": (SUPERUSERS, (), (), ()),
    "newsite.stafftoken": (SUPERUSERS, SUPERUSERS, (), SUPERUSERS),
}
COMMENT = "/admin/comments/comment/{pk}/"
BY_AUTHOR = "/admin/comments/author/?kind=email&value=a@a.example"
DOORS = {
    ("get", "/admin/"): STAFF,
    ("get", "/admin/articles/"): SENIORS,
    ("get", "/admin/nothing/"): (),
    ("get", "/admin/jsi18n/"): STAFF,
    ("get", "/admin/autocomplete/?app_label=comments&model_name=comment&field_name=article"): EDITORS,
    ("get", "/admin/password_change/"): STAFF,
    ("get", "/admin/password_change/done/"): STAFF,
    ("get", "/admin/sessions/"): STAFF,
    ("get", "/admin/auth/user/{other}/sessions/"): SUPERUSERS,
    ("post", "/admin/auth/user/{other}/sessions/"): SUPERUSERS,
    ("get", "/admin/auth/user/{other}/password/"): SUPERUSERS,
    ("post", "/admin/auth/user/{other}/password/"): SUPERUSERS,
    **{("get", f"/admin/{route.replace('<int:pk>', '0')}"): STAFF for route, _, _ in pages.SECOND_FACTOR},
    ("get", "/admin/comments/queue/"): MODERATORS,
    ("post", "/admin/comments/queue/decide/"): MODERATORS,
    ("get", "/admin/comments/queue/card/{pk}/"): MODERATORS,
    ("post", "/admin/comments/queue/claim/"): MODERATORS,
    ("get", BY_AUTHOR): MODERATORS,
    ("post", BY_AUTHOR): MODERATORS,
    ("get", "/admin/figures/"): MODERATORS,
    ("post", f"{COMMENT}decide/"): MODERATORS,
    ("post", f"{COMMENT}answer/"): MODERATORS,
    ("post", f"{COMMENT}accept/"): MODERATORS,
    ("post", f"{COMMENT}merge/"): MODERATORS,
    ("post", f"{COMMENT}mark/"): SENIORS,
    ("post", "/admin/articles/ratingburst/{burst}/decide/"): SENIORS,
    ("post", "/admin/articles/article/preview/"): EDITORS,
}
# Open to strangers, and a way from rows to public pages.
WITHOUT_DOORS = {"login", "login-code", "logout", "view_on_site"}


@pytest.fixture
def burst(article):
    return RatingBurst.objects.create(article=article, kind="pace", usual=0, began_at=timezone.now())


@pytest.fixture
def cast(db):
    """A client of each role."""
    clients = {"stranger": Client()}
    for role in STAFF:
        user = User.objects.create_user(role.replace(" ", "-"), is_staff=True, is_superuser=role == "superuser")
        user.groups.set(Group.objects.filter(name=role))
        clients[role] = Client()
        clients[role].force_login(user)
    return clients


def assert_opens_for(roles, cast, method, address):
    for role in cast:
        answer = getattr(cast[role], method)(address)
        is_login = answer.status_code == 302 and answer.url.startswith("/admin/login/")
        if role in roles:
            assert answer.status_code <= 400, (role, address)  # 400: let in, and asked for what was not sent
            assert not is_login, (role, address)
        elif role == "stranger":
            assert is_login, address
        else:
            assert answer.status_code in (403, 404), (role, address, answer.status_code)


@pytest.mark.parametrize("table", TABLES)
def test_each_table_is_seen_and_changed_by_whom_it_is_meant_for_and_nobody_else(cast, table):
    see, add, change, delete = TABLES[table]
    place = f"/admin/{table.replace('.', '/')}/"
    pk = {"articles.section": Section.objects.create(name="Research", slug="research").pk}.get(table, 1)
    if table != "articles.sitepolicy":  # its list leads to its one row, which is looked at next
        assert_opens_for(see, cast, "get", place)
    assert_opens_for(see, cast, "get", f"{place}{pk}/change/")
    assert_opens_for(add, cast, "get", f"{place}add/")
    assert_opens_for(add, cast, "post", f"{place}add/")
    assert_opens_for(change, cast, "post", f"{place}{pk}/change/")
    assert_opens_for(delete, cast, "get", f"{place}{pk}/delete/")


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: str(part))
def test_each_door_opens_for_whom_it_is_meant_and_nobody_else(cast, burst, make_comment, method, path):
    question = make_comment(kind="question", status="published")
    address = path.format(pk=question.pk, other=User.objects.create_user("other", is_staff=True).pk, burst=burst.pk)
    closed = [role for role in ROLES if role not in DOORS[method, path]]
    before = Comment.objects.values().get(pk=question.pk)
    assert_opens_for((), {role: cast[role] for role in closed}, method, address)
    assert Comment.objects.values().get(pk=question.pk) == before
    assert_opens_for(DOORS[method, path], {role: cast[role] for role in DOORS[method, path]}, method, address)


@pytest.mark.parametrize("page", ["history/", "change/"])
def test_the_history_of_a_row_is_for_whom_the_row_is(cast, make_comment, page):
    assert_opens_for(MODERATORS, cast, "get", f"{COMMENT.format(pk=make_comment().pk)}{page}")


def test_every_door_has_a_row_here():
    """What a new page is called: add its row above, and say who may open it."""
    known = {resolve(path.format(pk=1, other=1, burst=1).partition("?")[0]).url_name for _, path in DOORS}
    of_tables = {
        f"{table.replace('.', '_')}_{page}"
        for table in TABLES
        for page in ("changelist", "add", "change", "delete", "history")
    }
    assert {model._meta.label_lower for model in admin.site._registry} == set(TABLES)
    assert {name for _, name in routes("admin/")} - known - of_tables == WITHOUT_DOORS
