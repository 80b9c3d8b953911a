"""Who is not answered from memory."""

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from articles import ratings
from articles.models import Article
from comments import tokens
from newsite import caching, readers
from tests.addresses import addresses
from tests.conftest import as_reader

PAGE = "/articles/machines/"
LIST = "/api/v1/articles/"
pytestmark = pytest.mark.usefixtures("one_transaction")


def test_the_newsroom_sees_pages_as_they_are_this_very_moment(server, django, cache, article):
    cookie = f"{settings.SESSION_COOKIE_NAME}=x"
    server.ask(PAGE)
    Article.objects.update(title="Changed behind every back")
    assert b"Changed behind" not in server.ask(PAGE).body
    assert len(django.made) == 1
    for _ in range(2):
        server.ask(PAGE, cookie=cookie)
    assert len(django.made) == 3
    assert len(cache.pages) == 1


@pytest.mark.parametrize("identity", ["cookie", "x_reader", "authorization"])
def test_who_says_who_they_are_gets_an_answer_of_their_own_from_the_api(server, cache, article, identity):
    path = "/api/v1/articles/machines/rating/"
    ratings.rate(article=article, who=as_reader("f" * 32), stars=2)
    value = readers.signed("f" * 32)
    header = {
        "cookie": {"cookie": f"a=b; {settings.READER_COOKIE_NAME}={value}"},
        "x_reader": {"x_reader": value},
        "authorization": {"authorization": "Token x"},
    }[identity]
    assert b'"yours":null' in server.ask(path).body.replace(b" ", b"")
    answer = server.ask(path, **header)
    assert answer.headers["cache-control"] == "private, no-store"
    if identity != "authorization":
        assert b'"yours":2' in answer.body.replace(b" ", b"")
    assert b'"yours":null' in server.ask(path).body.replace(b" ", b"")
    assert len(cache.pages) == 1


def test_a_reader_gets_pages_from_memory_like_everybody(server, django, article):
    server.ask(PAGE)
    answer = server.ask(PAGE, cookie=f"{settings.READER_COOKIE_NAME}={readers.signed('f' * 32)}")
    assert answer.headers["cache-control"] == caching.PUBLIC
    assert len(django.made) == 1


def test_no_address_of_the_map_tells_strangers_what_the_newsroom_sees(server, cache, make_comment):
    pending = make_comment("This waits for a moderator.")
    make_comment(status="published")
    editor = User.objects.create_superuser("zenobia")
    staff = Client()
    staff.force_login(editor)
    cookie = f"{settings.SESSION_COOKIE_NAME}={staff.cookies[settings.SESSION_COOKIE_NAME].value}"
    values = {"slug": "machines", "pk": pending.pk, "token": tokens.token_of(pending.pk), "key": "x"}
    paths = addresses({**values, "object_id": pending.pk, "app_label": "articles", "content_type_id": 1, "url": "x/"})
    assert len(paths) > 40
    before = {path: server.ask(path) for path in paths}
    for path in paths:
        server.ask(path, cookie=cookie)
    for path in paths:
        after = server.ask(path)
        assert after.status == before[path].status, path
        if not {"status", "edit"} & set(path.split("/")):  # the author's own, whose address is the key
            assert b"This waits for a moderator" not in after.body, path
        assert editor.username.encode() not in after.body, path
    kept = {key.path for key in cache.pages}
    assert {"/", PAGE, "/topics/", "/search/", LIST} <= kept
    private = ("/admin/", "/captcha", "/metrics", "/healthz", "/readyz", "/comments/confirm", f"{PAGE}rating/")
    assert not [path for path in kept if path.startswith(private) or tokens.token_of(pending.pk) in path]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda response: response.set_cookie("a", "b"),
        lambda response: response.headers.update({"Vary": "User-Agent"}),
        lambda response: response.headers.update({"Vary": "*"}),
        lambda response: response.headers.update({"Cache-Control": "private"}),
        lambda response: setattr(response, "status_code", 203),
    ],
)
def test_an_answer_that_is_not_the_same_for_all_is_not_kept_whatever_its_view_said(
    server, cache, article, monkeypatch, spoil
):
    from newsite import pages

    def spoiled(*args, **kwargs):
        response = HttpResponse("x")
        spoil(response)
        return response

    monkeypatch.setattr(pages, "render", spoiled)
    server.ask(PAGE)
    assert not cache.pages
