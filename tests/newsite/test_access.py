"""Who may do what in the newsroom: every role at every door. A cell that is not named as open is closed."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from comments.models import Comment

ROLES = ("stranger", "staff", "Moderator", "Senior moderator", "Editor", "superuser")
MODERATORS, SENIORS, EDITORS, SUPERUSERS = ROLES[2:], ROLES[3:], ROLES[4:], ROLES[5:]

COMMENT = "/admin/comments/comment/{pk}/"
DOORS = {
    ("get", "/admin/"): ROLES[1:],
    ("get", "/admin/comments/queue/"): MODERATORS,
    ("post", "/admin/comments/queue/decide/"): MODERATORS,
    ("post", "/admin/comments/queue/claim/"): MODERATORS,
    ("get", "/admin/comments/author/?kind=email&value=a@a.example"): MODERATORS,
    ("post", "/admin/comments/author/?kind=email&value=a@a.example"): MODERATORS,
    ("get", "/admin/figures/"): MODERATORS,
    ("get", "/admin/comments/comment/"): MODERATORS,
    ("get", f"{COMMENT}change/"): MODERATORS,
    ("post", f"{COMMENT}decide/"): MODERATORS,
    ("post", f"{COMMENT}answer/"): MODERATORS,
    ("post", f"{COMMENT}accept/"): MODERATORS,
    ("post", f"{COMMENT}merge/"): MODERATORS,
    ("post", f"{COMMENT}mark/"): SENIORS,
    ("post", f"{COMMENT}delete/"): (),
    ("get", "/admin/comments/comment/add/"): (),
    ("get", "/admin/comments/report/"): MODERATORS,
    ("get", "/admin/comments/moderationevent/"): MODERATORS,
    ("get", "/admin/comments/moderationevent/add/"): (),
    ("get", "/admin/comments/rule/"): SENIORS,
    ("get", "/admin/comments/rule/add/"): SENIORS,
    ("get", "/admin/comments/block/"): SENIORS,
    ("get", "/admin/comments/block/add/"): SENIORS,
    ("get", "/admin/comments/notetemplate/add/"): SENIORS,
    ("get", "/admin/articles/ratingburst/"): SENIORS,
    ("get", "/admin/comments/classifier/"): EDITORS,
    ("get", "/admin/articles/sitepolicy/1/change/"): EDITORS,
    ("get", "/admin/articles/article/"): EDITORS,
    ("get", "/admin/articles/article/add/"): EDITORS,
    ("get", "/admin/articles/section/"): EDITORS,
    ("get", "/admin/articles/section/add/"): SUPERUSERS,
    ("get", "/admin/articles/topic/"): EDITORS,
    ("get", "/admin/newsite/mail/"): SUPERUSERS,
    ("get", "/admin/auth/user/"): SUPERUSERS,
    ("get", "/admin/auth/group/"): SUPERUSERS,
    ("get", "/admin/admin/logentry/"): SUPERUSERS,
}


@pytest.fixture
def cast(make_comment):
    """A client of each role."""
    clients = {"stranger": Client()}
    for role in ROLES[1:]:
        user = User.objects.create_user(role.replace(" ", "-"), is_staff=True, is_superuser=role == "superuser")
        user.groups.set(Group.objects.filter(name=role))
        clients[role] = Client()
        clients[role].force_login(user)
    return clients


@pytest.mark.parametrize(("method", "path"), DOORS, ids=lambda part: str(part))
def test_each_door_opens_for_whom_it_is_meant_and_nobody_else(cast, make_comment, method, path):
    question = make_comment(kind="question", status="published")
    address = path.format(pk=question.pk)
    before = Comment.objects.values().get(pk=question.pk)
    for role in ROLES:
        answer = getattr(cast[role], method)(address)
        is_login = answer.status_code == 302 and answer.url.startswith("/admin/login/")
        if role in DOORS[method, path]:
            assert answer.status_code < 403, role
            assert not is_login, role
        elif role == "stranger":
            assert is_login
        else:
            assert answer.status_code == 403, role
            assert Comment.objects.values().get(pk=question.pk) == before
