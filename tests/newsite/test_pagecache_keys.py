"""What a kept page is made from: its key alone, whatever else a client sends."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from articles import publishing
from newsite.pagecache import PageCache
from tests.wsgi import Server

PAGE = "/articles/machines/"
LIST = "/api/v1/articles/"
pytestmark = pytest.mark.usefixtures("one_transaction")
HOSTILE = {
    "x-forwarded-host": {"x_forwarded_host": "evil.example"},
    "x-forwarded-proto": {"x_forwarded_proto": "https"},
    "x-forwarded-for": {"x_forwarded_for": "192.0.2.1"},
    "x-original-url": {"x_original_url": "/admin/", "x_rewrite_url": "/admin/"},
    "method override": {"x_http_method_override": "DELETE", "x_method_override": "POST"},
    "range": {"range": "bytes=0-9"},
    "condition": {"if_none_match": "*", "if_modified_since": "Fri, 01 May 2099 00:00:00 GMT"},
    "if-range": {"range": "bytes=0-9", "if_range": '"x"'},
    "cookie": {"cookie": "csrftoken=evil; messages=evil; theme=<script>"},
    "reader cookie": {"cookie": "reader=evil"},
    "language": {"accept_language": "ar, he;q=0.9, xx-evil"},
    "encoding": {"accept_encoding": "evil, br;q=0, gzip;q=0"},
    "accept": {"accept": "application/json"},
    "origin": {"origin": "https://evil.example"},
    "htmx": {"hx_request": "true", "hx_target": "rating", "hx_boosted": "true"},
    "user agent": {"user_agent": "<script>alert(1)</script>"},
    "body": {"content_length": "5", "content_type": "application/json"},
    "unknown parameter": {"query": "?evil=1"},
    "script in a parameter": {"query": "?utm_source=<script>"},
    "format": {"query": "?format=evil"},
    "head": {"method": "HEAD"},
}


@pytest.mark.parametrize("path", [PAGE, "/", LIST, f"{LIST}machines/comments/"])
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_that_a_client_sends_comes_back_to_another(server, cache, make_comment, path, hostile):
    make_comment(status="published")
    untouched = Server(WSGIHandler()).ask(path)
    sent = dict(hostile)
    server.ask(path + sent.pop("query", ""), **sent)
    answer = server.ask(path)
    assert (answer.status, answer.body) == (200, untouched.body)
    assert "access-control-allow-origin" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert len(cache.pages) == 1


def test_a_host_that_is_not_ours_is_refused_and_leaves_nothing(server, cache, article):
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example", "a\x00b", ""):
        assert server.ask(PAGE, host=host).status == 400
    assert not cache.pages


def test_each_host_has_pages_of_its_own(server, make_article):
    for n in range(25):
        make_article(f"machines-{n}")
    for host in ("127.0.0.1", "localhost"):
        for _ in range(2):
            assert f"http://{host}/api/v1/articles/?cursor=".encode() in server.ask(LIST, host=host).body


def test_links_that_carry_a_campaign_are_answered_with_the_page(server, django, article):
    plain = server.ask(PAGE)
    for query in ("?utm_source=x", "?fbclid=1&utm_medium=y", "?before=1", "?=", "?&&", "?v=1"):
        assert server.ask(PAGE + query).body == plain.body
    assert django.made == [PAGE]


def test_what_a_view_has_not_declared_is_in_no_link_of_its_page(server, make_article):
    for n in range(25):
        make_article(f"machines-{n}")
    assert b"utm" not in server.ask(f"{LIST}?utm_source=x&page_size=5").body
    assert b"page_size=5" in server.ask(f"{LIST}?page_size=5&utm_source=x").body


def test_declared_parameters_count_in_any_order(server, django, article):
    one = server.ask(f"{LIST}?section=research&q=machines")
    assert server.ask(f"{LIST}?q=machines&x=1&section=research").body == one.body
    assert len(django.made) == 1
    assert server.ask(f"{LIST}?q=nothing&section=research").body != one.body


def test_the_last_of_several_values_counts_as_it_does_in_django(server, article):
    assert b"machines" in server.ask(f"{LIST}?q=nothing&q=machines").body
    assert b'"results":[]' in server.ask(f"{LIST}?q=machines&q=nothing").body.replace(b" ", b"")


def test_a_query_that_cannot_be_read_is_refused_and_leaves_nothing(server, cache, article):
    too_many = "&".join(f"q={n}" for n in range(1001))
    assert server.ask(f"{LIST}?{too_many}").status == 400
    assert server.ask(f"{LIST}?q=%ff%00").status in (200, 400)
    assert server.ask("/?before=%00").status == 404
    assert all("%00" not in key.path for key in cache.pages)


def test_an_origin_that_may_use_the_api_gets_its_own_copy(server, settings, article):
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    for origin in ("https://partner.example", "https://evil.example"):
        server.ask(LIST, origin=origin)
    assert "access-control-allow-origin" not in server.ask(LIST).headers
    assert "access-control-allow-origin" not in server.ask(LIST, origin="https://evil.example").headers
    allowed = server.ask(LIST, origin="https://partner.example")
    assert allowed.headers["access-control-allow-origin"] == "https://partner.example"
    again = server.ask(LIST, origin="https://partner.example", if_none_match=allowed.headers["etag"])
    assert again.status == 304
    assert again.headers["access-control-allow-origin"] == "https://partner.example"


def test_behind_https_a_plain_request_is_sent_on_and_never_kept(settings, article):
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    cache = PageCache(WSGIHandler(), next_change=publishing.next_due, max_bytes=2**20)
    server = Server(cache)
    assert server.ask(PAGE).status == 301
    assert not cache.pages
    assert server.ask(PAGE, x_forwarded_proto="https").status == 200
    assert server.ask(PAGE, x_forwarded_proto="http").status == 301
    assert server.ask(PAGE).status == 301
