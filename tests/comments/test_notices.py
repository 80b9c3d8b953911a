"""A notice of illegal content: what the law asks of one, its receipt, and the answer after the decision."""

import pytest
from django.test import Client

from comments import moderation, posting
from comments.models import Action, Address, Comment, Report
from newsite import environment
from newsite.models import Mail
from tests.mails import arriving, html_of, path_in

SENT = {
    "detail": "It denies <a crime>, section 130.",
    "name": "Grace",
    "email": "Grace@a.example",
    "good_faith": "true",
}
CONFIRM, STOP = "/mail/confirm/", "/mail/stop/"


@pytest.fixture
def comment(make_comment):
    return make_comment("What is against the law.", status="published")


def address(comment):
    return f"/comments/{comment.pk}/report/illegal/"


@pytest.fixture
def confirmed(reader, comment):
    """A notice by Grace, who has confirmed her address."""
    reader.post(address(comment), SENT)
    (receipt,) = arriving()
    reader.post(path_in(receipt, CONFIRM))
    return Report.objects.get()


def test_the_page_says_where_it_stands_and_asks_why_and_who(reader, comment):
    page = reader.get(address(comment)).content.decode()
    assert f'value="http://127.0.0.1:8000{comment.get_absolute_url()}" readonly' in page
    for name in ("detail", "name", "email", "good_faith", "is_abuse"):
        assert f'name="{name}"' in page
    assert "What is against the law." in page
    assert f'href="{address(comment)}"' in reader.get(f"/comments/{comment.pk}/report/").content.decode()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("detail", "Say why it is illegal"),
        ("name", "Give your name."),
        ("email", "Give an address for the answer."),
        ("good_faith", "Confirm that this is accurate and complete."),
    ],
)
def test_what_is_missing_is_told_beside_its_field_and_the_rest_stays(reader, comment, name, told):
    answer = reader.post(address(comment), {**SENT, name: ""})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert f'id="id_{name}_error">{told}' in page
    assert f'href="#id_{name}"' in page
    assert page.count('aria-invalid="true"') == 1
    kept = {"detail": "It denies &lt;a crime&gt;, section 130.</textarea>", "name": 'value="Grace"'}
    kept |= {"email": 'value="Grace@a.example"', "good_faith": 'value="true" required checked'}
    assert all(text in page for field, text in kept.items() if field != name)
    assert not Report.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize("email", ["grace", "grace@", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_is_refused(reader, comment, email):
    answer = reader.post(address(comment), {**SENT, "email": email})
    assert answer.status_code == 400
    assert 'id="id_email_error"' in answer.content.decode()
    assert not Mail.objects.exists()


def test_who_reports_the_abuse_of_children_need_not_say_who_they_are(reader, comment):
    answer = reader.post(address(comment), {**SENT, "name": "", "email": "", "is_abuse": "true"})
    assert answer.status_code == 200
    made = Report.objects.get()
    assert (made.name, made.email, made.is_notice) == ("", "", True)
    assert not Mail.objects.exists()
    assert not Address.objects.exists()


def test_the_answer_is_a_receipt_with_its_number(reader, comment):
    answer = reader.post(address(comment), SENT)
    page = answer.content.decode()
    made = Report.objects.get()
    assert answer.status_code == 200
    assert f"Receipt: notice {made.pk}" in page
    assert f"http://127.0.0.1:8000{comment.get_absolute_url()}" in page
    assert "It denies &lt;a crime&gt;, section 130." in page
    assert (made.reason, made.is_notice, made.name) == ("illegal", True, "Grace")
    assert Comment.objects.get().open_reports == 1


def test_a_receipt_is_mailed_with_a_link_that_confirms_the_address(reader, comment):
    reader.post(address(comment), SENT)
    (receipt,) = arriving()
    made = Report.objects.get()
    assert receipt.to == ["grace@a.example"]
    assert receipt.subject.startswith(f"Your notice {made.pk} was received")
    for text in (receipt.body, html_of(receipt)):
        assert "section 130" not in text, "nobody's text goes to an address that is not confirmed"
    path = path_in(receipt, CONFIRM)
    assert path in html_of(receipt)
    assert reader.get(path).status_code == 200
    assert Address.objects.get().confirmed_at is None, "opening the link changes nothing"
    assert "confirmed" in reader.post(path).content.decode()
    assert Address.objects.get().confirmed_at is not None


def test_who_sends_a_notice_is_told_that_the_comment_was_removed_and_why(confirmed, comment, moderator_user):
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="illegal", note="Section 130 it is.")
    (told,) = arriving()
    assert told.to == ["grace@a.example"]
    assert told.subject.startswith("Your notice was decided")
    for text in (told.body, html_of(told)):
        assert "removed it" in text
        assert "Reason: Illegal content" in text
        assert "Section 130 it is." in text
        assert "out-of-court dispute settlement" in text
        assert comment.get_absolute_url() in text
    assert arriving() == []


def test_a_confirmed_sender_gets_a_receipt_of_each_notice_with_its_text(confirmed, reader, make_comment, settings):
    settings.RATES = {**settings.RATES, "confirmations": environment.rate("1/d")}
    for number in range(2):
        other = make_comment(f"Against the law, too: {number}.", status="published")
        reader.post(address(other), SENT)
        (receipt,) = arriving()
        assert "It denies <a crime>, section 130." in receipt.body
        assert "It denies &lt;a crime&gt;, section 130." in html_of(receipt)
        assert "We write to you what was decided" in receipt.body


def test_who_sends_a_notice_is_told_when_the_author_takes_the_comment_back(confirmed, comment):
    posting.withdraw(comment)
    (told,) = arriving()
    for text in (told.body, html_of(told)):
        assert "Its author has taken it back" in text
        assert "removed it" not in text
    comment.refresh_from_db()
    assert comment.open_reports == 0
    assert not Report.objects.filter(settled_by=None).exists()


def test_who_sends_a_notice_is_told_that_the_comment_stays(confirmed, comment, moderator_user):
    moderation.moderate(comment, Action.KEEP, by=moderator_user, note="This is an opinion.")
    (told,) = arriving()
    assert "let it stand" in told.body
    assert "This is an opinion." in told.body


def test_who_did_not_confirm_gets_nothing_but_the_receipt(reader, comment, moderator_user):
    reader.post(address(comment), SENT)
    (receipt,) = arriving()
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="illegal")
    assert arriving() == []
    reader.post(path_in(receipt, CONFIRM))
    (told,) = arriving()
    assert "Reason: Illegal content" in told.body


