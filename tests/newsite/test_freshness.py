"""How long a kept page is true: changes, schedules, trouble with the database, and others who act meanwhile."""

import datetime
import time

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import publishing, ratings
from articles.models import Article
from comments import moderation
from comments.models import Action
from newsite import stamps
from newsite.models import Stamp
from newsite.pagecache import PageCache
from tests.conftest import as_reader
from tests.wsgi import Server

PAGE = "/articles/machines/"
LIST = "/api/v1/articles/"
NEVER_THE_SAME = {"date"}


pytestmark = pytest.mark.usefixtures("one_transaction")


# How long a page is true


def change_rating(article):
    ratings.rate(article=article, who=as_reader("a" * 32), stars=1)


def change_text(article):
    article.title = "Changed"
    publishing.save(article)


def test_a_change_shows_within_a_second_and_a_page_younger_than_that_is_sent_as_it_is(server, django, clock, article):
    server.ask(PAGE)
    change_text(article)
    clock(0.9)
    assert b"Changed" not in server.ask(PAGE).body
    clock(0.1)
    assert b"Changed" in server.ask(PAGE).body
    assert len(django.made) == 2


def test_who_made_a_change_sees_it_at_once(server, django, clock, article):
    server.ask(PAGE)
    sent = server.ask(f"{PAGE}rating/", method="POST", data={"stars": 5})
    assert (sent.status, "?v=" in sent.headers["location"]) == (303, True)
    shown = server.ask(sent.headers["location"].partition("#")[0])
    assert b"5.0 out of 5" in shown.body
    assert b"5.0 out of 5" in server.ask(PAGE).body


def test_an_old_version_in_an_address_that_was_passed_on_costs_no_query(server, clock, article):
    server.ask(PAGE)
    old = int((time.time() - 3600) * 1000)
    for written in (old, "", "x", "-1", "٣", "9" * 4000, f"{old}&v=1"):
        with CaptureQueriesContext(connection) as queries:
            server.ask(f"{PAGE}?v={written}")
        assert len(queries) == (1 if str(written).startswith("9") else 0), written


def test_the_version_in_an_address_is_no_part_of_the_key(server, cache, django, article):
    for n in range(50):
        server.ask(f"{PAGE}?v={n}")
    assert len(cache.pages) == len(django.made) == 1


@pytest.mark.parametrize(
    ("path", "change", "is_made_again"),
    [
        (PAGE, change_rating, True),
        ("/", change_rating, True),
        (LIST, change_rating, True),
        ("/articles/other/", change_rating, False),
        ("/api/v1/articles/other/", change_rating, False),
        ("/articles/other/comments/", change_rating, False),
        ("/articles/other/", change_text, True),
        ("/topics/", change_text, True),
    ],
)
def test_a_page_is_made_again_when_what_it_shows_has_changed(
    server, django, clock, article, make_article, path, change, is_made_again
):
    make_article("other")
    server.ask(path)
    change(article)
    clock(1)
    server.ask(path)
    assert len(django.made) == 1 + is_made_again


@pytest.mark.parametrize("status", ["published", "rejected", "withdrawn"])
def test_a_decision_shows_within_a_second(server, clock, make_comment, status):
    comment = make_comment("Seen or not seen.", status="published" if status != "published" else "pending")
    for path in (PAGE, f"{LIST}machines/comments/"):
        server.ask(path)
    if status == "withdrawn":
        from comments import posting

        posting.withdraw(comment)
    else:
        action = Action.APPROVE if status == "published" else Action.REJECT
        moderation.moderate(comment, action, reason="off_topic")
    clock(1)
    for path in (PAGE, f"{LIST}machines/comments/"):
        assert (b"Seen or not seen" in server.ask(path).body) == (status == "published")


def test_a_withdrawn_article_is_gone_within_a_second(server, cache, clock, article):
    server.ask(PAGE)
    publishing.withdraw(article)
    clock(1)
    assert server.ask(PAGE).status == 404
    assert not cache.pages


def test_a_scheduled_article_appears_at_its_time(server, clock, article, make_article):
    at = timezone.now() + datetime.timedelta(seconds=30)
    publishing.schedule(make_article("later", status="draft", published_at=None), at=at)
    for _ in range(3):
        assert b"later" not in server.ask("/").body
        assert server.ask("/articles/later/").status == 404
        clock(9.9)
    clock(0.3)
    assert b"later" in server.ask("/").body
    assert server.ask("/articles/later/").status == 200


def test_an_article_that_is_scheduled_while_pages_are_kept_appears_at_its_time(server, clock, article, make_article):
    server.ask("/")
    clock(5)
    at = timezone.now() + datetime.timedelta(seconds=3)
    publishing.schedule(make_article("later", status="draft", published_at=None), at=at)
    clock(1)
    assert b"later" not in server.ask("/").body
    clock(2)
    assert b"later" in server.ask("/").body


def test_after_a_minute_a_page_is_made_again(server, django, clock, article):
    for seconds in (0, 59, 0.9):
        clock(seconds)
        server.ask("/")
    assert len(django.made) == 1
    clock(0.2)
    server.ask("/")
    assert len(django.made) == 2


