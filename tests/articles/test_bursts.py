"""Bursts of ratings by first-time readers are set aside; honest ratings, also those of a busy story, are counted."""

import itertools
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing, ratings
from articles.models import Article, RatingBurst
from newsite import ratelimit, stamps
from newsite.readers import Asker
from tests.articles.crowds import PATH, counted, decide
from tests.newsroom import staff


@pytest.mark.parametrize("stars", [1, 5])
@pytest.mark.parametrize("minutes", [1, 10, 120])
def test_a_ring_of_a_thousand_voters_does_not_move_the_average(settled, rate, strangers, stars, minutes):
    rate(strangers, [stars] * 1000, pause=minutes * 60 / 1000)
    count, average = counted()
    assert abs(average - 3.7) < 0.05
    burst = RatingBurst.objects.get()
    assert (burst.state, burst.kind, burst.ratings.filter(stars=stars).count()) == ("waiting", "pace", 1000)
    assert count >= 190  # honest ratings


def test_an_honest_story_that_grows_busy_is_counted(article, rate, strangers, known):
    """From nothing to thirty ratings a minute within an hour, as chance has it; three of ten readers are known."""
    chance = random.Random(1)
    minute, sent, pause = 0.0, 0, 0.0
    while minute < 60:
        wait = chance.expovariate(30)
        minute, pause = minute + wait, pause + wait * 60
        if chance.random() * 60 < minute:  # thinned: Lewis and Shedler, Nav. Res. Logist. Q. 26 (1979)
            rate(known if chance.random() < 0.3 else strangers, [chance.choice((2, 3, 4, 4, 5))], pause=pause)
            sent, pause = sent + 1, 0.0
    assert sent > 800
    assert counted()[0] >= 0.95 * sent


def test_a_quiet_article_is_left_alone(article, rate, strangers):
    """One link that is passed round: nine in five minutes, and a reader an hour before and after."""
    for pauses in ([3600] * 10, [30] * 9, [3600] * 10):
        for pause in pauses:
            rate(strangers, [4], pause=pause)
    assert counted()[0] == 29
    assert not RatingBurst.objects.exists()


def test_the_ratings_that_made_the_burst_are_set_aside_with_the_one_that_completed_it(settled, rate, strangers):
    rate(strangers, [1] * 10, pause=1)
    assert counted()[0] == 210
    rate(strangers, [1], pause=1)
    assert counted() == (200, 3.7)
    assert RatingBurst.objects.get().ratings.count() == 11


def test_readers_who_are_known_count_during_a_burst_and_everybody_after_it(settled, rate, strangers, known):
    rate(strangers, [1] * 50, pause=1)
    rate(known, [5], pause=1)
    assert counted()[0] == 201
    rate(strangers, [5], pause=2 * 3600)
    assert counted()[0] == 202


def test_readers_of_a_burst_are_not_known_a_day_later(settled, rate, strangers, clock, make_article):
    ring = list(itertools.islice(strangers, 50))
    rate(iter(ring), [1] * 50, pause=1)
    clock.shift(3 * 86400)
    other = make_article("other")
    for who in ring:
        ratings.rate(article=other, who=who, stars=5)
    other.refresh_from_db()
    assert other.rating_count == 0


def test_one_network_is_set_aside_for_itself(settled, reader, ring):
    for client in ring(30):
        client.post(PATH, {"stars": 1})
    assert counted() == (200, 3.7)
    burst = RatingBurst.objects.get()
    assert (burst.kind, burst.ratings.count()) == ("network", 30)
    assert set(burst.ratings.values_list("network", flat=True)) == {burst.network}
    reader.post(PATH, {"stars": 4})
    assert counted()[0] == 201


def test_five_readers_of_one_network_are_not_too_many(settled, ring):
    for client in ring(5):
        client.post(PATH, {"stars": 1})
    assert counted()[0] == 205
    assert not RatingBurst.objects.exists()


