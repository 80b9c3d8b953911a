"""Reading costs a constant number of queries, however much there is to read. Each budget lists its queries."""

import datetime
import functools
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Correction, Topic
from comments.models import Comment
from tests.discussions import plant


def queries_of(client, path, *, remembered=False):
    """The tables that a request's queries read from, in their order; by default with no part of the page remembered."""
    if not remembered:
        caches["template_fragments"].clear()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return [_what(query["sql"]) for query in queries]


def _what(sql):
    kind = sql.split()[0]
    table = re.search(r'FROM "?(\w+)"?', sql)
    return f"{kind} {table[1]}" if table else sql


@pytest.fixture
def topic():
    return Topic.objects.create(name="GPT", slug="gpt", kind="model")


@pytest.fixture
def make_articles(section, topic):
    """Some published articles of one topic, by the shortest way."""

    def make(count):
        start = Article.objects.count()
        made = Article.objects.bulk_create(
            Article(
                slug=f"article-{start + n}",
                title=f"Machines {start + n}",
                standfirst="About machines.",
                body="Text.",
                body_html="<p>Text.</p>",
                section=section,
                status=Article.Status.PUBLISHED,
                published_at=timezone.now() - datetime.timedelta(minutes=start + n + 1),
            )
            for n in range(count)
        )
        topic.articles.add(*made)
        return made

    return make


@pytest.fixture
def make_comments(article):
    """Some published threads, the same replies dealt out among them, by the shortest way."""
    return functools.partial(plant, article)


def test_the_page_of_an_article_takes_five_queries_and_three_more_when_its_text_is_not_remembered(
    reader, article, topic, make_comments
):
    article.topics.add(topic)
    Correction.objects.create(article=article, text="It was not so.")
    make_comments(100, replies=10)
    page = reader.get("/articles/machines/").content.decode()
    assert page.count('class="comment ') + page.count('class="comment"') == 50 + 10
    assert queries_of(reader, "/articles/machines/") == [
        "SELECT newsite_stamp",  # the version of the site's frame and the article's text
        "SELECT articles_article",  # the article
        "SELECT comments_comment",  # the newest threads
        "SELECT comments_comment",  # those pinned above them
        "SELECT articles_section",  # the navigation
        "SELECT articles_section",  # the article's section, with what holds for the site
        "SELECT articles_topic",  # the topics it names
        "SELECT articles_correction",  # what was put right in it
    ]
    assert queries_of(reader, "/articles/machines/", remembered=True) == [
        "SELECT newsite_stamp",
        "SELECT articles_article",
        "SELECT comments_comment",
        "SELECT comments_comment",
        "SELECT articles_section",  # whether comments are taken, and when they show
    ]


def test_threads_that_older_templates_drew_take_two_queries_more_and_look_the_same(reader, article, make_comments):
    make_comments(100, replies=10)
    before = reader.get("/articles/machines/").content
    Comment.objects.update(thread_html="<p>old</p>", thread_html_by="old")
    assert reader.get("/articles/machines/").content == before
    assert queries_of(reader, "/articles/machines/", remembered=True) == [
        "SELECT newsite_stamp",
        "SELECT articles_article",
        "SELECT comments_comment",
        "SELECT comments_comment",
        "SELECT comments_comment",  # the comments whose threads are drawn anew
        "SELECT comments_comment",  # their first replies
        "SELECT articles_section",
    ]


def test_the_home_page_takes_four_queries(reader, make_articles):
    make_articles(30)
    assert queries_of(reader, "/") == [
        "SELECT articles_article",  # the newest articles with their sections
        "SELECT articles_topic",  # what they are about, for their covers
        "SELECT newsite_stamp",  # the version of the frame
        "SELECT articles_section",  # the navigation
    ]


def test_a_thread_takes_four_queries(reader, make_comments):
    (top,) = make_comments(1, replies=10)
    assert queries_of(reader, f"/comments/{top.pk}/thread/") == [
        "SELECT comments_comment",  # the comment that begins it, with its article and section
        "SELECT comments_comment",  # its replies, each with what it answers
        "SELECT newsite_stamp",  # the version of the frame
        "SELECT articles_section",  # the navigation
    ]


