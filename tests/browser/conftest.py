"""The site as it is served, and the browsers that visit it.

Browser tests know the site by its address, its data folder and its commands alone: they share no process and no
database with the other tests.
"""

import contextlib
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

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.install import installed

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
STOP_SECONDS = 30
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
RATES = {f"RATE_{name}": "1000/m" for name in ("COMMENTS", "CAPTCHAS", "RATINGS", "CONFIRMATIONS", "LOGINS")}
REFUSED_FORM = re.compile(r"Failed to load resource: the server responded with a status of 400")
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""

expect.set_options(timeout=10_000)


@pytest.fixture(autouse=True)
def _database():
    """The site has a database of its own: these tests need none."""


@dataclass
class Site:
    """A running `manage.py serve`."""

    url: str
    data_dir: Path
    environment: dict = field(repr=False)
    process: subprocess.Popen = field(repr=False)
    password: str = field(default="", repr=False)

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

    def manage(self, *args, check=True):
        """Run a command of manage.py beside the running site; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, code):
        """Run Python in a Django shell beside the running site; returns what it printed."""
        return self.manage("shell", "-v", "0", "-c", code)

    def mails_to(self, address):
        """The mails that have left for an address so far, oldest first, as bytes."""
        found = []
        for path in sorted((self.data_dir / "mail").glob("*.log")):
            found += [part for part in re.split(rb"(?m)^-{79}\r?\n", path.read_bytes()) if address.encode() in part]
        return found


@contextlib.contextmanager
def serving(data_dir, *options):
    """A site that `manage.py serve` makes from an empty folder, open for visitors; stopped at the end."""
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


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site with its demonstration content, as `make run` serves it."""
    with serving(tmp_path_factory.mktemp("site")) as running:
        yield running


# Of the package, not the session: while Playwright runs, Django takes the thread for an asynchronous one and refuses
# to use the database, which would fail whatever tests the same process runs later.
@pytest.fixture(scope="package")
def browser():
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=installed(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, site):
    """Open a page in a browser context of its own, as somebody who was never here before.

    What goes wrong in any of them is written down and fails the test at its end: errors in the console (a policy
    violation is one), exceptions, dialogs. `strict=False` is for tests whose own tools break the policy.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(*, strict=True, **options):
        options = {"viewport": {"width": 1280, "height": 900}, "base_url": site.url, **options}
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        if strict:
            _write_down(problems, context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def _write_down(problems, context):
    def listen(message):
        # A form that is refused is answered with 400, and the browser says so.
        if message.type == "error" and not REFUSED_FORM.search(message.text):
            problems.append(f"console: {message.text}")

    def dismiss(dialog):
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.add_init_script(WATCH_POLICY)
    context.on("console", listen)
    context.on("weberror", lambda error: problems.append(f"exception: {error.error}"))
    context.on("dialog", dismiss)


@pytest.fixture
def page(visit):
    """A reader's browser."""
    return visit()


@pytest.fixture
def page_without_js(visit):
    """The browser of a reader who has turned scripts off."""
    return visit(java_script_enabled=False)


@pytest.fixture(scope="package")
def moderators_cookies(browser, site):
    """What the browser keeps after the moderator has logged in."""
    context = browser.new_context(base_url=site.url)
    log_in(context.new_page(), site)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def moderator(visit, moderators_cookies):
    """A moderator's browser, logged in."""
    return visit(storage_state=moderators_cookies)


def log_in(page, site):
    page.goto("/admin/")
    page.get_by_label("Username:").fill("admin")
    page.get_by_label("Password:").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text("admin")


@pytest.fixture
def write(site):
    """Fill in a comment form; the captcha as well, when there is one."""

    def fill(page, body, *, name="Ada", email="", captcha="right"):
        page.get_by_label("Your text").fill(body)
        page.get_by_label("Name", exact=True).fill(name)
        if email:
            page.get_by_label("E-mail optional").fill(email)
        if captcha:
            value = site.solve(captcha_key(page)) if captcha == "right" else captcha
            page.get_by_label("Captcha", exact=True).fill(value)

    return fill


@pytest.fixture
def posted(page, write):
    """Write a comment below an article and send it; returns the page of its status."""

    def post(slug, body, **fields):
        page.goto(f"/articles/{slug}/")
        write(page, body, **fields)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", name="Your comment")).to_be_visible()
        return page

    return post


@pytest.fixture
def decide(moderator):
    """Let the moderator decide on a comment from the list, by its text."""

    def take(body, action, *, reason=""):
        moderator.goto("/admin/comments/comment/")
        row = moderator.locator("#result_list tbody tr").filter(has_text=body)
        row.locator("input.action-select").check()
        moderator.get_by_label("Action:").select_option(label=action)
        if reason:
            moderator.locator("select[name=reason]").select_option(label=reason)
        moderator.get_by_role("button", name="Go", exact=True).click()
        expect(moderator.locator(".messagelist .success")).to_contain_text("1 comment")

    return take


def captcha_key(page):
    """The key of the captcha that a form shows."""
    return page.locator("input[name=captcha_key]").get_attribute("value")