def test_who_is_set_aside_sees_changes_and_takes_back_their_rating_as_ever(settled, ring, rate, strangers):
    *_, last = ring(11)
    rate(strangers, [1] * 11, pause=1)
    for stars in (1, 2):
        answer = last.post(PATH, {"stars": stars})
        assert answer["Location"] == f"/articles/machines/?v={stamps.version(settled.stamp)}#rating"
        assert f'value="{stars}" id="star-{stars}" required checked' in last.get(PATH).content.decode()
        assert last.get("/api/v1/articles/machines/rating/").json()["yours"] == stars
        assert counted() == (200, 3.7)
    said = last.post(PATH, {"stars": 3}, headers={"HX-Request": "true"}).content.decode()
    assert "You rated this article 3 out of 5. Thank you." in said
    last.post(PATH, {"take_back": 1})
    assert "You have not rated this article from this browser yet." in last.get(PATH).content.decode()
    assert counted() == (200, 3.7)
    assert RatingBurst.objects.get().ratings.count() == 11


def helpers(networks):
    """New browsers of these networks by turns."""
    return (Asker(f"helper {n}", f"network of helpers {n % networks}", is_new=True) for n in itertools.count())


def test_a_ring_makes_no_room_by_taking_back_what_was_set_aside(settled, rate, strangers):
    """Two networks that are crowds already give and take back beside each vote."""
    others = helpers(2)
    rate(others, [4] * 12, pause=225)
    for _ in range(300):
        rate(strangers, [1], pause=4)
        who = next(others)
        rate(iter([who]), [4], pause=0)
        ratings.remove(article=settled, who=who)
    assert abs(counted()[1] - 3.7) < 0.05


def test_a_ring_makes_no_room_by_having_networks_set_aside_whose_readers_came_before(article, rate, strangers):
    """Ten networks bring five readers each in an hour; later the sixth of each has them set aside by turns."""
    others = helpers(10)
    rate(others, [4] * 50, pause=60)
    rate(strangers, [4], pause=300)
    assert counted()[0] == 51
    for _ in range(10):
        rate(strangers, [1] * 5, pause=0)
        rate(others, [4], pause=0)
    assert counted()[1] == 4


def test_a_network_that_was_accepted_is_no_crowd_until_as_many_come_anew(settled, ring):
    for client in ring(10):
        client.post(PATH, {"stars": 4})
    decide(staff("mo", "review_ratings"), RatingBurst.objects.get(), "accept")
    for client in ring(5):
        client.post(PATH, {"stars": 4})
    assert counted()[0] == 215
    assert not RatingBurst.objects.waiting().exists()


@pytest.mark.parametrize("change", ["rate", "take back"])
def test_an_article_that_is_deleted_while_it_is_rated_is_not_there(article, reader, program, monkeypatch, change):
    monkeypatch.setattr(ratelimit, "take", lambda *_: Article.objects.filter(pk=article.pk).delete())
    if change == "rate":
        answer = program.put("/api/v1/articles/machines/rating/", {"stars": 4})
    else:
        answer = program.delete("/api/v1/articles/machines/rating/")
    assert answer.status_code == 404


def test_giving_and_taking_back_makes_neither_a_burst_nor_room_for_one(article, reader, rate, strangers, clock):
    for _ in range(30):
        clock.shift(2)
        reader.post(PATH, {"stars": 5})
        reader.post(PATH, {"take_back": 1})
    assert not RatingBurst.objects.exists()
    rate(strangers, [1] * 11, pause=1)
    assert counted()[0] == 0


def test_an_article_that_is_saved_during_a_burst_stays_guarded(settled, rate, strangers):
    stale = Article.objects.get(pk=settled.pk)
    rate(strangers, [1] * 20, pause=1)
    publishing.save(stale)
    rate(strangers, [1] * 5, pause=1)
    assert counted() == (200, 3.7)
    assert RatingBurst.objects.get().ratings.count() == 25


def test_a_site_may_set_how_many_are_a_burst_or_set_nothing_aside(article, rate, strangers, settings):
    settings.RATING_BURST = 0
    rate(strangers, [1] * 40, pause=1)
    assert counted()[0] == 40
    settings.RATING_BURST = 3
    rate(strangers, [1] * 4, pause=1)
    assert counted()[0] == 40


def test_a_rating_takes_two_queries_more_than_without_the_rule(settled, rate, strangers, settings):
    def queries():
        with CaptureQueriesContext(connection) as found:
            rate(strangers, [4], pause=600)
        return [query["sql"].split()[0] for query in found if "SAVEPOINT" not in query["sql"]]

    settings.RATELIMITS = False
    assert queries() == [
        "SELECT",  # the article's pace, and its lock
        "INSERT",  # the rating
        "SELECT",  # how many came from the network
        "UPDATE",  # the counters and the pace
        "INSERT",  # the stamp
    ]
