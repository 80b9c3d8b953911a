"""Comments for what is not there, and addresses that were made up."""

import datetime

import pytest
from captcha.models import CaptchaStore
from django.utils import timezone

from articles.models import Article
from comments.models import Comment
from tests.comments.bad_input.refused import PATH, TYPED, assert_kept


def assert_takes_the_place_of_the_form(answer, *, alone):
    """A browser with scripts puts it where the form was; without scripts it is a page."""
    page = answer.content.decode()
    assert page.count('id="comment-form"') == 1
    assert ("<html" in page) != alone


# The article, its discussion, the comment replied to


@pytest.mark.parametrize("slug", ["nothing", "draft", "withdrawn", "later"])
def test_an_article_that_is_not_there_takes_nothing(reader, make_article, typed, slug):
    make_article("draft", status=Article.Status.DRAFT)
    make_article("withdrawn", status=Article.Status.WITHDRAWN)
    make_article("later", published_at=timezone.now() + datetime.timedelta(hours=1))
    for headers in ({}, {"HX-Request": "true"}):
        answer = reader.post(f"/articles/{slug}/comments/", typed(), headers=headers)
        assert answer.status_code == 404
        assert "not here any more" in answer.content.decode()
        assert_kept(answer)
        assert_takes_the_place_of_the_form(answer, alone=bool(headers))
    assert Comment.objects.count() == 0


@pytest.fixture
def closed(article):
    article.comments_policy = "closed"
    article.save()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_closed_discussion_takes_nothing_and_gives_everything_back(reader, closed, typed, headers):
    data = typed()
    answer = reader.post(PATH, data, headers=headers)
    assert answer.status_code == 403
    assert_kept(answer)
    assert_takes_the_place_of_the_form(answer, alone=bool(headers))
    assert "This discussion is closed" in answer.content.decode()
    assert Comment.objects.count() == 0
    assert CaptchaStore.objects.filter(hashkey=data["captcha_key"]).exists()


@pytest.mark.parametrize("change", [{"captcha_key": "", "captcha_value": ""}, {"body": "x"}, {"author_name": ""}])
def test_a_closed_discussion_says_so_before_anything_else(reader, closed, typed, change):
    answer = reader.post(PATH, typed(**change))
    assert answer.status_code == 403
    assert "closed" in answer.content.decode()
    assert_kept(answer, **change)


def test_a_closed_discussion_gives_no_captcha(reader, closed, typed):
    reader.post(PATH, TYPED)
    assert CaptchaStore.objects.count() == 0


@pytest.mark.parametrize("which", ["of another article", "pending", "rejected", "withdrawn", "never was"])
def test_a_reply_to_what_is_not_there_is_told_and_can_still_be_sent(
    reader, article, make_article, make_comment, typed, which
):
    if which == "of another article":
        parent = make_comment(on=make_article("elsewhere"), status="published").pk
    else:
        parent = 999_999 if which == "never was" else make_comment(status=which).pk
    before = Comment.objects.count()
    data = typed(parent=str(parent))
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert_kept(answer)
    page = answer.content.decode()
    assert 'name="parent"' not in page
    assert data["captcha_key"] in page, "its captcha is still good"
    assert data["captcha_value"] in page
    assert Comment.objects.count() == before
    assert reader.post(PATH, {**data, "parent": ""}).status_code == 303


@pytest.mark.parametrize("parent", ["x", "1.5", "9" * 30, "٣"])
def test_a_parent_that_is_no_number_does_not_come_back_for_ever(reader, article, typed, parent):
    answer = reader.post(PATH, typed(parent=parent))
    assert answer.status_code == 400
    assert f'name="parent" value="{parent}"' not in answer.content.decode()


def test_a_comment_without_any_flaw_is_sent(reader, article, typed):
    assert reader.post(PATH, typed()).status_code == 303
    assert Comment.objects.get().body == TYPED["body"]


# Addresses that were made up


@pytest.mark.parametrize(
    "place", ["x", "-1", "1", "1-", "-", "1-1-1", "1.5-2", "٣-٣", "\0", "9" * 17 + "-" + "9" * 18, "9" * 5_000, "é"]
)
@pytest.mark.parametrize("path", ["/", "/sections/research/", PATH, "/search/"])
def test_a_made_up_place_in_a_list_is_never_a_server_error(reader, article, path, place):
    answer = reader.get(path, {"before": place, "q": "machines"})
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("place", ["x", "1-1-1", "\0", "9" * 17 + "-" + "9" * 18])
def test_a_made_up_place_in_a_thread_is_never_a_server_error(reader, make_comment, place):
    top = make_comment(status="published")
    assert reader.get(f"/comments/{top.pk}/thread/", {"after": place}).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/comments/99999999999999999999999/thread/",
        "/comments/99999999999999999999999/reply/",
        "/comments/0/thread/",
        "/comments/1/status/x/",
        "/comments/99999999999999999999999/status/x/",
        "/comments/confirm/x/",
        "/comments/confirm/é/",
        "/comments/confirm/%00/",
        "/captcha/x.png",
        "/captcha/%00.png",
        "/captcha/x.wav",
        "/articles/%00/",
        "/articles/é/",
        "/search/?q=%00",
        "/search/?q=" + "x" * 60_000,
        "/%ff/",
    ],
    ids=lambda path: path[:30],
)
def test_a_made_up_address_is_never_a_server_error(reader, article, path):
    assert reader.get(path).status_code in (200, 404, 410)
