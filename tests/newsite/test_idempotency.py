"""An Idempotency-Key answers once."""

import json

import pytest
from captcha.models import CaptchaStore
from django.utils import timezone
from rest_framework.test import APIClient

from comments import moderation
from comments.models import Action, Comment
from newsite.models import KeptAnswer, Mail


@pytest.fixture
def send(program, article):
    """Send a comment with a key, as JSON whose bytes are the same whenever the data is."""

    def post(data, key="key-1", client=program, slug=article.slug):
        return client.generic(
            "POST",
            f"/api/v1/articles/{slug}/comments/",
            json.dumps(data, sort_keys=True),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )

    return post


def code(answer):
    return answer.json()["errors"][0]["code"]


def test_the_same_request_with_the_same_key_gets_the_same_answer(send, written):
    data = written(author_email="ada@example.org")
    first, second, third = send(data), send(data), send(data, client=APIClient())
    assert first.status_code == second.status_code == third.status_code == 201
    assert first.json() == second.json() == third.json()
    assert first.json()["token"]
    assert first.json()["status_url"]
    assert Comment.objects.count() == 1


def test_the_same_answer_names_the_same_reader(send, written):
    data = written()
    assert send(data)["X-Reader"] == send(data, client=APIClient())["X-Reader"]


def test_the_first_answer_is_given_even_after_the_comment_was_decided(send, written, moderator_user):
    data = written()
    first = send(data)
    moderation.moderate(Comment.objects.get(), Action.APPROVE, by=moderator_user)
    assert send(data).json() == first.json()


def test_the_mailed_link_is_sent_once(send):
    data = {"author_name": "Ada", "author_email": "ada@example.org", "body": "By mail.", "captcha_email": True}
    assert send(data).json() == send(data).json()
    assert Mail.objects.count() == 1


def test_an_answer_that_is_given_again_may_not_be_kept_by_caches(send, written):
    data = written()
    send(data)
    assert send(data)["Cache-Control"] == "private, no-store"


def test_another_body_with_the_same_key_is_refused(send, written):
    data = written()
    first = send(data)
    other = send(written(body="Something else."))
    assert other.status_code == 422
    assert code(other) == "idempotency_key_reused"
    assert Comment.objects.count() == 1
    assert send(data).json() == first.json(), "the first answer is still there"


def test_another_body_does_not_use_up_its_captcha(send, written):
    send(written())
    data = written(body="Something else.")
    assert send(data).status_code == 422
    assert send(data, key="key-2").status_code == 201


def test_another_key_is_another_request(send, written):
    assert send(written(), key="key-1").json()["id"] != send(written(), key="key-2").json()["id"]


def test_the_same_key_at_another_address_is_another_request(send, written, make_article):
    make_article("elsewhere")
    assert send(written()).status_code == 201
    assert send(written(), slug="elsewhere").status_code == 201


def test_without_a_key_nothing_is_kept(program, article, written):
    program.post(f"/api/v1/articles/{article.slug}/comments/", written(), format="json")
    assert KeptAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"body": ""}, 400), ({"captcha_value": "wrong"}, 400), ({"parent": 999_999}, 400), ({"unknown": 1}, 400)],
)
def test_an_error_leaves_the_key_free_for_the_corrected_request(send, written, wrong, status):
    assert send(written(**wrong)).status_code == status
    assert KeptAnswer.objects.count() == 0
    assert send(written()).status_code == 201


def test_a_closed_discussion_leaves_the_key_free(send, written, article):
    article.comments_policy = "closed"
    article.save()
    data = written()
    assert send(data).status_code == 403
    article.comments_policy = "pre"
    article.save()
    assert send(data).status_code == 201


def test_broken_json_leaves_the_key_free(send, program, article, written):
    path = f"/api/v1/articles/{article.slug}/comments/"
    headers = {"Idempotency-Key": "key-1"}
    assert program.generic("POST", path, "{", content_type="application/json", headers=headers).status_code == 400
    assert send(written()).status_code == 201


def test_an_unknown_article_leaves_the_key_free(send, written, make_article):
    assert send(written(), slug="later").status_code == 404
    make_article("later")
    assert send(written(), slug="later").status_code == 201


def test_a_rate_limit_leaves_the_key_free(send, written, settings):
    settings.RATES = {**settings.RATES, "comments": ((1, 60),)}
    assert send(written(), key="key-1").status_code == 201
    data = written(body="The second one.")
    assert send(data, key="key-2").status_code == 429
    settings.RATELIMITS = False
    assert send(data, key="key-2").status_code == 201


def test_an_answer_given_again_counts_for_no_rate_limit(send, written, settings):
    settings.RATES = {**settings.RATES, "comments": ((1, 60),)}
    data = written()
    assert [send(data).status_code for _ in range(4)] == [201] * 4


def test_a_captcha_is_not_used_up_twice(send, written):
    data = written()
    other = CaptchaStore.objects.get(hashkey=CaptchaStore.generate_key())
    send(data)
    assert not CaptchaStore.objects.filter(hashkey=data["captcha_key"]).exists()
    assert send(data).status_code == 201, "not judged again"
    assert CaptchaStore.objects.filter(pk=other.pk).exists()


def test_a_wrong_captcha_is_used_up_though_the_key_stays_free(send, written):
    data = written()
    assert send({**data, "captcha_value": "wrong"}).status_code == 400
    again = send(data)
    assert again.status_code == 400
    assert code(again) == "captcha_invalid"


def test_what_is_stored_holds_no_token_no_address_and_no_key(send, written):
    told = send(written(author_email="ada@example.org"), key="a-secret-key").json()
    (row,) = KeptAnswer.objects.values()
    stored = " ".join(str(value) for value in row.values())
    for secret in (told["token"], told["status_url"], "ada@example.org", "a-secret-key"):
        assert secret not in stored
    assert str(told["id"]) in row["body"]


@pytest.mark.parametrize("key", ["x" * 256, "x" * 5_000, ""])
def test_a_key_that_cannot_be_kept_is_refused(send, written, key):
    data = written()
    answer = send(data, key=key)
    assert answer.status_code == 400
    assert code(answer) == "idempotency_key_invalid"
    assert Comment.objects.count() == 0
    assert send(data).status_code == 201, "nothing was used up"


@pytest.mark.parametrize("key", ["x", "x" * 255, '"quoted"', "8e03978e-40d5-43e8-bc93-6894a57f9324", "é"])
def test_a_key_of_up_to_255_characters_is_kept(send, written, key):
    data = written()
    assert send(data, key=key).json() == send(data, key=key).json()
    assert Comment.objects.count() == 1


def test_a_captcha_is_given_once_for_a_key(program):
    headers = {"Idempotency-Key": "key-1"}
    answers = [program.post("/api/v1/captcha/", {}, format="json", headers=headers) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() == answers[1].json()
    assert CaptchaStore.objects.filter(expiration__gt=timezone.now()).count() == 1
