"""An author changes a comment for some minutes; a moderator reads it again."""

import datetime
import html
import re

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from comments import moderation, tokens
from comments.models import Action, Comment, Revision
from comments.moderation import Conflict
from newsite import environment
from tests.comments.test_screening import noticed

pytestmark = pytest.mark.usefixtures("counted")

NOON = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)
CHANGED = "Now I put it quite differently."


def path(comment, act="edit", token=None):
    return f"/comments/{comment.pk}/{act}/{token or tokens.token_of(comment.pk)}/"


def api(comment, token=None):
    headers = {"X-Comment-Token": tokens.token_of(comment.pk) if token is None else token}
    return {"path": f"/api/v1/comments/{comment.pk}/", "headers": headers}


def by_page(comment, body=CHANGED):
    """An edit through the page: its status, as a program would be answered, and what is shown."""
    answer = Client().post(path(comment), {"body": body})
    return {303: 200}.get(answer.status_code, answer.status_code), html.unescape(answer.content.decode())


def by_program(comment, body=CHANGED):
    answer = APIClient().patch(data={"body": body}, **api(comment))
    return answer.status_code, answer.content.decode()


@pytest.fixture(params=[by_page, by_program])
def edit(request):
    """Edit a comment, by page or by program."""
    return request.param


def typed(page):
    """What stands in the text field of a page."""
    return re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def test_the_page_shows_the_text_and_until_when_it_can_be_changed(reader, make_comment):
    with time_machine.travel(NOON, tick=False):
        comment = make_comment("What <I> wrote.")
        page = reader.get(path(comment)).content.decode()
        assert typed(page) == "What &lt;I&gt; wrote."
        assert "12:10" in page
        assert path(comment) in reader.get(tokens.status_path(comment.pk)).content.decode()
    with time_machine.travel(NOON + 11 * MINUTE, tick=False):
        assert path(comment) not in reader.get(tokens.status_path(comment.pk)).content.decode()
        answer = reader.get(path(comment))
        assert answer.status_code == 200
        assert "10 minutes after it was sent" in answer.content.decode()


@pytest.mark.parametrize(("minutes", "code"), [(0, 200), (10, 200), (11, 409)])
def test_it_can_be_changed_for_ten_minutes(make_comment, edit, minutes, code):
    with time_machine.travel(NOON, tick=False):
        comment = make_comment("Before.")
    with time_machine.travel(NOON + minutes * MINUTE, tick=False):
        told, shown = edit(comment)
    assert told == code
    assert fresh(comment).body == ("Before." if code == 409 else CHANGED)
    assert code == 200 or "10 minutes after it was sent, and they are over" in shown


def test_how_long_it_can_be_changed_is_set_by_the_site(make_comment, edit, settings):
    settings.EDIT_MINUTES = 30
    with time_machine.travel(NOON, tick=False):
        comment = make_comment()
    with time_machine.travel(NOON + 20 * MINUTE, tick=False):
        assert edit(comment)[0] == 200


@pytest.mark.parametrize("reply", ["pending", "published", "rejected"])
def test_what_somebody_has_replied_to_stays_as_it_was(make_comment, edit, reply):
    comment = make_comment("Before.", status="published")
    make_comment(parent=comment.pk, status=reply)
    code, shown = edit(comment)
    assert code == 409
    assert "Somebody has replied to it meanwhile." in shown
    assert fresh(comment).body == "Before."


@pytest.mark.parametrize(
    ("status", "told"), [("rejected", "rejected"), ("spam", "rejected"), ("withdrawn", "withdrawn")]
)
def test_what_was_rejected_or_withdrawn_cannot_be_changed(make_comment, edit, status, told):
    comment = make_comment("Before.", status=status)
    code, shown = edit(comment)
    assert code == 409
    assert f"It has been {told}." in shown
    assert (fresh(comment).body, fresh(comment).status) == ("Before.", status)


def test_what_was_typed_too_late_is_there_to_keep(make_comment):
    comment = make_comment(status="rejected")
    code, page = by_page(comment, "Too <late>.")
    assert code == 409
    assert "It was not changed." in page
    assert "Too <late>.</textarea>" in page


def test_each_earlier_text_is_kept_with_its_number(make_comment, edit):
    comment = make_comment("First.")
    for body in ("Second.", "Third."):
        assert edit(comment, body)[0] == 200
    assert list(Revision.objects.values_list("number", "body")) == [(0, "First."), (1, "Second.")]
    now = fresh(comment)
    assert (now.body, now.body_html.strip(), now.revision) == ("Third.", "<p>Third.</p>", 2)
    assert now.edited_at is not None
    assert "edited" in Client().get(tokens.status_path(comment.pk)).content.decode()


def test_the_same_text_changes_nothing(make_comment, edit):
    comment = make_comment("One line.\nAnother one.", status="published")
    assert edit(comment, "One line.\r\nAnother one." if edit is by_page else comment.body)[0] == 200
    now = fresh(comment)
    assert (now.revision, now.edited_at, now.status) == (0, None, "published")
    assert not Revision.objects.exists()


