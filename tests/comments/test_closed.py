"""A closed discussion stays readable and says why it is closed, and since when; it may close by itself."""

import datetime
import html
import re

import pytest
import time_machine

from articles import publishing
from articles.models import Article
from comments.models import Comment
from tests.newsroom import form, staff

DAY = datetime.timedelta(days=1)
MARCH_5 = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)
WHY = "All has been said by now"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MARCH_5, tick=False) as clock:
        yield clock


@pytest.fixture
def editor():
    return staff("ed", "change_article", "view_article")


@pytest.fixture
def save(editor, article):
    """Save the article in the newsroom, with these fields changed; what the newsroom answers."""

    def save(**changes):
        article.refresh_from_db()
        return editor.post(f"/admin/articles/article/{article.pk}/change/", form(article, **changes))

    return save


@pytest.fixture
def close(save):
    def close(because="", **changes):
        answer = save(comments_policy="closed", comments_closed_because=because, **changes)
        assert answer.status_code == 302

    return close


@pytest.fixture
def aged(make_article):
    """An article that was published some days ago."""
    return lambda days: make_article("aged", published_at=MARCH_5 - days * DAY)


def notice(answer):
    """The notice on a page as it is read, or None."""
    assert answer.status_code in (200, 403)
    found = re.search(r'<p class="notice">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return html.unescape(re.sub("<.*?>", "", found[1])) if found else None


# Closed by an editor


def test_a_closed_discussion_says_why_and_since_when_wherever_it_is_read(reader, article, make_comment, close, clock):
    comment = make_comment("The first thought.", status="published")
    close(WHY)
    clock.shift(3 * DAY)
    for path in (article.get_absolute_url(), f"/articles/{article.slug}/comments/", f"/comments/{comment.pk}/thread/"):
        page = reader.get(path)
        assert notice(page) == f"This discussion was closed on 5 March 2026: {WHY}. You can still read it."
        assert '<time datetime="2026-03-05T12:00:00+00:00">5 March 2026</time>' in page.content.decode()
        assert "The first thought." in page.content.decode()


def test_who_wants_to_reply_is_told_why_the_discussion_is_closed(reader, make_comment, close):
    comment = make_comment(status="published")
    close(WHY)
    assert WHY in notice(reader.get(f"/comments/{comment.pk}/reply/"))


def test_an_open_discussion_has_no_notice(reader, article, make_comment):
    comment = make_comment(status="published")
    for path in (article.get_absolute_url(), f"/articles/{article.slug}/comments/", f"/comments/{comment.pk}/thread/"):
        assert notice(reader.get(path)) is None


def test_who_was_writing_is_told_why_and_keeps_what_was_typed(reader, article, close, written):
    close(WHY)
    answer = reader.post(f"/articles/{article.slug}/comments/", written(body="My long thought."))
    assert answer.status_code == 403
    assert "so this could not be sent" in answer.content.decode()
    assert WHY in notice(answer)
    assert "My long thought." in answer.content.decode()
    assert not Comment.objects.exists()


def test_programs_are_told_why_and_since_when(program, article, close, written):
    close("“Enough” said & done <all of it>")
    answer = program.post(f"/api/v1/articles/{article.slug}/comments/", written())
    assert answer.status_code == 403
    (error,) = answer.json()["errors"]
    assert error["code"] == "comments_closed"
    told = "This discussion was closed on 5 March 2026: “Enough” said & done <all of it>. You can still read it."
    assert error["detail"] == told
    assert program.get(f"/api/v1/articles/{article.slug}/").json()["comments_open"] is False


def test_a_reason_with_html_in_it_is_shown_as_text(reader, article, close):
    close("<script>alert(1)</script> {day} & so on")
    page = reader.get(article.get_absolute_url())
    assert "<script>alert" not in page.content.decode()
    assert "<script>alert(1)</script> {day} & so on" in notice(page)


@pytest.mark.parametrize(
    ("because", "told"),
    [
        ("", "."),
        ("Enough", ": Enough."),
        ("Enough.", ": Enough."),
        ("Enough!", ": Enough!"),
        ("And so on…", ": And so on…"),
    ],
)
def test_the_sentence_ends_once_whatever_the_reason_ends_with(reader, article, close, because, told):
    close(because)
    sentence = f"This discussion was closed on 5 March 2026{told} You can still read it."
    assert notice(reader.get(article.get_absolute_url())) == sentence


def test_saving_a_closed_article_again_keeps_the_time(reader, article, close, save, clock):
    close(WHY)
    clock.shift(2 * DAY)
    close("A better reason", title="Machines, corrected")
    assert "5 March 2026: A better reason" in notice(reader.get(article.get_absolute_url()))


def test_saving_an_older_copy_of_the_article_keeps_the_time(reader, article, close, clock):
    older = Article.objects.get(pk=article.pk)
    close(WHY)
    clock.shift(2 * DAY)
    older.comments_policy = "closed"
    publishing.save(older)
    assert "5 March 2026" in notice(reader.get(article.get_absolute_url()))


def test_reopening_clears_why_and_since_when(reader, article, close, save, clock, written):
    close(WHY)
    assert save(comments_policy="pre").status_code == 302
    assert notice(reader.get(article.get_absolute_url())) is None
    assert reader.post(f"/articles/{article.slug}/comments/", written()).status_code == 303
    clock.shift(DAY)
    article.refresh_from_db()
    assert (article.comments_closed_at, article.comments_closed_because) == (None, "")
    close()
    told = "This discussion was closed on 6 March 2026. You can still read it."
    assert notice(reader.get(article.get_absolute_url())) == told


def test_a_reason_for_an_open_discussion_is_not_dropped_but_told(article, save):
    answer = save(comments_closed_because=WHY)
    assert answer.status_code == 200
    assert "Readers see this when the comments policy is “closed”" in answer.content.decode()
    assert WHY in answer.content.decode()


def test_a_reason_that_turns_the_text_around_is_refused(article, save):
    assert save(comments_policy="closed", comments_closed_because="\u202eenough").status_code == 200
    article.refresh_from_db()
    assert article.comments_open


def test_a_discussion_that_was_closed_nobody_knows_when_says_no_date(reader, article, close):
    Article.objects.update(comments_policy="closed")
    assert notice(reader.get(article.get_absolute_url())) == "This discussion is closed. You can still read it."
    close(WHY)
    told = f"This discussion is closed: {WHY}. You can still read it."
    assert notice(reader.get(article.get_absolute_url())) == told


# Closed by itself


def test_by_default_a_discussion_never_closes(reader, aged, written):
    aged(3000)
    assert notice(reader.get("/articles/aged/")) is None
    assert reader.post("/articles/aged/comments/", written()).status_code == 303


def test_a_discussion_that_is_over_refuses_a_comment_and_keeps_what_was_typed(reader, settings, aged, written):
    settings.CLOSE_AFTER_DAYS = 14
    aged(15)
    told = "Discussions close 14 days after publication; this one closed on 4 March 2026. You can still read it."
    assert notice(reader.get("/articles/aged/")) == told
    answer = reader.post("/articles/aged/comments/", written(body="My long thought."))
    assert answer.status_code == 403
    assert notice(answer) == told
    assert "My long thought." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_discussion_that_is_not_over_takes_a_comment(reader, settings, aged, written):
    settings.CLOSE_AFTER_DAYS = 14
    aged(13)
    assert reader.post("/articles/aged/comments/", written()).status_code == 303


def test_programs_are_told_that_a_discussion_is_over(program, settings, aged, written):
    settings.CLOSE_AFTER_DAYS = 1
    aged(1.5)
    (listed,) = program.get("/api/v1/articles/").json()["results"]
    assert listed["comments_open"] is False
    answer = program.post("/api/v1/articles/aged/comments/", written())
    assert answer.status_code == 403
    (error,) = answer.json()["errors"]
    assert error["code"] == "comments_closed"
    told = "Discussions close 1 day after publication; this one closed on 5 March 2026. You can still read it."
    assert error["detail"] == told


def test_a_discussion_closes_to_the_second(program, settings, aged, clock):
    settings.CLOSE_AFTER_DAYS = 14
    aged(13)
    clock.shift(DAY - datetime.timedelta(seconds=1))
    assert program.get("/api/v1/articles/aged/").json()["comments_open"] is True
    clock.shift(1)
    assert program.get("/api/v1/articles/aged/").json()["comments_open"] is False


def test_the_day_is_that_of_the_sites_own_time(reader, settings, make_article):
    settings.CLOSE_AFTER_DAYS, settings.TIME_ZONE = 14, "Asia/Tokyo"
    make_article("aged", published_at=datetime.datetime(2026, 2, 10, 20, tzinfo=datetime.UTC))
    assert "closed on 25 February 2026" in notice(reader.get("/articles/aged/"))


def test_what_an_editor_said_goes_before_the_setting(reader, settings, article, close, clock):
    settings.CLOSE_AFTER_DAYS = 14
    close(WHY)
    clock.shift(30 * DAY)
    assert f"5 March 2026: {WHY}." in notice(reader.get(article.get_absolute_url()))
