"""The discussion in the API: reading it, adding to it, and everything that must not be accepted."""

import base64
import datetime
import json
import re

import pytest
from captcha.models import CaptchaStore
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from articles.models import Article
from comments.models import Comment
from newsite.models import Mail

COMMENT_FIELDS = {
    "id",
    "article",
    "kind",
    "parent",
    "author_name",
    "author_is_staff",
    "body",
    "body_html",
    "created_at",
    "edited_at",
    "votes",
    "reply_count",
    "answered",
    "is_answer",
    "pinned",
    "url",
    "replies",
}
RFC_3339_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def address(article):
    return f"/api/v1/articles/{article.slug}/comments/"


def send(client, article, data, **extra):
    return client.post(address(article), data, format="json", **extra)


def send_raw(client, article, text, content_type="application/json"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.generic("POST", address(article), content, content_type=content_type)


def codes(answer):
    return {(error["attr"], error["code"]) for error in answer.json()["errors"]}


def attrs(answer):
    return {error["attr"] for error in answer.json()["errors"]}


def results(client, article, query=""):
    answer = client.get(address(article) + query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def bodies(client, article, query=""):
    return [comment["body"] for comment in results(client, article, query)]


def many(article, count, **fields):
    """Published comments by the shortest way, one second apart, the first one the newest."""
    now = timezone.now()
    return Comment.objects.bulk_create(
        Comment(
            article=article,
            author_name="Ada",
            body=f"number {n}",
            body_html=f"<p>number {n}</p>",
            status=Comment.Status.PUBLISHED,
            is_shown=True,
            created_at=now - datetime.timedelta(seconds=n),
            **fields,
        )
        for n in range(count)
    )


@pytest.fixture
def answer_of_the_newsroom(moderator_user):
    def answer(parent):
        from comments import posting

        draft = posting.Draft(author_name="Newsroom", body="It is so.", parent=parent.pk)
        return posting.answer(article=parent.article, user=moderator_user, draft=draft)

    return answer


# What a new comment is answered with


def test_a_new_comment_is_answered_with_its_status_and_its_authors_key(program, article, written, settings):
    answer = send(program, article, written(author_email="ada@example.org"))
    assert answer.status_code == 201
    told = answer.json()
    assert set(told) == {"id", "status", "status_url", "token", "comment"}
    assert told["status"] == "pending"
    assert told["status_url"].startswith(settings.SITE_URL)
    assert set(told["comment"]) == COMMENT_FIELDS
    assert told["comment"]["id"] == told["id"]
    assert told["comment"]["article"] == article.slug
    assert told["comment"]["body"] == "Well put, thank you."
    assert told["comment"]["parent"] is None
    assert told["comment"]["replies"] == []
    assert told["comment"]["author_is_staff"] is False
    assert RFC_3339_UTC.fullmatch(told["comment"]["created_at"])


def test_the_status_url_opens_the_page_of_exactly_this_comment(program, reader, article, written, settings):
    told = send(program, article, written()).json()
    path = told["status_url"].removeprefix(settings.SITE_URL)
    assert told["token"] in path
    assert "Pending" in reader.get(path).content.decode()
    assert reader.get(path.replace(told["token"], told["token"][:-2] + "xx")).status_code == 404


def test_a_new_comment_is_answered_privately_and_with_the_readers_identity(program, article, written):
    answer = send(program, article, written())
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Reader"]
    assert answer.cookies["reader"].value == answer["X-Reader"]


def test_the_readers_identity_is_kept_when_it_is_sent_back(program, article, written):
    given = send(program, article, written())["X-Reader"]
    answer = APIClient().post(
        address(article), written(body="A second thought."), format="json", headers={"X-Reader": given}
    )
    assert answer.status_code == 201
    assert answer["X-Reader"] == given
    assert len(set(Comment.objects.values_list("reader", flat=True))) == 1


def test_a_question_is_told_as_a_question(program, article, written):
    assert send(program, article, written(kind="question")).json()["comment"]["kind"] == "question"


def test_the_kind_may_be_left_out(program, article, written):
    data = written()
    del data["kind"]
    assert send(program, article, data).json()["comment"]["kind"] == "comment"


def test_a_pending_comment_is_invisible_to_everybody_else(program, article, written, stranger):
    send(program, article, written(body="Nobody has read this yet"))
    assert results(APIClient(), article) == []
    for path in (f"/articles/{article.slug}/", f"/articles/{article.slug}/comments/", address(article)):
        assert b"Nobody has read this yet" not in stranger.get(path).content, path
    assert stranger.get(f"/api/v1/articles/{article.slug}/").json()["comment_count"] == 0


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_only_published_comments_are_listed(program, article, make_comment, status):
    make_comment("To be seen.", status="published")
    make_comment("Not to be seen.", status=status)
    assert bodies(program, article) == ["To be seen."]


# Replies


def test_a_published_reply_is_listed_under_its_parent(program, article, make_comment):
    top = make_comment(status="published")
    reply = make_comment("I think otherwise.", parent=top.pk, status="published")
    (listed,) = results(program, article)
    assert listed["id"] == top.pk
    assert listed["reply_count"] == 1
    assert [found["id"] for found in listed["replies"]] == [reply.pk]
    assert set(listed["replies"][0]) == COMMENT_FIELDS
    assert listed["replies"][0]["parent"] == top.pk


def test_a_reply_can_be_sent(program, article, make_comment, written):
    top = make_comment(status="published")
    answer = send(program, article, written(parent=top.pk))
    assert answer.status_code == 201
    assert answer.json()["comment"]["parent"] == top.pk
    assert results(program, article)[0]["replies"] == []


def test_a_parent_of_another_article_is_refused(program, article, make_article, make_comment, written):
    elsewhere = make_comment(on=make_article("elsewhere"), status="published")
    data = written(parent=elsewhere.pk)
    answer = send(program, article, data)
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}
    assert send(program, article, {**data, "parent": None}).status_code == 201, "nothing was used up"


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
def test_a_parent_that_is_not_published_is_refused(program, article, make_comment, written, status):
    hidden = make_comment(status=status)
    answer = send(program, article, written(parent=hidden.pk))
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}
    assert not Comment.objects.filter(parent=hidden).exists()