def test_what_was_published_waits_again_and_says_that_it_was_edited(reader, make_comment, edit):
    comment = make_comment("Before.", status="published")
    assert edit(comment)[0] == 200
    page = comment.article.get_absolute_url()
    assert fresh(comment).status == "pending"
    event = comment.events.last()
    assert (event.action, event.by, event.note) == ("hold", "screening", "edited")
    assert f'id="comment-{comment.pk}"' not in reader.get(page).content.decode()
    moderation.moderate(comment, Action.APPROVE)
    shown = reader.get(page).content.decode()
    assert CHANGED in shown
    assert 'class="comment__edited">edited' in shown
    assert reader.get(f"/api/v1/comments/{comment.pk}/").json()["edited_at"] is not None


def test_a_corrected_comment_is_not_a_near_duplicate_of_itself(make_comment, edit):
    comment = make_comment("This sentence is long enough to be compared with others, and has one eror.")
    edit(comment, comment.body.replace("eror", "error"))
    assert fresh(comment).revision == 1
    assert noticed(fresh(comment)) == []


def test_what_is_noticed_about_the_text_is_noticed_anew(make_comment, edit):
    other = make_comment("This sentence is long enough to be compared with others, word by word.")
    comment = make_comment(other.body)
    assert noticed(comment) == ["near_duplicate"]
    edit(comment, CHANGED)
    assert noticed(fresh(comment)) == []
    edit(comment, other.body)
    assert noticed(fresh(comment)) == ["near_duplicate"]


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT, Action.SPAM])
def test_a_moderator_decides_only_about_the_text_that_they_have_read(make_comment, edit, moderator_user, action):
    comment = make_comment("Harmless.")
    edit(comment, "Not so harmless.")
    with pytest.raises(Conflict, match="edited by its author meanwhile"):
        moderation.moderate(comment, action, by=moderator_user, reason="spam", seen="0")
    assert fresh(comment).status == "pending"
    moderation.moderate(comment, action, by=moderator_user, reason="spam", seen="1")
    assert fresh(comment).status != "pending"


@pytest.mark.parametrize("body", ["", "x", " \n ", "x" * 5001, "a\u202eb", "\u2800\u2800", "a\0b"])
def test_a_new_text_has_the_bounds_of_any_text(make_comment, edit, body):
    comment = make_comment("Before.")
    code, shown = edit(comment, body)
    assert code == 400
    assert edit is by_program or 'id="id_body_error"' in shown
    assert fresh(comment).body == "Before."
    assert edit(comment, "x" * 5000)[0] == 200


def test_a_program_may_change_nothing_but_the_text(program, make_comment):
    comment = make_comment("Before.")
    for given in ({}, {"body": CHANGED, "author_name": "Eve"}, {"status": "published"}, [CHANGED]):
        assert program.patch(data=given, **api(comment)).status_code == 400
    assert fresh(comment).body == "Before."


def test_a_program_is_answered_like_after_posting(program, make_comment):
    comment = make_comment(status="published")
    answer = program.patch(data={"body": CHANGED}, **api(comment))
    assert set(answer.json()) == {"id", "status", "comment", "status_url", "token"}
    assert answer.json()["status"] == "pending"
    assert answer.json()["comment"]["body"] == CHANGED
    assert answer["Cache-Control"] == "private, no-store"
    refused = program.patch(data={"body": CHANGED}, **api(make_comment(status="rejected")))
    assert refused.json()["errors"][0]["code"] == "not_editable"


def test_without_the_right_token_nothing_is_changed(program, make_comment):
    comment, other = make_comment("Before."), make_comment()
    for token in ("forged", tokens.token_of(other.pk)):
        answer = Client().post(path(comment, token=token), {"body": CHANGED})
        assert answer.status_code == 404
        assert "This is not the address of a comment of yours" in answer.content.decode()
    for token in ("", "forged", tokens.token_of(other.pk)):
        for answer in (
            program.patch(data={"body": CHANGED}, **api(comment, token)),
            program.delete(**api(comment, token)),
        ):
            assert answer.status_code == 403
            assert answer.json()["errors"][0]["code"] == "token_invalid"
    assert (fresh(comment).body, fresh(comment).status) == ("Before.", "pending")


def test_over_the_limit_nothing_is_changed_and_nothing_typed_is_lost(program, make_comment, settings):
    settings.RATES = {**settings.RATES, "edits": environment.rate("1/h")}
    comment = make_comment("Before.")
    assert by_page(comment, "Once.")[0] == 200
    answer = Client().post(path(comment), {"body": "Twice."})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert typed(answer.content.decode()) == "Twice."
    refused = program.patch(data={"body": "Twice."}, **api(comment))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    assert fresh(comment).body == "Once."


def test_a_forged_cookie_is_removed_and_nothing_typed_is_lost(make_comment, settings):
    comment, client = make_comment(), Client()
    client.cookies[settings.READER_COOKIE_NAME] = "forged"
    answer = client.post(path(comment), {"body": CHANGED})
    assert answer.status_code == 400
    assert typed(answer.content.decode()) == CHANGED
    assert client.post(path(comment), {"body": CHANGED}).status_code == 303
