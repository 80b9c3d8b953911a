"""The discussion in all its states for those who see otherwise, or use no pointer: axe, targets, headings, keyboard."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import SMALLEST, VIEWPORTS, violations_in_both_schemes

SLUG = "context-windows-explained"
PATH = f"/articles/{SLUG}/"
LONG = "\n\n".join(f"Paragraph {number} of a comment that has much to say about windows." for number in range(30))

PREPARE = """
from django.contrib.auth.models import User
from articles.models import Article
from comments import answers, moderation, posting
from comments.models import Comment
article, staff = Article.objects.get(slug={slug!r}), User.objects.get(username="newsroom")
question, reply, gone, rejected, pinned = Comment.objects.in_bulk({ids!r}).values()
posting.answer(article=article, user=staff, draft=posting.Draft("Newsroom", "It does.", parent=question.pk))
answers.accept(reply, by=staff)
posting.withdraw(gone)
moderation.moderate(rejected, moderation.Action.REJECT, by=staff, reason="other", note="Not like this.")
answers.mark(pinned, by=staff, pinned=True, featured=True)
"""
TARGETS = """() => [...document.querySelectorAll("main :is(button, summary, textarea, .fold__label, .check label, " +
    ".choice-list label, .comment__acts a, .choices a, .more a, .act, input:not([type=radio], [type=checkbox]))")]
  .filter((element) => element.checkVisibility() && !element.closest(".unseen"))
  .map((element) => [element.textContent.trim() || element.name, element.getBoundingClientRect().height])"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => Number(heading.tagName[1]))"


@pytest.fixture(scope="module")
def talk(site):
    """A discussion with everything in it: the ids of its comments by what they are."""
    drafts = {
        "question": {"body": "Does a window have a frame?", "kind": "question"},
        "accepted": {"body": "Mine has.", "author_name": "Kay", "below": 0},
        "withdrawn": {"body": "Said too soon."},
        "rejected": {"body": "Said too loudly."},
        "pinned": {"body": "Read this first.", "author_name": "Lin"},
        "long": {"body": LONG, "author_name": "Marcel"},
        "reply": {"body": "On the second level.", "author_name": "Bea", "below": 5},
        "deep": {"body": "On the third.", "author_name": "Cid", "below": 6},
        "deeper": {"body": "And below it.", "author_name": "Dan", "below": 7},
        "pending": {"body": "Not read yet.", "published": False},
    }
    made = dict(zip(drafts, site.publish(SLUG, *drafts.values()), strict=True))
    first = [made[name] for name in ("question", "accepted", "withdrawn", "rejected", "pinned")]
    site.shell(PREPARE.format(slug=SLUG, ids=first))
    made["private"] = {name: site.private_page(made[name]) for name in ("long", "pending", "rejected", "withdrawn")}
    return made


def states(talk):
    private = talk["private"]
    return {
        "article": PATH,
        "sorted": f"{PATH}comments/?sort=top",
        "empty choice": f"{PATH}comments/?kind=question&answered=false",
        "thread": f"/comments/{talk['long']}/thread/",
        "reply": f"/comments/{talk['deep']}/reply/",
        "report": f"/comments/{talk['deep']}/report/",
        "notice": f"/comments/{talk['deep']}/report/illegal/",
        "vote": f"/comments/{talk['deep']}/vote/",
        "follow": f"{PATH}follow/",
        "published": private["long"],
        "pending": private["pending"],
        "rejected": private["rejected"],
        "withdrawn": private["withdrawn"],
        "edit": private["pending"].replace("/status/", "/edit/"),
        "not editable": private["rejected"].replace("/status/", "/edit/"),
        "not yours": private["pending"][:-5] + "xxxx/",
    }


STATES = list(
    states({"private": dict.fromkeys(("long", "pending", "rejected", "withdrawn"), ""), "long": 0, "deep": 0})
)


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_and_targets_are_large_and_headings_in_order(visit, talk, state):
    page = visit(strict=False, has_touch=True)  # axe itself breaks the policy
    page.goto(states(talk)[state])
    for screen, size in VIEWPORTS.items():
        page.set_viewport_size(size)
        assert violations_in_both_schemes(page) == [], screen
        assert [name for name, height in page.evaluate(TARGETS) if height < SMALLEST] == [], screen
        assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0, screen
    levels = page.evaluate(HEADINGS)
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels


@pytest.mark.parametrize("path", ["report/", "report/illegal/"])
def test_axe_finds_nothing_in_forms_with_errors_and_on_the_receipt(visit, talk, path):
    page = visit(strict=False)
    page.goto(f"/comments/{talk['deep']}/{path}")
    page.evaluate("() => { document.querySelector('main form').noValidate = true }")
    page.locator("main form button").click()
    expect(page.locator(".errors")).to_be_visible()
    assert violations_in_both_schemes(page) == []
    if path == "report/":
        page.get_by_label("Off topic").check()
    else:
        page.get_by_label("Why is it illegal?").fill("I think so.")
        page.get_by_label("It shows sexual abuse of children").check()
        page.get_by_label("I believe in good faith").check()
    page.locator("main form button").click()
    expect(page.locator("main form")).to_have_count(0)
    assert violations_in_both_schemes(page) == []


def test_a_folded_comment_is_opened_by_keyboard_and_stays_open_where_the_focus_is(page, talk):
    page.goto(f"/comments/{talk['long']}/thread/")
    body = page.locator(f"#comment-{talk['long']} .comment__body")
    folded = body.bounding_box()["height"]
    page.locator(f"#fold-{talk['long']}").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Fold it again")).to_be_visible()
    assert body.bounding_box()["height"] > 2 * folded
    page.keyboard.press("Space")
    assert body.bounding_box()["height"] == folded


def test_a_thread_is_used_by_keyboard_alone(page, talk):
    page.goto(f"/comments/{talk['reply']}/")
    target = page.locator(f"#comment-{talk['deep']}")
    target.locator(".comment__time").focus()
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("() => document.activeElement.textContent.trim().split(/[\\s:]/)[0]"))
    assert stops == ["Reply", "Helpful", "Report"]
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(target.get_by_role("button", name="Helpful")).to_have_attribute("aria-pressed", "true")
    expect(target.get_by_role("button", name="Helpful")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Counted as helpful.")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reply to Cid")
