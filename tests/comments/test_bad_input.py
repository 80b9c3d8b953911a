"""The forms of a comment and of a rating, sent in every wrong way: never a server error, and nothing typed is lost."""

import datetime
import html
from urllib.parse import urlencode

import pytest
from captcha.models import CaptchaStore
from django.test import Client
from django.utils import timezone

from articles.models import Article, Rating
from comments import posting
from comments.models import Comment

PATH = "/articles/machines/comments/"
RATING = "/articles/machines/rating/"
TYPED = {"body": "My long thought about this.", "author_name": "Grace H", "author_email": "grace@example.org"}
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def reader():
    """A reader whose browser is shown a page when the server fails, so that a test sees the status."""
    return Client(raise_request_exception=False)


@pytest.fixture
def typed(solved):
    """All that a reader typed, with a captcha solved."""

    def fill(**changes):
        return {"kind": "comment", **TYPED, **solved(), **changes}

    return fill


def assert_kept(answer, **changed):
    """Everything typed is in the page that comes back."""
    page = html.unescape(answer.content.decode())
    for name, value in {**TYPED, **changed}.items():
        assert value in page, f"{name} was lost"


def assert_takes_the_place_of_the_form(answer, *, alone):
    """A browser with scripts puts it where the form was; without scripts it is a page."""
    page = answer.content.decode()
    assert page.count('id="comment-form"') == 1
    assert ("<html" in page) != alone


def assert_new_captcha(answer, old_key):
    """The page has a captcha, and it is one that can be answered."""
    page = answer.content.decode()
    assert old_key not in page
    assert any(key in page for key in CaptchaStore.objects.values_list("hashkey", flat=True))


# The fields


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


# The article, its discussion, the comment replied to


@pytest.mark.parametrize("slug", ["nothing", "draft", "withdrawn", "later"])
def test_an_article_that_is_not_there_takes_nothing(reader, make_article, typed, slug):
    make_article("draft", status=Article.Status.DRAFT)
    make_article("withdrawn", status=Article.Status.WITHDRAWN)
    make_article("later", published_at=timezone.now() + datetime.timedelta(hours=1))
    for headers in ({}, {"HX-Request": "true"}):
        answer = reader.post(f"/articles/{slug}/comments/", typed(), headers=headers)
        assert answer.status_code == 404
        assert "not here any more" in answer.content.decode()
        assert_kept(answer)
        assert_takes_the_place_of_the_form(answer, alone=bool(headers))
    assert Comment.objects.count() == 0


@pytest.fixture
def closed(article):
    article.comments_policy = "closed"
    article.save()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_closed_discussion_takes_nothing_and_gives_everything_back(reader, closed, typed, headers):
    data = typed()
    answer = reader.post(PATH, data, headers=headers)
    assert answer.status_code == 403
    assert_kept(answer)
    assert_takes_the_place_of_the_form(answer, alone=bool(headers))
    assert "This discussion is closed" in answer.content.decode()
    assert Comment.objects.count() == 0
    assert CaptchaStore.objects.filter(hashkey=data["captcha_key"]).exists()


@pytest.mark.parametrize("change", [{"captcha_key": "", "captcha_value": ""}, {"body": "x"}, {"author_name": ""}])
def test_a_closed_discussion_says_so_before_anything_else(reader, closed, typed, change):
    answer = reader.post(PATH, typed(**change))
    assert answer.status_code == 403
    assert "closed" in answer.content.decode()
    assert_kept(answer, **change)


def test_a_closed_discussion_gives_no_captcha(reader, closed, typed):
    reader.post(PATH, TYPED)
    assert CaptchaStore.objects.count() == 0


@pytest.mark.parametrize("which", ["of another article", "pending", "rejected", "withdrawn", "never was"])
def test_a_reply_to_what_is_not_there_is_told_and_can_still_be_sent(
    reader, article, make_article, make_comment, typed, which
):
    if which == "of another article":
        parent = make_comment(on=make_article("elsewhere"), status="published").pk
    else:
        parent = 999_999 if which == "never was" else make_comment(status=which).pk
    before = Comment.objects.count()
    data = typed(parent=str(parent))
    answer = reader.post(PATH, data)
    assert answer.status_code == 400
    assert_kept(answer)
    page = answer.content.decode()
    assert 'name="parent"' not in page
    assert data["captcha_key"] in page, "its captcha is still good"
    assert data["captcha_value"] in page
    assert Comment.objects.count() == before
    assert reader.post(PATH, {**data, "parent": ""}).status_code == 303


