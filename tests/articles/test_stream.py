"""The stream: the newest articles first, a page at a time."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Topic
from tests.articles.reading import page, rate, slugs, words

NOON = datetime.datetime(2026, 5, 14, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def test_the_stream_shows_the_newest_first_and_the_newest_as_the_lead(reader, make_article):
    for n in range(3):
        make_article(f"a{n}", published_at=NOON - n * HOUR)
    html = page(reader)
    assert slugs(html) == ["a0", "a1", "a2"]
    assert html.count("lead__title") == 1
    assert slugs(html[html.index("lead__title") - 10 :])[0] == "a0"


def test_the_stream_gives_every_article_once_from_page_to_page(reader, make_article):
    for n in range(60):  # several at the same time, so that the time alone does not order them
        make_article(f"a{n}", published_at=NOON - (n // 7) * HOUR)
    seen, path, pages = [], "/", 0
    while path:
        html = page(reader, path)
        seen += slugs(html)
        pages += 1
        following = re.search(r'rel="next" href="([^"]+)"', html)
        path = following and "/" + following[1]
        assert pages < 10
    assert pages == 3
    assert len(seen) == len(set(seen)) == 60
    times = dict(Article.objects.values_list("slug", "published_at"))
    assert seen == sorted(seen, key=lambda slug: (times[slug], int(slug[1:])), reverse=True)


def test_an_article_that_comes_in_meanwhile_repeats_nothing_on_the_next_page(reader, make_article):
    for n in range(30):
        make_article(f"a{n}", published_at=NOON - n * HOUR)
    first = page(reader)
    make_article("news", published_at=NOON + HOUR)
    second = page(reader, "/" + re.search(r'rel="next" href="([^"]+)"', first)[1])
    assert set(slugs(first)) & set(slugs(second)) == set()
    assert len(slugs(first)) + len(slugs(second)) == 30


def test_the_last_page_has_no_next_one(reader, make_article):
    for n in range(24):
        make_article(f"a{n}", published_at=NOON - n * HOUR)
    assert 'rel="next"' not in page(reader)


@pytest.mark.parametrize(
    "place", ["x", "1", "1-", "-1", "1-2-3", "9" * 30 + "-1", "1-" + "9" * 30, "１-２", "1-2' OR 1=1", "\0"]
)
def test_a_place_that_makes_no_sense_is_not_found(reader, article, place):
    assert reader.get("/", {"before": place}).status_code == 404


def test_a_place_before_everything_is_an_empty_page(reader, article):
    assert slugs(page(reader, "/?before=1-1")) == []


def test_the_stream_is_grouped_by_time(reader, make_article):
    times = {
        "now": NOON - datetime.timedelta(minutes=5),
        "minutes": NOON - datetime.timedelta(minutes=59),
        "morning": NOON - 4 * HOUR,
        "yesterday": NOON - 20 * HOUR,
        "before": NOON - datetime.timedelta(days=2),
        "last-year": NOON - datetime.timedelta(days=200),
    }
    with time_machine.travel(NOON, tick=False):
        for slug, at in times.items():
            make_article(slug, published_at=at)
        html = page(reader)
    headings = re.findall(r'class="group__age"[^>]*>([^<]+)<', html)
    assert headings == ["This hour", "Today", "Yesterday", "12 May", "26 October 2025"]


def test_the_empty_stream_says_so(reader):
    assert "No article has been published yet." in page(reader)


def test_an_entry_tells_section_time_rating_and_comments(reader, article, make_comment):
    rate(article, 4, 5)
    make_comment(status="published")
    text = words(page(reader))
    assert "Research" in text
    assert "★Rated 4.5 out of 5 by (2)" in text
    assert "1 comment" in text


@pytest.mark.parametrize("path", ["/", "/sections/research/", "/topics/machines/", "/search/?q=a", "/api/v1/articles/"])
def test_a_list_asks_the_same_number_of_queries_for_one_article_and_for_many(
    reader, make_article, django_assert_num_queries, path
):
    topic = Topic.objects.create(name="Machines", slug="machines", kind="concept")
    make_article("a", body="Machines.")
    with CaptureQueriesContext(connection) as one:
        reader.get(path)
    for n in range(12):
        make_article(f"a{n}", body="Machines.")
    assert topic.articles.count() == 13
    with django_assert_num_queries(len(one)):
        reader.get(path)
