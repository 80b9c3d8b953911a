"""Labelled comments are sent through the form, each with its captcha solved: how much spam shows, and how much of what
people write is held up. Figures stand in docs/decisions/screening.md."""

import datetime
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from articles.policy import SitePolicy
from comments import moderation
from comments.models import Action, Address, Comment, ModerationEvent
from comments.screening import classifier
from newsite import readers

LABELLED = Path(__file__).parent / "labelled"
AUTHORS = 30


def labelled(name):
    return [json.loads(line) for line in (LABELLED / f"{name}.jsonl").read_text().splitlines()]


@pytest.fixture(autouse=True)
def _at_once(settings):
    """Neither limits nor the clock help here."""
    settings.RATELIMITS = False
    settings.CAPTCHA_MIN_SECONDS = 0


@pytest.fixture
def sent(article, solved):
    """Send an entry; the comment that it becomes."""

    def send(client, entry, **changes):
        fields = {"kind": "comment", "author_name": entry["name"], "body": entry["body"], **solved(), **changes}
        answer = client.post(f"/articles/{article.slug}/comments/", fields)
        assert answer.status_code == 303, entry
        return Comment.objects.latest("pk")

    return send


@pytest.fixture
def trusted(make_article, make_comment, settings):
    """Browsers of authors with two published comments and a confirmed address."""
    elsewhere, made = make_article("elsewhere"), []
    for number in range(AUTHORS):
        email = f"author{number}@a.example"
        comments = [make_comment(author_email=email, on=elsewhere, status="published") for _ in range(2)]
        Comment.objects.filter(pk__in=[comment.pk for comment in comments]).update(reader=f"{number:032x}")
        Address.objects.create(email=email, reader=f"{number:032x}", confirmed_at=timezone.now())
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        client.cookies[settings.READER_COOKIE_NAME] = readers.signed(f"{number:032x}")
        made.append((client, {"author_name": f"Author {number}", "author_email": email}))
    return made


def stranger(number):
    return Client(REMOTE_ADDR=f"203.0.{number // 250}.{number % 250}")


def test_where_trusted_authors_publish_at_once_strangers_spam_waits_and_their_good_texts_do_not(sent, trusted):
    SitePolicy.objects.update(policy="trusted")
    spam = [sent(stranger(number), entry).status for number, entry in enumerate(labelled("spam"))]
    assert spam.count("published") <= 0.05 * len(spam)
    authors = itertools.cycle(trusted)
    ham = [sent(client, entry, **who) for entry, (client, who) in zip(labelled("ham"), authors, strict=False)]
    held = [comment for comment in ham if comment.status != "published"]
    assert len(ham) > 200
    assert len(held) <= 0.01 * len(ham), Counter(finding["check"] for one in held for finding in one.findings)


@pytest.fixture
def decided(sent, moderator_user):
    """The site has decided about one half of the set, long ago, and learned from it."""
    numbers = itertools.count()
    for name, action in (("spam", Action.SPAM), ("ham", Action.APPROVE)):
        for entry in labelled(name)[::2]:
            comment = sent(stranger(next(numbers)), entry)
            moderation.moderate(comment, action, by=moderator_user)
    long_ago = timezone.now() - datetime.timedelta(days=3)
    Comment.objects.update(created_at=long_ago)
    QuerySet.update(ModerationEvent.objects.all(), created_at=long_ago)  # which its own query set does not allow
    assert sum(iter(classifier.learn, 0)) > 250


@pytest.mark.usefixtures("decided")
def test_where_everything_shows_at_once_most_spam_is_held(sent):
    """Nothing is known of any author; one half of the set is tried on what the other half has taught."""
    SitePolicy.objects.update(policy="post")
    numbers = itertools.count(1000)
    shown = {
        name: [sent(stranger(next(numbers)), entry).status for entry in labelled(name)[1::2]].count("published")
        for name in ("spam", "ham")
    }
    spam, ham = (len(labelled(name)[1::2]) for name in ("spam", "ham"))
    assert shown["spam"] <= 0.15 * spam, shown
    assert shown["ham"] >= 0.85 * ham, shown


@pytest.mark.usefixtures("decided")
def test_spam_from_the_browsers_of_trusted_authors_is_held_by_what_it_says(sent, trusted):
    """Somebody else has their cookies: only the text is against it."""
    SitePolicy.objects.update(policy="trusted")
    entries = zip(labelled("spam")[1::2], itertools.cycle(trusted), strict=False)
    spam = [sent(client, entry, **who) for entry, (client, who) in entries]
    assert [comment.status for comment in spam].count("pending") >= 0.4 * len(spam)
