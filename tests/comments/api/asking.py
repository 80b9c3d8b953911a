"""How a program sends comments to the API and reads what it answers."""

import re

COMMENT_FIELDS = {
    "id",
    "article",
    "kind",
    "parent",
    "author_name",
    "author_is_staff",
    "body",
    "body_html",
    "created_at",
    "edited_at",
    "votes",
    "reply_count",
    "answered",
    "is_answer",
    "pinned",
    "url",
    "replies",
}
RFC_3339_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def address(article):
    return f"/api/v1/articles/{article.slug}/comments/"


def send(client, article, data, **extra):
    return client.post(address(article), data, format="json", **extra)


def codes(answer):
    return {(error["attr"], error["code"]) for error in answer.json()["errors"]}


def attrs(answer):
    return {error["attr"] for error in answer.json()["errors"]}


def results(client, article, query=""):
    answer = client.get(address(article) + query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def bodies(client, article, query=""):
    return [comment["body"] for comment in results(client, article, query)]
