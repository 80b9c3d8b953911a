"""Sections, topics and the search; and addresses where nothing is."""

import datetime
import re

import pytest

from articles.models import Section, Topic
from tests.articles.reading import page, slugs, words

NOON = datetime.datetime(2026, 5, 14, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def test_a_section_shows_its_articles_and_no_others(reader, make_article):
    other = Section.objects.create(name="Policy", slug="policy", description="Rules.")
    make_article("mine"), make_article("theirs", section=other)
    assert slugs(page(reader, "/sections/policy/")) == ["theirs"]
    assert "Rules." in page(reader, "/sections/policy/")


def test_the_navigation_names_all_sections_in_their_order(reader, section):
    Section.objects.create(name="Policy", slug="policy", position=0)
    html = page(reader)
    assert html.index("Real Time</a>") < html.index(">Policy</a>") < html.index(">Research</a>")


def test_the_section_that_is_the_stream_leads_home(reader):
    stream = Section.objects.create(name="Real Time", slug="real-time")
    assert stream.get_absolute_url() == "/"
    assert page(reader).count(">Real Time</a>") == 2  # in the navigation and at the foot


def test_a_section_gives_every_article_once_from_page_to_page(reader, make_article):
    for n in range(30):
        make_article(f"a{n}", published_at=NOON)
    first = page(reader, "/sections/research/")
    second = page(reader, "/sections/research/" + re.search(r'rel="next" href="([^"]+)"', first)[1])
    assert len({*slugs(first), *slugs(second)}) == len(slugs(first)) + len(slugs(second)) == 30


def test_a_topic_shows_the_articles_that_name_it(reader, make_article):
    Topic.objects.create(name="Anthropic", slug="anthropic", kind="company", description="Makers of Claude.")
    make_article("naming", body="About Anthropic."), make_article("silent", body="About nothing.")
    html = page(reader, "/topics/anthropic/")
    assert slugs(html) == ["naming"]
    assert "Makers of Claude." in html


def test_the_topics_page_lists_topics_that_are_named_by_kind(reader, make_article):
    Topic.objects.create(name="Anthropic", slug="anthropic", kind="company")
    Topic.objects.create(name="Claude", slug="claude", kind="model")
    Topic.objects.create(name="Never", slug="never", kind="model")
    make_article(body="Anthropic makes Claude. Claude speaks.")
    text = words(page(reader, "/topics/"))
    assert "Companies Anthropic" in text
    assert "Models Claude" in text
    assert "Never" not in text


def test_a_topic_that_no_article_names_says_so(reader):
    Topic.objects.create(name="Never", slug="never", kind="model")
    assert "No published article names this topic yet." in page(reader, "/topics/never/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("zebra", ["b"]),
        ("ZEBRA", ["b"]),
        ("running zebra", ["b"]),
        ("stripes", ["b"]),
        ("zebra machine", []),
        ("100%", ["c"]),
        ("%", ["c"]),
        ("_", []),
        ("'; DROP TABLE articles_article; --", []),
        ("\0zebra", ["b"]),
        ("   ", []),
        ("", []),
    ],
)
def test_the_search_finds_articles_with_all_words_in_title_or_standfirst(reader, make_article, query, found):
    make_article("a", title="A machine", standfirst="It counts.")
    make_article("b", title="Zebra running", standfirst="It has stripes.")
    make_article("c", title="All of it", standfirst="Sure to 100%.")
    assert slugs(reader.get("/search/", {"q": query}).content.decode()) == found


def test_the_search_shows_what_was_asked_escaped(reader):
    html = reader.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_search_goes_on_to_a_next_page_with_the_same_words(reader, make_article):
    for n in range(30):
        make_article(f"a{n}", title=f"Big & bold {n}", published_at=NOON - n * HOUR)
    first = reader.get("/search/", {"q": "big &"}).content.decode()
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = page(reader, "/search/" + following)
    assert len({*slugs(first), *slugs(second)}) == 30


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/articles/none/",
        "/sections/none/",
        "/topics/none/",
        "/comments/1/thread/",
        "/articles/none/comments/",
    ],
)
def test_an_address_where_nothing_is_has_a_page_that_leads_on(reader, path):
    answer = reader.get(path)
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "There is nothing at this address" in html
    assert '<a href="/">read the newest articles</a>' in html
    assert "AI News" in html


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/", "/articles/machines/", "/sections/research/", "/topics/", "/search/"])
def test_a_page_can_only_be_read(reader, article, method, path):
    assert getattr(reader, method)(path).status_code == 405


def test_pages_tell_a_browser_what_is_allowed_on_them(reader, article):
    headers = reader.get(article.get_absolute_url()).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
