"""Lists of articles in the API: their fields, order, choice and pages."""

import base64
import re

import pytest
from rest_framework.test import APIClient

from articles.models import Article, Section
from tests.articles.api.asking import ARTICLE_FIELDS, ago, rate, slugs


def test_an_article_in_a_list_has_the_fields_of_the_contract(program, make_article, topic, settings):
    make_article(body="GPT writes.", byline="Mo")
    listed = program.get("/api/v1/articles/").json()
    assert set(listed) == {"next", "previous", "results"}
    (shown,) = listed["results"]
    assert set(shown) == ARTICLE_FIELDS
    assert shown["url"] == f"{settings.SITE_URL}/articles/machines/"
    assert shown["section"] == {"slug": "research", "name": "Research"}
    assert shown["topics"] == [{"slug": "gpt", "name": "GPT"}]
    assert shown["rating"] == {"average": None, "count": 0}
    assert shown["comments_open"] is True
    assert shown["byline"] == "Mo"
    for name in ("published_at", "updated_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", shown[name])


def test_articles_are_listed_with_the_newest_first(program, make_article):
    make_article("old", published_at=ago(days=2))
    make_article("new", published_at=ago(minutes=1))
    make_article("between", published_at=ago(days=1))
    assert slugs(program) == ["new", "between", "old"]
    assert slugs(program, "?ordering=-published_at") == ["new", "between", "old"]


def test_articles_can_be_ordered_by_rating(program, make_article, settings):
    settings.RATING_BURST = 0
    unrated = make_article("unrated", published_at=ago(minutes=1))
    one_five = make_article("one-five", published_at=ago(days=3))
    many_fours = make_article("many-fours", published_at=ago(days=4))
    bad = make_article("bad", published_at=ago(minutes=5))
    rate(one_five, 5)
    rate(many_fours, *[5, 4] * 15)
    rate(bad, 1, 1, 1)
    assert slugs(program, "?ordering=-rating") == ["many-fours", "one-five", "bad", unrated.slug]


def test_articles_can_be_ordered_by_comments(program, make_article, make_comment):
    quiet = make_article("quiet", published_at=ago(minutes=1))
    loud = make_article("loud", published_at=ago(days=5))
    some = make_article("some", published_at=ago(days=1))
    for _ in range(3):
        make_comment(on=loud, status="published")
        make_comment(on=quiet)  # pending: not counted
    make_comment(on=some, status="published")
    assert slugs(program, "?ordering=-comments")[:3] == ["loud", "some", "quiet"]


def test_articles_can_be_chosen_by_section(program, make_article):
    business = Section.objects.create(name="Business", slug="business")
    make_article("money", section=business)
    make_article("science")
    assert slugs(program, "?section=business") == ["money"]
    assert slugs(program, "?section=research") == ["science"]
    assert slugs(program, "?section=nothing") == []


def test_articles_can_be_chosen_by_topic(program, make_article, topic):
    make_article("about", body="All about ChatGPT and GPT.")
    make_article("other")
    assert slugs(program, "?topic=gpt") == ["about"]
    assert slugs(program, "?topic=nothing") == []


def test_articles_can_be_searched(program, make_article):
    make_article("cats", title="Cats and machines")
    make_article("dogs", title="Dogs", standfirst="Why MACHINES love dogs")
    make_article("secret", title="Cats in secret", status=Article.Status.DRAFT)
    assert set(slugs(program, "?q=machines")) == {"cats", "dogs"}
    assert slugs(program, "?q=machines%20dogs") == ["dogs"]
    assert slugs(program, "?q=nowhere") == []
    assert set(slugs(program, "?q=")) == {"cats", "dogs"}


@pytest.mark.parametrize("q", ["%", "_", "'", '"; DROP TABLE articles_article; --', "\\", "\0", "(", "é" * 50])
def test_a_search_takes_every_sign_for_itself(program, make_article, q):
    make_article("cats", title="Cats")
    answer = program.get("/api/v1/articles/", {"q": q})
    assert answer.status_code == 200
    assert [found["slug"] for found in answer.json()["results"]] == (["cats"] if q == "\0" else [])


@pytest.mark.parametrize("q", ["x" * 5_000, "x" * 60_000, "x " * 30_000, "\ud800".encode("utf-8", "surrogatepass")])
@pytest.mark.parametrize("name", ["q", "section", "topic", "ordering"])
def test_a_hostile_parameter_is_never_a_server_error(article, name, q):
    program = APIClient(raise_request_exception=False)
    assert program.get("/api/v1/articles/", {name: q}).status_code in (200, 400)


@pytest.mark.parametrize("ordering", ["-published_at", "-rating", "-comments"])
@pytest.mark.parametrize("cursor", ["x", "p=yesterday", "p=\0", "p=1e999", "o=-1", "r=1&p=99999-01-01"])
def test_a_made_up_cursor_is_never_a_server_error(article, ordering, cursor):
    program = APIClient(raise_request_exception=False)
    written = base64.b64encode(cursor.encode()).decode()
    answer = program.get("/api/v1/articles/", {"ordering": ordering, "cursor": written})
    assert answer.status_code in (200, 400, 404), answer.content


@pytest.mark.parametrize("ordering", ["-published_at", "-rating", "-comments"])
def test_following_the_cursor_shows_every_article_once(program, make_article, ordering):
    for number in range(7):
        made = make_article(f"article-{number}")
        if number < 3:
            rate(made, 5, 1 + number)
    seen, pages, url = [], 0, f"/api/v1/articles/?page_size=3&ordering={ordering}"
    while url:
        listed = program.get(url).json()
        seen += [found["slug"] for found in listed["results"]]
        pages, url = pages + 1, listed["next"]
    assert pages == 3
    assert sorted(seen) == sorted(f"article-{number}" for number in range(7))


def test_a_list_does_not_hold_whole_articles(program, make_article):
    make_article(body="The last words of this article are not in a list. " * 20 + "Zanzibar")
    assert b"Zanzibar" not in program.get("/api/v1/articles/").content
