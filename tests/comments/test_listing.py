"""A discussion in the order and with the comments that a reader asks for, a page at a time, and the way to each."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article
from comments import answers
from comments.models import Comment
from tests.discussions import PAGE, grow, html_of, plant, shown, take_away

LIST = f"{PAGE}comments/"
SORTS = ("newest", "oldest", "top")


def walk(client, path):
    """The ids of all threads, page after page."""
    seen = []
    while path:
        page = html_of(client, path)
        seen.append([pk for pk in shown(page) if not Comment.objects.get(pk=pk).parent_id])
        link = re.search(r'<a rel="next" href="([^"]+)"', page)
        path = link and link[1].replace("&amp;", "&")
    return seen


def flat(pages):
    return [pk for page in pages for pk in page]


def rank(tops, *scores):
    for top, score in zip(tops, scores, strict=True):
        Comment.objects.filter(pk=top.pk).update(score=score)


def test_threads_are_sorted_by_age_or_by_what_readers_found_helpful(reader, article):
    new, middle, old = plant(article, 3)
    rank((new, middle, old), 0.2, 0.1, 0.9)
    Article.objects.update(comment_count=3)
    orders = {"newest": [new, middle, old], "oldest": [old, middle, new], "top": [old, new, middle]}
    for sort, order in orders.items():
        assert walk(reader, f"{LIST}?sort={sort}") == [[top.pk for top in order]]
        assert f'?sort={sort}" hx-get="{LIST}?sort={sort}" rel="nofollow" aria-current="true"' in html_of(
            reader, f"{LIST}?sort={sort}"
        )


def test_comments_questions_and_those_without_an_answer_are_chosen(
    reader, program, article, make_comment, moderator_user
):
    comment = make_comment(status="published")
    answered, open_one = (make_comment(kind="question", status="published") for _ in range(2))
    answers.accept(make_comment(parent=answered.pk, status="published"), by=moderator_user)
    choices = {
        "kind=comment": [comment],
        "kind=question": [open_one, answered],
        "answered=false": [open_one],
        "kind=question&answered=false": [open_one],
        "answered=true": [answered],
    }
    for query, chosen in choices.items():
        ids = [each.pk for each in chosen]
        assert walk(reader, f"{LIST}?{query}") == [ids], query
        assert [each["id"] for each in program.get(f"/api/v1{LIST}?{query}").json()["results"]] == ids, query


def test_an_empty_choice_says_so_and_leads_back(reader, make_comment):
    make_comment(status="published")
    page = html_of(reader, f"{LIST}?answered=false")
    assert "No question waits for an answer" in page
    assert f'<a href="{LIST}">Show the whole discussion</a>' in page
    assert "No questions yet" in html_of(reader, f"{LIST}?kind=question")


@pytest.mark.parametrize("sort", SORTS)
def test_page_after_page_shows_each_thread_once(reader, article, settings, sort):
    settings.THREADS_PER_PAGE = 4
    tops = plant(article, 11)
    rank(tops, *(n % 3 / 10 for n in range(11)))
    pages = walk(reader, f"{LIST}?sort={sort}")
    assert [len(page) for page in pages] == [4, 4, 3]
    assert sorted(flat(pages)) == sorted(top.pk for top in tops)


@pytest.mark.parametrize("sort", SORTS)
def test_many_threads_of_one_moment_and_one_score_are_shown_once_each(reader, article, settings, sort):
    settings.THREADS_PER_PAGE = 3
    tops = plant(article, 8)
    Comment.objects.update(created_at=tops[0].created_at)
    assert sorted(flat(walk(reader, f"{LIST}?sort={sort}"))) == sorted(top.pk for top in tops)


def test_a_page_begins_where_it_did_when_something_new_comes_in(reader, article, settings, make_comment):
    settings.THREADS_PER_PAGE = 2
    tops = plant(article, 4)
    second = f"{LIST}?sort=newest&after={tops[1].pk}"
    before = walk(reader, second)
    make_comment(status="published")
    take_away(tops[0], "withdrawn")
    assert walk(reader, second) == before == [[tops[2].pk, tops[3].pk]]


def test_pinned_threads_stand_first_on_the_first_page_and_nowhere_else(reader, article, settings, moderator_user):
    settings.THREADS_PER_PAGE = 3
    tops = plant(article, 7)
    answers.mark(tops[5], by=moderator_user, pinned=True)
    for sort in SORTS:
        pages = walk(reader, f"{LIST}?sort={sort}")
        assert pages[0][0] == tops[5].pk
        assert flat(pages).count(tops[5].pk) == 1
        assert len(flat(pages)) == 7
    assert shown(html_of(reader, PAGE))[0] == tops[5].pk
    assert walk(reader, f"{LIST}?kind={tops[5].kind}")[0][0] != tops[5].pk


def test_what_is_taken_away_is_pinned_no_more(reader, article, line, moderator_user):
    top, _ = line("Ada", "Bea")
    answers.mark(top, by=moderator_user, pinned=True, featured=True)
    take_away(top, "rejected")
    top.refresh_from_db()
    assert (top.pinned, top.featured) == (False, False)


@pytest.mark.parametrize(
    "query", ["sort=x", "kind=x&answered=maybe", "sort=top&sort=x", "kind=%00", "answered=true&kind=comment", "v=9"]
)
def test_what_cannot_be_meant_shows_the_discussion(reader, make_comment, query):
    make_comment(kind="question", status="published")
    assert reader.get(f"{LIST}?{query}").status_code == 200


@pytest.mark.parametrize("after", ["x", "-1", "4711", "9" * 30, "%00", "1.5", "٣"])
def test_a_page_behind_what_there_is_not_is_not_found(reader, make_comment, after):
    make_comment(status="published")
    assert reader.get(f"{LIST}?after={after}").status_code == 404


def test_a_page_behind_a_comment_of_another_article_is_not_found(reader, article, make_article, make_comment):
    other = make_comment(on=make_article("other"), status="published")
    assert reader.get(f"{LIST}?after={other.pk}").status_code == 404


def test_the_address_of_a_comment_leads_to_a_page_that_holds_it(reader, article, settings, make_comment):
    settings.THREADS_PER_PAGE = 20
    tops = plant(article, 30)
    *busy, lonely = grow(article, [tops[0]] * 45 + [tops[29]])
    withdrawn = make_comment(status="published")
    take_away(withdrawn, "withdrawn")
    for comment in (tops[0], tops[10], tops[29], busy[0], busy[2], busy[3], busy[20], busy[44], lonely, withdrawn):
        answer = reader.get(f"/comments/{comment.pk}/")
        assert answer.status_code == 302
        path, _, anchor = answer["Location"].partition("#")
        assert anchor == f"comment-{comment.pk}"
        assert f'id="{anchor}"' in html_of(reader, path)


def test_the_address_of_what_is_not_shown_leads_nowhere(reader, make_article, make_comment):
    hidden = make_comment(on=make_article("hidden", status="draft"), status="published")
    for comment in (make_comment(), make_comment(status="rejected"), make_comment(status="spam"), hidden):
        assert reader.get(f"/comments/{comment.pk}/").status_code == 404
    assert reader.get("/comments/4711/").status_code == 404
    assert reader.get(f"/comments/{'9' * 30}/").status_code == 404


def test_two_thousand_comments_cost_as_many_queries_as_a_hundred(reader, make_article):
    def queries_of(path):
        reader.get(path)  # the frame is remembered from now on
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(path).status_code in (200, 302)
        return len(queries)

    costs = []
    for slug, count in (("small", 100), ("large", 2000)):
        tops = plant(make_article(slug), count, thread_html="<p>Stored.</p>")
        middle = tops[count // 2].pk
        paths = [
            "",
            *(f"comments/?sort={sort}" for sort in SORTS),
            f"comments/?after={middle}",
            "comments/?kind=question",
        ]
        paths = [f"/articles/{slug}/{path}" for path in paths] + [f"/comments/{middle}/"]
        costs.append([queries_of(path) for path in paths])
    assert costs[0] == costs[1]
