"""What the tests of articles in the API share."""

import pytest

from articles.models import Topic


@pytest.fixture
def topic():
    return Topic.objects.create(
        name="GPT", slug="gpt", kind="model", aliases="ChatGPT\nChat GPT", description="A model"
    )
