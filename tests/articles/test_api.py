"""Articles, sections, topics and ratings in the API."""

import base64
import datetime
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from rest_framework.test import APIClient

from articles import publishing, ratings
from articles.models import Article, Correction, Rating, Section, Topic
from tests.conftest import as_reader

ARTICLE_FIELDS = {
    "id",
    "slug",
    "url",
    "title",
    "standfirst",
    "section",
    "topics",
    "byline",
    "published_at",
    "updated_at",
    "rating",
    "comment_count",
    "question_count",
    "comments_open",
}
DETAIL_FIELDS = ARTICLE_FIELDS | {"body", "body_html", "corrections"}
PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
PRIVATE = "private, no-store"
RATING = "/api/v1/articles/machines/rating/"
READING = [
    "/api/v1/articles/",
    "/api/v1/articles/machines/",
    "/api/v1/articles/machines/comments/",
    "/api/v1/articles/machines/rating/",
    "/api/v1/sections/",
    "/api/v1/topics/",
    "/api/v1/topics/gpt/",
]


@pytest.fixture
def topic():
    return Topic.objects.create(
        name="GPT", slug="gpt", kind="model", aliases="ChatGPT\nChat GPT", description="A model"
    )


def slugs(client, query=""):
    answer = client.get(f"/api/v1/articles/{query}")
    assert answer.status_code == 200, answer.content
    return [found["slug"] for found in answer.json()["results"]]


def codes(answer):
    return {(error["attr"], error["code"]) for error in answer.json()["errors"]}


def ago(**time):
    return timezone.now() - datetime.timedelta(**time)


def rate(article, *stars):
    for number, given in enumerate(stars):
        ratings.rate(article=article, who=as_reader(f"{article.pk}-{number}"), stars=given)


# Sections and topics


def test_sections_are_listed_in_their_order(program, section):
    Section.objects.create(name="Business", slug="business", position=0, description="Money")
    listed = program.get("/api/v1/sections/").json()
    assert set(listed) == {"next", "previous", "results"}
    assert [found["slug"] for found in listed["results"]] == ["business", "research"]
    assert set(listed["results"][0]) == {"slug", "name", "description", "url"}
    assert listed["results"][0]["description"] == "Money"


def test_topics_are_listed_by_name(program, topic):
    Topic.objects.create(name="Anthropic", slug="anthropic", kind="company")
    listed = program.get("/api/v1/topics/").json()
    assert [found["slug"] for found in listed["results"]] == ["anthropic", "gpt"]
    assert set(listed["results"][0]) == {"slug", "name", "kind", "description", "url"}


def test_a_topic_is_shown_with_its_other_names(program, topic):
    shown = program.get("/api/v1/topics/gpt/").json()
    assert set(shown) == {"slug", "name", "kind", "description", "url", "aliases"}
    assert shown["aliases"] == ["ChatGPT", "Chat GPT"]


def test_a_topic_that_never_was_is_not_there(program):
    answer = program.get("/api/v1/topics/nothing/")
    assert answer.status_code == 404
    assert codes(answer) == {(None, "not_found")}


