"""What is noticed about a comment holds it for the moderator, who sees it; nothing of it refuses a reader."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment

TEXT = "The machines of this town count the words of everybody who speaks in the square."


def post(client, article, fields):
    assert client.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    return Comment.objects.latest("pk")


def noticed(comment):
    """The names of the checks that noticed something wrong."""
    return [finding["check"] for finding in comment.findings if finding["verdict"] not in ("note", "publish")]


@pytest.fixture(autouse=True)
def _patient(settings):
    """In these tests the captcha is answered at once, and only some tests mind."""
    settings.CAPTCHA_MIN_SECONDS = 0


@pytest.mark.parametrize(("seconds", "found"), [(0.5, ["too_fast"]), (2.9, ["too_fast"]), (3, []), (60, [])])
def test_who_copies_six_letters_in_no_time_is_noticed(reader, article, written, settings, seconds, found):
    settings.CAPTCHA_MIN_SECONDS = 3
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = written()
        clock.shift(datetime.timedelta(seconds=seconds))
        comment = post(reader, article, fields)
    assert noticed(comment) == found
    assert comment.status == "pending"


def test_the_moderator_reads_how_fast_it_was(reader, moderator, article, written, settings):
    settings.CAPTCHA_MIN_SECONDS = 3
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = written()
        clock.shift(datetime.timedelta(seconds=1.5))
        comment = post(reader, article, fields)
    for path in ("/admin/comments/comment/", f"/admin/comments/comment/{comment.pk}/change/"):
        assert "<b>too fast</b>: sent 1.5 s after its captcha was issued" in moderator.get(path).content.decode()


def test_a_program_that_sends_over_the_api_is_timed_too(program, article, written, settings):
    settings.CAPTCHA_MIN_SECONDS = 3
    fields = written()
    assert program.post(f"/api/v1/articles/{article.slug}/comments/", fields).status_code == 201
    assert noticed(Comment.objects.get()) == ["too_fast"]


def test_the_field_that_only_programs_fill_in_holds_a_comment(reader, moderator, article, written):
    comment = post(reader, article, written(website="https://spam.example/<b>"))
    assert noticed(comment) == ["honeypot"]
    assert comment.status == "pending"
    page = moderator.get("/admin/comments/comment/").content.decode()
    assert "the hidden field was filled in with “https://spam.example/&lt;b&gt;”" in page


def test_a_reader_never_sees_what_was_noticed(reader, article, written):
    fields = written(website="x")
    answer = reader.post(f"/articles/{article.slug}/comments/", fields)
    page = reader.get(answer["Location"]).content.decode()
    assert "Pending" in page
    assert "honeypot" not in page
    assert "hidden field" not in page


def test_nothing_that_was_noticed_stands_in_the_api(program, article, make_comment):
    comment = make_comment(honeypot="x", status="published")
    Comment.objects.filter(pk=comment.pk).update(
        findings=[{"check": "honeypot", "verdict": "hold", "detail": "secret"}]
    )
    assert "secret" not in program.get(f"/api/v1/articles/{article.slug}/comments/").content.decode()


@pytest.mark.parametrize(
    "again",
    [
        TEXT,
        TEXT.upper(),
        TEXT.replace(" ", "  ").replace(".", "!!!"),
        TEXT + " Yes.",
        "\n\n".join(TEXT.split(" of ")).replace("\n\n", " of\n"),
        TEXT.replace("c", "\u0441").replace("ou", "0u").replace("t", "t\u200b"),
    ],
)
def test_nearly_the_same_text_below_the_same_article_is_noticed_whoever_sends_it(
    reader, stranger, article, written, again
):
    first = post(reader, article, written(body=TEXT))
    assert noticed(first) == []
    second = post(stranger, article, written(body=again))
    assert noticed(second) == ["near_duplicate", *(["shouting"] if again.isupper() else [])]
    assert f"stand in comment {first.pk}" in second.findings[0]["detail"]


def test_a_text_without_spaces_is_noticed_when_it_is_sent_again(make_article, written):
    text = "这个城市的机器数着每一个在广场上说话的人的每一个字，从早到晚，从春天到冬天。"
    first, other = make_article("one"), make_article("two")
    post(Client(REMOTE_ADDR="203.0.113.5"), first, written(body=text))
    assert noticed(post(Client(REMOTE_ADDR="203.0.113.6"), other, written(body=text))) == ["flood"]
    changed = written(body=text.replace("冬天", "夏天"))
    assert noticed(post(Client(REMOTE_ADDR="203.0.113.7"), first, changed)) == ["near_duplicate"]
    another = written(body="这个城市真美，我很喜欢广场上的人。")
    assert noticed(post(Client(REMOTE_ADDR="203.0.113.8"), first, another)) == []


def test_the_moderator_reads_which_comment_it_repeats(reader, moderator, article, written):
    first = post(reader, article, written(body=TEXT))
    post(reader, article, written(body=TEXT))
    page = moderator.get("/admin/comments/comment/").content.decode()
    assert f"<b>near duplicate</b>: 100% of its words stand in comment {first.pk}" in page


def test_the_same_text_below_another_article_is_noticed_when_the_same_reader_sends_it(reader, make_article, written):
    post(reader, make_article("one"), written(body=TEXT))
    assert noticed(post(reader, make_article("two"), written(body=TEXT))) == ["flood", "near_duplicate"]


def test_the_same_text_below_another_article_is_noticed_when_it_comes_from_the_same_network(make_article, written):
    post(Client(REMOTE_ADDR="203.0.113.5"), make_article("one"), written(body=TEXT))
    found = noticed(post(Client(REMOTE_ADDR="203.0.113.5"), make_article("two"), written(body=TEXT)))
    assert found == ["flood", "near_duplicate"]


def test_the_same_words_below_another_article_by_somebody_else_are_a_flood_for_two_days(make_article, written):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        post(Client(REMOTE_ADDR="203.0.113.5"), make_article("one"), written(body=TEXT))
        dressed_up = written(body=TEXT.upper().replace("A", "\u0410").replace(" ", "  "))  # with a Cyrillic A
        assert noticed(post(Client(REMOTE_ADDR="198.51.100.7"), make_article("two"), dressed_up)) == [
            "flood",
            "shouting",
        ]
        clock.shift(datetime.timedelta(days=3))
        assert noticed(post(Client(REMOTE_ADDR="198.51.100.9"), make_article("three"), written(body=TEXT))) == []


@pytest.mark.parametrize(
    "other",
    [
        "I disagree: the machines of this town count nothing at all, as far as I can see.",
        "Who speaks in the square of this town?",
        "Words.",
    ],
)
def test_another_text_on_the_same_matter_is_left_alone(reader, stranger, article, written, other):
    post(reader, article, written(body=TEXT))
    assert noticed(post(stranger, article, written(body=other))) == []


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("Thank you!", "thank you", True),
        ("Thank you!", "Thank them!", False),
        ("!!!", "???", False),
        ("🎉 🎉", "🎉  🎉", True),
        ("🎉 🎉", "🐟 🐟", False),
    ],
)
def test_short_texts_are_alike_only_when_what_they_say_is_the_same(reader, stranger, article, written, one, two, alike):
    post(reader, article, written(body=one))
    assert noticed(post(stranger, article, written(body=two))) == (["near_duplicate"] if alike else [])


def test_the_same_text_again_is_noticed_even_when_the_first_was_spam(make_comment, stranger, article, written):
    make_comment(TEXT, status="spam")
    assert noticed(post(stranger, article, written(body=TEXT))) == ["near_duplicate"]


def test_several_findings_are_all_kept(reader, article, written, settings):
    settings.CAPTCHA_MIN_SECONDS = 3
    post(reader, article, written(body=TEXT))
    comment = post(reader, article, written(body=TEXT, website="x"))
    assert noticed(comment) == ["too_fast", "honeypot", "near_duplicate"]


def test_screening_costs_the_same_however_many_comments_there_are(make_comment, reader, article, written):
    post(reader, article, written(body="The very first word in this matter."))  # what is asked only once has been asked
    counts = []
    for _ in range(2):
        fields = written(body=f"Word {len(counts)} of somebody who has something else to say each time.")
        with CaptureQueriesContext(connection) as asked:
            post(reader, article, fields)
        counts.append(len(asked))
        for n in range(45):
            make_comment(f"Thought {n} is not at all like the others, is it, number {n}?")
    assert counts[0] == counts[1]
