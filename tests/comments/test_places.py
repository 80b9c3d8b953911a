"""What stands in the place of a comment that is not shown any more, and where readers find the others."""

import pytest

from tests.discussions import PAGE, PLACES, html_of, part, shown, take_away

LISTS = (PAGE, f"{PAGE}comments/", f"{PAGE}comments/?sort=top", f"/api/v1{PAGE}comments/")


def everything(client, top):
    """All that is told of a discussion in public."""
    paths = [*LISTS, f"/comments/{top.pk}/thread/", f"/api/v1{PAGE}"]
    if top.is_published:
        paths.append(f"/api/v1/comments/{top.pk}/replies/")
    return "".join(html_of(client, path) for path in paths)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_what_its_author_withdrew_leaves_a_place_without_name_and_text(stranger, line, level):
    comments = line("Ada", "Bea", "Cid", "Dan", "Eve")
    gone = comments[level]
    take_away(gone, "withdrawn")
    comments[0].refresh_from_db()
    text = everything(stranger, comments[0])
    assert gone.author_name not in text
    assert f"Words of {gone.author_name}" not in text
    page = html_of(stranger, f"/comments/{comments[0].pk}/thread/")
    assert shown(page) == [comment.pk for comment in comments]
    assert PLACES["withdrawn"] in part(page, gone)


def test_a_reply_to_what_was_withdrawn_says_so_without_a_name(stranger, line):
    *above, gone, reply = line("Ada", "Bea", "Cid", "Dan")
    take_away(gone, "withdrawn")
    page = html_of(stranger, f"/comments/{above[0].pk}/thread/")
    assert "in reply to a comment that is not shown any more" in part(page, reply)


@pytest.mark.parametrize("level", [0, 1, 2])
def test_what_its_author_withdrew_leaves_a_place_also_without_replies(stranger, line, level):
    comments = line(*("Ada", "Bea", "Cid")[: level + 1])
    take_away(comments[-1], "withdrawn")
    page = html_of(stranger, PAGE)
    assert PLACES["withdrawn"] in part(page, comments[-1])
    assert comments[-1].author_name not in page


@pytest.mark.parametrize("status", ["rejected", "spam", "pending"])
def test_what_a_moderator_took_away_leaves_a_place_while_something_is_shown_below(stranger, line, status):
    top, middle, last = line("Ada", "Bea", "Cid")
    take_away(middle, status)
    page = html_of(stranger, PAGE)
    assert shown(page) == [top.pk, middle.pk, last.pk]
    assert PLACES[status] in part(page, middle)
    assert "Bea" not in everything(stranger, top)
    take_away(last, "rejected")
    assert shown(html_of(stranger, PAGE)) == [top.pk]


@pytest.mark.parametrize("status", ["rejected", "spam", "pending"])
def test_what_a_moderator_took_away_leaves_no_place_when_nothing_is_below(stranger, line, status):
    top, last = line("Ada", "Bea")
    take_away(last, status)
    assert shown(html_of(stranger, PAGE)) == [top.pk]
    take_away(top, status)
    assert "No comments yet" in html_of(stranger, PAGE)
    for comment in (top, last):
        assert stranger.get(f"/comments/{comment.pk}/").status_code == 404


def test_places_vanish_upward_and_come_back(moderator, stranger, line):
    top, middle, last = line("Ada", "Bea", "Cid")
    take_away(top, "rejected"), take_away(middle, "spam")
    assert shown(html_of(stranger, PAGE)) == [top.pk, middle.pk, last.pk]
    take_away(last, "pending")
    assert "No comments yet" in html_of(stranger, PAGE)
    moderator.post(f"/admin/comments/comment/{last.pk}/decide/", {"action": "approve"})
    page = html_of(stranger, PAGE)
    assert shown(page) == [top.pk, middle.pk, last.pk]
    assert PLACES["rejected"] in part(page, top)
    assert PLACES["spam"] in part(page, middle)


def test_what_was_never_published_leaves_no_place_when_it_is_withdrawn(stranger, line, make_comment):
    (top,) = line("Ada")
    take_away(make_comment("Never seen.", parent=top.pk), "withdrawn")
    assert shown(html_of(stranger, PAGE)) == [top.pk]


def test_a_thread_that_has_nothing_left_but_a_place_can_still_be_read(stranger, line):
    top, reply = line("Ada", "Bea")
    take_away(top, "withdrawn")
    page = html_of(stranger, f"/comments/{top.pk}/thread/")
    assert shown(page) == [top.pk, reply.pk]
    assert "Ada" not in page


@pytest.mark.parametrize("path", ["vote/", "report/", "reply/"])
def test_nobody_reacts_to_what_is_not_there(stranger, line, path):
    gone, _ = line("Ada", "Bea")
    take_away(gone, "withdrawn")
    assert stranger.get(f"/comments/{gone.pk}/{path}").status_code == 404
    assert stranger.get(f"/api/v1/comments/{gone.pk}/").status_code == 404
