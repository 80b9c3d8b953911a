"""A second factor is set up."""

from allauth.mfa.models import Authenticator
from django.test import Client

from tests.authenticator import code
from tests.newsite.second_factor.login import APP, PASSWORD, codes_on, log_in, secret_on, set_up

OVERVIEW = "/admin/second-factor/"
STEP = "/admin/login/code/"


def test_the_secret_is_shown_as_a_picture_and_in_letters_and_the_app_must_prove_that_it_has_it(moderator):
    page = moderator.get(APP)
    assert "<svg" in page.content.decode()
    secret = secret_on(page)
    assert moderator.get(APP).content.decode().count(secret) == 1  # a second tab shows the same
    for wrong in ({"code": "000000", "password": PASSWORD}, {"code": code(secret), "password": "not it"}):
        answer = moderator.post(APP, wrong)
        assert answer.status_code == 400
        assert secret_on(answer) == secret
    assert not Authenticator.objects.exists()


def test_ten_recovery_codes_are_shown_once(clock, moderator):
    _, codes = set_up(moderator)
    assert len(set(codes)) == 10
    for path in (OVERVIEW, "/admin/second-factor/codes/", APP):
        assert not codes_on(moderator.get(path))
    assert "10 left" in moderator.get(OVERVIEW).content.decode()


def test_neither_secret_nor_recovery_codes_lie_readable_in_the_database(owner):
    secret, codes = owner
    stored = str(list(Authenticator.objects.values("data")))
    assert secret not in stored
    assert not any(each in stored for each in codes)


def test_setting_one_up_ends_the_sessions_that_began_without_it(clock, moderator, moderator_user):
    other = Client()
    other.force_login(moderator_user)
    assert other.get("/admin/").status_code == 200
    set_up(moderator)
    assert other.get("/admin/").status_code == 302
    assert moderator.get("/admin/").status_code == 200


def test_a_new_app_takes_the_place_of_the_old_one(clock, owner, moderator, browser):
    new, codes = secret_on(moderator.get(APP)), []
    answer = moderator.post(APP, {"code": code(new), "password": PASSWORD})
    codes = codes_on(answer)
    assert codes == []  # those that were kept stay
    clock(30)
    log_in(browser)
    assert browser.post(STEP, {"code": code(owner[0])}).status_code == 400
    assert browser.post(STEP, {"code": code(new)}).status_code == 302
