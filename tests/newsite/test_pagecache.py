"""Pages that are kept: what is sent of them, what they are made from, who gets them, what they cost."""

import gzip

import brotli
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from articles import publishing, ratings
from articles.models import Article
from comments import tokens
from newsite import caching, negotiation, pagecache, readers
from newsite.pagecache import PageCache
from tests.addresses import addresses
from tests.conftest import as_reader
from tests.wsgi import Server

PAGE = "/articles/machines/"
LIST = "/api/v1/articles/"
NEVER_THE_SAME = {"date"}


pytestmark = pytest.mark.usefixtures("one_transaction")


def without_date(answer):
    return {name: value for name, value in answer.headers.items() if name not in NEVER_THE_SAME}


def body_of(answer):
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
    return decode[answer.headers.get("content-encoding")](answer.body)


# What is sent


def test_a_page_is_made_once_and_then_sent_without_a_query(server, django, article):
    first = server.ask(PAGE)
    with CaptureQueriesContext(connection) as queries:
        second = server.ask(PAGE)
    assert (first.status, first.body, first.headers) == (second.status, second.body, second.headers)
    assert django.made == [PAGE]
    assert len(queries) == 0


def test_what_an_open_page_asks_for_again_and_again_costs_no_query(server, django, article):
    live = f"{PAGE}live/"
    etag = server.ask(live).headers["etag"]
    with CaptureQueriesContext(connection) as queries:
        again = server.ask(live, if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    assert django.made == [live]
    assert len(queries) == 0


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}live/", "/", "/topics/", LIST, "/api/v1/articles/machines/rating/"])
def test_a_kept_page_has_the_body_and_every_header_that_django_gives_it(server, article, path):
    plain = Server(WSGIHandler()).ask(path)
    server.ask(path)
    kept = server.ask(path)
    assert kept.body == plain.body
    expected = without_date(plain)
    expected["etag"] = "W/" + expected["etag"]
    vary = {*filter(None, expected.pop("vary", "").lower().split(", ")), "accept-encoding"}
    sent = without_date(kept)
    assert set(sent.pop("vary").lower().split(", ")) == vary
    assert sent == expected
    assert {"content-security-policy", "x-content-type-options", "referrer-policy"} <= set(kept.headers)


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;Q=0.5", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.5, br;q=0", "gzip"),
        ("identity", None),
        ("identity, br;q=0.5", None),
        ("deflate", None),
        ("", None),
        ("br;q=nonsense", None),
    ],
)
def test_the_body_comes_in_the_encoding_that_is_liked_best(server, article, accepted, encoding):
    plain = server.ask(PAGE)
    answer = server.ask(PAGE, accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == encoding
    assert body_of(answer) == plain.body
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert "accept-encoding" in answer.headers["vary"].lower()


@given(st.lists(st.tuples(st.sampled_from(["br", "gzip", "identity", "*", "x"]), st.floats(0, 1)), max_size=5))
def test_no_encoding_is_sent_that_was_refused_while_another_was_welcome(weights):
    liked = dict(weights)
    header = ", ".join(f"{name};q={weight:.3f}" for name, weight in liked.items())
    chosen = negotiation.encoding(header)
    welcome = [name for name in negotiation.COMPRESS if float(f"{liked.get(name, liked.get('*', 0)):.3f}") > 0]
    assert chosen in welcome or (chosen == "identity" and not welcome)


@given(st.text(max_size=60))
def test_whatever_stands_in_the_header_an_encoding_is_found(header):
    assert negotiation.encoding(header) in negotiation.COMPRESS


def test_each_encoding_is_made_once(server, article, monkeypatch):
    done = []

    def noted(name, compress):
        return lambda body: done.append(name) or compress(body)

    monkeypatch.setattr(
        negotiation, "COMPRESS", {name: noted(name, compress) for name, compress in negotiation.COMPRESS.items()}
    )
    for _ in range(5):
        for accepted in ("br", "gzip", ""):
            server.ask(PAGE, accept_encoding=accepted)
    assert sorted(done) == ["br", "gzip", "identity"]


@pytest.mark.parametrize("form", ["{}", "*", '"other", {}', "{weak_less}"])
def test_who_has_the_page_already_is_told_so(server, article, form):
    etag = server.ask(PAGE, accept_encoding="br").headers["etag"]
    given = form.format(etag, weak_less=etag.removeprefix("W/"))
    for accepted in ("br", "gzip", ""):
        answer = server.ask(PAGE, if_none_match=given, accept_encoding=accepted)
        assert (answer.status, answer.body) == (304, b"")
        assert answer.headers["etag"] == etag
        assert answer.headers["cache-control"] == caching.PUBLIC
        assert "content-length" not in answer.headers


def test_who_has_another_version_gets_the_page(server, article):
    assert server.ask(PAGE, if_none_match='"another"').status == 200
    assert server.ask(PAGE, if_none_match='W/"another"').status == 200


def test_a_head_request_gets_the_headers_of_the_page_and_no_body(server, django, article):
    head = server.ask(PAGE, method="HEAD", accept_encoding="br")
    get = server.ask(PAGE, accept_encoding="br")
    assert (head.status, head.body, head.headers) == (200, b"", get.headers)
    assert get.body
    assert django.made == [PAGE]


# What a page is made from


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


# Who is not answered from memory


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


# What the cache costs


def test_a_flood_of_addresses_that_lead_nowhere_leaves_nothing(server, cache, article):
    for n in range(300):
        assert server.ask(f"/articles/nothing-{n}/").status == 404
        assert server.ask(f"/nothing/{n}/").status == 404
        assert server.ask(f"/comments/{10_000 + n}/thread/").status == 404
    assert not cache.pages
    assert cache.bytes == 0


def test_a_flood_of_queries_leaves_one_page(server, cache, django, article):
    for n in range(2000):
        server.ask(f"{PAGE}?x{n}={n}")
    assert len(cache.pages) == len(django.made) == 1


def test_memory_is_bounded_and_what_was_asked_for_lately_stays(server, cache, article):
    cache.max_bytes = 150_000
    for n in range(200):
        server.ask(f"{LIST}?q={n}", accept_encoding=("br", "gzip", "")[n % 3])
        server.ask(PAGE)
        assert cache.bytes <= cache.max_bytes
        assert cache.bytes == sum(page.size for page in cache.pages.values())
    assert 1 < len(cache.pages) < 200
    assert PAGE in {key.path for key in cache.pages}


def test_a_page_larger_than_the_memory_is_sent_and_not_kept(server, cache, article):
    cache.max_bytes = 1000
    for _ in range(2):
        assert server.ask(PAGE).status == 200
    assert (len(cache.pages), cache.bytes) == (0, 0)


def test_hits_misses_304s_and_stale_pages_are_counted(server, clock, trouble, article):
    def counted():
        clock(1)
        server.ask("/search/")  # figures are told once a second
        return {name: count._value.get() for name, count in pagecache.FIGURES.items()}

    before = counted()
    etag = server.ask(PAGE).headers["etag"]
    server.ask(PAGE)
    server.ask(PAGE, if_none_match=etag)
    clock(1)
    trouble.begin()
    server.ask(PAGE)
    after = counted()
    assert {name: after[name] - before[name] for name in after} == {"miss": 2, "hit": 2, "stale": 1, "304": 1}