@pytest.mark.parametrize("parent", [0, -1, 2**63, 10**30, "x", 1.5, True, [], {}, "", 999_999])
def test_a_parent_that_is_no_comment_is_refused(program, article, written, parent):
    answer = send(program, article, written(parent=parent))
    assert answer.status_code == 400
    assert attrs(answer) == {"parent"}


# Lists


def test_a_list_has_next_previous_and_results(program, article, make_comment):
    make_comment(status="published")
    listed = program.get(address(article)).json()
    assert set(listed) == {"next", "previous", "results"}
    assert set(listed["results"][0]) == COMMENT_FIELDS


def test_kind_chooses_comments_or_questions(program, article, make_comment):
    make_comment("I say so.", status="published")
    make_comment("Is it so?", kind="question", status="published")
    assert bodies(program, article, "?kind=question") == ["Is it so?"]
    assert bodies(program, article, "?kind=comment") == ["I say so."]
    assert len(bodies(program, article)) == 2


@pytest.mark.parametrize("query", ["kind=poem", "answered=perhaps", "sort=worst", "sort=newest&kind=x"])
def test_a_choice_that_there_is_not_is_refused_and_named(program, article, query):
    answer = program.get(f"/api/v1/articles/{article.slug}/comments/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] in ("kind", "answered", "sort")


def test_answered_chooses_questions_by_whether_the_newsroom_replied(
    program, article, make_comment, answer_of_the_newsroom
):
    make_comment("No question at all.", status="published")
    make_comment("Still open?", kind="question", status="published")
    replied = make_comment("Answered by a reader only?", kind="question", status="published")
    make_comment("A reader's guess.", parent=replied.pk, status="published")
    answer_of_the_newsroom(make_comment("Is it so?", kind="question", status="published"))
    assert bodies(program, article, "?answered=true") == ["Is it so?"]
    assert set(bodies(program, article, "?answered=false")) == {"Still open?", "Answered by a reader only?"}
    (answered,) = results(program, article, "?answered=true")
    assert answered["answered"] is True
    assert answered["replies"][0]["is_answer"] is True
    assert answered["replies"][0]["author_is_staff"] is True


def test_sort_orders_the_list(program, article):
    _newest, middle, oldest = many(article, 3)
    for comment, voters in ((middle, 5), (oldest, 2)):
        for _ in range(voters):
            assert APIClient().put(f"/api/v1/comments/{comment.pk}/vote/").status_code == 200
    assert bodies(program, article) == ["number 0", "number 1", "number 2"]
    assert bodies(program, article, "?sort=newest") == ["number 0", "number 1", "number 2"]
    assert bodies(program, article, "?sort=oldest") == ["number 2", "number 1", "number 0"]
    assert bodies(program, article, "?sort=top") == ["number 1", "number 2", "number 0"]


def walk(client, url):
    """All pages of a list, as lists of ids."""
    pages = []
    while url and len(pages) < 40:
        listed = client.get(url).json()
        pages.append([found["id"] for found in listed["results"]])
        url = listed["next"]
    return pages


@pytest.mark.parametrize("sort", ["newest", "oldest", "top"])
def test_following_the_cursor_shows_every_comment_once(program, article, sort):
    sent = many(article, 45)
    pages = walk(program, f"{address(article)}?sort={sort}&page_size=20")
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sorted(pk for page in pages for pk in page) == sorted(comment.pk for comment in sent)


def test_following_the_cursor_shows_every_comment_once_when_a_thousand_have_equally_many_votes(program, article):
    sent = many(article, 1_250)
    pages = walk(program, f"{address(article)}?sort=top&page_size=100")
    seen = [pk for page in pages for pk in page]
    assert len(seen) == len(set(seen)), "some came twice"
    assert set(seen) == {comment.pk for comment in sent}


def test_a_cursor_stays_right_when_something_new_comes_in(program, article, make_comment):
    many(article, 4)
    first = program.get(f"{address(article)}?page_size=2").json()
    make_comment("This came in between.", status="published")
    second = program.get(first["next"]).json()
    assert [found["body"] for found in second["results"]] == ["number 2", "number 3"]


@pytest.mark.parametrize(("asked", "given"), [("1", 1), ("100", 100), ("101", 100), ("1000000", 100)])
def test_page_size_is_a_hundred_at_most(program, article, asked, given):
    many(article, 105)
    assert len(results(program, article, f"?page_size={asked}")) == given


@pytest.mark.parametrize("asked", ["0", "-1", "x", "", "9" * 5000])
def test_a_page_size_that_is_none_is_never_a_server_error(program, article, asked):
    many(article, 25)
    answer = program.get(f"{address(article)}?page_size={asked}")
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert len(answer.json()["results"]) <= 100


@pytest.mark.parametrize("sort", ["newest", "top"])
@pytest.mark.parametrize(
    "cursor",
    [
        "p=yesterday",
        "p=2026-99-99",
        "p=1e99",
        "p=\0",
        "p=" + "9" * 40,
        "o=-5",
        "o=x",
        "r=1&p=99999-01-01",
        "é",
    ],
)
def test_a_made_up_cursor_is_never_a_server_error(article, sort, cursor):
    many(article, 3)
    program = APIClient(raise_request_exception=False)
    for written in (cursor, base64.b64encode(cursor.encode()).decode()):
        answer = program.get(address(article), {"sort": sort, "cursor": written})
        assert answer.status_code in (200, 400, 404), answer.content


def test_the_first_replies_are_listed_and_no_more(program, article, make_comment, settings):
    top = make_comment(status="published")
    for n in range(settings.REPLIES_PER_THREAD + 2):
        make_comment(f"Reply {n}, each with words of its own.", parent=top.pk, status="published")
    (listed,) = results(program, article)
    assert len(listed["replies"]) == settings.REPLIES_PER_THREAD
    assert listed["reply_count"] == settings.REPLIES_PER_THREAD + 2
    assert listed["replies"][0]["body"].startswith("Reply 0")


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_discussion_of_an_unpublished_article_is_not_there(program, make_article, written, method):
    for number, status in enumerate((Article.Status.DRAFT, Article.Status.WITHDRAWN)):
        hidden = make_article(f"hidden-{number}", status=status)
        data = written() if method == "post" else {}
        assert getattr(program, method)(address(hidden), data, format="json").status_code == 404
    later = make_article("later", status="scheduled", published_at=timezone.now() + datetime.timedelta(hours=1))
    data = written() if method == "post" else {}
    assert getattr(program, method)(address(later), data, format="json").status_code == 404
    assert Comment.objects.count() == 0


# The captcha


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


# The mailed link in place of a captcha


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


# What is not accepted


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


# What nobody else may see


def test_public_json_holds_no_address_no_network_no_reader_and_no_token(program, article, make_comment):
    from comments.tokens import token_of

    top = make_comment(author_email="secret-top@example.org", status="published")
    reply = make_comment(author_email="secret-reply@example.org", parent=top.pk, status="published")
    secrets = []
    for comment in (top, reply):
        comment.refresh_from_db()
        secrets += [comment.author_email, comment.reader, comment.network, token_of(comment.pk)]
    for path in (address(article), f"/api/v1/articles/{article.slug}/", "/api/v1/articles/"):
        text = program.get(path).content.decode()
        assert [secret for secret in secrets if secret in text] == [], path


def test_the_answer_to_a_new_comment_holds_no_address_and_no_other_token(program, article, written, make_comment):
    from comments.tokens import token_of

    other = make_comment(author_email="other@example.org", status="published")
    answer = send(program, article, written(author_email="mine@example.org", parent=other.pk))
    text = answer.content.decode()
    mine = Comment.objects.get(pk=answer.json()["id"])
    assert token_of(mine.pk) in text
    for secret in ("other@example.org", "mine@example.org", token_of(other.pk), mine.network, mine.reader):
        assert secret not in text
