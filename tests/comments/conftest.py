"""What the tests of comments share."""

import pytest


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
