"""How many comments a moderator's keys decide in a minute, in Chromium, beside a server of its own."""

import itertools
import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from benchmarks.peers.contender import free_port
from benchmarks.speed.browser import ARGUMENTS
from tests.browser.install import installed

COUNT = 60
# Approve, mark as spam, reject for the third reason: no key is pressed before the decision before it is confirmed.
PRESSED = (("a", "Approve"), ("s", "Spam"), ("r3", "Reject"))


def a_minute(folder: str, cookie: str) -> float:
    """Comments decided a minute, of the site whose data stand in this folder, by the one to whom this cookie belongs
    (`name=value`)."""
    with _site(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        page.goto(f"{url}/admin/comments/queue/")
        expect(page.locator(".card--current")).to_be_focused()
        started = time.perf_counter()
        for keys, done in itertools.islice(itertools.cycle(PRESSED), COUNT):
            card = page.locator(".card--current").get_attribute("data-id")
            for key in keys:
                page.keyboard.press(key)
            expect(page.locator("#queue-said")).to_have_text(re.compile(f"{done}: comment {card}\\. "))
        seconds = time.perf_counter() - started
        browser.close()
    return 60 * COUNT / seconds


@contextmanager
def _site(folder: str) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "SITE_URL": url, "LOG_LEVEL": "ERROR"}
    root = Path(__file__).resolve().parents[1]
    server = subprocess.Popen([sys.executable, "manage.py", "serve", "--no-demo"], env=environment, cwd=root)
    try:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"{url}/readyz") as answer:  # noqa: S310 - our own
                if answer.status == 200:
                    break
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait()
