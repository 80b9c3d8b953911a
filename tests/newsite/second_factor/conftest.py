"""A moderator with a second factor, and the browser of somebody who logs in as her."""

import pytest
import time_machine
from django.test import Client

from tests.newsite.second_factor.login import NOON, log_in, set_up


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield lambda seconds: traveller.shift(seconds)


@pytest.fixture
def owner(clock, moderator):
    """The moderator has set up an app half a minute ago: its secret, and the recovery codes."""
    secret, codes = set_up(moderator)
    clock(30)
    return secret, codes


@pytest.fixture
def browser(moderator_user):
    """Another browser in which the moderator's password has been given."""
    client = Client(REMOTE_ADDR="203.0.113.1")
    log_in(client)
    return client
