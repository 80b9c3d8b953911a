"""The site with its page cache, asked as a server asks it, and a clock that goes forward when it is told to."""

import datetime
import time
from types import SimpleNamespace

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.http import HttpResponse

from articles import publishing
from articles.models import Topic
from newsite import environment, pagecache, stamps
from newsite.pagecache import PageCache
from tests.wsgi import Server


class Counting:
    """Django's application, which says how often it was asked for a page to make."""

    def __init__(self):
        self.django = WSGIHandler()
        self.made = []
        self.broken = False

    def __call__(self, environ, start_response):
        self.made.append(environ["PATH_INFO"])
        if self.broken:
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return HttpResponse(b"broken")
        return self.django(environ, start_response)


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes forward when it is told to, both by the wall and since the start."""
    start = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as traveller:
        steady = {"now": 1000.0}

        def forward(seconds):
            steady["now"] += seconds
            traveller.shift(seconds)

        fake = SimpleNamespace(monotonic=lambda: steady["now"], time=time.time)
        for module in (pagecache, stamps):
            monkeypatch.setattr(module, "time", fake)
        yield forward


@pytest.fixture
def django():
    return Counting()


@pytest.fixture
def cache(django):
    return PageCache(django, next_change=publishing.next_due, max_bytes=2**20)


@pytest.fixture
def server(clock, cache):
    return Server(cache)


@pytest.fixture
def trouble(monkeypatch, django):
    def begin():
        def fail(*args, **kwargs):
            raise OperationalError("the database is gone")

        monkeypatch.setattr(stamps.Stamp.objects, "filter", fail)
        django.broken = True

    def end():
        monkeypatch.undo()
        django.broken = False

    return SimpleNamespace(begin=begin, end=end)


@pytest.fixture
def rates(settings):
    """Set policies as the environment would: rates(ratings="3/m")."""

    def change(**policies):
        settings.RATES = {**settings.RATES, **{name: environment.rate(text) for name, text in policies.items()}}

    return change


@pytest.fixture
def paths(article, make_comment):
    """Every public page by its name, with something on each of them."""
    topic = Topic.objects.create(name="GPT", slug="gpt", kind="model")
    article.extra_topics.add(topic)
    article.topics.add(topic)
    top = make_comment("A question?", kind="question", status="published")
    make_comment("A reply.", parent=top.pk, status="published")
    return {
        "home": "/",
        "section": "/sections/research/",
        "topics": "/topics/",
        "topic": "/topics/gpt/",
        "article": "/articles/machines/",
        "discussion": "/articles/machines/comments/",
        "thread": f"/comments/{top.pk}/thread/",
        "reply": f"/comments/{top.pk}/reply/",
        "search": "/search/?q=machines",
    }
