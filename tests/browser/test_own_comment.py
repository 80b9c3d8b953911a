"""What authors do with their own comments: from the private page and from the article, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.serving import link_in

SLUG = "a-small-evaluation-in-an-afternoon"
with_and_without_scripts = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@pytest.fixture
def author(visit, site):
    """The browser of somebody who has written a comment, on its private page."""

    def write(body, *, scripts=True, published=False):
        (pk,) = site.publish(SLUG, {"body": body, "published": published})
        page = visit(java_script_enabled=scripts)
        page.goto(site.private_page(pk))
        if scripts:  # which keep the comment's token as soon as they are there
            page.wait_for_function("() => localStorage.getItem('comments')")
        return page

    return write


def id_of(page):
    return re.search(r"/comments/(\d+)/", page.url)[1]


@with_and_without_scripts
def test_a_comment_is_edited_and_waits_again(author, site, scripts):
    page = author(f"A first version, {scripts}.", scripts=scripts, published=True)
    expect(page.locator(".status__title")).to_have_text("Published")
    page.get_by_role("link", name="Edit it").click()
    page.get_by_label("Your text").fill("")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Your text").fill(f"A better version, {scripts}.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".status__title")).to_have_text("Pending")
    expect(page.locator(".quoted")).to_have_text(f"A better version, {scripts}.")
    site.approve(id_of(page))
    page.goto(f"/comments/{id_of(page)}/")
    expect(page.locator(".comment:target")).to_contain_text("edited")


def test_an_author_finds_the_ways_to_edit_and_withdraw_below_the_article(author):
    page = author("Mine, and found again.", published=True)
    pk = id_of(page)
    page.goto(f"/articles/{SLUG}/")
    mine = page.locator(f"#comment-{pk}")
    expect(mine.locator(".own")).to_be_visible()
    expect(mine.get_by_role("button", name="Helpful")).to_have_count(0)
    mine.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit your comment")
    page.goto(f"/articles/{SLUG}/")
    page.locator(f"#comment-{pk}").get_by_role("link", name="Withdraw").click()
    expect(page.locator("#withdraw")).to_be_in_viewport()
    page.goto(f"/articles/{SLUG}/comments/?sort=oldest")
    expect(page.locator(f"#comment-{pk} .own")).to_be_visible()
    page.goto(f"/comments/{pk}/thread/")
    expect(page.locator(f"#comment-{pk} .own")).to_be_visible()


def test_a_stranger_finds_no_such_ways(author, visit):
    pk = id_of(author("Mine, and not yours.", published=True))
    stranger = visit()
    stranger.goto(f"/articles/{SLUG}/")
    expect(stranger.locator(f"#comment-{pk}")).to_be_visible()
    expect(stranger.locator(".own")).to_have_count(0)


def test_an_author_is_told_below_the_article_that_a_comment_waits(author):
    page = author("Waiting, and told so.")
    page.goto(f"/articles/{SLUG}/")
    expect(page.locator("#own")).to_contain_text("Your comment waits for a moderator.")
    page.get_by_role("link", name="What you can do").click()
    expect(page.locator(".status__title")).to_have_text("Pending")


@with_and_without_scripts
def test_a_withdrawn_comment_leaves_its_place(author, visit, scripts):
    page = author(f"Said too soon, {scripts}.", scripts=scripts, published=True)
    pk = id_of(page)
    page.get_by_text("Withdraw this comment").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator(".status__title")).to_have_text("Withdrawn")
    stranger = visit(java_script_enabled=scripts)
    stranger.goto(f"/comments/{pk}/")
    expect(stranger.locator(".comment:target")).to_have_text("Withdrawn by its author.")


@with_and_without_scripts
def test_replies_are_followed_once_the_address_is_confirmed(author, visit, site, scripts):
    page = author(f"Tell me more, {scripts}.", scripts=scripts, published=True)
    address = f"eve-{scripts}@example.org".lower()
    page.get_by_text("Get replies by mail").click()
    page.get_by_label("E-mail", exact=True).fill(address)
    page.get_by_role("button", name="Send me replies").click()
    expect(page.locator("#follow")).to_contain_text("as soon as you have followed the link")
    link = link_in(site.mail_to(address, "Confirm your address"), "/mail/confirm/")
    elsewhere = visit(java_script_enabled=scripts)
    elsewhere.goto(link)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    page.reload()
    expect(page.locator("#follow")).to_contain_text("as soon as you have followed the link")
    elsewhere.get_by_role("button", name="Yes, write to me").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Your address is confirmed")
    site.publish(SLUG, {"body": f"Here is more, {scripts}.", "parent": int(id_of(page)), "author_name": "Zoe"})
    mail = site.mail_to(address, "Zoe replied to your comment")
    elsewhere.goto(link_in(mail, "/mail/stop/"))
    elsewhere.get_by_role("button", name="Stop it").click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("This mail is stopped")
    page.reload()
    expect(page.get_by_text("Get replies by mail")).to_be_visible()
