"""What the tests of comments share."""

from io import StringIO

import pytest
from django.core.management import call_command

from comments.models import Comment

ADA = {"author_name": "Ada", "author_email": "ada@a.example"}


@pytest.fixture
def counted(_database):
    """Whatever happens, the counters equal the rows in the end."""
    yield
    call_command("recount", check=True, stdout=StringIO())


@pytest.fixture
def line(make_comment):
    """Published comments, each a reply to the one before."""

    def make(*names):
        made = []
        for name in names:
            parent = made[-1].pk if made else None
            made.append(make_comment(f"Words of {name}.", name=name, parent=parent, status="published"))
        return made

    return make


@pytest.fixture
def send(article, written, settings):
    """Send a comment of Ada's through the form, from somebody's browser; the row that it becomes."""
    settings.CAPTCHA_MIN_SECONDS = 0
    count = 0

    def send(client, **changes):
        nonlocal count
        count += 1
        fields = written(**{"body": f"Thought number {count} of somebody known.", **ADA, **changes})
        assert client.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
        return Comment.objects.latest("pk")

    return send
