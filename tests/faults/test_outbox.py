"""Workers that are killed while they speak to a real mail server: nothing is lost, and next to nothing comes twice."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.faults.conftest import ROOT, Site, free_port


class MailServer(Controller):
    """Keeps what arrives. It can be told to refuse, and to wait just before or just after it keeps a message."""

    def __init__(self):
        self.arrived, self.connected, self.in_hand = [], 0, 0
        self.refuse, self.wait_before, self.wait_after = None, False, False
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    def factory(self):
        return Session(self)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        envelope.rcpt_tos.append(address)
        return self.refuse or "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.in_hand += 1
        try:
            await self.while_told("wait_before")
            self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
            await self.while_told("wait_after")
            return "250 OK"
        finally:
            self.in_hand -= 1

    async def while_told(self, name):
        while getattr(self, name):
            await asyncio.sleep(0.005)

    def counts(self):
        """How often each mail arrived, by its Message-ID."""
        return Counter(message["Message-ID"] for message in self.arrived)


class Session(SMTP):
    """One connection, counted: when it is lost, what the server was doing for it is cancelled."""

    def connection_made(self, transport):
        self.event_handler.connected += 1
        super().connection_made(transport)

    def connection_lost(self, error):
        self.event_handler.connected -= 1
        super().connection_lost(error)


def until(is_so):
    """Wait for something that must come true."""
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def site(tmp_path_factory, prepared):
    site = Site(tmp_path_factory.mktemp("outbox"), prepared, processes=1)
    yield site
    site.close()


@pytest.fixture
def mail_server():
    server = MailServer()
    server.start()
    yield server
    server.wait_before = server.wait_after = False
    server.stop()


class Office:
    """An outbox on disk, and workers that empty it to the mail server."""

    def __init__(self, site, server):
        self.site, self.server, self.workers = site, server, []
        site.ask("Mail.objects.all().delete(); result = True")

    def post(self, count):
        """Put so many mails into the outbox; their Message-IDs."""
        write = f"[outbox.post(to=f'a{{n}}@a.example', subject='s', text='t').pk for n in range({count})]"
        return [f"<outbox-{pk}@127.0.0.1>" for pk in self.site.value(write)]

    def start(self):
        url = f"smtp://127.0.0.1:{self.server.port}"
        worker = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "run_worker"],
            env={**self.site.environment, "EMAIL_URL": url},
            cwd=self.site.folder,
        )
        self.workers.append(worker)
        return worker

    def kill(self, worker):
        """Kill the worker and wait until the server has noticed."""
        worker.kill()
        worker.wait()
        until(lambda: not self.server.connected)

    def marked(self):
        """The Message-IDs of what the outbox holds for sent."""
        return {f"<outbox-{pk}@127.0.0.1>" for pk in self.site.value("[each.pk for each in Mail.objects.sent()]")}

    def let_claims_run_out(self):
        self.site.ask("Mail.objects.waiting().update(due_at=timezone.now()); result = True")

    def wait_until_empty(self):
        until(lambda: not self.site.value("Mail.objects.waiting().count()"))

    def close(self):
        for worker in self.workers:
            with suppress(ProcessLookupError):
                worker.kill()
            worker.wait()


@pytest.fixture
def office(site, mail_server):
    office = Office(site, mail_server)
    yield office
    office.close()


def test_workers_killed_at_any_moment_lose_nothing_and_double_only_what_was_accepted_and_not_marked(
    office, mail_server
):
    posted = office.post(30)
    expected = Counter(posted)
    for least in (1, 9, 17):
        before = mail_server.counts()
        worker = office.start()
        until(lambda least=least: len(mail_server.arrived) >= least)
        time.sleep(random.random() / 50)
        office.kill(worker)
        expected.update((mail_server.counts() - before).keys() - office.marked())
        office.let_claims_run_out()
    office.start()
    office.wait_until_empty()
    assert mail_server.counts() == expected


def test_a_mail_whose_worker_is_killed_before_the_server_accepts_it_comes_later_and_once(office, mail_server):
    posted = office.post(5)
    mail_server.wait_before = True
    worker = office.start()
    until(lambda: mail_server.in_hand)
    office.kill(worker)
    assert not mail_server.arrived
    mail_server.wait_before = False
    office.start()
    until(lambda: len(mail_server.arrived) == 4)  # the others go at once, that one when its claim has run out
    assert posted[0] not in mail_server.counts()
    office.let_claims_run_out()
    office.wait_until_empty()
    assert mail_server.counts() == Counter(posted)


def test_a_mail_whose_worker_is_killed_before_it_is_marked_comes_twice_under_one_message_id(office, mail_server):
    posted = office.post(5)
    mail_server.wait_after = True
    worker = office.start()
    until(lambda: mail_server.arrived)
    office.kill(worker)
    mail_server.wait_after = False
    office.let_claims_run_out()
    office.start()
    office.wait_until_empty()
    assert mail_server.counts() == Counter([*posted, posted[0]])


def test_two_workers_side_by_side_send_each_mail_once(office, mail_server):
    posted = office.post(30)
    mail_server.wait_before = True
    office.start(), office.start()
    until(lambda: mail_server.in_hand == 2)  # each has one in hand
    mail_server.wait_before = False
    office.wait_until_empty()
    assert mail_server.counts() == Counter(posted)


def test_a_worker_that_is_told_to_stop_ends_after_the_mail_in_hand(office, mail_server):
    posted = office.post(5)
    mail_server.wait_before = True
    worker = office.start()
    until(lambda: mail_server.in_hand)
    worker.send_signal(signal.SIGTERM)
    mail_server.wait_before = False
    assert worker.wait(timeout=60) == 0
    assert mail_server.counts().keys() == office.marked() == {posted[0]}
    assert office.site.value("list(Mail.objects.order_by('pk').values_list('tries', flat=True))") == [1, 0, 0, 0, 0]


def test_the_parts_and_headers_of_a_mail_arrive(office, mail_server):
    headers = {
        "List-Unsubscribe": f"<https://a.example/{'x' * 90}/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    given = {"subject": "News – and more", "text": "Täglich\n.\nNeues", "html": "<p>Täglich</p>", "headers": headers}
    office.site.ask(f"outbox.post(to='ada@a.example', **{given}); result = True")
    office.start()
    office.wait_until_empty()
    [message] = mail_server.arrived
    assert message["Subject"] == given["subject"]
    assert {name: message[name].strip() for name in headers} == headers
    assert message.get_content_type() == "multipart/alternative"
    parts = [
        (part.get_content_type(), part.get_content().replace("\r\n", "\n").strip()) for part in message.iter_parts()
    ]
    assert parts == [("text/plain", given["text"]), ("text/html", given["html"])]


TRY = """
settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "{backend}", "127.0.0.1", {port}
Mail.objects.waiting().update(due_at=timezone.now())
outbox.send_due()
result = Mail.objects.get().state
"""
IN_THE_ADMIN = """
from django.contrib.auth.models import User
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(User.objects.get_or_create(username="chief", is_staff=True, is_superuser=True)[0])
chosen = {"action": "send_again", "_selected_action": [each.pk for each in Mail.objects.all()]}
"""


def test_a_mail_refused_eight_times_is_given_up_and_can_be_sent_again_once_the_server_is_well(office, mail_server):
    posted = office.post(1)
    mail_server.refuse = "450 4.3.0 Come back later"
    code = TRY.format(backend="django.core.mail.backends.smtp.EmailBackend", port=mail_server.port)
    assert [office.site.ask(code) for _ in range(8)] == ["waiting"] * 7 + ["given up"]
    shown = office.site.ask(
        IN_THE_ADMIN + "result = client.get('/admin/newsite/mail/?state=given_up').content.decode()"
    )
    assert '<td class="field-state">given up</td>' in shown
    assert "Come back later" in shown
    mail_server.refuse = None
    office.site.ask(IN_THE_ADMIN + "result = client.post('/admin/newsite/mail/', chosen).status_code")
    office.start()
    office.wait_until_empty()
    assert mail_server.counts() == Counter(posted)
