"""A reader who types a comment."""

import pytest
from django.test import Client

from tests.comments.bad_input.refused import TYPED


@pytest.fixture
def reader():
    """A reader whose browser is shown a page when the server fails, so that a test sees the status."""
    return Client(raise_request_exception=False)


@pytest.fixture
def typed(solved):
    """All that a reader typed, with a captcha solved."""

    def fill(**changes):
        return {"kind": "comment", **TYPED, **solved(), **changes}

    return fill
