"""The site as it is served, and the browsers that visit it.

Browser tests know the site by its address, its data folder and its commands alone: they share no process and no
database with the other tests.
"""

import os
import re

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.browser.install import installed
from tests.browser.serving import serving
from tests.prepared import copy

REFUSED_FORM = re.compile(r"Failed to load resource: the server responded with a status of 400")
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""

expect.set_options(timeout=10_000)


@pytest.fixture(autouse=True)
def _database():
    """The site has a database of its own: these tests need none."""


@pytest.fixture(scope="session")
def site(tmp_path_factory, prepared):
    """The site with its demonstration content, as `make run` serves it."""
    folder = tmp_path_factory.mktemp("site")
    copy(prepared, folder)
    with serving(folder) as running:
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
            # As somebody who has read it: a picture that is asked for after its captcha was used up is gone.
            picture = page.locator("#captcha img")
            expect(picture).to_have_js_property("complete", True)

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
        expect(moderator.locator(".messagelist .success")).to_contain_text(": comment ")

    return take


def captcha_key(page):
    """The key of the captcha that a form shows."""
    return page.locator("input[name=captcha_key]").get_attribute("value")
