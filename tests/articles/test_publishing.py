"""Articles are drafts, scheduled, published or withdrawn; only what is published is seen anywhere."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from articles import publishing
from articles.models import Article
from newsite import worker

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
HIDDEN = {
    "draft": {"status": "draft", "published_at": None},
    "draft with a time in the past": {"status": "draft"},
    "scheduled": {"status": "scheduled", "published_at": timezone.now() + datetime.timedelta(days=3650)},
    "published in the future": {"status": "published", "published_at": timezone.now() + datetime.timedelta(days=3650)},
    "withdrawn": {"status": "withdrawn"},
}


@pytest.fixture(params=HIDDEN)
def hidden(request, make_article, anthropic):
    """An article that readers may not see."""
    return make_article("zebra", title="The hidden zebra", body="Anthropic, zebras.", **HIDDEN[request.param])


@pytest.mark.parametrize("path", ["/", "/sections/research/", "/topics/anthropic/", "/topics/", "/search/?q=zebra"])
def test_what_is_not_published_is_on_no_page(reader, hidden, path):
    answer = reader.get(path)
    assert answer.status_code == 200
    assert "The hidden zebra" not in answer.content.decode()
    assert 'href="/topics/anthropic/"' not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/articles/",
        "/api/v1/articles/?q=zebra",
        "/api/v1/articles/?topic=anthropic",
        "/api/v1/articles/?section=research",
    ],
)
def test_what_is_not_published_is_in_no_list_of_the_api(program, hidden, path):
    assert program.get(path).json()["results"] == []


@pytest.mark.parametrize(
    "path",
    [
        *("/articles/zebra/", "/articles/zebra/rating/", "/articles/zebra/comments/"),
        *("/api/v1/articles/zebra/", "/api/v1/articles/zebra/rating/", "/api/v1/articles/zebra/comments/"),
    ],
)
def test_what_is_not_published_is_not_found(reader, hidden, path):
    assert reader.get(path).status_code == 404


def test_what_is_not_published_cannot_be_rated_or_commented_on(reader, program, hidden, written):
    assert reader.post("/articles/zebra/rating/", {"stars": 5}).status_code == 404
    assert reader.post("/articles/zebra/comments/", written()).status_code == 404
    assert program.put("/api/v1/articles/zebra/rating/", {"stars": 5}).status_code == 404
    assert program.post("/api/v1/articles/zebra/comments/", written()).status_code == 404
    hidden.refresh_from_db()
    assert hidden.rating_count == 0
    assert not hidden.comments.exists()


def test_the_discussion_of_a_withdrawn_article_is_withdrawn_with_it(reader, article, make_comment):
    comment = make_comment(status="published")
    assert reader.get(f"/comments/{comment.pk}/thread/").status_code == 200
    publishing.withdraw(article)
    assert reader.get(f"/comments/{comment.pk}/thread/").status_code == 404
    assert reader.get(f"/comments/{comment.pk}/reply/").status_code == 404


def test_a_scheduled_article_appears_by_itself_when_its_time_comes(reader, program, make_article, anthropic):
    with time_machine.travel(NOON, tick=False) as clock:
        make_article("zebra", body="Anthropic.", status="scheduled", published_at=NOON + HOUR)
        pages = ("/", "/sections/research/", "/topics/anthropic/", "/search/?q=zebra", "/api/v1/articles/")
        clock.move_to(NOON + HOUR - datetime.timedelta(seconds=1))
        assert not any("/articles/zebra/" in reader.get(path).content.decode() for path in pages)
        assert reader.get("/articles/zebra/").status_code == 404
        clock.move_to(NOON + HOUR)
        assert all("/articles/zebra/" in reader.get(path).content.decode() for path in pages)
        assert reader.get("/articles/zebra/").status_code == 200
        assert Article.objects.get().status == "scheduled"  # nothing has written to the database


def test_the_worker_calls_a_due_article_published(make_article):
    with time_machine.travel(NOON, tick=False) as clock:
        article = make_article(status="scheduled", published_at=NOON + HOUR)
        worker.run(iter([False, True]).__next__, lambda _: None)
        article.refresh_from_db()
        assert article.status == "scheduled"
        clock.move_to(NOON + HOUR)
        worker.run(iter([False, True]).__next__, lambda _: None)
        article.refresh_from_db()
        assert (article.status, article.published_at) == ("published", NOON + HOUR)


def test_publishing_now_sets_the_time_to_now(make_article):
    article = make_article(status="draft", published_at=None)
    with time_machine.travel(NOON, tick=False):
        publishing.publish(article)
    assert (article.status, article.published_at) == ("published", NOON)


def test_publishing_a_scheduled_article_now_does_not_wait_for_its_time(make_article, reader):
    article = make_article(status="scheduled", published_at=timezone.now() + HOUR)
    publishing.publish(article)
    assert reader.get(article.get_absolute_url()).status_code == 200


def test_publishing_again_keeps_the_first_time(make_article):
    article = make_article(published_at=NOON - HOUR)
    publishing.withdraw(article)
    publishing.publish(article)
    assert article.published_at == NOON - HOUR


@pytest.mark.parametrize("at", [None, NOON - HOUR, NOON])
def test_scheduling_needs_a_time_to_come(make_article, at):
    with time_machine.travel(NOON, tick=False):
        article = make_article(status="draft", published_at=at)
        with pytest.raises(publishing.NotPossible):
            publishing.schedule(article)
    article.refresh_from_db()
    assert article.status == "draft"
