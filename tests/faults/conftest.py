"""Real processes on one SQLite file, and the site served by granian.

The processes are programs of their own with the site's own settings. They are given code to run, say when they are
ready, and begin together.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.prepared import copy

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES = 4

PROGRAM = """
import json, os, random, sys, traceback
import django
django.setup()
from captcha.models import CaptchaStore
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from articles import publishing, ratings
from articles.models import Article, Rating, Section
from comments import captcha, moderation, posting, votes
from comments.models import Comment, Vote
from newsite import outbox, ratelimit
from newsite.models import Mail, RateCount
from newsite.readers import Asker
number = int(sys.argv[1])
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    code = json.loads(line)
    print("ready", file=out, flush=True)
    sys.stdin.readline()
    names = dict(globals())
    try:
        exec(code, names)
        answer = {"result": names["result"]}
    except Exception:
        answer = {"error": traceback.format_exc()}
    print(json.dumps(answer), file=out, flush=True)
"""

MAKE_ARTICLE = """
section = Section.objects.create(name="Research", slug="research")
article = Article(title="M", slug="m", body="x", section=section, status="published", published_at=timezone.now())
publishing.save(article)
result = True
"""


class Site:
    """A data folder with a migrated database, and the processes that work on it."""

    def __init__(self, folder, prepared, processes=PROCESSES):
        copy(prepared, folder / "var")
        self.folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {
            **kept,
            "DATA_DIR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "newsite.settings",
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "CRITICAL",
            "RATING_BURST": "0",  # every test is a burst
        }
        self.errors = (folder / "errors.txt").open("w")
        self.processes = [self._start(number) for number in range(processes)]

    def _start(self, number):
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(number)],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            bufsize=1,
        )

    def together(self, code, processes=PROCESSES):
        """The `result` of the code in each of several processes that begin at once."""
        chosen = self.processes[:processes]
        for process in chosen:
            process.stdin.write(json.dumps(code) + "\n")
        assert [self._line(process) for process in chosen] == ["ready"] * processes
        for process in chosen:
            process.stdin.write("go\n")
        answers = [json.loads(self._line(process)) for process in chosen]
        assert not (errors := [answer["error"] for answer in answers if "error" in answer]), errors[0]
        return [answer["result"] for answer in answers]

    def _line(self, process):
        line = process.stdout.readline().strip()
        assert line, (self.folder / "errors.txt").read_text()[-3000:]
        return line

    def ask(self, code):
        """The `result` of the code in one process."""
        return self.together(code, processes=1)[0]

    def value(self, expression):
        return self.ask(f"result = {expression}")

    def assert_recount(self):
        assert self.ask("call_command('recount', check=True, stdout=sys.stderr); result = True")

    def close(self):
        for process in self.processes:
            process.stdin.close()
        for process in self.processes:
            process.wait(timeout=20)
            process.stdout.close()
        self.errors.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, prepared):
    """A site with one article and all its static files."""
    site = Site(tmp_path_factory.mktemp("site"), prepared)
    site.ask(MAKE_ARTICLE)
    yield site
    site.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(site, workers, threads=1, **environment):
    """The address of the site, served by granian."""
    port = free_port()
    command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads)]
    with (site.folder / "server.txt").open("a") as log:
        served = subprocess.Popen(
            [*command, "newsite.wsgi:application"],
            env={**site.environment, "PORT": str(port), "RATELIMITS": "off", **environment},
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", served)
            yield f"http://127.0.0.1:{port}"
        finally:
            served.terminate()
            served.wait(timeout=20)


@pytest.fixture(scope="module")
def server(site):
    """The site, served by granian with two processes."""
    with serving(site, workers=2) as address:
        yield address


def wait_for(address, served):
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            assert served.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        else:
            return
