"""The private page that tells an author what became of a comment, and lets them take it back."""

import datetime
import io
import logging
import re

import pytest
from django.utils import timezone

from comments import decisions, moderation, tokens
from comments.models import Action, By, Comment


def shown(client, comment):
    """The text of the status page."""
    answer = client.get(tokens.status_path(comment.pk))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def withdraw(client, comment, token=None):
    return client.post(f"/comments/{comment.pk}/withdraw/{token or tokens.token_of(comment.pk)}/")


def test_posting_leads_to_the_private_page(reader, article, written):
    answer = reader.post(f"/articles/{article.slug}/comments/", written(body="Here I am."))
    assert answer.status_code == 303
    page = reader.get(answer["Location"]).content.decode()
    assert "Pending" in page
    assert "Here I am." in page


def test_a_program_gets_the_same_page_and_token(program, reader, article, written):
    answer = program.post(f"/api/v1/articles/{article.slug}/comments/", written()).json()
    path = answer["status_url"].removeprefix("http://127.0.0.1:8000")
    assert answer["token"] in path
    assert reader.get(path).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 43, "..", "%00", "é"])
def test_a_wrong_token_finds_nothing(reader, make_comment, token):
    comment = make_comment()
    assert reader.get(f"/comments/{comment.pk}/status/{token}/").status_code == 404
    assert withdraw(reader, comment, token).status_code == 404
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_the_token_of_another_comment_finds_nothing(reader, make_comment):
    mine, other = make_comment(), make_comment()
    assert reader.get(f"/comments/{other.pk}/status/{tokens.token_of(mine.pk)}/").status_code == 404
    assert withdraw(reader, other, tokens.token_of(mine.pk)).status_code == 404


def test_a_token_with_one_letter_changed_finds_nothing(reader, make_comment):
    comment = make_comment()
    token = tokens.token_of(comment.pk)
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    assert reader.get(f"/comments/{comment.pk}/status/{changed}/").status_code == 404


def test_the_right_token_of_a_comment_that_is_gone_finds_nothing(reader):
    assert reader.get(tokens.status_path(4711)).status_code == 404


def test_a_token_made_with_another_key_finds_nothing(reader, make_comment, settings):
    comment = make_comment()
    path = tokens.status_path(comment.pk)
    settings.SECRET_KEY = "another key " * 5
    assert reader.get(path).status_code == 404
    settings.SECRET_KEY_FALLBACKS = ["x" * 50]
    assert reader.get(path).status_code == 404


def test_a_token_stays_good_when_the_key_is_changed_with_the_old_one_kept(reader, make_comment, settings):
    comment = make_comment()
    path = tokens.status_path(comment.pk)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    assert reader.get(path).status_code == 200


def test_nobody_keeps_or_indexes_the_page(reader, make_comment):
    answer = reader.get(tokens.status_path(make_comment().pk))
    assert answer["Cache-Control"] == "private, no-store"
    assert 'content="noindex"' in answer.content.decode()
    assert answer["Referrer-Policy"] == "same-origin"


def test_a_pending_comment_says_how_many_wait_before_it(reader, make_comment):
    first, second, third = make_comment(), make_comment(), make_comment()
    assert "It is the next in line." in shown(reader, first)
    assert "1 other came before it." in shown(reader, second)
    assert "2 others came before it." in shown(reader, third)
    moderation.moderate(first, Action.APPROVE)
    assert "1 other came before it." in shown(reader, third)


def test_a_published_comment_says_where_it_stands(reader, make_comment):
    comment = make_comment(status="published")
    text = shown(reader, comment)
    assert "Published" in text
    assert "It stands below the article" in text
    page = reader.get(tokens.status_path(comment.pk)).content.decode()
    assert f'href="{comment.get_absolute_url()}"' in page
    answer = reader.get(comment.get_absolute_url())
    assert answer["Location"] == f"{comment.article.get_absolute_url()}#comment-{comment.pk}"
    assert f'id="comment-{comment.pk}"' in reader.get(answer["Location"]).content.decode()


def test_a_rejected_comment_says_why_with_the_moderators_note(reader, make_comment):
    comment = make_comment()
    moderation.moderate(comment, Action.REJECT, reason="hate_speech", note="Please <b>do not</b>.")
    page = reader.get(tokens.status_path(comment.pk)).content.decode()
    assert "Reason: Hate speech." in page
    assert "The moderator’s note: “Please &lt;b&gt;do not&lt;/b&gt;.”" in page


def test_a_comment_marked_as_spam_is_told_as_rejected_for_spam(reader, make_comment):
    text = shown(reader, make_comment(status="spam"))
    assert "Rejected It is not shown. Reason: spam." in text


def test_a_withdrawn_comment_says_so(reader, make_comment):
    text = shown(reader, make_comment(status="withdrawn"))
    assert "Withdrawn You have taken it back." in text
    assert "Withdraw it" not in text


def test_the_reason_of_an_earlier_rejection_is_not_told_once_it_is_published(reader, make_comment):
    comment = make_comment(status="rejected")
    moderation.moderate(comment, Action.APPROVE)
    assert "Off topic" not in shown(reader, comment)


def test_a_comment_held_again_is_pending_again(reader, make_comment):
    comment = make_comment(status="published")
    moderation.moderate(comment, Action.HOLD, role=By.REPORTS)
    assert "Pending A moderator reads it" in shown(reader, comment)


