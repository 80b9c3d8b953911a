"""What the tests of articles share: crowds of readers who rate, and a topic."""

import pytest

from articles.models import Topic
from tests.articles.crowds import clock, known, rate, ring, settled, strangers

__all__ = ["clock", "known", "rate", "ring", "settled", "strangers"]


@pytest.fixture
def anthropic():
    return Topic.objects.create(name="Anthropic", slug="anthropic", kind="company")
