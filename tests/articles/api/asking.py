"""What the API tells of articles, and how a program asks for it."""

import datetime

from django.utils import timezone

from articles import ratings
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
