"""The discussion is read in the API: chosen, sorted, a page at a time."""

import base64
import datetime

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from articles.models import Article
from comments.models import Comment
from tests.comments.api.asking import COMMENT_FIELDS, address, bodies, results


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