def test_a_later_page_of_a_discussion_takes_six_queries(reader, make_comments):
    tops = make_comments(60, replies=10)
    assert queries_of(reader, f"/articles/machines/comments/?after={tops[49].pk}") == [
        "SELECT articles_article",  # the article with its section
        "SELECT comments_comment",  # where the page begins
        "SELECT comments_comment",  # the threads that are equal to that place in the first column of the order
        "SELECT comments_comment",  # those behind them
        "SELECT newsite_stamp",  # the version of the frame
        "SELECT articles_section",  # the navigation
    ]


def test_the_api_lists_the_replies_to_a_comment_in_two_queries(program, make_comments):
    (top,) = make_comments(1, replies=60)
    assert queries_of(program, f"/api/v1/comments/{top.pk}/replies/?page_size=100") == [
        "SELECT comments_comment",  # the comment with its article
        "SELECT comments_comment",  # the replies
    ]


def test_the_api_lists_comments_in_three_queries(program, article, make_comments):
    make_comments(60, replies=60)
    assert queries_of(program, "/api/v1/articles/machines/comments/?page_size=100") == [
        "SELECT articles_article",  # the article
        "SELECT comments_comment",  # the comments that begin a thread
        "SELECT comments_comment",  # their first replies
    ]


def test_the_api_lists_articles_in_two_queries(program, make_articles):
    make_articles(60)
    assert queries_of(program, "/api/v1/articles/?page_size=100") == [
        "SELECT articles_article",  # the articles with their sections
        "SELECT articles_topic",  # the topics of all of them
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sections/research/",
        "/topics/gpt/",
        "/search/?q=machines",
        "/api/v1/articles/?page_size=100",
        "/api/v1/articles/?page_size=100&topic=gpt&section=research&q=machines",
        "/api/v1/articles/?page_size=100&ordering=-rating",
        "/api/v1/articles/?page_size=100&ordering=-comments",
    ],
)
def test_a_list_of_articles_costs_the_same_with_five_and_with_sixty(reader, make_articles, path):
    make_articles(5)
    few = queries_of(reader, path)
    make_articles(55)
    assert queries_of(reader, path) == few
    assert len(few) <= 5


@pytest.mark.parametrize(
    "path",
    [
        "/articles/machines/",
        "/articles/machines/comments/",
        "/api/v1/articles/machines/",
        "/api/v1/articles/machines/comments/?page_size=100",
        "/api/v1/articles/machines/comments/?page_size=100&sort=top&kind=question",
        "/api/v1/articles/machines/comments/?page_size=100&answered=false",
        "/api/v1/articles/machines/rating/",
    ],
)
def test_a_discussion_costs_the_same_with_five_and_with_sixty(reader, article, make_comments, path):
    make_comments(5, replies=5)
    few = queries_of(reader, path)
    make_comments(55, replies=55)
    assert queries_of(reader, path) == few
    assert len(few) <= 8


def test_a_thread_costs_the_same_with_five_and_with_sixty_replies(reader, make_comments):
    (small,), (large,) = make_comments(1, replies=5), make_comments(1, replies=60)
    assert queries_of(reader, f"/comments/{small.pk}/thread/") == queries_of(reader, f"/comments/{large.pk}/thread/")


@pytest.mark.parametrize("path", ["/topics/", "/api/v1/topics/?page_size=100", "/api/v1/sections/?page_size=100"])
def test_a_list_of_names_costs_the_same_with_five_and_with_sixty(reader, article, path):
    from articles.models import Section

    def more(count):
        start = Topic.objects.count()
        for n in range(start, start + count):
            article.topics.add(Topic.objects.create(name=f"Topic {n}", slug=f"topic-{n}", kind="tool"))
            Section.objects.create(name=f"Section {n}", slug=f"section-{n}")

    more(5)
    few = queries_of(reader, path)
    more(55)
    assert queries_of(reader, path) == few
    assert len(few) <= 3


def test_a_page_further_back_costs_what_the_first_one_costs(reader, make_articles):
    make_articles(60)
    first = reader.get("/")
    older = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert older, "there is a next page"
    path = older[1] if older[1].startswith("/") else "/" + older[1]
    assert queries_of(reader, path) == queries_of(reader, "/")
