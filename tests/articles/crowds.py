"""Readers who rate at the pace that a test wants, on a clock that stands still in between; imported by its tests."""

import datetime
import itertools
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles import ratings
from articles.models import Article, Rating
from newsite.readers import Asker
from tests.conftest import as_reader

PATH = "/articles/machines/rating/"
LIST = "/admin/articles/ratingburst/"


def counted():
    """How many ratings count, and their average, after a look at whether all counters are right."""
    article = Article.objects.get(slug="machines")
    assert not Rating.objects.filter(counted=True).exclude(burst=None).exclude(burst__state="accepted").exists()
    assert not Rating.objects.filter(counted=False, burst__state="accepted").exists()
    call_command("recount", check=True, stdout=StringIO())
    return article.rating_count, article.rating_average


def decide(client, burst, action, **fields):
    """Press a button on the page of a burst; returns the page that answers."""
    return client.post(f"{LIST}{burst.pk}/decide/", {"action": action, **fields}, follow=True).content.decode()


@pytest.fixture
def clock():
    """A clock that stands still, and goes where it is told to."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def strangers():
    """Readers who have never been here, each on a network of their own."""
    return (Asker(f"{n:032x}", f"network {n}", is_new=True) for n in itertools.count())


@pytest.fixture
def known(make_article):
    """Readers who have rated another article some days ago."""
    other = make_article("other")
    askers = [as_reader(f"known {n}") for n in range(500)]
    Rating.objects.bulk_create(Rating(article=other, reader=who.reader, stars=4) for who in askers)
    Rating.objects.update(created_at=timezone.now() - datetime.timedelta(days=3))
    ratings.store(other.pk, ratings.Tally(0, 0, 0, 500, 0))
    return iter(askers)


@pytest.fixture
def rate(article, clock):
    """Give ratings, one by each reader, with a pause of some seconds before each."""

    def give(by, stars, *, pause):
        for given in stars:
            clock.shift(pause)
            ratings.rate(article=article, who=next(by), stars=given)

    return give


@pytest.fixture
def ring():
    """Browsers of one network that have never been here."""
    return lambda count: [Client(REMOTE_ADDR="203.0.113.7") for _ in range(count)]


@pytest.fixture
def settled(article, rate, strangers, clock):
    """An article with two hundred honest ratings, given in two days until an hour ago; its average is 3.7."""
    rate(strangers, [3, 4, 5, 4, 2, 5, 4, 3, 4, 3] * 20, pause=864)
    clock.shift(3600)
    article.refresh_from_db()
    assert (article.rating_count, article.rating_average) == (200, 3.7)
    return article
