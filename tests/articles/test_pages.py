"""What readers see: the article page, which mirrors its source, the stream, the sections, the topics, the search."""

import datetime
import re
import subprocess
import sys

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from articles import covers, ratings
from articles.models import Article, Section, Topic
from tests.conftest import as_reader

NOON = datetime.datetime(2026, 5, 14, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def words(html):
    """The visible words of a page, in order, with single spaces."""
    body = html[html.index("<body") :]
    return " ".join(strip_tags(re.sub(r"<(script|style|noscript)\b.*?</\1>", " ", body, flags=re.DOTALL)).split())


def page(client, path="/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def rate(article, *all_stars):
    for n, stars in enumerate(all_stars):
        ratings.rate(article=article, who=as_reader(f"{n:032x}"), stars=stars)


def slugs(html):
    """The articles that a page lists, in order."""
    return re.findall(r'__title"><a href="/articles/([^/]+)/"', html)


def test_the_article_page_has_the_parts_of_its_source_in_their_order(reader, make_article):
    make_article("of-machines", title="Of machines", standfirst="What to know.", body="First paragraph.\n\nSecond one.")
    text = words(page(reader, "/articles/of-machines/")).replace("&#x27;", "'").replace("&amp;", "&")
    parts = [
        *("AI News", "Real Time", "Of machines", "What to know.", "First paragraph.", "Second one.", "1 star: poor"),
        *("5 stars: excellent", "Be the first to rate this article.", "Comments & Questions (0)", "Captcha"),
        *(
            "Please be respectful — let's keep the conversation friendly.",
            "No comments yet",
            "Be the first to comment!",
        ),
    ]
    at = -1
    for part in parts:
        assert part in text[at + 1 :], f"“{part}” is not there, or not in its place"
        at = text.index(part, at + 1)


def test_the_title_is_the_one_h1(reader, make_article):
    make_article("m", title="The <i>title</i>", body="# Also a head\n\ntext")
    html = page(reader, "/articles/m/")
    assert re.findall(r"<h1>(.*?)</h1>", html) == ["The &lt;i&gt;title&lt;/i&gt;"]
    assert html.count("<h1") == 1


def test_the_site_name_leads_home(reader, article):
    assert '<a class="masthead__name" href="/">AI News</a>' in page(reader, article.get_absolute_url())


def test_the_stars_have_two_rows_and_the_full_one_is_as_wide_as_the_average(reader, article):
    rate(article, 4, 5)
    html = page(reader, article.get_absolute_url())
    assert 'class="stars__empty"' in html
    assert 'class="stars__full"' in html
    assert f'<rect id="average-width" width="{4.5 / 5 * 240:.1f}" height="48"/>' in html


def test_the_full_row_has_no_width_until_somebody_has_rated(reader, article):
    assert '<rect id="average-width" width="0.0" height="48"/>' in page(reader, article.get_absolute_url())


@pytest.mark.parametrize(
    ("all_stars", "line"),
    [
        ([], "Be the first to rate this article."),
        ([4], "4.0 out of 5 · 1 rating"),
        ([5, 4], "4.5 out of 5 · 2 ratings"),
        ([5] * 13 + [4] * 9 + [3] * 5, "4.3 out of 5 · 27 ratings"),
    ],
)
def test_the_rating_line(reader, article, all_stars, line, settings):
    settings.RATING_BURST = 0
    rate(article, *all_stars)
    assert f'<p class="rating__line">{line}</p>' in page(reader, article.get_absolute_url())


def test_the_bars_tell_how_many_gave_how_many_stars(reader, article):
    rate(article, 5, 5, 1)
    html = page(reader, article.get_absolute_url())
    assert 'aria-label="5 stars: 2, 4 stars: 0, 3 stars: 0, 2 stars: 0, 1 star: 1"' in html


def test_the_heading_counts_comments_and_questions_together(reader, article, make_comment):
    make_comment(status="published"), make_comment(kind="question", status="published"), make_comment()
    text = words(page(reader, article.get_absolute_url()))
    assert "Comments &amp; Questions (2)" in text
    assert "No comments yet" not in text


def test_a_closed_discussion_says_so_and_has_no_form(reader, make_article):
    make_article("m", comments_policy="closed")
    text = words(page(reader, "/articles/m/"))
    assert "This discussion was closed on" in text
    assert "Captcha" not in text
    assert "Be the first to comment!" not in text


def test_the_standfirst_is_cut_between_words_when_nobody_wrote_one(reader, make_article):
    make_article("m", body="Considerably " * 40)
    assert '<p class="standfirst">' + ("Considerably " * 10).strip() + "…</p>" in page(reader, "/articles/m/")


def test_a_long_article_has_a_table_of_contents_whose_links_lead_somewhere(reader, make_article):
    make_article("m", body="## One thing\n\ntext\n\n## Another\n\ntext")
    html = page(reader, "/articles/m/")
    for anchor in ("s-one-thing", "s-another"):
        assert f'href="#{anchor}"' in html
        assert f'id="{anchor}"' in html


def test_no_id_on_the_article_page_is_given_twice(reader, make_article, make_comment):
    article = make_article("m", body="## Rating\n\n## Discussion\n\n## Main\n\n## Contents")
    make_comment(on=article, status="published")
    ids = re.findall(r'\sid="([^"]*)"', page(reader, "/articles/m/"))
    assert sorted(ids) == sorted(set(ids))


def test_the_source_of_an_article_is_named_and_linked(reader, make_article):
    make_article("m", source_name="A paper", source_url="https://a.example/p")
    assert 'Source: <a href="https://a.example/p" rel="noopener">A paper</a>' in page(reader, "/articles/m/")


def test_the_article_page_is_the_same_for_every_reader_and_sets_no_cookie(reader, stranger, article):
    stranger.post(f"{article.get_absolute_url()}rating/", {"stars": 4})
    one, other = reader.get(article.get_absolute_url()), stranger.get(article.get_absolute_url())
    assert one.content == other.content
    assert not one.cookies
    assert not other.cookies


@pytest.mark.parametrize("path", ["/", "/articles/machines/", "/sections/research/", "/topics/", "/search/?q=x"])
def test_a_public_page_writes_nothing(reader, article, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(10) as asked:
        answer = reader.get(path)
    assert all(query["sql"].lstrip().startswith("SELECT") for query in asked.captured_queries)
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


# The stream


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


# Covers


def test_a_cover_is_the_same_every_time(make_article, reader):
    covers.draw.cache_clear()
    first = covers.draw("topic", "slug")
    covers.draw.cache_clear()
    assert covers.draw("topic", "slug") == first


def test_a_cover_does_not_depend_on_the_process():
    code = "from articles import covers; print(covers.draw('topic', 'slug'), end='')"
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert drawn == {covers.draw("topic", "slug")}


def test_covers_of_different_articles_differ():
    assert len({covers.draw("topic", f"article-{n}") for n in range(50)}) == 50


def test_different_topics_have_different_motifs():
    assert len({re.sub(r"[\d.-]+", "", covers.draw(f"topic {n}", "slug"))[:60] for n in range(40)}) > 3


def test_an_article_has_the_same_cover_in_the_list_and_on_its_page(reader, article):
    cover = re.compile(r'<svg class="cover"[^>]*>(.*?)</svg>', re.DOTALL)
    assert cover.search(page(reader))[1] == cover.search(page(reader, article.get_absolute_url()))[1]


# Sections, topics, search


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
