"""An author appeals once against a decision; somebody else than its maker answers, and the author is told."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from articles.policy import SitePolicy
from comments import moderation, posting, tokens
from comments.models import Action, Address, Appeal, Comment, Rule
from comments.screening import rules
from newsite import stamps
from tests.mails import arriving, html_of, path_in
from tests.newsroom import staff

QUEUE, DECIDE = "/admin/comments/queue/?queue=appealed", "/admin/comments/queue/decide/"
WHY = "It answers the article, <b>point</b> by point."
JSON = {"Accept": "application/json"}


@pytest.fixture
def rejected(make_comment, moderator_user):
    comment = make_comment()
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic", note="Not here.")
    return comment


@pytest.fixture
def second():
    """Another moderator."""
    return staff("ann", "moderate_comment", "view_comment")


def page(comment):
    return Client().get(tokens.status_path(comment.pk)).content.decode()


def appeal(comment, text=WHY):
    return Client().post(f"/comments/{comment.pk}/appeal/{tokens.token_of(comment.pk)}/", {"text": text})


def api(program, comment, sent=None, path="appeal"):
    headers = {"X-Comment-Token": tokens.token_of(comment.pk)}
    address = f"/api/v1/comments/{comment.pk}/{path}/"
    return program.get(address, headers=headers) if path == "status" else program.post(address, sent, headers=headers)


def test_the_page_says_who_decided_and_offers_an_appeal(rejected):
    shown = page(rejected)
    assert "A moderator has decided this." in shown
    assert "Appeal against this decision" in shown
    assert appeal(rejected).status_code == 303
    shown = page(rejected)
    assert "It answers the article, &lt;b&gt;point&lt;/b&gt; by point." in shown
    assert "A moderator who did not take the decision looks at it again." in shown
    assert "Appeal against this decision" not in shown


def test_an_automatic_decision_says_so_and_can_be_appealed(reader, article, written, second):
    SitePolicy.objects.update(policy="post")
    Rule.objects.create(pattern="casino", verdict="reject", reason="advertising")
    stamps.bump(rules.SUBJECT)
    reader.post("/articles/machines/comments/", written(body="My aunt lost her casino."))
    comment = Comment.objects.get()
    assert "This was decided automatically." in page(comment)
    assert "Reason: Advertising." in page(comment)
    assert appeal(comment).status_code == 303
    assert "against an automatic decision" in second.get(QUEUE).content.decode()


def test_once_for_each_decision(rejected, second):
    assert appeal(rejected).status_code == 303
    again = appeal(rejected, "And another thing.")
    assert again.status_code == 409
    assert "And another thing." in again.content.decode()
    second.post(DECIDE, {"act": f"approve:{rejected.pk}"})
    second.post(DECIDE, {"act": f"reject:{rejected.pk}:offensive"})
    assert appeal(rejected, "Not offensive either.").status_code == 303
    assert Appeal.objects.count() == 2


@pytest.mark.parametrize("status", ["pending", "published", "withdrawn"])
def test_where_nothing_was_taken_away_there_is_nothing_to_appeal_against(make_comment, program, status):
    comment = make_comment(status=status)
    assert "Appeal against" not in page(comment)
    assert appeal(comment).status_code == 409
    assert api(program, comment, path="status").json()["may_appeal"] is False
    assert api(program, comment, {"text": WHY}).status_code == 409
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("text", ["", " ", "x" * 2001, "a\u202eb"])
def test_what_cannot_be_read_is_refused_and_stays(rejected, program, text):
    answer = appeal(rejected, text)
    assert answer.status_code == 400
    assert 'id="id_text_error"' in answer.content.decode()
    assert api(program, rejected, {"text": text}).status_code == 400
    assert not Appeal.objects.exists()


def test_nobody_else_appeals(rejected, program):
    assert Client().post(f"/comments/{rejected.pk}/appeal/{'x' * 43}/", {"text": WHY}).status_code == 404
    assert program.post(f"/api/v1/comments/{rejected.pk}/appeal/", {"text": WHY}).status_code == 403


def test_a_program_appeals_and_reads_what_came_of_it(rejected, program):
    assert api(program, rejected, path="status").json()["may_appeal"] is True
    made = api(program, rejected, {"text": WHY})
    assert made.status_code == 201
    assert (made.json()["text"], made.json()["outcome"]) == (WHY, "")
    assert api(program, rejected, {"text": WHY}).json()["errors"][0]["code"] == "not_appealable"


def test_who_decided_cannot_answer_the_appeal(rejected, moderator, second):
    appeal(rejected)
    assert "point&lt;/b&gt; by point" in moderator.get(QUEUE).content.decode()
    sent = {"act": f"uphold:{rejected.pk}", f"note-{rejected.pk}": "As I said."}
    refused = moderator.post(DECIDE, sent, headers=JSON)
    assert refused.status_code == 409
    assert "somebody else" in refused.json()["results"][0]["told"]
    silent = second.post(DECIDE, {"act": f"uphold:{rejected.pk}"}, headers=JSON)
    assert "Write a note" in silent.json()["problem"]
    assert second.post(DECIDE, sent, headers=JSON).status_code == 200
    found = Appeal.objects.get()
    event = found.answered_by
    assert (found.outcome, event.action, event.note, event.actor.username) == ("upheld", "uphold", "As I said.", "ann")
    assert "the decision stands: “As I said.”" in page(rejected)
    assert second.post(DECIDE, sent, headers=JSON).status_code == 409


def test_an_approval_grants_it_and_an_undo_takes_that_back(rejected, second):
    appeal(rejected)
    second.post(DECIDE, {"act": f"approve:{rejected.pk}", f"note-{rejected.pk}": "You are right."})
    assert Appeal.objects.get().outcome == "reversed"
    assert "The decision was taken back." in page(rejected)
    assert "You are right." in page(rejected)
    second.post(DECIDE, {"act": f"undo:{rejected.pk}"})
    assert Appeal.objects.get().outcome == ""
    shown = page(rejected)
    assert "Reason: Off topic." in shown
    assert "“Not here.”" in shown
    assert "Appeal against this decision" not in shown
    assert f'id="card-{rejected.pk}"' in second.get(QUEUE).content.decode()


def test_the_author_is_told_by_mail(make_comment, moderator_user, second):
    comment = make_comment(author_email="ada@a.example", notify=True)
    Client().post(path_in(arriving()[0], "/mail/confirm/"))
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic")
    arriving()
    appeal(comment)
    sent = {"act": f"uphold:{comment.pk}", f"note-{comment.pk}": "It is about <cats>."}
    assert second.post(DECIDE, sent, headers=JSON).status_code == 200
    Address.objects.update(quiet_until=comment.created_at)
    (mail,) = arriving()
    assert mail.subject.startswith("Your appeal was decided")
    assert "It is about <cats>." in mail.body
    assert "It is about &lt;cats&gt;." in html_of(mail)


def test_a_withdrawn_comment_needs_no_answer(make_comment, moderator_user):
    comment = make_comment()
    moderation.moderate(comment, Action.SPAM, by=moderator_user)
    appeal(comment)
    moderation.moderate(comment, Action.UNDO, by=moderator_user)
    posting.withdraw(comment)
    assert Appeal.objects.get().outcome == "reversed"


def test_who_takes_a_decision_back_answers_the_appeal_against_it(rejected, moderator, second):
    appeal(rejected)
    moderator.post(DECIDE, {"act": f"undo:{rejected.pk}"})
    assert Appeal.objects.get().outcome == "reversed"
    assert "card-" not in second.get(QUEUE).content.decode()
    assert second.post(DECIDE, {"act": f"uphold:{rejected.pk}", f"note-{rejected.pk}": "No."}).status_code == 303
    assert "the decision stands" not in page(rejected)


def test_until_an_appeal_is_answered_nothing_else_is_decided_against_the_comment(rejected, second):
    appeal(rejected)
    answer = second.post(DECIDE, {"act": f"spam:{rejected.pk}"}, headers=JSON)
    assert (answer.status_code, answer.json()["results"][0]["told"]) == (
        409, "Its author has appealed: approve it, or uphold the decision."
    )  # fmt: skip
    card = second.get(QUEUE).content.decode()
    assert f'value="approve:{rejected.pk}"' in card
    assert f'value="spam:{rejected.pk}"' not in card


def test_an_answer_is_taken_back_like_other_decisions(rejected, second):
    appeal(rejected)
    second.post(DECIDE, {"act": f"uphold:{rejected.pk}", f"note-{rejected.pk}": "It is off topic."})
    second.post(DECIDE, {"act": f"undo:{rejected.pk}"})
    assert Appeal.objects.get().outcome == ""
    assert page(rejected).count("looks at it again") == 1


def test_a_program_of_the_newsroom_upholds_a_decision(rejected, second, program):
    appeal(rejected)
    token = StringIO()
    call_command("create_token", "ann", stdout=token)
    program.credentials(HTTP_AUTHORIZATION=f"Token {token.getvalue().split()[-1]}")
    path = f"/api/v1/moderation/comments/{rejected.pk}/uphold/"
    assert program.post(path, {}).status_code == 400
    assert program.post(path, {"note": "It stands."}).status_code == 200
    assert Appeal.objects.get().outcome == "upheld"
