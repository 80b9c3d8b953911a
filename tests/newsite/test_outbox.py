"""The outbox: what is put into it, what becomes of it, and what the newsroom sees and may do."""

import datetime
from email import message_from_bytes, policy

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client
from django.utils import timezone

from newsite import outbox, worker
from newsite.models import MAX_TRIES, Mail

MINUTE = datetime.timedelta(minutes=1)
UNSUBSCRIBE = f"<https://news.example/out/{'x' * 90}/>"
STATES = {
    "new": {"state": "waiting"},
    "failed once": {"state": "waiting", "tries": 1, "due": MINUTE},
    "in hand for the last time": {"state": "waiting", "tries": MAX_TRIES, "due": MINUTE},
    "tried in vain": {"state": "given up", "tries": MAX_TRIES, "due": -MINUTE, "last_error": "mailbox full"},
    "arrived": {"state": "sent", "tries": 1, "sent": True},
    "arrived at last": {"state": "sent", "tries": MAX_TRIES, "sent": True},
}


@pytest.fixture
def mails():
    """One mail of each kind, by its subject."""
    now = timezone.now()
    for subject, about in STATES.items():
        Mail.objects.create(
            to="ada@a.example",
            subject=subject,
            text="the private text",
            html="<p>the private page</p>",
            headers={"List-Unsubscribe": "the private header"},
            tries=about.get("tries", 0),
            due_at=now + about.get("due", -MINUTE),
            sent_at=now if "sent" in about else None,
            last_error=about.get("last_error", ""),
        )
    return {each.subject: each for each in Mail.objects.all()}


@pytest.fixture
def staff():
    """A member of staff with these permissions, logged in."""

    def log_in(*codenames):
        user = User.objects.create_user(f"may {codenames}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return log_in


def post_and_read(**given):
    """A mail of the outbox as the author's program reads it."""
    outbox.post(to="ada@a.example", subject="s", **given)
    assert outbox.send_due() == 1
    return message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)


def test_a_mail_with_html_has_both_parts_and_the_text_comes_first():
    read = post_and_read(text="Hello – you", html="<p>Hello – <b>you</b></p>")
    assert read.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content().strip()) for part in read.iter_parts()]
    assert parts == [("text/plain", "Hello – you"), ("text/html", "<p>Hello – <b>you</b></p>")]


def test_a_mail_without_html_is_plain_text():
    assert post_and_read(text="Hello").get_content_type() == "text/plain"


def test_headers_go_with_the_mail_and_replace_none_of_the_site():
    headers = {"List-Unsubscribe": UNSUBSCRIBE, "Auto-Submitted": "no", "Message-ID": "<forged@b.example>"}
    read = post_and_read(text="t", headers=headers)
    assert read["List-Unsubscribe"].strip() == UNSUBSCRIBE  # a long line is folded
    assert read.get_all("Auto-Submitted") == ["auto-generated"]
    assert read.get_all("Message-ID") == [f"<outbox-{Mail.objects.get().pk}@127.0.0.1>"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x0b", "\x0c", "\x1c", "\x85", "\n\n", "\r\n "])
def test_a_header_begins_no_other_header(end):
    read = post_and_read(text="t", headers={"List-Id": f"News{end}Bcc: victim@b.example"})
    assert read["Bcc"] is None
    assert read["List-Id"] == "News Bcc: victim@b.example"
    assert mail.outbox[0].recipients() == ["ada@a.example"]
    assert read.get_content().strip() == "t"


def test_a_mail_whose_header_was_spoilt_in_the_table_does_not_stop_the_others():
    spoilt = outbox.post(to="ada@a.example", subject="s", text="t")
    Mail.objects.update(headers={"List-Id": "News\nBcc: victim@b.example"})
    outbox.post(to="bo@a.example", subject="s", text="t")
    outbox.send_due()
    assert [sent.to for sent in mail.outbox] == [["bo@a.example"]]
    spoilt.refresh_from_db()
    assert spoilt.last_error


def test_a_worker_that_is_stopped_ends_after_the_mail_in_hand():
    for n in range(3):
        outbox.post(to=f"a{n}@a.example", subject="s", text="t")
    worker.run(lambda: bool(mail.outbox), lambda _: None)
    assert [sent.to for sent in mail.outbox] == [["a0@a.example"]]
    assert list(Mail.objects.order_by("pk").values_list("tries", flat=True)) == [1, 0, 0]


def test_a_failure_that_is_told_after_the_claim_ran_out_changes_nothing_for_the_next_worker(monkeypatch):
    posted = outbox.post(to="ada@a.example", subject="s", text="t")
    claimed_by_other = timezone.now() + 3 * MINUTE

    def fail_late(message, **kwargs):
        Mail.objects.update(due_at=claimed_by_other)
        raise OSError("too late")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail_late)
    outbox.send_due()
    posted.refresh_from_db()
    assert (posted.due_at, posted.last_error) == (claimed_by_other, "")


