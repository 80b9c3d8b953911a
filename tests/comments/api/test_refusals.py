"""What the API does not accept of a comment: the wrong shape, the wrong text, the wrong moment."""

import json

import pytest
from captcha.models import CaptchaStore
from rest_framework.test import APIClient

from comments.models import Comment
from tests.comments.api.asking import address, attrs, codes, send


def send_raw(client, article, text, content_type="application/json"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.generic("POST", address(article), content, content_type=content_type)


def test_a_closed_discussion_takes_nothing(program, make_article, written):
    closed = make_article("closed", comments_policy="closed")
    data = written()
    answer = send(program, closed, data)
    assert answer.status_code == 403
    assert codes(answer) == {(None, "comments_closed")}
    assert Comment.objects.count() == 0
    assert CaptchaStore.objects.filter(hashkey=data["captcha_key"]).exists(), "its captcha is still good"


@pytest.mark.parametrize(
    "name",
    ["status", "votes", "pinned", "author", "id", "created_at", "body_html", "thread", "reader", "honeypot", "x"],
)
def test_a_field_that_is_not_known_is_refused(program, article, written, name):
    answer = send(program, article, written(**{name: "1"}))
    assert answer.status_code == 400
    assert attrs(answer) == {name}
    assert Comment.objects.count() == 0


def test_a_body_of_more_than_64_kilobytes_is_refused(program, article):
    answer = send_raw(program, article, " " * (64 * 1024) + "{")
    assert answer.status_code == 413
    assert codes(answer) == {(None, "too_large")}


def test_a_body_of_64_kilobytes_is_read(program, article):
    assert send_raw(program, article, " " * (64 * 1024 - 2) + "{}").status_code == 400


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"]
)
def test_what_is_not_json_is_refused(program, article, content_type):
    answer = send_raw(program, article, '{"body": "Well put."}', content_type)
    assert answer.status_code == 415
    assert codes(answer) == {(None, "unsupported_media_type")}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "}",
        "nonsense",
        "{'body': 1}",
        '{"body": "x"',
        '{"body": "a\nb"}',
        '{"body": "x",}',
        b"\xff\xfe",
        b'{"body": "\xff"}',
        b'{"body": "\xed\xa0\x80"}',
        b"\x00",
        '{"votes": NaN}',
        '{"votes": Infinity}',
        '{"votes": -Infinity}',
        '{"parent": ' + "9" * 5000 + "}",
        "[" * 30_000,
        '{"body": ' * 5_000,
        "[" * 30_000 + "]" * 30_000,
    ],
    ids=lambda text: repr(text[:20]),
)
def test_broken_json_is_refused(article, text):
    answer = send_raw(APIClient(raise_request_exception=False), article, text)
    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == {"type", "errors"}


def test_a_hundred_thousand_brackets_are_refused(article):
    answer = send_raw(APIClient(raise_request_exception=False), article, "[" * 100_000)
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["kind", "body", "parent", "unknown"])
def test_nesting_that_can_just_be_read_is_refused_too(article, name):
    program = APIClient(raise_request_exception=False)
    failed = []
    for depth in range(700, 1_000, 12):
        answer = send_raw(program, article, f'{{"{name}": {"[" * depth}{"]" * depth}}}')
        if answer.status_code != 400:
            failed.append((depth, answer.status_code))
    assert failed == []


@pytest.mark.parametrize("text", ["null", "1", "true", '"text"', "[]", "[[]]", '[{"body": "x"}]'])
def test_json_that_is_no_object_is_refused(article, text):
    answer = send_raw(APIClient(raise_request_exception=False), article, text)
    assert answer.status_code == 400
    assert set(answer.json()) == {"type", "errors"}


WRONG_TEXTS = {
    "NUL": "to\0day",
    "a bell": "to\x07day",
    "a lone high surrogate": "to\ud800day",
    "a lone low surrogate": "to\udfffday",
    "a bidi override": "to\u202eday",
    "a bidi isolate": "to\u2066day",
    "nothing": "",
    "only white space": " \t\n\u00a0\u3000 ",
    "only zero-width spaces": "\u200b\u200b\u200b",
    "one letter": "x",
    "a list": ["x"],
    "an object": {"x": "y"},
    "null": None,
    "true": True,
}


def refused(article, data):
    """Send it as ASCII JSON, in which lone surrogates can be written."""
    answer = send_raw(APIClient(raise_request_exception=False), article, json.dumps(data))
    assert answer.status_code != 201, "it was accepted"
    assert Comment.objects.count() == 0
    return answer


@pytest.mark.parametrize("wrong", [*WRONG_TEXTS, "too long"])
@pytest.mark.parametrize("name", ["body", "author_name"])
def test_a_text_is_refused_with_its_field(article, written, name, wrong):
    too_long = "x" * (5_001 if name == "body" else 61)
    value = WRONG_TEXTS.get(wrong, too_long)
    answer = refused(article, written(**{name: value}))
    assert answer.status_code == 400
    assert attrs(answer) == {name}


@pytest.mark.parametrize("name", ["body", "author_name"])
def test_a_text_must_be_there(article, written, name):
    data = written()
    del data[name]
    answer = refused(article, data)
    assert answer.status_code == 400
    assert codes(answer) == {(name, "required")}


@pytest.mark.parametrize("length", [2, 5_000])
def test_the_shortest_and_the_longest_text_are_accepted(program, article, written, length):
    assert send(program, article, written(body="x" * length)).status_code == 201


@pytest.mark.parametrize(
    "value", ["x", "a@", "@b.c", "a@b c", "a@b.c\nBcc: d@e.f", "a\0@example.org", "\ud800@example.org", 5, []]
)
def test_an_address_that_is_none_is_refused(article, written, value):
    answer = refused(article, written(author_email=value))
    assert answer.status_code == 400
    assert attrs(answer) == {"author_email"}


@pytest.mark.parametrize("value", ["", "x", "COMMENT", None, 1, [], {}, "\0", "\ud800"])
def test_a_kind_that_is_none_is_refused(article, written, value):
    answer = refused(article, written(kind=value))
    assert answer.status_code == 400
    assert attrs(answer) == {"kind"}


@pytest.mark.parametrize("name", ["\ud800", "\0", "a\u202eb", "", "x" * 1_000])
def test_an_unknown_field_with_a_hostile_name_is_refused(article, written, name):
    assert refused(article, written(**{name: 1})).status_code == 400


@pytest.mark.parametrize("name", ["captcha_key", "captcha_value"])
@pytest.mark.parametrize("value", ["\0", "\ud800", "\u202e", "x" * 41, [], {}, None, "ﬁ", "é"])
def test_a_hostile_captcha_is_refused(article, written, name, value):
    answer = refused(article, written(**{name: value}))
    assert answer.status_code == 400
    assert attrs(answer) <= {name, "captcha_value"}


def test_a_forged_reader_is_refused(program, article, written):
    data = written()
    answer = send(program, article, data, headers={"X-Reader": "me:forged"})
    assert answer.status_code == 400
    assert codes(answer) == {(None, "reader_invalid")}
    assert send(program, article, data).status_code == 201, "nothing was used up"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_allowed(program, article, method):
    answer = getattr(program, method)(address(article), {}, format="json")
    assert answer.status_code == 405
    assert codes(answer) == {(None, "method_not_allowed")}
