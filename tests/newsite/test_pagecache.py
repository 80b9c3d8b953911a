"""What is sent of a page that is kept."""

import gzip

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from newsite import caching, negotiation
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