def test_every_mail_is_waiting_sent_or_given_up(mails):
    expected = {subject: about["state"] for subject, about in STATES.items()}
    assert {subject: each.state for subject, each in mails.items()} == expected
    found = {"waiting": Mail.objects.waiting(), "sent": Mail.objects.sent(), "given up": Mail.objects.given_up()}
    assert {each.subject: state for state, rows in found.items() for each in rows} == expected
    assert sum(rows.count() for rows in found.values()) == len(expected)


def test_only_mail_that_was_given_up_is_tried_again(mails):
    assert outbox.try_again(Mail.objects.all()) == 1
    assert outbox.try_again(Mail.objects.all()) == 0
    outbox.send_due()
    assert [sent.subject for sent in mail.outbox] == ["new", "tried in vain"]


# The newsroom


@pytest.mark.parametrize("chosen", ["", "waiting", "sent", "given_up", "nonsense"])
def test_the_list_shows_the_states_and_can_be_narrowed_to_one(staff, mails, chosen):
    page = staff("view_mail").get("/admin/newsite/mail/", {"state": chosen} if chosen else {})
    state = chosen.replace("_", " ")
    shown = {each.subject for each in page.context["cl"].result_list}
    assert shown == {name for name, about in STATES.items() if about["state"] == state or state in ("", "nonsense")}
    for subject in shown:
        assert f'<td class="field-state">{STATES[subject]["state"]}</td>' in page.content.decode()
    assert ("mailbox full" in page.content.decode()) == ("tried in vain" in shown)


@pytest.mark.parametrize("permissions", [["view_mail"], ["change_mail"], ["view_mail", "change_mail", "delete_mail"]])
def test_a_mail_can_be_looked_at_and_not_changed_and_its_private_parts_are_not_shown(staff, mails, permissions):
    client = staff(*permissions)
    path = f"/admin/newsite/mail/{mails['tried in vain'].pk}/change/"
    for shown in (client.get(path), client.get("/admin/newsite/mail/")):
        assert shown.status_code == 200
        assert "mailbox full" in shown.content.decode()
        assert "the private" not in shown.content.decode()
    assert "given up" in client.get(path).content.decode()
    assert 'name="to"' not in client.get(path).content.decode()
    assert client.post(path, {"to": "x@b.example"}).status_code == 403
    assert client.get("/admin/newsite/mail/add/").status_code == 403


def send_again(client, mails):
    chosen = {"action": "send_again", "_selected_action": [each.pk for each in mails.values()]}
    return client.post("/admin/newsite/mail/", chosen, follow=True).content.decode()


def test_who_may_change_mail_sends_again_what_was_given_up(staff, mails):
    told = send_again(staff("change_mail"), mails)
    assert "To be sent again: 1." in told
    assert not Mail.objects.given_up().exists()
    outbox.send_due()
    assert "tried in vain" in [sent.subject for sent in mail.outbox]


def test_who_may_only_look_sends_nothing_again(staff, mails):
    client = staff("view_mail")
    assert "Send again" not in client.get("/admin/newsite/mail/").content.decode()
    send_again(client, mails)
    assert Mail.objects.given_up().count() == 1


@pytest.mark.parametrize("path", ["", "1/change/"])
def test_strangers_and_staff_without_permission_see_no_mail(stranger, staff, mails, path):
    assert stranger.get(f"/admin/newsite/mail/{path}").status_code == 302
    assert staff().get(f"/admin/newsite/mail/{path}").status_code in (302, 403)


def test_the_figures_tell_what_waits_and_what_was_given_up(reader, mails, settings):
    settings.METRICS_TOKEN = "let-me-in"
    figures = reader.get("/metrics", headers={"Authorization": "Bearer let-me-in"}).content.decode()
    assert "\nnewsite_outbox_waiting 3\n" in figures
    assert "\nnewsite_mail_given_up 1\n" in figures