@pytest.mark.parametrize("parent", ["x", "1.5", "9" * 30, "٣"])
def test_a_parent_that_is_no_number_does_not_come_back_for_ever(reader, article, typed, parent):
    answer = reader.post(PATH, typed(parent=parent))
    assert answer.status_code == 400
    assert f'name="parent" value="{parent}"' not in answer.content.decode()


def test_a_comment_without_any_flaw_is_sent(reader, article, typed):
    assert reader.post(PATH, typed()).status_code == 303
    assert Comment.objects.get().body == TYPED["body"]


# Who sends it, and how often


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


# Addresses that were made up


@pytest.mark.parametrize(
    "place", ["x", "-1", "1", "1-", "-", "1-1-1", "1.5-2", "٣-٣", "\0", "9" * 17 + "-" + "9" * 18, "9" * 5_000, "é"]
)
@pytest.mark.parametrize("path", ["/", "/sections/research/", PATH, "/search/"])
def test_a_made_up_place_in_a_list_is_never_a_server_error(reader, article, path, place):
    answer = reader.get(path, {"before": place, "q": "machines"})
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("place", ["x", "1-1-1", "\0", "9" * 17 + "-" + "9" * 18])
def test_a_made_up_place_in_a_thread_is_never_a_server_error(reader, make_comment, place):
    top = make_comment(status="published")
    assert reader.get(f"/comments/{top.pk}/thread/", {"after": place}).status_code in (200, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/comments/99999999999999999999999/thread/",
        "/comments/99999999999999999999999/reply/",
        "/comments/0/thread/",
        "/comments/1/status/x/",
        "/comments/99999999999999999999999/status/x/",
        "/comments/confirm/x/",
        "/comments/confirm/é/",
        "/comments/confirm/%00/",
        "/captcha/x.png",
        "/captcha/%00.png",
        "/captcha/x.wav",
        "/articles/%00/",
        "/articles/é/",
        "/search/?q=%00",
        "/search/?q=" + "x" * 60_000,
        "/%ff/",
    ],
    ids=lambda path: path[:30],
)
def test_a_made_up_address_is_never_a_server_error(reader, article, path):
    assert reader.get(path).status_code in (200, 404, 410)


# The form of a rating


@pytest.mark.parametrize("stars", ["", "0", "6", "-1", "x", "1.0", "3.5", " 5", "５", "\0", "5" * 5_000, "true"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_rating_that_is_none_is_told(reader, article, stars, headers):
    answer = reader.post(RATING, {"stars": stars}, headers=headers)
    assert answer.status_code == 400
    assert "Choose one to five stars." in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert Rating.objects.count() == 0


def test_a_rating_without_stars_is_told(reader, article):
    assert reader.post(RATING, {}).status_code == 400


def test_a_rating_that_is_none_leaves_the_one_given_before(reader, article):
    reader.post(RATING, {"stars": "4"})
    answer = reader.post(RATING, {"stars": "6"})
    assert answer.status_code == 400
    assert Rating.objects.get().stars == 4


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_cookie_is_removed_when_rating(reader, article, method):
    reader.cookies["reader"] = "me:forged"
    answer = getattr(reader, method)(RATING, {"stars": "5"})
    assert answer.status_code == 400
    assert answer.cookies["reader"]["max-age"] == 0
    assert Rating.objects.count() == 0
    reader.cookies.clear()
    assert reader.post(RATING, {"stars": "5"}).status_code == 303


def test_a_forged_cookie_is_removed_when_a_captcha_is_asked_for(reader, article):
    reader.cookies["reader"] = "me:forged"
    answer = reader.post("/captcha/")
    assert answer.status_code == 400
    assert answer.cookies["reader"]["max-age"] == 0
    assert CaptchaStore.objects.count() == 0


@pytest.mark.parametrize("slug", ["nothing", "draft", "later"])
def test_an_article_that_is_not_there_takes_no_rating(reader, make_article, slug):
    make_article("draft", status=Article.Status.DRAFT)
    make_article("later", published_at=timezone.now() + datetime.timedelta(hours=1))
    assert reader.post(f"/articles/{slug}/rating/", {"stars": "5"}).status_code == 404
    assert Rating.objects.count() == 0


@pytest.mark.parametrize("content_type", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_rating_that_is_no_form_is_a_clients_error(reader, article, content_type):
    assert reader.generic("POST", RATING, b'{"stars": 5}', content_type=content_type).status_code == 400


@pytest.mark.parametrize("path", [PATH, RATING])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "NONSENSE"])
def test_other_methods_are_not_allowed(reader, article, path, method):
    assert reader.generic(method, path).status_code == 405
