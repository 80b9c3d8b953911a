"""The queue of the newsroom: what waits, decided one by one or many at once, without scripts."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import bulk, moderation, queues
from comments.models import Comment, ModerationEvent, Rule
from comments.moderation import Action
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
    moderation.moderate(unread, Action.APPROVE, role=moderation.By.SCREENING)
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


@pytest.mark.parametrize(
    ("act", "after"),
    [("approve", "published"), ("spam", "spam"), ("reject:{}:offensive", "rejected"), ("hold", "pending")],
)
def test_a_button_of_a_card_decides_and_the_list_comes_back(moderator, make_comment, act, after):
    comment = make_comment(status="published" if act == "hold" else "pending")
    sent = {
        "act": act.format(comment.pk) if "{" in act else f"{act}:{comment.pk}",
        f"note-{comment.pk}": "So.",
        "back": "queue=pending&order=risk",
    }
    answer = moderator.post(DECIDE, sent)
    assert (answer.status_code, answer.url) == (303, f"{PATH}?queue=pending&order=risk")
    assert status(comment) == after
    event = ModerationEvent.objects.last()
    assert (event.note, event.reason) == ("So.", "offensive" if after == "rejected" else "")


def test_many_are_decided_at_once_and_each_answer_is_told(moderator, make_comment):
    waiting, gone = [make_comment() for _ in range(3)], make_comment(status="withdrawn")
    pks = [comment.pk for comment in [*waiting, gone]]
    answer = moderator.post(DECIDE, {"act": "approve", "chosen": [*pks, 10**12, "x"]}, headers=JSON)
    assert answer.status_code == 200
    told = {result["pk"]: (result["done"], result["told"]) for result in answer.json()["results"]}
    assert [told[comment.pk][0] for comment in waiting] == [True] * 3
    assert told[gone.pk] == (False, f"Comment {gone.pk} is withdrawn already, by author.")
    assert told[10**12] == (False, f"Comment {10**12} is not there.")
    assert {status(comment) for comment in waiting} == {"published"}


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"act": ""}, {"act": "explode:1"}, {"act": "approve"}, {"act": "approve", "chosen": "x"},
        {"act": "spam", "chosen": [str(pk) for pk in range(1, 900)]},
    ],
    ids=str,
)  # fmt: skip
def test_what_says_nothing_or_too_much_is_refused_and_changes_nothing(moderator, make_comment, sent):
    comment = make_comment()
    answer = moderator.post(DECIDE, sent, headers=JSON)
    assert answer.status_code == 400
    assert "Choose" in answer.json()["problem"]
    assert moderator.post(DECIDE, sent).status_code == 303
    assert status(comment) == "pending"


def test_ten_thousand_at_once_are_refused(moderator, make_comment):
    comment = make_comment()
    sent = {"act": "spam", "chosen": [str(pk) for pk in range(1, 10_001)]}
    assert moderator.post(DECIDE, sent, headers=JSON).status_code == 400
    assert status(comment) == "pending"


def test_a_rejection_without_a_reason_is_refused(moderator, make_comment):
    comment = make_comment()
    for act in (f"reject:{comment.pk}", f"reject:{comment.pk}:other", f"reject:{comment.pk}:poem"):
        answer = moderator.post(DECIDE, {"act": act}, headers=JSON)
        assert answer.status_code == 400
        assert "the author is told why" in answer.json()["problem"]
    assert status(comment) == "pending"


def test_who_comes_second_is_told_who_was_first_and_changes_nothing(moderator, make_comment):
    comment = make_comment()
    (field,) = re.findall(rf'name="seen-{comment.pk}" value="([^"]+)"', moderator.get(PATH).content.decode())
    staff("ann", "moderate_comment", "view_comment").post(DECIDE, {"act": f"spam:{comment.pk}"})
    answer = moderator.post(DECIDE, {"act": f"approve:{comment.pk}", f"seen-{comment.pk}": field}, headers=JSON)
    assert answer.status_code == 409
    assert answer.json()["results"][0]["told"] == f"Comment {comment.pk} is spam already, by ann."
    assert status(comment) == "spam"
    assert comment.events.count() == 1


def test_of_many_chosen_those_that_somebody_else_decided_meanwhile_stay_as_they_are(moderator, make_comment):
    raced, free = make_comment(), make_comment()
    chosen = re.findall(r'name="chosen" value="([^"]+)"', moderator.get(PATH).content.decode())
    staff("ann", "moderate_comment", "view_comment").post(DECIDE, {"act": f"reject:{raced.pk}:spam"})
    answer = moderator.post(DECIDE, {"act": "approve", "chosen": chosen}, headers=JSON).json()["results"]
    assert [(row["done"], row["told"]) for row in answer] == [
        (False, f"Comment {raced.pk} is rejected already, by ann."), (True, f"Approve: comment {free.pk}.")
    ]  # fmt: skip
    assert (status(raced), status(free)) == ("rejected", "published")


def test_more_than_can_be_decided_at_once_are_refused_in_the_list_as_well(moderator, make_comment, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    comments = [make_comment() for _ in range(3)]
    sent = {"action": "spam", "_selected_action": [comment.pk for comment in comments]}
    page = moderator.post("/admin/comments/comment/", sent, follow=True).content.decode()
    assert "Choose at most 2 comments at once." in page
    assert {status(comment) for comment in comments} == {"pending"}


def test_a_note_that_could_not_be_sent_is_not_lost(moderator, make_comment):
    comment = make_comment(status="withdrawn")
    sent = {"act": f"reject:{comment.pk}:spam", f"note-{comment.pk}": "A long and careful note."}
    assert "A long and careful note." in moderator.post(DECIDE, sent, follow=True).content.decode()
    other = make_comment()
    page = f"/admin/comments/comment/{other.pk}/"
    sent = {"action": "reject", "note": "Another careful note."}
    assert "Another careful note." in moderator.post(f"{page}decide/", sent, follow=True).content.decode()


def test_a_decision_is_undone_by_an_event_of_its_own(moderator, make_comment):
    comment = make_comment()
    moderator.post(DECIDE, {"act": f"spam:{comment.pk}"})
    assert f'value="undo:{comment.pk}"' in moderator.get(f"{PATH}?queue=decided").content.decode()
    assert moderator.post(DECIDE, {"act": f"undo:{comment.pk}"}, headers=JSON).status_code == 200
    assert status(comment) == "pending"
    assert [event.action for event in comment.events.all()] == ["spam", "undo"]


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
