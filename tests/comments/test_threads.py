"""Threads: three levels, all replies in reading order, and what stands in the place of what is not there any more."""

import hypothesis
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st

from comments import moderation
from comments.models import Action, Comment
from tests.discussions import PAGE, PLACES, chain, grow, html_of, more, part, plant, shown, take_away

# Three levels


def test_replies_stand_on_three_levels_and_deeper_ones_say_whom_they_reply_to(reader, line):
    top, second, third, fourth, fifth = line("Ada", "Bea", "Cid", "Dan", "Eve")
    page = html_of(reader, f"/comments/{top.pk}/thread/")
    assert shown(page) == [top.pk, second.pk, third.pk, fourth.pk, fifth.pk]
    assert "comment--deep" not in part(page, top) + part(page, second)
    for reply, parent in ((third, second), (fourth, third), (fifth, fourth)):
        assert "comment--deep" in part(page, reply)
        said = f'in reply to <a href="/comments/{parent.pk}/"><bdi>{parent.author_name}</bdi></a>'
        assert (said in part(page, reply)) == (reply != third)


def test_each_reply_is_followed_by_those_below_it(reader, make_comment):
    top = make_comment(status="published")
    one, two = (make_comment(parent=top.pk, status="published") for _ in range(2))
    below_two = make_comment(parent=two.pk, status="published")
    below_one = make_comment(parent=one.pk, status="published")
    deep = make_comment(parent=below_one.pk, status="published")
    page = html_of(reader, f"/comments/{top.pk}/thread/")
    assert shown(page) == [each.pk for each in (top, one, below_one, deep, two, below_two)]


def test_the_first_three_replies_are_shown_and_a_link_to_the_rest(reader, article):
    (top,) = plant(article, 1, replies=8)
    page = html_of(reader, PAGE)
    assert len(shown(page)) == 1 + 3
    assert "Show 5 more replies</a>" in page
    rest = html_of(reader, more(page))
    assert shown(rest) == [top.pk, *(reply.pk for reply in Comment.objects.filter(parent=top).order_by("pk")[3:])]


def test_one_reply_more_is_one_reply(reader, article):
    plant(article, 1, replies=4)
    assert "Show 1 more reply</a>" in html_of(reader, PAGE)


@hypothesis.settings(
    max_examples=12, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(
    tree=st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["published", *PLACES])), min_size=5, max_size=14)
)
def test_following_the_links_shows_every_reply_exactly_once_in_reading_order(settings, reader, make_comment, tree):
    settings.THREADS_PER_PAGE = 3
    made = [make_comment(status="published")]
    for number, _ in tree:
        made.append(make_comment(parent=made[number % len(made)].pk, status="published"))
    for comment, (_, status) in zip(made[1:], tree, strict=True):
        take_away(comment, status)
    page = html_of(reader, PAGE)
    thread = page[page.index(f'id="comment-{made[0].pk}"') :].partition('<div class="thread">')[0]
    seen, link = shown(f"<article class='comment'{thread}"), more(thread)
    while link:
        page = html_of(reader, link)
        seen += shown(page)[1:]
        link = more(page, "More")
        link = link and f"/comments/{made[0].pk}/thread/{link}"
    assert seen == expected(made)


def expected(made):
    """The ids of the replies that have a place, each below the second level behind what it stands below."""
    parents = {comment.pk: comment.parent_id for comment in made}
    rows = Comment.objects.in_bulk(list(parents))
    staying = {pk for pk, row in rows.items() if row.status in ("published", "withdrawn")}
    staying -= {made[0].pk}

    def second(pk):
        return pk if parents[pk] == made[0].pk else second(parents[pk])

    return sorted(staying | set(map(second, staying)), key=lambda pk: (second(pk), pk))


@pytest.mark.parametrize("after", ["x", "1", "-1", "0" * 18, "9" * 39, "%00", "٣" * 19])
def test_a_place_that_is_none_is_not_found(reader, line, after):
    (top,) = line("Ada")
    assert reader.get(f"/comments/{top.pk}/thread/?after={after}").status_code == 404


# What a long thread costs


def queries_of(client, path):
    client.get(path)  # the frame is remembered from now on
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code in (200, 302)
    return len(queries)


@pytest.mark.parametrize("shape", ["chain", "list"])
def test_a_thread_of_a_thousand_replies_costs_as_many_queries_as_one_of_five(reader, make_article, shape):
    made = {}
    for slug, count in (("short", 5), ("long", 1000)):
        article = make_article(slug)
        (top,) = plant(article, 1)
        replies = chain(article, top, count) if shape == "chain" else grow(article, [top] * count)
        assert max(len(reply.path) for reply in replies) <= 38
        made[slug] = (top, replies)
    for path in (
        "/articles/{slug}/",
        "/comments/{top}/thread/",
        "/api/v1/comments/{top}/replies/",
        "/comments/{last}/",
    ):
        short, long = (path.format(slug=slug, top=top.pk, last=each[-1].pk) for slug, (top, each) in made.items())
        assert queries_of(reader, short) == queries_of(reader, long)


def test_a_reply_to_the_last_of_a_thousand_costs_as_many_queries_as_to_the_fifth(
    make_article, make_comment, django_assert_num_queries
):
    waiting = []
    for slug, count in (("short", 5), ("long", 1000)):
        article = make_article(slug)
        last = chain(article, plant(article, 1)[0], count)[-1]
        waiting.append(make_comment(on=article, parent=last.pk))
    with CaptureQueriesContext(connection) as queries:
        moderation.moderate(waiting[0], Action.APPROVE)
    with django_assert_num_queries(len(queries)):
        moderation.moderate(waiting[1], Action.APPROVE)
    waiting[1].refresh_from_db()
    assert len(waiting[1].path) == 38