def test_all_pages_of_a_process_cost_one_query_a_second(server, clock, make_article):
    paths = [make_article(f"machines-{n}").get_absolute_url() for n in range(10)]
    for path in paths:
        server.ask(path)
    for _ in range(5):
        clock(1)
        with CaptureQueriesContext(connection) as queries:
            for path in paths * 10:
                server.ask(path)
        assert len(queries) == 1


def test_a_page_made_while_something_changed_is_not_taken_for_the_new_one(server, django, clock, article):
    clock(5)
    server.ask("/topics/")

    original = django.django

    def slow(environ, start_response):
        answer = original(environ, start_response)
        change_text(article)  # committed when the page has been read from the database, but is not yet kept
        django.django = original
        return answer

    django.django = slow
    server.ask(PAGE)
    clock(1)
    assert b"Changed" in server.ask(PAGE).body


def test_a_bump_by_a_transaction_that_took_long_is_noticed(server, clock, article):
    server.ask(PAGE)
    change_text(article)
    Stamp.objects.update(changed_at=time.time() - 100)  # when the transaction began
    clock(1)
    assert b"Changed" in server.ask(PAGE).body


# When the database is in trouble


def test_the_last_good_page_is_sent_for_a_minute_and_marked(server, clock, trouble, article):
    good = server.ask(PAGE, accept_encoding="br")
    assert "cache-status" not in good.headers
    clock(30)
    server.ask(PAGE)
    trouble.begin()
    for seconds in (1, 20, 20, 18):
        clock(seconds)
        answer = server.ask(PAGE, accept_encoding="br")
        assert (answer.status, answer.body) == (200, good.body)
        assert "stale" in answer.headers["cache-status"]
    clock(3)
    assert server.ask(PAGE).status == 500


def test_a_page_that_was_not_kept_is_an_error_as_long_as_there_is_trouble(server, cache, clock, trouble, article):
    trouble.begin()
    assert server.ask(PAGE).status == 500
    assert not cache.pages


def test_a_page_that_cannot_be_made_again_is_sent_as_it_was(server, django, clock, article):
    good = server.ask(PAGE)
    change_text(article)
    clock(1)
    django.broken = True
    answer = server.ask(PAGE)
    assert (answer.status, answer.body) == (200, good.body)
    assert "stale" in answer.headers["cache-status"]
    django.broken = False
    assert b"Changed" in server.ask(PAGE).body


def test_a_database_in_trouble_is_asked_once_a_second_even_for_those_who_insist(server, clock, monkeypatch, article):
    server.ask(PAGE)
    asked = []

    def fail(*args, **kwargs):
        asked.append(1)
        raise OperationalError("the database is gone")

    monkeypatch.setattr(stamps.Stamp.objects, "filter", fail)
    clock(1)
    for n in range(20):
        assert server.ask(f"{PAGE}?v={int(time.time() * 1000) + n}").status == 200
    assert len(asked) == 1


# What others do at the same time


def test_a_short_answer_says_that_it_differs_by_encoding(server, article):
    path = "/api/v1/articles/machines/comments/"
    for answer in (server.ask(path, accept_encoding="br"), server.ask(path)):
        assert "accept-encoding" in answer.headers["vary"].lower()


def test_an_error_page_spoils_no_part_of_the_real_page(server, article):
    missing = server.ask("/sections/research/?before=nonsense")
    assert missing.status == 404
    assert b'aria-current="page">Research' in server.ask("/sections/research/").body


def test_a_save_takes_back_neither_ratings_nor_a_decision_that_came_meanwhile(article, make_comment):
    open_form = Article.objects.get(pk=article.pk)
    ratings.rate(article=article, who=as_reader("a" * 32), stars=5)
    make_comment(status="published")
    publishing.withdraw(Article.objects.get(pk=article.pk))
    open_form.title = "Saved late"
    publishing.save(open_form)
    saved = Article.objects.get(pk=article.pk)
    assert (saved.title, saved.status) == ("Saved late", "withdrawn")
    assert (saved.rating_count, saved.stars_5, saved.comment_count) == (1, 1, 1)


def test_an_article_that_is_published_for_a_time_to_come_appears_at_that_time(server, clock, article, make_article):
    later = make_article("later")
    later.published_at = timezone.now() + datetime.timedelta(seconds=20)
    publishing.save(later)
    assert b"later" not in server.ask("/").body
    clock(20.1)
    assert b"later" in server.ask("/").body


def test_the_rest_of_a_page_is_never_older_than_its_stamp(server, clock, article, monkeypatch):
    """A save between reading the article and drawing it must not leave the old text under the new stamp."""
    from newsite import pages

    page = pages.listing.page
    with monkeypatch.context() as patched:
        patched.setattr(pages.listing, "page", lambda shown: change_text(Article.objects.get()) or page(shown))
        server.ask(PAGE)
    caching_server = Server(PageCache(WSGIHandler(), next_change=publishing.next_due, max_bytes=2**20))
    assert b"<h1>Changed</h1>" in caching_server.ask(PAGE).body
