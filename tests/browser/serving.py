"""The site as it is served: a process of its own with a data folder, and what tests do beside it."""

import contextlib
import email
import email.policy
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
STOP_SECONDS = 30
MAIL_SECONDS = 20
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
LIMITED = (
    "COMMENTS",
    "CAPTCHAS",
    "RATINGS",
    "CONFIRMATIONS",
    "LOGINS",
    "CODES",
    "VOTES",
    "REPORTS",
    "EDITS",
    "PREVIEWS",
    "FOLLOWS",
)
RATES = {f"RATE_{name}": "1000/m" for name in LIMITED}

# Comments with the fields of a draft, published by a moderator unless told otherwise; `below` is one before it in the
# list.
PUBLISH = """
import json, secrets
from articles.models import Article
from comments import moderation, posting
from newsite.readers import Asker

article, made = Article.objects.get(slug={slug!r}), []
for fields in {drafts!r}:
    below, is_published = fields.pop("below", None), fields.pop("published", True)
    parent = made[below] if below is not None else fields.pop("parent", None)
    draft = posting.Draft(**{{"author_name": "Ada", "parent": parent, **fields}})
    comment = posting.receive(article=article, who=Asker(secrets.token_hex(16), "", False), draft=draft)
    if is_published:
        moderation.moderate(comment, moderation.Action.APPROVE)
    made.append(comment.pk)
print(json.dumps(made))
"""


# A Django shell that stays: runs the code of each line, and answers with what it printed or what went wrong.
SHELL = """
import contextlib, io, json, sys, traceback
for line in sys.stdin:
    printed, error = io.StringIO(), ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(json.loads(line), dict(globals()))
        except Exception:
            error = traceback.format_exc()
    print(json.dumps([printed.getvalue(), error]), flush=True)
"""


@dataclass
class Site:
    """A running `manage.py serve`."""

    url: str
    data_dir: Path
    environment: dict = field(repr=False)
    process: subprocess.Popen = field(repr=False)
    password: str = field(default="", repr=False)
    open_shell: subprocess.Popen | None = field(default=None, repr=False)

    @property
    def log(self):
        """All that it has printed so far."""
        return (self.data_dir / "serve.log").read_text(encoding="utf-8")

    def query(self, sql, *values):
        """Rows of its database."""
        with contextlib.closing(sqlite3.connect(self.data_dir / "newsite.sqlite3", timeout=10)) as database:
            return database.execute(sql, values).fetchall()

    def captchas(self):
        """How many captchas have been issued and not answered."""
        return self.query("SELECT count(*) FROM captcha_captchastore")[0][0]

    def solve(self, key):
        """The answer to a captcha, which only its picture tells others."""
        return self.query("SELECT response FROM captcha_captchastore WHERE hashkey = ?", key)[0][0]

    def shell(self, code):
        """Run Python in a Django shell beside the running site; returns what it printed."""
        if self.open_shell is None:
            self.open_shell = subprocess.Popen(
                [sys.executable, "manage.py", "shell", "-v", "0", "-c", SHELL],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
        self.open_shell.stdin.write(json.dumps(code) + "\n")
        printed, error = json.loads(self.open_shell.stdout.readline())
        assert not error, error
        return printed

    def close_shell(self):
        if self.open_shell is not None:
            self.open_shell.communicate(timeout=STOP_SECONDS)

    def publish(self, slug, *drafts):
        """Publish comments below an article; returns their ids."""
        return json.loads(self.shell(PUBLISH.format(slug=slug, drafts=drafts)))

    def approve(self, pk):
        """Let a moderator publish a comment."""
        self.shell(
            f"from comments.models import Comment; from comments import moderation as m; "
            f"m.moderate(Comment.objects.get(pk={pk}), m.Action.APPROVE)"
        )

    def private_page(self, pk):
        """The path of the page that the author of a comment has."""
        return self.shell(f"from comments import tokens; print(tokens.status_path({pk}))").strip()

    def mail_to(self, address, words):
        """The mail to an address with these words in its subject or text, once it has left."""
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until:
            for sent in self.mails_to(address):
                mail = email.message_from_bytes(sent, policy=email.policy.default)
                if words in str(mail["Subject"]) or words in told(mail):
                    return mail
            time.sleep(0.1)
        raise AssertionError(f"no mail to {address} with “{words}” has left")

    def mails_to(self, address):
        """The mails that have left for an address so far, oldest first, as bytes."""
        found = []
        for path in sorted((self.data_dir / "mail").glob("*.log")):
            found += [part for part in re.split(rb"(?m)^-{79}\r?\n", path.read_bytes()) if address.encode() in part]
        return found


def told(mail, kind="plain"):
    """The text of a mail, or its HTML."""
    part = mail.get_body((kind,))
    return part.get_content() if part else ""


def link_in(mail, begins):
    """The path in a mail that begins in this way."""
    return re.search(rf"https?://[^/\s]+({begins}[^\s<>]*)", told(mail))[1]


@contextlib.contextmanager
def serving(data_dir, *options):
    """A site that `manage.py serve` makes of a data folder, open for visitors; stopped at the end."""
    data_dir.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        **RATES,
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir / 'newsite.sqlite3'}",
        "DEBUG": "off",
        "PORT": str(port),
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "manage.py", "serve", *options]
    with (data_dir / "serve.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    site = Site(environment["SITE_URL"], data_dir, environment, process)
    try:
        _wait_until_open(site)
        yield site
    finally:
        site.close_shell()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_open(site):
    """Serving begins when the demonstration content is loaded and the administrator's password is told."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert site.process.poll() is None, f"the site did not start:\n{site.log[-2000:]}"
        with contextlib.suppress(OSError, urllib.error.URLError), urllib.request.urlopen(f"{site.url}/healthz"):
            site.password = re.findall(r"password +(\S+)", site.log)[0]
            return
        time.sleep(0.1)
    raise AssertionError(f"the site was not open after {START_SECONDS} seconds:\n{site.log[-2000:]}")
