"""What the tests of comments share."""

from io import StringIO

import pytest
from django.core.management import call_command


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