@pytest.mark.parametrize("status", ["pending", "published"])
def test_its_author_takes_a_comment_back(reader, stranger, article, make_comment, status):
    comment = make_comment("Something to regret.", status=status)
    answer = withdraw(reader, comment)
    assert (answer.status_code, answer["Location"]) == (303, tokens.status_path(comment.pk))
    assert "Withdrawn" in shown(reader, comment)
    assert "Something to regret." not in stranger.get(article.get_absolute_url()).content.decode()
    article.refresh_from_db()
    assert article.comment_count == 0
    event = comment.events.last()
    assert (event.action, event.by, event.actor) == ("withdraw", "author", None)


@pytest.mark.parametrize("status", ["rejected", "spam", "withdrawn"])
def test_what_is_not_shown_anyway_cannot_be_taken_back_and_its_page_tells_why(reader, make_comment, status):
    comment = make_comment(status=status)
    assert "Withdraw it" not in shown(reader, comment)
    assert withdraw(reader, comment).status_code == 303
    comment.refresh_from_db()
    assert comment.status == status


def test_taking_back_twice_is_taking_back_once(reader, make_comment):
    comment = make_comment(status="published")
    withdraw(reader, comment), withdraw(reader, comment)
    assert comment.events.filter(action="withdraw").count() == 1


def test_opening_the_address_for_taking_back_takes_nothing_back(reader, make_comment):
    comment = make_comment()
    assert reader.get(f"/comments/{comment.pk}/withdraw/{tokens.token_of(comment.pk)}/").status_code == 405
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_another_site_cannot_take_a_comment_back(reader, make_comment):
    comment = make_comment()
    path = f"/comments/{comment.pk}/withdraw/{tokens.token_of(comment.pk)}/"
    assert reader.post(path, headers={"Origin": "https://evil.example"}).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_replies_stay_when_what_they_reply_to_is_taken_back(reader, make_comment):
    parent = make_comment(status="published")
    reply = make_comment("A reply that stays.", parent=parent.pk, status="published")
    withdraw(reader, parent)
    reply.refresh_from_db()
    assert reply.status == "published"
    assert reader.get(reply.article.get_absolute_url()).status_code == 200
    assert reader.get(tokens.status_path(reply.pk)).status_code == 200


def test_the_page_of_a_comment_below_a_withdrawn_article_still_tells_its_author(reader, make_comment, article):
    from articles import publishing

    comment = make_comment(status="published")
    publishing.withdraw(article)
    assert "Published" in shown(reader, comment)


def test_the_token_stands_in_no_log_not_even_when_the_page_fails(reader, make_comment, monkeypatch):
    comment = make_comment()
    written = io.StringIO()
    handler = logging.getLogger().handlers[0]
    monkeypatch.setattr(handler, "stream", written)
    reader.raise_request_exception = False
    reader.get(tokens.status_path(comment.pk))

    def fail(*args):
        raise RuntimeError("the page fails")

    monkeypatch.setattr(decisions, "standing", fail)
    assert reader.get(tokens.status_path(comment.pk)).status_code == 500
    assert "the page fails" in written.getvalue()
    assert tokens.token_of(comment.pk) not in written.getvalue()


# The mailed link


@pytest.fixture
def unconfirmed(reader, article, written):
    """A comment that was sent with an address instead of a captcha."""
    fields = written(author_email="ada@a.example", captcha_email="true", captcha_key="", captcha_value="")
    assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    return Comment.objects.get()


def test_a_comment_that_waits_for_its_link_says_so_and_no_moderator_sees_it(reader, moderator, unconfirmed):
    assert unconfirmed.status == "unconfirmed"
    assert "Pending: please confirm" in shown(reader, unconfirmed)
    assert list(moderator.get("/admin/comments/comment/").context["cl"].result_list) == []


def test_opening_the_mailed_link_confirms_nothing_and_its_button_does(reader, unconfirmed):
    from comments import notifications

    path = f"/comments/confirm/{notifications.confirmation_key(unconfirmed)}/"
    assert "Yes, I wrote this" in reader.get(path).content.decode()
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == "unconfirmed"
    answer = reader.post(path)
    assert (answer.status_code, answer["Location"]) == (303, tokens.status_path(unconfirmed.pk))
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == "pending"
    assert reader.post(path).status_code == 303  # a second press changes nothing
    assert unconfirmed.events.count() == 1


@pytest.mark.parametrize("key", ["1", "1:x", "x:y", "\0", "1:" + "A" * 43])
def test_a_link_that_this_site_did_not_send_finds_nothing(reader, unconfirmed, key):
    assert reader.get(f"/comments/confirm/{key}/").status_code == 404
    assert reader.post(f"/comments/confirm/{key}/").status_code == 404


def test_the_token_of_the_status_page_does_not_confirm(reader, unconfirmed):
    key = f"{unconfirmed.pk}:{tokens.token_of(unconfirmed.pk)}"
    assert reader.post(f"/comments/confirm/{key}/").status_code == 404


def test_a_comment_that_was_not_confirmed_can_be_withdrawn(reader, unconfirmed):
    withdraw(reader, unconfirmed)
    unconfirmed.refresh_from_db()
    assert unconfirmed.status == "withdrawn"


def test_the_time_at_which_it_was_written_is_shown(reader, make_comment):
    comment = make_comment()
    Comment.objects.update(created_at=datetime.datetime(2026, 5, 1, 12, 30, tzinfo=datetime.UTC))
    assert "1 May 2026, 12:30" in shown(reader, comment)
    assert timezone.get_current_timezone_name() == "UTC"