@pytest.mark.parametrize("path", ["/api/v1/sections/", "/api/v1/topics/", "/api/v1/articles/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_stranger_changes_nothing(program, article, topic, path, method):
    answer = getattr(program, method)(path, {"title": "Mine", "name": "Mine", "slug": "mine"}, format="json")
    assert answer.status_code in (401, 403, 405)
    assert Section.objects.count() == Topic.objects.count() == Article.objects.count() == 1


# Lists of articles


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


# One article


def test_an_article_is_shown_with_the_fields_of_the_contract(program, make_article, topic):
    article = make_article(body="GPT *writes*.")
    Correction.objects.create(article=article, text="It was not so.")
    rate(article, 5, 4, 4)
    shown = program.get("/api/v1/articles/machines/").json()
    assert set(shown) == DETAIL_FIELDS
    assert shown["body"] == "GPT *writes*."
    assert "<em>writes</em>" in shown["body_html"]
    assert shown["rating"] == {
        "average": 4.33,
        "count": 3,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1},
    }
    (correction,) = shown["corrections"]
    assert set(correction) == {"text", "corrected_at"}
    assert correction["text"] == "It was not so."


def test_a_closed_discussion_is_told(program, make_article):
    make_article(comments_policy="closed")
    assert program.get("/api/v1/articles/machines/").json()["comments_open"] is False


@pytest.fixture(params=["draft", "withdrawn", "scheduled", "published in the future"])
def hidden(request, make_article):
    """An article that readers may not see yet, or not any more."""
    article = make_article()
    if request.param == "withdrawn":
        publishing.withdraw(article)
    elif request.param == "scheduled":
        publishing.schedule(article, at=timezone.now() + datetime.timedelta(minutes=1))
    elif request.param == "draft":
        Article.objects.update(status=Article.Status.DRAFT)
    else:
        Article.objects.update(published_at=timezone.now() + datetime.timedelta(minutes=1))
    return article


def test_what_readers_may_not_see_is_not_there(program, hidden):
    answer = program.get("/api/v1/articles/machines/")
    assert answer.status_code == 404
    assert codes(answer) == {(None, "not_found")}
    assert answer["Cache-Control"] == PRIVATE
    assert slugs(program) == []
    assert slugs(program, "?q=machines") == []


def test_what_readers_may_not_see_can_not_be_rated(program, hidden):
    assert program.get(RATING).status_code == 404
    assert program.put(RATING, {"stars": 5}, format="json").status_code == 404
    assert program.delete(RATING).status_code == 404
    assert Rating.objects.count() == 0


def test_a_scheduled_article_whose_time_has_come_is_there(program, make_article):
    make_article(status=Article.Status.SCHEDULED, published_at=ago(seconds=1))
    assert program.get("/api/v1/articles/machines/").status_code == 200


def test_an_address_that_never_was_is_told_in_json(program):
    for path in ("/api/v1/nothing/", "/api/nothing", "/api/v1/articles/nothing/"):
        answer = program.get(path)
        assert answer.status_code == 404
        assert codes(answer) == {(None, "not_found")}


# Ratings


def test_a_rating_is_read_with_the_fields_of_the_contract(program, article):
    rate(article, 5, 4)
    assert program.get(RATING).json() == {
        "average": 4.5,
        "count": 2,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 1},
        "yours": None,
    }


def test_a_reader_rates_changes_it_and_takes_it_back(program, article):
    given = program.put(RATING, {"stars": 5}, format="json")
    assert given.status_code == 200
    assert given.json() == {
        "average": 5.0,
        "count": 1,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1},
        "yours": 5,
    }
    changed = program.put(RATING, {"stars": 2}, format="json").json()
    assert (changed["yours"], changed["count"], changed["average"]) == (2, 1, 2.0)
    assert program.get(RATING).json()["yours"] == 2
    assert program.delete(RATING).status_code == 204
    assert program.get(RATING).json() == {
        "average": None,
        "count": 0,
        "histogram": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0},
        "yours": None,
    }


def test_taking_back_what_was_never_given_changes_nothing(program, article):
    rate(article, 3)
    assert program.delete(RATING).status_code == 204
    assert program.get(RATING).json()["count"] == 1


def test_a_client_without_cookies_is_known_by_x_reader(article):
    given = APIClient().put(RATING, {"stars": 4}, format="json")
    headers = {"X-Reader": given["X-Reader"]}
    assert APIClient().get(RATING, headers=headers).json()["yours"] == 4
    assert APIClient().get(RATING).json()["yours"] is None
    again = APIClient().put(RATING, {"stars": 1}, format="json", headers=headers)
    assert again["X-Reader"] == given["X-Reader"]
    assert again.json()["count"] == 1
    assert APIClient().delete(RATING, headers=headers).status_code == 204
    assert Rating.objects.count() == 0


def test_two_readers_rate_apart(article):
    assert APIClient().put(RATING, {"stars": 4}, format="json").json()["count"] == 1
    assert APIClient().put(RATING, {"stars": 5}, format="json").json()["count"] == 2


