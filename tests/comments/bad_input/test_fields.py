"""The fields of a comment, filled in every wrong way: never a server error, and nothing typed is lost."""

import html
from urllib.parse import urlencode

import pytest

from comments import posting
from comments.models import Comment
from tests.comments.bad_input.refused import PATH, TYPED, assert_kept

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("value", ["", " ", "\t\r\n", "\u00a0\u3000", "\u200b\u200b"], ids=ascii)
@pytest.mark.parametrize("name", ["body", "author_name"])
def test_a_field_without_anything_to_see_is_told_and_the_rest_is_kept(reader, article, typed, name, value):
    answer = reader.post(PATH, typed(**{name: value}))
    assert answer.status_code == 400
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert_kept(answer, **{name: ""})
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("name", ["body", "author_name"])
def test_a_field_that_is_missing_is_told_and_the_rest_is_kept(reader, article, typed, name):
    data = typed()
    del data[name]
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert f'id="id_{name}_error"' in answer.content.decode()
    assert_kept(answer, **{name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("body", "x" * 5_001),
        ("body", "long " * 200_000),
        ("body", "<p>" * 300_000),
        ("author_name", "Grace " * 11),
        ("author_name", "G" * 100_000),
        ("author_email", "g" * 300 + "@example.org"),
        ("author_email", "no address"),
        ("author_email", "grace@example.org\nBcc: all@example.org"),
        ("kind", "shout"),
        ("parent", "x"),
        ("parent", "-1x"),
        ("parent", "9" * 5_000),
        ("parent", "1.5"),
        ("captcha_value", "x" * 41),
    ],
    ids=lambda value: value[:12],
)
def test_a_field_that_is_wrong_is_told_and_everything_is_kept(reader, article, typed, name, value):
    answer = reader.post(PATH, typed(**{name: value}))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert_kept(answer, **({name: value.strip().split("\n")[0]} if name in TYPED else {}))
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\u202e", "\u2066", "\ufeff"], ids=ascii)
@pytest.mark.parametrize("name", ["body", "author_name", "author_email"])
def test_a_sign_that_cannot_be_shown_is_refused_and_everything_is_kept(reader, article, typed, name, sign):
    before, after = ("grace", "@example.org") if name == "author_email" else ("One half", "other half")
    answer = reader.post(PATH, typed(**{name: before + sign + after}))
    assert answer.status_code == 400
    page = html.unescape(answer.content.decode())
    assert before in page
    assert after in page
    assert_kept(answer, **{name: ""})
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("sign", ["\0", "\u202e", "\ufffd", "🦉", "x" * 100_000], ids=lambda sign: ascii(sign[:6]))
@pytest.mark.parametrize(
    "name", ["kind", "parent", "website", "captcha_key", "captcha_value", "captcha_email", "another"]
)
def test_a_hostile_sign_in_any_other_field_is_never_a_server_error(reader, article, typed, name, sign):
    answer = reader.post(PATH, typed(**{name: sign}))
    assert answer.status_code in (200, 303, 400)
    if answer.status_code != 303:
        assert_kept(answer)


@pytest.mark.parametrize(
    "raw", [b"%ED%A0%80", b"%ED%BF%BF", b"%FF%FE", b"%C0%80", b"%", b"%zz", b"\xff\xfe", b"%00"], ids=ascii
)
@pytest.mark.parametrize("name", [*TYPED, "kind", "parent", "captcha_key", "captcha_value", "captcha_email"])
def test_bytes_that_are_no_text_are_never_a_server_error(reader, article, typed, name, raw):
    data = {**typed(), name: None}
    encoded = urlencode({key: value for key, value in data.items() if value is not None}).encode()
    answer = reader.generic("POST", PATH, encoded + b"&" + name.encode() + b"=Sent" + raw, content_type=URLENCODED)
    assert answer.status_code in (200, 303, 400)
    if answer.status_code != 303:
        assert_kept(answer, **({name: ""} if name in TYPED else {}))
        if name in TYPED:
            assert "Sent" in answer.content.decode()


def test_what_was_typed_comes_back_as_text_and_not_as_html(reader, article, typed):
    hostile = "\"><script>alert(1)</script>'</textarea>"
    answer = reader.post(PATH, typed(body=hostile, author_name=hostile, author_email=hostile, parent=hostile))
    assert answer.status_code == 400
    assert b"<script>alert" not in answer.content
    assert b"&lt;script&gt;alert(1)" in answer.content
    assert answer.content.count(b"</textarea>") == 1


@pytest.mark.parametrize("data", [{}, {"body": ""}, {"nothing": "known"}])
def test_a_form_without_anything_is_answered_with_the_form(reader, article, data):
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert 'id="comment-form"' in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", ""),
        (b"", "multipart/form-data"),
        (b"no parts", "multipart/form-data; boundary=x"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"body=x", "multipart/form-data; boundary=" + "x" * 300),
        (b'{"body": "x"}', "application/json"),
        (b"body=x", "application/x-www-form-urlencoded; charset=utf-16"),
        (b"body=x", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"&".join(b"x%d=1" % n for n in range(1_500)), URLENCODED),
        (b"&" * 10_000, URLENCODED),
    ],
)
def test_a_form_that_is_no_form_is_a_clients_error(reader, article, content, content_type):
    answer = reader.generic("POST", PATH, content, content_type=content_type)
    assert answer.status_code == 400


def test_a_file_in_place_of_a_text_is_a_clients_error(reader, article, typed):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = reader.post(PATH, typed(body=SimpleUploadedFile("body.txt", b"from a file")))
    assert answer.status_code == 400
    assert_kept(answer, body="")


def test_a_field_that_is_sent_twice_is_never_a_server_error(reader, article, typed):
    answer = reader.post(PATH, {**typed(), "body": ["One.", "Two."], "captcha_key": ["x", "y"], "parent": ["1", "2"]})
    assert answer.status_code == 400


def test_a_text_of_a_megabyte_is_kept(reader, article, typed):
    text = "word " * 200_000
    answer = reader.post(PATH, typed(body=text + "end"))
    assert answer.status_code == 400
    assert_kept(answer, body=text + "end")


def test_more_than_two_and_a_half_megabytes_are_not_read(reader, article, typed):
    answer = reader.post(PATH, typed(body="x" * 2_500_001))
    assert answer.status_code == 413
    assert "Error 413" in answer.content.decode()
    assert Comment.objects.count() == 0


def test_line_breaks_count_once_however_a_browser_sends_them(reader, article, typed):
    assert reader.post(PATH, typed(body="ab\r\n" * 1_666)).status_code == 303


def test_a_quote_stands_above_what_was_typed(reader, article, make_comment):
    parent = make_comment("First.\n\nSecond.", status="published")
    typed = {**TYPED, "body": "What I think.", "parent": parent.pk}
    answer = reader.post(PATH, {**typed, "quote": "1"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "> First.\n> \n> Second.\n\nWhat I think.</textarea>" in page
    assert TYPED["author_name"] in page
    posting.withdraw(parent)
    answer = reader.post(PATH, {**typed, "quote": "1"})
    assert "is not there any more" in answer.content.decode()
    assert_kept(answer, body="What I think.")
