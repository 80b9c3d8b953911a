"""`python -m tests.browser.install`: make sure that there is a Chromium for the browser tests, and say which.

An installed one is taken; as root on Debian it is installed from Debian's packages; else Playwright's own is fetched.
"""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def installed() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    return next((path for name in (*NAMES, MAC) if (path := shutil.which(name))), None)


def playwrights_own() -> bool:
    """Whether Playwright's own Chromium is there."""
    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)  # noqa: PTH110


def main() -> None:
    if installed() or playwrights_own():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=environment)
    if not installed():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    main()
