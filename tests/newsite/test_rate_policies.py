"""Rate limits as they are written in the settings."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from newsite import environment


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("5/m", ((5, 60),)),
        ("5/m 30/h", ((5, 60), (30, 3600))),
        ("60/10m", ((60, 600),)),
        ("1/s", ((1, 1),)),
        ("3/2d", ((3, 172_800),)),
        ("  5/m   30/h ", ((5, 60), (30, 3600))),
    ],
)
def test_a_policy_is_read(text, policy):
    assert environment.rate(text) == policy


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "m", "/m", "5/", "5/x", "x/m", "5/xm", "5/m/h", "5,m", "5/m, 30/h", "5.5/m", "5/10", "off"],
)
def test_a_policy_that_cannot_be_read_is_told_at_start(text):
    with pytest.raises(ImproperlyConfigured, match="rate limit"):
        environment.rate(text)


@pytest.mark.parametrize("text", ["0/m", "-1/m", "5/0m", "5/-1m", "5/m 0/h"])
def test_a_policy_that_admits_nothing_or_has_no_time_is_told_at_start(text):
    with pytest.raises(ImproperlyConfigured, match="rate limit"):
        environment.rate(text)
