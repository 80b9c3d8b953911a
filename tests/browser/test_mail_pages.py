"""Mails and the pages behind their links: nothing that strangers wrote runs in them, and everybody can use them."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.serving import told
from tests.browser.test_accessibility import SMALLEST, VIEWPORTS, violations_in_both_schemes
from tests.browser.test_discussion_access import TARGETS
from tests.browser.test_xss import BODIES, MARK, NAMES, POLLUTED

SLUG = "halden-grid-tomorrows-demand"
ADDRESS = "eve-mail@example.org"
# All in one transaction, so that one mail tells all of it.
PREPARE = """
import json
from unittest import mock
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from articles.models import Article
from comments import following, moderation, posting, reports, tokens
from comments.models import Address, Subscription
from newsite.readers import Asker

Action, article = moderation.Action, Article.objects.get(slug={slug!r})
staff, eve, mallory = User.objects.get(username="newsroom"), Asker("e" * 32, "", False), Asker("f" * 32, "", False)
names, bodies, pages = {names!r}, {bodies!r}, {{}}

def say(body, name, who=mallory, **fields):
    draft = posting.Draft(author_name=name, body=body, **fields)
    return posting.receive(article=article, who=who, draft=draft)

def page(name, key):
    return reverse(name, args=[key])

with transaction.atomic():
    asked = say(bodies[0], names[0], eve, author_email={address!r}, notify=True, kind="question")
    following.confirm_all({address!r}, eve.reader)
    moderation.moderate(asked, Action.APPROVE)
    for name, body in zip(names, bodies[1:]):
        moderation.moderate(say(body, name, parent=asked.pk), Action.APPROVE)
    posting.answer(article=article, user=staff, draft=posting.Draft(names[1], bodies[8], parent=asked.pk))
    refused = say(bodies[5], names[1], eve, author_email={address!r}, notify=True)
    moderation.moderate(refused, Action.REJECT, by=staff, reason="other", note=bodies[1])
    other = say(bodies[6], names[2])
    moderation.moderate(other, Action.APPROVE)
    reports.report(comment=other, who=eve, complaint=reports.Complaint(
        "illegal", bodies[0], is_notice=True, name=names[0], email={address!r}))
    moderation.moderate(other, Action.REJECT, by=staff, reason="other", note=bodies[8])

open_ = following.follow_article(article, Asker("a" * 32, "", False), "open@example.org")
following._subscribe(open_, Subscription.Kind.REPLIES, comment=asked)
known = Address.objects.get(email={address!r}, reader=eve.reader)
idle = Address.objects.create(email="idle@example.org", reader="b" * 32)
gone = following.follow_article(article, Asker("c" * 32, "", False), "gone@example.org")
pages = {{
    "to confirm": page("mail-confirm", following.confirming_key(open_)),
    "confirmed": page("mail-confirm", following.confirming_key(known)),
    "nothing followed": page("mail-confirm", following.confirming_key(idle)),
    "stop one": page("mail-stop", following.stopping_key(known.subscriptions.filter(kind="replies").first())),
    "stop all": page("mail-stop", following.stopping_key(known)),
    "stopped": page("mail-stop", following.stopping_key(gone)),
    "following": tokens.status_path(asked.pk),
}}
with mock.patch("django.core.signing.time.time", return_value=0):
    pages["too late"] = page("mail-confirm", following.confirming_key(open_))
following.stop(gone)
print(json.dumps(pages))
"""
HEADINGS = {
    "to confirm": "Confirm your address",
    "confirmed": "Your address is confirmed",
    "nothing followed": "Confirm your address",
    "stop one": "Stop this mail?",
    "stop all": "Stop this mail?",
    "stopped": "This mail is stopped",
    "following": "Your question",
    "too late": "This link was not followed in time",
}


@pytest.fixture(scope="module")
def pages(site):
    """The paths of the pages that mails lead to, about comments that are hostile in every field."""
    return json.loads(site.shell(PREPARE.format(slug=SLUG, names=NAMES, bodies=BODIES, address=ADDRESS)))


@pytest.mark.parametrize("state", HEADINGS)
def test_the_pages_behind_mails_can_be_used_by_everybody_and_nothing_runs_in_them(visit, pages, state):
    plain = visit(strict=state != "too late")  # the browser writes the 410 into its console
    plain.goto(pages[state])
    expect(plain.get_by_role("heading", level=1)).to_have_text(HEADINGS[state])
    assert plain.evaluate(POLLUTED) == []
    page = visit(strict=False, has_touch=True)  # axe itself breaks the policy
    page.goto(pages[state])
    for screen, size in VIEWPORTS.items():
        page.set_viewport_size(size)
        assert violations_in_both_schemes(page) == [], screen
        assert [name for name, height in page.evaluate(TARGETS) if height < SMALLEST] == [], screen
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, screen


def test_an_article_is_followed_on_a_page_that_everybody_can_use(visit):
    page = visit(strict=False)
    page.goto(f"/articles/{SLUG}/follow/")
    page.get_by_label("E-mail").fill("ada@nowhere")
    page.get_by_role("button", name="Follow").click()
    expect(page.locator(".errors")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("ada@nowhere")
    assert violations_in_both_schemes(page) == []
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("status").first).to_contain_text("A link is on its way to ada@example.org.")
    assert violations_in_both_schemes(page) == []


@pytest.mark.parametrize("subject", ["new for you", "was received"])
def test_nothing_runs_in_a_mail(page, site, pages, subject):
    html = told(site.mail_to(ADDRESS, subject), "html")
    page.set_content(html)  # here no policy holds back what would run
    expect(page.locator("body")).to_contain_text(MARK)
    assert page.evaluate(POLLUTED.replace("main *, #content *", "body *")) == []
    loads = "script, img, iframe, svg, math, form, input, textarea, details, base, style"
    assert page.locator(f"body :is({loads})").count() == 0
    links = page.locator("body a").evaluate_all("links => links.map((link) => link.origin)")
    assert set(links) == {site.url}
