"""A captcha is asked for and answered in the API."""

import datetime

import pytest
from captcha.models import CaptchaStore
from django.test import Client
from django.utils import timezone

from comments.models import Comment
from tests.comments.api.asking import RFC_3339_UTC, attrs, codes, send


def test_a_captcha_is_given_with_the_fields_of_the_contract(program, settings):
    answer = program.post("/api/v1/captcha/", {}, format="json")
    assert answer.status_code == 201
    given = answer.json()
    assert set(given) == {"key", "image_url", "audio_url", "expires_at"}
    assert RFC_3339_UTC.fullmatch(given["expires_at"])
    assert given["image_url"].startswith(settings.SITE_URL)
    picture = Client().get(given["image_url"].removeprefix(settings.SITE_URL))
    assert picture.status_code == 200
    assert picture["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, no-store"


def test_the_answer_to_a_captcha_is_not_in_what_is_given_with_it(program):
    answer = program.post("/api/v1/captcha/", {}, format="json")
    store = CaptchaStore.objects.get(hashkey=answer.json()["key"])
    assert store.response not in answer.content.decode().lower()


def test_a_captcha_that_was_given_can_be_answered(program, article, written):
    key = program.post("/api/v1/captcha/", {}, format="json").json()["key"]
    value = CaptchaStore.objects.get(hashkey=key).response
    assert send(program, article, written(captcha_key=key, captcha_value=value.upper())).status_code == 201


def test_a_captcha_takes_no_fields(program):
    answer = program.post("/api/v1/captcha/", {"letters": 1}, format="json")
    assert answer.status_code == 400
    assert attrs(answer) == {"letters"}


def test_a_wrong_captcha_is_told_and_is_used_up(program, article, written):
    data = written()
    answer = send(program, article, {**data, "captcha_value": "wrong"})
    assert answer.status_code == 400
    assert codes(answer) == {("captcha_value", "captcha_invalid")}
    again = send(program, article, data)
    assert again.status_code == 400, "the right answer came too late"
    assert codes(again) == {("captcha_value", "captcha_invalid")}
    assert Comment.objects.count() == 0


def test_a_captcha_passes_once(program, article, written):
    data = written()
    assert send(program, article, data).status_code == 201
    again = send(program, article, {**data, "body": "And another one."})
    assert codes(again) == {("captcha_value", "captcha_invalid")}
    assert Comment.objects.count() == 1


def test_an_expired_captcha_does_not_pass(program, article, written):
    data = written()
    CaptchaStore.objects.update(expiration=timezone.now() - datetime.timedelta(seconds=1))
    assert codes(send(program, article, data)) == {("captcha_value", "captcha_invalid")}


def test_a_captcha_that_never_was_does_not_pass(program, article, written):
    assert codes(send(program, article, written(captcha_key="f" * 40))) == {("captcha_value", "captcha_invalid")}


@pytest.mark.parametrize("name", ["captcha_key", "captcha_value"])
def test_a_captcha_must_be_sent(program, article, written, name):
    data = written()
    del data[name]
    answer = send(program, article, data)
    assert answer.status_code == 400
    assert attrs(answer) == {name}


def test_a_captcha_is_not_used_up_by_another_mistake(program, article, written):
    data = written()
    assert send(program, article, {**data, "body": ""}).status_code == 400
    assert send(program, article, data).status_code == 201