def test_a_decision_that_was_taken_back_before_the_mail_went_is_not_told(reader, comment, moderator_user):
    reader.post(address(comment), SENT)
    (receipt,) = arriving()
    moderation.moderate(comment, Action.REJECT, by=moderator_user, reason="illegal")
    moderation.moderate(comment, Action.UNDO, by=moderator_user)
    reader.post(path_in(receipt, CONFIRM))
    assert arriving() == []
    comment.refresh_from_db()
    assert comment.open_reports == 1, "the notice waits for a decision again"
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    (told,) = arriving()
    assert "let it stand" in told.body


def test_what_is_decided_later_about_reports_of_others_is_not_told(confirmed, comment, moderator_user):
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    assert len(arriving()) == 1
    Client().post(f"/comments/{comment.pk}/report/", {"reason": "spam"})
    Address.objects.update(quiet_until=Address.objects.get().created_at)
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    assert arriving() == []


def test_the_mail_can_be_stopped(confirmed, reader, comment, moderator_user):
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    (told,) = arriving()
    assert reader.post(path_in(told, STOP)).status_code == 200
    assert not Address.objects.get().subscriptions.exists()


def test_a_second_notice_while_the_first_is_open_gets_the_receipt_of_the_first(reader, comment):
    first = reader.post(address(comment), SENT).content.decode()
    again = reader.post(address(comment), SENT).content.decode()
    assert f"Receipt: notice {Report.objects.get().pk}" in first
    assert f"Receipt: notice {Report.objects.get().pk}" in again
    assert len(arriving()) == 1


def test_after_a_decision_the_same_reader_can_send_another_notice(confirmed, reader, comment, moderator_user):
    moderation.moderate(comment, Action.KEEP, by=moderator_user)
    assert len(arriving()) == 1
    answer = reader.post(address(comment), {**SENT, "detail": "There is a judgement now."})
    assert answer.status_code == 200
    assert f"Receipt: notice {Report.objects.last().pk}" in answer.content.decode()
    assert Report.objects.count() == 2
    assert Comment.objects.get().open_reports == 1


def test_a_report_and_a_notice_by_one_reader_count_as_one_reader(reader, comment):
    reader.post(f"/comments/{comment.pk}/report/", {"reason": "spam"})
    reader.post(address(comment), SENT)
    Client().post(f"/comments/{comment.pk}/report/", {"reason": "spam"})
    comment.refresh_from_db()
    assert (comment.open_reports, comment.status) == (2, "published")


def test_over_the_limit_nothing_typed_is_lost_and_nothing_is_mailed(reader, comment, settings):
    settings.RATES = {**settings.RATES, "reports": environment.rate("1/h")}
    reader.post(f"/comments/{comment.pk}/report/", {"reason": "spam"})
    answer = reader.post(address(comment), SENT)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert 'value="Grace"' in answer.content.decode()
    assert Report.objects.count() == 1
    assert not Mail.objects.exists()


def test_what_is_not_published_gets_no_notice(reader, make_comment):
    assert reader.post(address(make_comment()), SENT).status_code == 404
