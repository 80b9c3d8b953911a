"""A link in a mail takes the captcha's place in the API."""

import json
import re

import pytest
from rest_framework.test import APIClient

from comments.models import Comment
from newsite.models import Mail
from tests.comments.api.asking import attrs, send


@pytest.fixture
def mailed(program, article):
    """A comment that waits for its mailed link: the API's answer and the path of the link."""
    data = {"author_name": "Ada", "author_email": "ada@example.org", "body": "By mail.", "captcha_email": True}
    answer = send(program, article, data)
    assert answer.status_code == 201, answer.content
    link = re.search(r"https?://[^/\s]+(/comments/confirm/\S+)", Mail.objects.get().text)
    return answer.json(), link[1]


def test_a_comment_that_waits_for_its_link_is_told_as_pending(mailed):
    told, _ = mailed
    assert set(told) == {"id", "status", "status_url", "token", "comment"}
    assert told["status"] == "pending"
    assert Comment.objects.get().status == "unconfirmed"


def test_the_link_is_put_into_the_outbox_and_not_into_the_answer(mailed):
    told, path = mailed
    mail = Mail.objects.get()
    assert mail.to == "ada@example.org"
    assert mail.sent_at is None
    assert path.split("/")[-2] not in json.dumps(told)
    assert told["token"] not in mail.text, "the link to confirm must not be the author's key"


def test_a_comment_that_waits_for_its_link_is_not_in_the_queue_of_the_moderators(mailed):
    assert not Comment.objects.waiting().exists()


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(mailed, reader, method):
    _, path = mailed
    answer = getattr(reader, method)(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert Comment.objects.get().status == "unconfirmed"


def test_the_button_behind_the_link_lets_the_comment_wait_for_a_moderator(mailed, reader):
    _told, path = mailed
    answer = reader.post(path)
    assert answer.status_code == 303
    assert Comment.objects.get().status == "pending"
    assert Comment.objects.waiting().count() == 1
    assert "Pending" in reader.get(answer["Location"]).content.decode()
    assert reader.post(path).status_code == 303, "pressed twice, it is confirmed once"
    assert Comment.objects.get().status == "pending"


def test_a_link_that_was_made_up_is_not_there(mailed, reader):
    told, _path = mailed
    for forged in (f"/comments/confirm/{told['id']}:x/", f"/comments/confirm/{told['token']}/", "/comments/confirm/x/"):
        assert reader.get(forged).status_code == 404
        assert reader.post(forged).status_code == 404
    assert Comment.objects.get().status == "unconfirmed"


def test_the_mailed_link_needs_an_address(program, article, written):
    answer = send(program, article, written(captcha_email=True))
    assert answer.status_code == 400
    assert attrs(answer) == {"author_email"}
    assert Mail.objects.count() == 0


def test_one_address_is_sent_three_links_an_hour_at_most(program, article):
    for number in range(4):
        data = {"author_name": "Ada", "author_email": "Victim@example.org", "body": f"Text number {number}."}
        answer = send(APIClient(REMOTE_ADDR=f"203.0.113.{number}"), article, {**data, "captcha_email": True})
        assert answer.status_code == (201 if number < 3 else 429)
    assert answer["Retry-After"]
    assert Mail.objects.count() == Comment.objects.count() == 3
