"""What the page cache costs, and its figures."""

import pytest

from newsite import pagecache

PAGE = "/articles/machines/"
LIST = "/api/v1/articles/"
pytestmark = pytest.mark.usefixtures("one_transaction")


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
