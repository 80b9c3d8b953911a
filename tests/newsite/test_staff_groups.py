"""The groups of the newsroom: what the documentation promises is what they may."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "moderating.md"
NAMES = ("Moderator", "Senior moderator", "Editor")


def documented():
    """The table of the guide: permissions by the name of their group."""
    text = GUIDE.read_text(encoding="utf-8")
    header = re.search(r"^\| may \|(.+)\|$", text, re.MULTILINE)[1]
    groups = [name.strip() for name in header.split("|")]
    rows = re.findall(r"^\| [^|]+`(\w+\.\w+)` \|(.+)\|$", text, re.MULTILINE)
    marks = {permission: [cell.strip() for cell in cells.split("|")] for permission, cells in rows}
    return {group: {name for name, cells in marks.items() if cells[at] == "yes"} for at, group in enumerate(groups)}


def permissions(group):
    found = Group.objects.get(name=group).permissions.values_list("content_type__app_label", "codename")
    return {f"{label}.{codename}" for label, codename in found}


def test_each_group_may_exactly_what_the_guide_says():
    assert {name: permissions(name) for name in NAMES} == documented()


def test_who_is_senior_may_all_that_a_moderator_may_and_an_editor_all_that_a_senior_may():
    moderator, senior, editor = map(permissions, NAMES)
    assert moderator < senior < editor


def test_no_permission_is_there_twice_since_the_groups_were_made_before_django_made_any():
    rows = list(Permission.objects.values_list("content_type", "codename"))
    assert len(rows) == len(set(rows))
    assert Permission.objects.get(codename="moderate_comment").name == "Can approve, reject and mark comments as spam"


@pytest.mark.parametrize(
    ("group", "opened", "closed"),
    [
        ("Moderator", ["comments/comment", "comments/report", "comments/moderationevent"], ["articles/article"]),
        ("Editor", ["comments/comment", "articles/article", "articles/topic"], ["auth/user", "admin/logentry"]),
    ],
)
def test_a_member_finds_their_own_part_of_the_newsroom_and_no_other(group, opened, closed):
    user = User.objects.create_user("new", password="a long enough password", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    assert [client.get(f"/admin/{path}/").status_code for path in opened] == [200] * len(opened)
    assert [client.get(f"/admin/{path}/").status_code for path in closed] == [403] * len(closed)
