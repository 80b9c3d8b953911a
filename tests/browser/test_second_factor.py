"""The second factor in a real browser: an app without scripts, a passkey with them."""

import pytest
from playwright.sync_api import expect

from tests.authenticator import code
from tests.browser.test_accessibility import SMALLEST, TARGETS, violations_in_both_schemes

PASSWORD = "a long enough password"
SECURITY_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def member(site):
    """Make a member of staff of this name."""

    def make(name):
        site.shell(
            "from django.contrib.auth.models import User;"
            f"User.objects.create_user({name!r}, password={PASSWORD!r}, is_staff=True)"
        )
        return name

    return make


def give_password(page, name):
    page.goto("/admin/")
    page.get_by_label("Username:").fill(name)
    page.get_by_label("Password:").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def log_out(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("Thanks for spending some quality time")).to_be_visible()


def set_up_app(page):
    """Set up an app on the site's pages; its secret, and the recovery codes."""
    page.get_by_role("link", name="Second factor", exact=True).click()
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code that the app shows").fill(code(secret))
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    return secret, page.locator(".codes li").all_inner_texts()


def test_an_app_is_set_up_and_asked_for_without_javascript(page_without_js, member):
    page, name = page_without_js, member("ada")
    give_password(page, name)
    secret, codes = set_up_app(page)
    page.get_by_role("link", name="I have kept them").click()
    log_out(page)

    give_password(page, name)
    expect(page.get_by_label("Code from your app")).to_be_focused()
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This is not right")).to_be_visible()
    page.get_by_label("Code from your app").fill(code(secret, ahead=1))
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text(name)
    log_out(page)

    give_password(page, name)
    page.get_by_label("Code from your app").fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text(name)


def test_a_passkey_is_made_and_asked_for(visit, site, member):
    page, name = visit(base_url=site.url.replace("127.0.0.1", "localhost")), member("grace")
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = devices.send("WebAuthn.addVirtualAuthenticator", {"options": SECURITY_KEY})["authenticatorId"]
    give_password(page, name)
    page.goto("/admin/second-factor/passkey/")
    page.get_by_label("Name of the passkey").fill("my key")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    log_out(page)

    give_password(page, name)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#user-tools")).to_contain_text(name)
    log_out(page)

    devices.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    give_password(page, name)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".passkey-state")).to_contain_text("No passkey was used")


def test_where_the_site_has_no_name_no_passkey_is_offered(page, member):
    give_password(page, member("edith"))
    page.get_by_role("link", name="Second factor", exact=True).click()
    expect(page.get_by_role("link", name="Set up an authenticator app")).to_be_visible()
    expect(page.get_by_role("link", name="Set up a passkey")).to_have_count(0)


def test_another_browser_is_logged_out_from_the_page_of_sessions(visit, member):
    name = member("mary")
    here, there = visit(java_script_enabled=False), visit(java_script_enabled=False)
    for page in (there, here):
        give_password(page, name)
        expect(page.locator("#user-tools")).to_contain_text(name)
    here.get_by_role("link", name="Sessions", exact=True).click()
    expect(here.locator("tbody tr")).to_have_count(2)
    here.get_by_role("button", name="End", exact=True).click()
    expect(here.locator("tbody tr")).to_have_count(1)
    there.goto("/admin/")
    expect(there.get_by_role("button", name="Log in")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_an_account_and_fingers_meet_what_they_press(visit, site, member):
    name = member("joan")
    page = visit(strict=False, base_url=site.url.replace("127.0.0.1", "localhost"))  # axe itself breaks the policy
    give_password(page, name)
    for path in ("sessions/", "second-factor/", "second-factor/app/", "second-factor/passkey/"):
        page.goto(f"/admin/{path}")
        assert violations_in_both_schemes(page) == [], path
        small = [
            t for t in page.evaluate(TARGETS) if t["size"] < SMALLEST and t["name"].startswith(("End", "Set", "Make"))
        ]
        assert small == [], path
    set_up_app(page)
    assert violations_in_both_schemes(page) == []
    log_out(page)
    give_password(page, name)
    expect(page.get_by_label("Code from your app")).to_be_visible()
    assert violations_in_both_schemes(page) == []
