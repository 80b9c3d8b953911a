"""Who is asking: the key of a network, and the reader behind a signed value."""

import datetime
import logging

import pytest
import time_machine
from django.core.signing import Signer
from django.test import Client

from articles.models import Rating
from newsite.models import NetworkSecret, RateCount

RATING = "/articles/machines/rating/"


@pytest.fixture
def network(article):
    """The network that is stored with a rating sent from an address."""

    def of(address, forwarded=None):
        headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
        answer = Client(REMOTE_ADDR=address).post(RATING, {"stars": "4"}, headers=headers)
        assert answer.status_code == 303
        return Rating.objects.latest("pk").network

    return of


def test_one_address_is_one_network(network):
    assert network("203.0.113.7") == network("203.0.113.7") != network("203.0.113.8")


def test_no_address_stands_in_its_key(network):
    key = network("203.0.113.7")
    assert len(key) == 32
    assert int(key, 16)
    stored = str(list(RateCount.objects.values_list("key", flat=True))) + str(list(Rating.objects.values()))
    assert "203.0.113" not in stored


# Behind proxies


@pytest.mark.parametrize(
    "forged",
    ["198.51.100.1", "127.0.0.1", "10.0.0.1, 198.51.100.1", "::1", "", "nonsense", "unknown", ",,,", "x" * 9_000],
)
def test_a_forged_address_makes_no_difference_without_trusted_proxies(network, settings, forged):
    settings.TRUSTED_PROXIES = []
    assert network("203.0.113.7", forged) == network("203.0.113.7")


def test_a_forged_address_from_outside_the_trusted_proxies_makes_no_difference(network, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert network("203.0.113.7", "198.51.100.1") == network("203.0.113.7")


@pytest.mark.parametrize("header", ["Forwarded", "X-Real-IP", "Client-IP", "True-Client-IP", "CF-Connecting-IP"])
def test_no_other_header_makes_a_difference(article, network, settings, header):
    settings.TRUSTED_PROXIES = ["203.0.113.7"]
    expected = network("203.0.113.7")
    Client(REMOTE_ADDR="203.0.113.7").post(RATING, {"stars": "4"}, headers={header: "198.51.100.1"})
    assert Rating.objects.latest("pk").network == expected


def test_behind_a_trusted_proxy_the_address_of_the_client_counts(network, settings):
    direct = network("198.51.100.1")
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert network("10.0.0.1", "198.51.100.1") == direct
    assert network("10.0.0.2", "198.51.100.1") == direct
    assert network("10.0.0.1", "198.51.100.2") != direct


def test_behind_a_chain_of_trusted_proxies_the_first_that_is_not_trusted_counts(network, settings):
    direct = network("198.51.100.1")
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48"]
    assert network("10.0.0.1", "198.51.100.1, 10.0.0.9") == direct
    assert network("2001:db8:ffff::1", "198.51.100.1,10.0.0.9 , 10.1.2.3") == direct


@pytest.mark.parametrize("claim", ["192.0.2.1", "10.0.0.1", "nonsense", "192.0.2.1, 10.0.0.7", "127.0.0.1, ::1"])
def test_what_a_client_claims_before_a_trusted_proxy_makes_no_difference(network, settings, claim):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert network("10.0.0.1", f"{claim}, 198.51.100.1") == network("10.0.0.1", "198.51.100.1")


@pytest.mark.parametrize("forwarded", [None, "", "nonsense", "10.0.0.9", "unknown, nonsense"])
def test_a_proxy_that_names_no_client_counts_itself(network, settings, forwarded):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    assert network("10.0.0.1", forwarded)


def test_forged_addresses_do_not_escape_the_rate_limit(article, settings):
    settings.RATES = {**settings.RATES, "ratings": ((3, 60),)}
    answers = [
        Client(REMOTE_ADDR="203.0.113.7").post(
            RATING, {"stars": "4"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
        )
        for number in range(5)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]


# IPv6


def test_all_addresses_of_one_slash_64_are_one_network(network):
    one = network("2001:db8:1:2::1")
    assert network("2001:db8:1:2:ffff:ffff:ffff:ffff") == one
    assert network("2001:0db8:0001:0002:0000:0000:0000:0001") == one
    assert network("2001:db8:1:3::1") != one


def test_rotating_in_one_slash_64_does_not_escape_the_rate_limit(article, settings):
    settings.RATES = {**settings.RATES, "ratings": ((3, 60),)}
    answers = [Client(REMOTE_ADDR=f"2001:db8::{n:x}").post(RATING, {"stars": "4"}) for n in range(1, 6)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]


def test_an_ipv4_address_written_as_ipv6_is_that_address(network, settings):
    direct = network("203.0.113.7")
    assert network("::ffff:203.0.113.7") == direct
    assert network("::ffff:203.0.113.8") != direct
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    assert network("::ffff:10.0.0.1", "::ffff:203.0.113.7") == direct


@pytest.mark.parametrize("address", ["", "unix:", "nonsense"])
def test_a_request_without_an_address_has_a_network_too(network, address):
    assert network(address) == network(address)


# Days


def test_the_key_of_a_network_changes_with_the_day(network):
    with time_machine.travel(datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)):
        today = network("203.0.113.7")
    with time_machine.travel(datetime.datetime(2030, 5, 1, 23, 59, tzinfo=datetime.UTC)):
        assert network("203.0.113.7") == today
    with time_machine.travel(datetime.datetime(2030, 5, 2, 0, 1, tzinfo=datetime.UTC)):
        tomorrow = network("203.0.113.7")
    assert tomorrow != today


def test_two_days_have_nothing_in_common(network):
    for day in (1, 2):
        with time_machine.travel(datetime.datetime(2031, 5, day, 12, tzinfo=datetime.UTC)):
            network("203.0.113.7")
    one, two = NetworkSecret.objects.order_by("day").values_list("secret", flat=True)
    assert len(bytes(one)) == len(bytes(two)) == 32
    assert bytes(one) != bytes(two)


# Readers


def test_a_reader_keeps_an_identity_over_many_writes(reader, article):
    reader.post(RATING, {"stars": "4"})
    reader.post(RATING, {"stars": "5"})
    assert Rating.objects.get().stars == 5


def test_two_browsers_are_two_readers(reader, stranger, article):
    reader.post(RATING, {"stars": "4"})
    stranger.post(RATING, {"stars": "5"})
    assert Rating.objects.values("reader").distinct().count() == 2


def test_the_identity_of_a_reader_cannot_be_changed(reader, article):
    reader.post(RATING, {"stars": "4"})
    value = reader.cookies["reader"].value
    identity, signature = value.rsplit(":", 1)
    for forged in (f"{'0' * 32}:{signature}", identity, value[:-1], value + "x", f"{identity}:"):
        reader.cookies["reader"] = forged
        assert reader.post(RATING, {"stars": "1"}).status_code == 400, forged
    assert Rating.objects.get().stars == 4


def test_what_this_site_signed_for_another_use_is_no_identity(reader, article):
    reader.cookies["reader"] = Signer(salt="comments.author").sign("1")
    assert reader.post(RATING, {"stars": "1"}).status_code == 400


def test_pages_do_not_read_x_reader(reader, article):
    given = Client().post(RATING, {"stars": "4"})["X-Reader"]
    reader.post(RATING, {"stars": "2"}, headers={"X-Reader": given})
    assert Rating.objects.count() == 2


def test_an_address_is_told_to_no_log(network, caplog):
    with caplog.at_level(logging.DEBUG):
        network("203.0.113.7", "198.51.100.1")
    assert "203.0.113.7" not in caplog.text
    assert "198.51.100.1" not in caplog.text
