"""Codes and passwords that are guessed, and hostile ones."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.authenticator import code
from tests.newsite.second_factor.login import PASSWORD, is_in, log_in

STEP = "/admin/login/code/"


def test_after_too_many_wrong_codes_the_right_one_is_not_taken_either(owner, browser, rates, clock):
    rates(codes="3/10m")
    log_in(browser)
    for _ in range(3):
        assert browser.post(STEP, {"code": "000000"}).status_code == 400
    answer = browser.post(STEP, {"code": code(owner[0])})
    assert answer.status_code == 429
    assert "Too many wrong codes. Try again in 10 minutes." in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.2")
    log_in(elsewhere)
    assert elsewhere.post(STEP, {"code": code(owner[0])}).status_code == 429
    clock(601)
    log_in(elsewhere)
    assert elsewhere.post(STEP, {"code": code(owner[0])}).status_code == 302


def test_codes_and_passwords_do_not_count_together(owner, browser, rates):
    rates(codes="1/10m", logins="1/10m")
    log_in(browser)
    browser.post(STEP, {"code": "000000"})
    assert log_in(Client(REMOTE_ADDR="203.0.113.9"))["Location"] == STEP


def test_the_password_cannot_be_guessed_on_the_pages_that_ask_for_it(owner, moderator, rates):
    rates(logins="2/10m")
    for _ in range(2):
        assert moderator.post("/admin/second-factor/codes/", {"password": "guess"}).status_code == 400
    assert moderator.post("/admin/second-factor/codes/", {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("given", ["", "\0", "x" * 5000, "é" * 30, "１２３４５６", "-1", "١٢٣٤٥٦"])
def test_a_hostile_code_is_a_clear_no(owner, browser, given):
    log_in(browser)
    assert browser.post(STEP, {"code": given}).status_code == 400
    assert not is_in(browser)


@pytest.mark.parametrize(
    "given",
    [
        *("{", "1", "[]", '"x"', "{}", '{"id": 1}'),
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "signature": "AA", '
        '"authenticatorData": "AA", "attestationObject": "AA"}}',
    ],
)
def test_a_hostile_passkey_is_a_clear_no(owner, moderator, browser, given):
    log_in(browser)
    assert browser.post(STEP, {"credential": given}, headers={"Host": "localhost"}).status_code == 400
    assert not is_in(browser)
    moderator.get("/admin/second-factor/passkey/", headers={"Host": "localhost"})
    fields = {"name": "key", "password": PASSWORD, "credential": given}
    answer = moderator.post("/admin/second-factor/passkey/", fields, headers={"Host": "localhost"})
    assert answer.status_code == 400
    assert not Authenticator.objects.filter(type="webauthn").exists()
