"""The cast of the tests: a reader, an author, a moderator and a stranger, and the things they meet."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from captcha.models import CaptchaStore
from django.contrib.auth.models import Permission, User
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from articles import publishing
from articles.models import Article, Section
from comments import moderation, posting
from comments.models import Action, Comment
from newsite.readers import Asker
from tests import prepared as prepared_folder

BODY = "An article about *machines*.\n\n## How they work\n\nThey count words."


def as_reader(reader: str) -> Asker:
    """Somebody who has been here before, on a network of their own."""
    return Asker(reader=reader, network=reader, is_new=False)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test may use the database, and finds in no cache what another one has left there."""
    for cache in caches.all(initialized_only=True):
        cache.clear()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with a migrated database and the static files, one for all test processes; to be copied."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "prepared"
    prepared_folder.make(folder)
    return folder


@pytest.fixture
def one_transaction(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests to the WSGI application stay in the test's transaction, as Django's own test client sees to it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    monkeypatch.setattr("newsite.stamps.close_old_connections", lambda: None)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def section() -> Section:
    return Section.objects.create(name="Research", slug="research", position=1)


@pytest.fixture
def make_article(section: Section) -> Callable[..., Article]:
    """Make an article, published an hour ago unless told otherwise."""

    def make(slug: str = "machines", **fields: Any) -> Article:
        values: dict[str, Any] = {
            "title": slug.replace("-", " ").capitalize(),
            "body": BODY,
            "section": section,
            "status": Article.Status.PUBLISHED,
            "published_at": timezone.now() - datetime.timedelta(hours=1),
            **fields,
        }
        article = Article(slug=slug, **values)
        publishing.save(article)
        return article

    return make


@pytest.fixture
def article(make_article: Callable[..., Article]) -> Article:
    return make_article()


@pytest.fixture
def make_comment(article: Article) -> Callable[..., Comment]:
    """Make a pending comment through the path that comments take; with status="published" a moderator's decision
    follows."""
    count = 0

    def make(body: str = "", *, on: Article | None = None, status: str = "pending", **draft: Any) -> Comment:
        nonlocal count
        count += 1
        written = posting.Draft(
            author_name=draft.pop("name", "Ada"), body=body or f"Thought number {count} on this matter.", **draft
        )
        who = Asker(reader=f"{count:032x}", network=f"network {count}", is_new=False)
        comment = posting.receive(article=on or article, who=who, draft=written)
        actions = {"published": Action.APPROVE, "rejected": Action.REJECT, "spam": Action.SPAM}
        if status == "withdrawn":
            posting.withdraw(comment)
        elif status in actions:
            moderation.moderate(comment, actions[status], reason="off_topic" if status == "rejected" else "")
        return comment

    return make


@pytest.fixture
def reader() -> Client:
    """Somebody with a browser and no account."""
    return Client()


@pytest.fixture
def stranger() -> Client:
    """Somebody else."""
    return Client(REMOTE_ADDR="203.0.113.99")


@pytest.fixture
def program() -> APIClient:
    """A client of the API that sends JSON."""
    return APIClient()


@pytest.fixture
def moderator_user() -> User:
    user = User.objects.create_user("mo", password="a long enough password", is_staff=True)
    names = ("moderate_comment", "view_comment", "view_moderationevent")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def moderator(moderator_user: User) -> Client:
    """A member of staff who may moderate, logged in."""
    client = Client()
    client.force_login(moderator_user)
    return client


@pytest.fixture
def solved() -> Callable[[], dict[str, str]]:
    """A new captcha with its right answer, as the fields of a form or of the API."""

    def solve() -> dict[str, str]:
        store = CaptchaStore.objects.get(hashkey=CaptchaStore.generate_key())
        return {"captcha_key": store.hashkey, "captcha_value": store.response}

    return solve


@pytest.fixture
def written(solved: Callable[[], dict[str, str]]) -> Callable[..., dict[str, Any]]:
    """All fields of a comment that is in order, with changes."""

    def write(**changes: Any) -> dict[str, Any]:
        return {"kind": "comment", "author_name": "Ada", "body": "Well put, thank you.", **solved(), **changes}

    return write
