"""Who may comment and when it shows: the nearest of article, section and site holds; in an emergency, the site's."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from articles.models import Article
from articles.policy import SitePolicy
from comments.models import Comment

PATH = "/articles/machines/"
PRE, TRUSTED, POST = (
    "A moderator reads it before it shows.",
    "what trusted authors write shows at once",
    "at once, unless",
)
CLOSED = "This discussion is closed"


@pytest.fixture
def editor():
    user = User.objects.create_user("ed", is_staff=True)
    names = ("view_sitepolicy", "change_sitepolicy", "view_section", "change_section")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


def told(reader):
    return reader.get(PATH).content.decode()


def set_site(editor, **values):
    sent = {"policy": "pre", "emergency": "", "emergency_because": "", **values}
    return editor.post("/admin/articles/sitepolicy/1/change/", sent)


def test_by_default_everything_waits_for_a_moderator(reader, article):
    assert PRE in told(reader)


@pytest.mark.parametrize(
    ("site", "of_section", "own", "shown"),
    [
        ("post", "", "", POST),
        ("post", "trusted", "", TRUSTED),
        ("post", "trusted", "pre", PRE),
        ("closed", "", "", CLOSED),
        ("closed", "", "pre", PRE),
        ("pre", "closed", "", CLOSED),
        ("pre", "closed", "post", POST),
        ("pre", "", "closed", CLOSED),
    ],
)
def test_the_nearest_policy_holds_and_readers_are_told(reader, article, site, of_section, own, shown):
    SitePolicy.objects.update(policy=site)
    type(article.section).objects.update(comments_policy=of_section)
    Article.objects.update(comments_policy=own)
    assert shown in told(reader)


@pytest.mark.parametrize("own", ["", "pre", "trusted", "post"])
def test_in_an_emergency_nothing_else_counts_and_readers_are_told_why(reader, program, article, written, editor, own):
    Article.objects.update(comments_policy=own)
    assert (
        set_site(editor, policy="post", emergency="closed", emergency_because="We are being flooded").status_code == 302
    )
    assert "This discussion is closed: We are being flooded." in told(reader)
    assert program.get("/api/v1/articles/machines/").json()["comments_open"] is False
    assert reader.post(f"{PATH}comments/", written()).status_code == 403
    answer = program.post("/api/v1/articles/machines/comments/", written())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "comments_closed")
    assert not Comment.objects.exists()
    set_site(editor, policy="post", emergency="pre")
    assert PRE in told(reader)
    set_site(editor, policy="post")
    assert (POST if own in ("", "post") else "A moderator") in told(reader)


@pytest.mark.parametrize(
    ("site", "of_section", "own"), [("closed", "", ""), ("post", "closed", ""), ("post", "", "closed")]
)
def test_what_is_closed_stays_closed_in_an_emergency(reader, article, written, editor, site, of_section, own):
    type(article.section).objects.update(comments_policy=of_section)
    Article.objects.update(comments_policy=own)
    set_site(editor, policy=site, emergency="pre")
    assert CLOSED in told(reader)
    assert reader.post(f"{PATH}comments/", written()).status_code == 403


def test_what_an_article_says_of_its_closing_is_not_mixed_with_the_sites(reader, make_article, editor):
    make_article(comments_policy="closed", comments_closed_because="All has been said")
    assert "All has been said." in told(reader)
    set_site(editor, emergency="closed", emergency_because="Back on Monday")
    page = told(reader)
    assert "This discussion is closed: Back on Monday." in page
    assert "All has been said" not in page


def test_the_switch_has_one_row_which_only_those_with_the_permission_change(editor, moderator, article):
    assert editor.get("/admin/articles/sitepolicy/").url == "/admin/articles/sitepolicy/1/change/"
    assert editor.get("/admin/articles/sitepolicy/add/").status_code == 403
    assert editor.post("/admin/articles/sitepolicy/1/delete/", {"post": "yes"}).status_code == 403
    assert moderator.get("/admin/articles/sitepolicy/1/change/").status_code == 403
    assert set_site(moderator, emergency="closed").status_code == 403
    refused = set_site(editor, emergency="closed", emergency_because="\u202eno")
    assert refused.status_code == 200
    assert SitePolicy.objects.get().emergency == ""
