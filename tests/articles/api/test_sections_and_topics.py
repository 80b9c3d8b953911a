"""Sections and topics in the API."""

import pytest

from articles.models import Article, Section, Topic
from tests.articles.api.asking import codes


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
