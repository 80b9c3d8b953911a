"""The queue of the newsroom: what waits, where it stands and who reads it."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import moderation, queues
from comments.models import Action, By, Comment, Rule
from comments.screening import rules
from newsite import stamps
from tests.newsroom import staff

PATH, DECIDE, CLAIM = (f"/admin/comments/queue/{name}" for name in ("", "decide/", "claim/"))
JSON = {"Accept": "application/json"}


def shown(client, query=""):
    """The ids of the comments on a page of the queue, in their order."""
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return [int(pk) for pk in re.findall(r'<article class="card" id="card-(\d+)"', answer.content.decode())]


def status(comment):
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def test_what_waits_is_shown_oldest_first_or_riskiest_first(moderator, make_comment):
    first, risky, last = (
        make_comment(),
        make_comment("CALL ME ON +44 1632 960123 FOR ALL YOUR MONEY NOW"),
        make_comment(),
    )
    make_comment(status="published"), make_comment(status="rejected")
    assert shown(moderator) == [first.pk, risky.pk, last.pk]
    assert shown(moderator, "?order=risk")[0] == risky.pk


def test_each_queue_shows_what_it_is_about(moderator, reader, make_comment, moderator_user):
    published, question = make_comment(status="published"), make_comment("Is it?", kind="question", status="published")
    reported = make_comment(status="published")
    reader.post(f"/comments/{reported.pk}/report/", {"reason": "spam"})
    unread = make_comment()
    moderation.moderate(unread, Action.APPROVE, role=By.SCREENING)
    assert shown(moderator, "?queue=reported") == [reported.pk]
    assert shown(moderator, "?queue=unanswered") == [question.pk]
    assert shown(moderator, "?queue=unread") == [unread.pk]
    assert shown(moderator, "?queue=decided") == [unread.pk, reported.pk, question.pk, published.pk]
    moderation.moderate(unread, Action.KEEP, by=moderator_user)
    assert shown(moderator, "?queue=unread") == []
    assert shown(moderator, "?queue=nonsense") == shown(moderator)


def test_a_card_shows_what_was_found_marked_in_the_text_and_nothing_of_it_is_html(moderator, make_comment):
    Rule.objects.create(pattern="casino")
    stamps.bump(rules.SUBJECT)
    parent = make_comment("What it replies to.", name="<i>Grace</i>", status="published")
    make_comment("<script>alert(1)</script> c4sino & more", name="<b>Eve</b>", parent=parent.pk)
    page = moderator.get(PATH).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>c4sino</mark> &amp; more" in page
    assert "<b>rule</b>: has the word “casino” <i>(word: casino)</i>" in page
    assert "&lt;i&gt;Grace&lt;/i&gt;" in page
    assert "What it replies to." in page
    assert "0 published, 0 rejected, 0 spam, 1 waiting" in page
    assert "<b>Eve</b>" not in page


def test_cards_that_somebody_else_reads_are_marked_for_a_while(moderator, make_comment):
    comment, free = make_comment(), make_comment()
    other = staff("ann", "moderate_comment", "view_comment")
    other.post(CLAIM, {"current": comment.pk, "shown": ""})
    assert moderator.get(PATH).content.decode().count("ann is reading this") == 1
    for current in (free, comment):  # who looks at the same one takes it from nobody
        told = moderator.post(CLAIM, {"current": current.pk, "shown": f"{comment.pk},{free.pk},x"}).json()
        assert told["claimed"] == {str(comment.pk): "ann"}
    assert told["versions"] == {str(comment.pk): "0-pending", str(free.pk): "0-pending"}
    queues.Claim.objects.update(at=timezone.now() - datetime.timedelta(minutes=3))
    assert "is reading this" not in moderator.get(PATH).content.decode()
    moderator.post(CLAIM, {"current": comment.pk, "shown": ""})
    assert other.post(CLAIM, {"current": "", "shown": comment.pk}).json()["claimed"] == {str(comment.pk): "mo"}


def test_pages_follow_each_other_and_nothing_is_left_out_or_shown_twice(moderator, make_comment):
    made = [make_comment().pk for _ in range(65)]
    for query, whole in (("?queue=pending", made), ("?queue=pending&order=risk", None)):
        found, after = [], ""
        while True:
            page = moderator.get(f"{PATH}{query}{after}&part=1").content.decode()
            assert "<html" not in page
            found += map(int, re.findall(r'id="card-(\d+)"', page))
            following = re.search(r'&amp;after=([\d.-]+)" data-next', page)
            if following is None:
                break
            after = f"&after={following[1]}"
        assert sorted(found) == made
        assert whole is None or found == whole
    for place in ("999999", "x", "-1", "0.5-1"):
        assert moderator.get(f"{PATH}?after={place}").status_code == 404
    assert moderator.get(f"{PATH}?order=risk&after=nan-1").status_code == 404


def test_a_page_goes_on_where_it_ended_whatever_has_become_of_the_last_card(moderator, make_comment):
    pks = [make_comment(status="published").pk for _ in range(31)]
    (place,) = re.findall(r"&amp;after=([\d-]+)", moderator.get(f"{PATH}?queue=decided").content.decode())
    moderator.post(DECIDE, {"act": f"hold:{pks[1]}"})
    assert shown(moderator, f"?queue=decided&after={place}") == pks[:1]


def test_the_queue_is_narrowed_to_an_article_and_stays_so(moderator, make_comment, make_article):
    here, there = make_comment(), make_comment()
    Comment.objects.filter(pk=there.pk).update(article=make_article("other"))
    there.refresh_from_db()
    query = f"?queue=pending&article={there.article_id}"
    assert shown(moderator, query) == [there.pk]
    page = moderator.get(f"{PATH}{query}").content.decode()
    assert f"?queue=decided&amp;article={there.article_id}" in page
    assert f"?queue=pending&amp;order=risk&amp;article={there.article_id}" in page
    assert 'href="?queue=pending">all articles</a>' in page
    assert shown(moderator, f"?article={here.article_id}") == [here.pk]
    assert moderator.get(f"{PATH}?article=999999").status_code == 404


def test_a_card_shows_what_stands_above_the_comment_in_its_thread(moderator, make_comment):
    top = make_comment("It all began here.", status="published")
    middle = make_comment("Then this.", parent=top.pk, status="published")
    make_comment("And now this.", parent=middle.pk)
    page = moderator.get(PATH).content.decode()
    assert page.index("It all began here.") < page.index("Then this.") < page.index("And now this.")


def test_the_card_of_one_comment_is_shown_as_it_is_now(moderator, make_comment):
    comment = make_comment(status="published")
    page = moderator.get(f"{PATH}card/{comment.pk}/").content.decode()
    assert f'data-version="{comment.version}"' in page
    assert f'value="hold:{comment.pk}"' in page
    assert moderator.get(f"{PATH}card/999999/").status_code == 404


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases choose by statistics")
def test_the_lists_of_the_queue_are_read_from_indexes(moderator, make_comment):
    make_comment()
    for query in ("", "?order=risk", "?queue=decided", "?queue=reported", "?queue=unread", "?queue=unanswered"):
        with CaptureQueriesContext(connection) as asked:
            moderator.get(f"{PATH}{query}")
        (listed,) = [each["sql"] for each in asked if "LIMIT 31" in each["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {listed}")
            plan = " | ".join(row[3] for row in cursor.fetchall())
        assert "TEMP B-TREE" not in plan, query
        assert "SCAN comments_comment |" not in plan, query


def test_the_queue_costs_the_same_however_much_waits(moderator, make_comment):
    make_comment()
    moderator.get(PATH)
    with CaptureQueriesContext(connection) as few:
        moderator.get(PATH)
    few = len(few)
    for _ in range(40):
        make_comment()
    with CaptureQueriesContext(connection) as many:
        moderator.get(PATH)
    assert len(many) == few <= 18


@pytest.mark.parametrize("path", [PATH, DECIDE, CLAIM])
def test_only_moderators_come_in_and_rights_that_are_taken_end_at_once(
    path, moderator, moderator_user, make_comment, reader
):
    comment = make_comment()
    send = Client.get if path == PATH else Client.post
    assert send(reader, path).status_code == 302
    assert send(staff("ann", "view_comment"), path).status_code == 403
    assert send(moderator, path, {"act": f"hold:{comment.pk}"}).status_code < 400
    moderator_user.user_permissions.remove(Permission.objects.get(codename="moderate_comment"))
    assert send(moderator, path, {"act": f"spam:{comment.pk}"}).status_code == 403
    assert status(comment) == "pending"
    User.objects.filter(pk=moderator_user.pk).update(is_active=False)
    assert send(moderator, path).status_code == 302