def test_the_cookie_of_a_reader_is_guarded(program, article):
    cookie = program.put(RATING, {"stars": 4}, format="json").cookies["reader"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["max-age"] >= 86_400 * 365


def test_the_cookie_of_a_reader_is_secure_behind_https(program, article, settings):
    settings.HTTPS = True
    assert program.put(RATING, {"stars": 4}, format="json").cookies["reader"]["secure"] is True


def test_the_cookie_is_given_once(program, article):
    assert "reader" in program.put(RATING, {"stars": 4}, format="json").cookies
    assert "reader" not in program.put(RATING, {"stars": 5}, format="json").cookies


def test_the_rating_of_the_page_is_the_rating_of_the_api(reader, article):
    reader.post("/articles/machines/rating/", {"stars": "3"})
    assert reader.get(RATING).json()["yours"] == 3


@pytest.mark.parametrize("stars", [0, 6, -1, "x", "", True, False, None, 3.5, [5], {"5": 5}, 10**30, "5" * 2_000, "\0"])
def test_only_one_to_five_whole_stars_are_a_rating(article, stars):
    answer = APIClient(raise_request_exception=False).put(RATING, {"stars": stars}, format="json")
    assert answer.status_code == 400
    assert {attr for attr, _ in codes(answer)} == {"stars"}
    assert Rating.objects.count() == 0


def test_a_rating_without_stars_is_refused(program, article):
    answer = program.put(RATING, {}, format="json")
    assert answer.status_code == 400
    assert codes(answer) == {("stars", "required")}


def test_a_rating_with_another_field_is_refused(program, article):
    answer = program.put(RATING, {"stars": 5, "reader": "somebody"}, format="json")
    assert answer.status_code == 400
    assert {attr for attr, _ in codes(answer)} == {"reader"}


@pytest.mark.parametrize("forged", ["x", "me:forged", ":", "é", "a" * 10_000])
@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_forged_x_reader_is_refused(article, forged, method):
    program = APIClient(raise_request_exception=False)
    answer = getattr(program, method)(RATING, {"stars": 5}, format="json", headers={"X-Reader": forged})
    assert answer.status_code == 400
    assert codes(answer) == {(None, "reader_invalid")}
    assert answer["Cache-Control"] == PRIVATE
    assert Rating.objects.count() == 0


def test_a_forged_cookie_is_refused(program, article):
    program.cookies["reader"] = "me:forged"
    assert codes(program.put(RATING, {"stars": 5}, format="json")) == {(None, "reader_invalid")}


# Caching


@pytest.mark.parametrize("path", READING)
def test_reading_without_identity_may_be_kept_by_any_cache(program, article, topic, path):
    answer = program.get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == PUBLIC
    assert answer.cookies == {}
    assert "X-Reader" not in answer.headers


@pytest.mark.parametrize("path", READING)
def test_what_did_not_change_is_answered_with_304(program, article, topic, path):
    first = program.get(path)
    again = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again["Cache-Control"] == PUBLIC


def test_what_changed_is_answered_anew(program, article):
    before = program.get("/api/v1/articles/machines/")
    rate(article, 5)
    after = program.get("/api/v1/articles/machines/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.json()["rating"]["count"] == 1


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("identity", ["cookie", "X-Reader", "Authorization"])
def test_reading_with_an_identity_is_private_and_fresh(program, article, topic, path, identity):
    given = APIClient().put(RATING, {"stars": 4}, format="json")["X-Reader"]
    headers = {}
    if identity == "cookie":
        program.cookies["reader"] = given
    else:
        headers[identity] = given if identity == "X-Reader" else "Token x"
    answer = program.get(path, headers=headers)
    assert answer.status_code in ((200, 401) if identity == "Authorization" else (200,))
    assert answer["Cache-Control"] == PRIVATE
    assert "ETag" not in answer.headers
    if path == RATING and identity != "Authorization":
        assert answer.json()["yours"] == 4


@pytest.mark.parametrize("path", READING)
def test_caches_are_told_what_an_answer_depends_on(program, article, topic, path):
    varies = {name.strip().lower() for name in program.get(path)["Vary"].split(",")}
    assert {"x-reader", "cookie", "authorization"} <= varies


@pytest.mark.parametrize("path", READING)
def test_a_head_request_is_answered_like_a_get(program, article, topic, path):
    answer = program.head(path)
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer["Cache-Control"] == PUBLIC


# Schema and docs


def test_the_schema_names_every_call(program):
    answer = program.get("/api/schema/", {"format": "json"})
    assert answer.status_code == 200
    schema = answer.json()
    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]["/api/v1/articles/{slug}/comments/"]) >= {"get", "post"}
    assert set(schema["paths"]["/api/v1/articles/{slug}/rating/"]) >= {"get", "put", "delete"}
    for path in ("/api/v1/articles/", "/api/v1/sections/", "/api/v1/topics/", "/api/v1/topics/{slug}/"):
        assert "get" in schema["paths"][path]
    assert "post" in schema["paths"]["/api/v1/captcha/"]


def test_the_schema_describes_what_an_article_has(program):
    schemas = program.get("/api/schema/", {"format": "json"}).json()["components"]["schemas"]
    assert set(schemas["Article"]["properties"]) == ARTICLE_FIELDS
    assert set(schemas["ArticleDetail"]["properties"]) == DETAIL_FIELDS


def test_the_schema_is_valid_and_complete(tmp_path):
    errors = StringIO()
    file = tmp_path / "schema.yml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(file), stderr=errors)
    assert "/api/v1/articles/" in file.read_text()
    assert errors.getvalue() == ""


def test_the_docs_are_shown_under_a_strict_policy(reader):
    answer = reader.get("/api/docs/")
    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S", page) == [], "no script stands in the page itself"
    assert re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", page) == []
