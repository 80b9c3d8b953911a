"""Passkeys that lie: a right one lets its owner in, and each part of its answers is looked at."""

import html
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.authenticator import MADE, PRESENT, Passkey

PASSWORD = "a long enough password"  # of the moderator in conftest
PAGE = "/admin/second-factor/passkey/"
STEP = "/admin/login/code/"
NESTED = b'{"a":' * 5000


def question_on(page):
    return json.loads(html.unescape(re.search(r'data-passkey="([^"]+)"', page.content.decode())[1]))


def set_up(client, passkey, **lies):
    said = passkey.make(question_on(client.get(PAGE)), **lies)
    return client.post(PAGE, {"name": "key ring", "password": PASSWORD, "credential": said})


def log_in(passkey, **lies):
    """Log in with password and passkey; the browser, and how the site answered the passkey."""
    client = Client()
    client.post("/admin/login/", {"username": "mo", "password": PASSWORD})
    return client, client.post(STEP, {"credential": passkey.sign(question_on(client.get(STEP)), **lies)})


def with_part(name, change):
    """The answer with one of its parts changed."""

    def lie(answer):
        response = {**answer["response"], name: change(answer["response"][name])}
        return {**answer, "response": response}

    return lie


@pytest.fixture
def passkey():
    return Passkey()


@pytest.fixture
def owned(moderator, passkey):
    """The moderator has set it up."""
    assert set_up(moderator, passkey).status_code == 200
    return passkey


def test_a_right_one_lets_its_owner_in_as_often_as_it_is_asked(owned):
    for _ in range(2):
        client, answer = log_in(owned)
        assert answer.status_code == 302
        assert client.get("/admin/").status_code == 200


LIES_WHEN_MADE = {
    "for another act": {"data": lambda data: {**data, "type": "webauthn.get"}},
    "for another site": {"data": lambda data: {**data, "origin": "https://evil.example"}},
    "to another question": {"data": lambda data: {**data, "challenge": "AAAA"}},
    "in no JSON": {"data": lambda _: b"{"},
    "nested": {"data": lambda _: NESTED},
    "of another site's key": {"auth": lambda auth: bytes(32) + auth[32:]},
    "with nobody there": {"auth": lambda auth: auth[:32] + bytes([MADE]) + auth[33:]},
    "without a key": {"auth": lambda auth: auth[:32] + bytes([PRESENT]) + auth[33:37]},
    "cut in the key": {"auth": lambda auth: auth[:-20]},
    "cut before the key": {"auth": lambda auth: auth[:50]},
    "cut in the counter": {"auth": lambda auth: auth[:35]},
    "empty": {"auth": lambda _: b""},
    "with an algorithm that is not offered": {"key": lambda key: {**key, 3: -999}},
    "with half a key": {"key": lambda key: {part: key[part] for part in (1, 3, -1, -2)}},
    "with a key off the curve": {"key": lambda key: {**key, -3: bytes(32)}},
    "with no key but a list": {"key": lambda _: [1, 2]},
    "under another name": {"answer": lambda answer: {**answer, "id": "AAAA"}},
    "with a torn attestation": {"answer": with_part("attestationObject", lambda text: text[:40])},
    "as a list": {"answer": lambda answer: [answer]},
    "as many brackets": {"answer": lambda _: "[" * 19_000},
    "as a long number": {"answer": lambda _: "9" * 5000},
    "as half a megabyte": {"answer": lambda answer: {**answer, "more": "x" * 500_000}},
}


@pytest.mark.parametrize("lie", LIES_WHEN_MADE)
def test_one_that_lies_when_it_is_made_is_not_set_up(moderator, passkey, lie):
    answer = set_up(moderator, passkey, **LIES_WHEN_MADE[lie])
    assert answer.status_code == 400
    assert 'value="key ring"' in answer.content.decode()
    assert not Authenticator.objects.exists()
    assert set_up(moderator, passkey).status_code == 200


def test_of_what_a_browser_tells_beside_it_nothing_is_kept(moderator, passkey):
    """A NUL or half a character could not be stored by every database."""
    more = {"clientExtensionResults": {"x": "\0"}, "more": "\ud800", "authenticatorAttachment": "platform"}
    assert set_up(moderator, passkey, answer=lambda answer: {**answer, **more}).status_code == 200
    kept = Authenticator.objects.get(type="webauthn").data["credential"]
    assert set(kept) == {"id", "rawId", "type", "response"}
    assert set(kept["response"]) == {"clientDataJSON", "attestationObject"}
    assert log_in(passkey)[1].status_code == 302


def test_what_lies_between_its_letters_is_not_kept_either(moderator, passkey):
    """Those who read base 64 pass over what is none."""
    lie = with_part("attestationObject", lambda text: text[:40] + "\0" * 4 + text[40:])
    assert set_up(moderator, passkey, answer=lie).status_code == 200
    assert "\\u0000" not in json.dumps(Authenticator.objects.get(type="webauthn").data)


LIES_AT_LOGIN = {
    "with another signature": {"signature": lambda signed: signed[:-1] + bytes([signed[-1] ^ 1])},
    "without a signature": {"signature": lambda _: b""},
    "for another act": {"data": lambda data: {**data, "type": "webauthn.create"}},
    "for another site": {"data": lambda data: {**data, "origin": "https://evil.example"}},
    "to another question": {"data": lambda data: {**data, "challenge": "AAAA"}},
    "nested": {"data": lambda _: NESTED},
    "of another site": {"auth": lambda auth: bytes(32) + auth[32:]},
    "with nobody there": {"auth": lambda auth: auth[:32] + bytes([0]) + auth[33:]},
    "cut": {"auth": lambda auth: auth[:35]},
    "empty": {"auth": lambda _: b""},
    "with a key announced that is not there": {"auth": lambda auth: auth[:32] + bytes([PRESENT | MADE]) + auth[33:]},
    "changed after it was signed": {
        "answer": with_part("authenticatorData", lambda text: text[:-6] + "BBBB" + text[-2:])
    },
    "with other data than was signed": {"answer": with_part("clientDataJSON", lambda text: text[:-4] + "fQAA")},
    "under another name": {"answer": lambda answer: {**answer, "id": "AAAA", "rawId": "AAAA"}},
    "without a part": {"answer": lambda answer: {**answer, "response": {}}},
    "as many brackets": {"answer": lambda _: "[" * 19_000},
    "as too many brackets": {"answer": lambda _: "[" * 100_000},
    "as a long number": {"answer": lambda _: "9" * 5000},
}


@pytest.mark.parametrize("lie", LIES_AT_LOGIN)
def test_one_that_lies_at_the_login_lets_nobody_in(owned, lie):
    client, answer = log_in(owned, **LIES_AT_LOGIN[lie])
    assert answer.status_code == 400
    assert client.get("/admin/").status_code == 302


def test_another_key_under_the_same_name_lets_nobody_in(owned):
    other = Passkey()
    other.id = owned.id
    assert log_in(other)[1].status_code == 400


def test_an_answer_counts_once(owned):
    client = Client()
    client.post("/admin/login/", {"username": "mo", "password": PASSWORD})
    said = owned.sign(question_on(client.get(STEP)))
    assert client.post(STEP, {"credential": said}).status_code == 302
    client.post("/admin/logout/")
    client.post("/admin/login/", {"username": "mo", "password": PASSWORD})
    client.get(STEP)
    assert client.post(STEP, {"credential": said}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "[::1]", "[::1]:8000"])
def test_at_a_bare_address_no_passkey_is_offered(moderator, host):
    assert 'data-passkey=""' in moderator.get(PAGE, headers={"Host": host}).content.decode()
