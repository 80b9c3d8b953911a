"""One comment by program: reading it, what became of it, what its text would look like."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from comments import moderation, tokens
from comments.models import Action, By, Comment
from newsite import environment

KEYS = {
    *("id", "article", "kind", "parent", "author_name", "author_is_staff", "body", "body_html", "created_at"),
    *("edited_at", "votes", "reply_count", "answered", "is_answer", "pinned", "url", "replies"),
}


def path(comment, what=""):
    return f"/api/v1/comments/{comment.pk}/{what}"


def token(comment):
    return {"X-Comment-Token": tokens.token_of(comment.pk)}


def code(answer):
    return answer.json()["errors"][0]["code"]


def test_a_published_comment_is_read_and_not_sent_again_when_it_has_not_changed(program, make_comment):
    comment = make_comment("Well put.", author_email="ada@a.example", status="published")
    answer = program.get(path(comment))
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("public")
    assert set(answer.json()) == KEYS
    assert answer.json()["url"] == f"http://127.0.0.1:8000/comments/{comment.pk}/"
    for secret in ("ada@a.example", comment.reader, comment.network, tokens.token_of(comment.pk)):
        assert secret not in answer.content.decode()
    assert program.get(path(comment), headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "withdrawn"])
@pytest.mark.parametrize("what", ["", "replies/"])
def test_what_is_not_published_is_not_there(program, make_comment, status, what):
    assert program.get(path(make_comment(status=status), what)).status_code == 404


def test_what_is_below_an_article_that_was_withdrawn_is_not_there(program, make_article, make_comment):
    hidden = make_comment(on=make_article("hidden", status="draft"), status="published")
    for what in ("", "replies/"):
        assert program.get(path(hidden, what)).status_code == 404
    assert program.put(path(hidden, "vote/")).status_code == 404
    assert program.post(path(hidden, "report/"), {"reason": "spam"}).status_code == 404


def test_the_replies_to_a_comment_are_its_own_oldest_first_a_page_at_a_time(program, make_comment):
    comment = make_comment(status="published")
    replies = [make_comment(parent=comment.pk, status="published") for _ in range(5)]
    make_comment(parent=replies[0].pk, status="published")
    make_comment(parent=comment.pk)
    seen, address = [], path(comment, "replies/?page_size=2")
    while address:
        page = program.get(address).json()
        seen += [reply["id"] for reply in page["results"]]
        address = page["next"]
    assert seen == [reply.pk for reply in replies]
    assert program.get(path(comment)).json()["reply_count"] == 5


def test_the_status_tells_its_author_all_of_it_and_nobody_else(program, make_comment, moderator_user):
    first, comment = make_comment(), make_comment()
    answer = program.get(path(comment, "status/"), headers=token(comment))
    assert answer["Cache-Control"] == "private, no-store"
    told = answer.json()
    assert told["waiting_before"] == 1
    assert told["may_edit_until"] == (comment.editable_until.isoformat().replace("+00:00", "Z"))
    del told["waiting_before"], told["may_edit_until"]
    waiting = {"reason": "", "note": "", "decided_at": None, "means": "", "may_appeal": False, "duplicate_of": None}
    assert told == {"id": comment.pk, "status": "pending", **waiting}
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic", note="Not here.")
    told = program.get(path(comment, "status/"), headers=token(comment)).json()
    assert (told["status"], told["reason"], told["note"], told["means"]) == (
        *("rejected", "off_topic", "Not here."),
        "person",
    )
    assert told["decided_at"] is not None
    assert told["may_edit_until"] is None
    for headers in ({}, token(first), {"X-Comment-Token": "x"}, {"X-Comment-Token": ""}):
        refused = program.get(path(comment, "status/"), headers=headers)
        assert (refused.status_code, code(refused)) == (403, "token_invalid")
    assert program.get("/api/v1/comments/4711/status/", headers=token(Comment(pk=4711))).status_code == 403


def test_a_decision_by_the_machine_is_told_as_one(program, make_comment, settings):
    comment = make_comment(status="published")
    moderation.moderate(comment, Action.HOLD, role=By.REPORTS)
    assert program.get(path(comment, "status/"), headers=token(comment)).json()["means"] == "automatic"


def test_an_author_edits_and_withdraws_by_program(program, make_comment):
    comment = make_comment("A first version.", status="published")
    changed = program.patch(path(comment), {"body": "A *better* one."}, headers=token(comment))
    assert changed.status_code == 200
    assert changed.json()["status"] == "pending"
    assert changed.json()["comment"]["body_html"] == "<p>A <em>better</em> one.</p>\n"
    assert program.patch(path(comment), {"body": "x", "author_name": "Eve"}, headers=token(comment)).status_code == 400
    assert program.patch(path(comment), {"body": ""}, headers=token(comment)).status_code == 400
    assert program.patch(path(comment), {"body": "Not mine."}).status_code == 403
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        late = program.patch(path(comment), {"body": "Too late."}, headers=token(comment))
        assert (late.status_code, code(late)) == (409, "not_editable")
    assert program.delete(path(comment)).status_code == 403
    assert program.delete(path(comment), headers=token(comment)).status_code == 204
    again = program.delete(path(comment), headers=token(comment))
    assert (again.status_code, code(again)) == (409, "not_withdrawable")
    comment.refresh_from_db()
    assert (comment.status, comment.body) == ("withdrawn", "A *better* one.")


def test_a_preview_shows_what_posting_would_and_keeps_nothing(program, make_comment):
    text = "*Well* put, see https://example.org/a?b=1&c=2 <b>now</b>"
    shown = program.post("/api/v1/comments/preview/", {"body": text}).json()["body_html"]
    assert Comment.objects.count() == 0
    assert shown == make_comment(text).body_html
    for wrong in ({}, {"body": ""}, {"body": "x" * 5001}, {"body": "a\u202eb"}, {"body": "ok?", "more": 1}):
        assert program.post("/api/v1/comments/preview/", wrong).status_code == 400


def test_a_preview_of_a_reply_links_the_name_that_it_answers(program, make_comment):
    parent = make_comment(name="Grace", status="published")
    sent = {"body": "@Grace is right.", "parent": parent.pk}
    shown = program.post("/api/v1/comments/preview/", sent).json()["body_html"]
    assert f'href="/comments/{parent.pk}/"' in shown
    gone = {**sent, "parent": 10**15}
    assert "href" not in program.post("/api/v1/comments/preview/", gone).json()["body_html"]


def test_previews_are_counted(program, settings):
    settings.RATES = {**settings.RATES, "previews": environment.rate("2/m")}
    answers = [program.post("/api/v1/comments/preview/", {"body": "Hm, so."}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) > 0


def test_methods_that_are_not_there_are_refused(program, make_comment):
    comment = make_comment(status="published")
    for method, what in (("post", ""), ("put", ""), ("get", "vote/"), ("get", "report/"), ("post", "status/")):
        assert getattr(program, method)(path(comment, what)).status_code == 405


def test_the_schema_has_every_call_and_no_warning(tmp_path):
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(tmp_path / "schema.yml"))
    schema = (tmp_path / "schema.yml").read_text()
    for what in ("", "replies/", "vote/", "report/", "status/", "follow/"):
        assert f"/api/v1/comments/{{id}}/{what}:" in schema or f"/api/v1/comments/{{pk}}/{what}:" in schema, what
    assert "/api/v1/comments/preview/:" in schema
