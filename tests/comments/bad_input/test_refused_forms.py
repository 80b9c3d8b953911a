"""A form that is refused for who sends it or how often comes back with everything."""

import datetime

import pytest
from captcha.models import CaptchaStore
from django.utils import timezone

from comments.models import Comment
from tests.comments.bad_input.refused import PATH, TYPED, assert_kept


def assert_new_captcha(answer, old_key):
    """The page has a captcha, and it is one that can be answered."""
    page = answer.content.decode()
    assert old_key not in page
    assert any(key in page for key in CaptchaStore.objects.values_list("hashkey", flat=True))


def test_a_forged_cookie_is_removed_and_everything_is_kept(reader, article, typed):
    reader.cookies["reader"] = "me:forged"
    data = typed()
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert_kept(answer)
    assert answer.cookies["reader"]["max-age"] == 0
    assert CaptchaStore.objects.filter(hashkey=data["captcha_key"]).exists()
    reader.cookies.clear()
    assert reader.post(PATH, data).status_code == 303, "the next try succeeds"


@pytest.mark.parametrize("forged", ["x", ":", "é", "me:" + "x" * 5_000, "a\\000b"])
def test_no_forged_cookie_is_a_server_error(reader, article, typed, forged):
    answer = reader.post(PATH, typed(), headers={"Cookie": f"reader={forged}"})
    assert answer.status_code in (303, 400)
    assert Comment.objects.count() == (answer.status_code == 303)


def test_a_form_that_is_sent_again_is_told_and_everything_is_kept(reader, article, typed):
    data = typed()
    assert reader.post(PATH, data).status_code == 303
    again = reader.post(PATH, data)
    assert again.status_code == 400
    assert_kept(again)
    assert_new_captcha(again, data["captcha_key"])
    assert Comment.objects.count() == 1


def test_a_wrong_captcha_is_told_with_a_new_one_and_everything_is_kept(reader, article, typed):
    data = typed(captcha_value="wrong")
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert 'id="id_captcha_value_error"' in answer.content.decode()
    assert_kept(answer)
    assert_new_captcha(answer, data["captcha_key"])
    assert Comment.objects.count() == 0


def test_an_expired_captcha_is_told_with_a_new_one_and_everything_is_kept(reader, article, typed):
    data = typed()
    CaptchaStore.objects.update(expiration=timezone.now() - datetime.timedelta(seconds=1))
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert_kept(answer)
    assert_new_captcha(answer, data["captcha_key"])


def test_without_a_captcha_the_form_comes_back_filled_in_with_one(reader, article):
    answer = reader.post(PATH, TYPED)
    assert answer.status_code == 200
    assert_kept(answer)
    assert_new_captcha(answer, "never there")
    assert 'aria-invalid="true"' not in answer.content.decode()


def test_another_picture_keeps_everything(reader, article, typed):
    data = typed(another="1", captcha_value="")
    answer = reader.post(PATH, data)
    assert answer.status_code == 200
    assert_kept(answer)
    assert_new_captcha(answer, data["captcha_key"])


def test_the_rate_limit_is_told_and_everything_is_kept(reader, article, typed, settings):
    settings.RATES = {**settings.RATES, "comments": ((1, 60),)}
    assert reader.post(PATH, typed()).status_code == 303
    data = typed()
    answer = reader.post(PATH, data)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert_kept(answer)
    assert data["captcha_key"] in answer.content.decode(), "its captcha is still good"
    assert Comment.objects.count() == 1


def test_the_limit_of_captchas_is_told_and_everything_is_kept(reader, article, settings):
    settings.RATES = {**settings.RATES, "captchas": ((1, 600),)}
    assert reader.post(PATH, TYPED).status_code == 200
    answer = reader.post(PATH, TYPED)
    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert_kept(answer)


def test_the_mailed_link_without_an_address_is_told_and_everything_is_kept(reader, article, typed):
    answer = reader.post(PATH, typed(captcha_email="true", author_email=""))
    assert answer.status_code == 400
    assert 'id="id_author_email_error"' in answer.content.decode()
    assert_kept(answer, author_email="")


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
@pytest.mark.parametrize("change", [{"body": ""}, {"captcha_value": "wrong"}, {"parent": "999999"}])
def test_a_refused_form_may_be_kept_by_nobody(reader, article, typed, headers, change):
    answer = reader.post(PATH, typed(**change), headers=headers)
    assert answer.status_code == 400
    assert answer["Cache-Control"] == "private, no-store"
    page = answer.content.decode()
    assert ("<html" in page) is not bool(headers)
    assert_kept(answer, **{name: value for name, value in change.items() if name in TYPED})
