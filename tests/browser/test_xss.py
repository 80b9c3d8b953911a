"""S1: what readers write is never executed, wherever it is shown."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

BODIES = [
    "<script>alert(1)</script> plain",
    "<img src=x onerror=alert(1)> <svg onload=alert(1)> <iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "[click](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>) <javascript:alert(1)>",
    '[a](<https://example.org/"onmouseover=alert(1)//>) ![p](https://example.org/x.png"onerror="alert(1))',
    "`<script>alert(1)</script>`\n\n```\n</code></pre><script>alert(1)</script>\n```",
    '"><style>*{display:none}</style><base href="https://example.org/"><meta http-equiv=refresh content="0;url=/">',
    "{{ 7*7 }} {% debug %} ${alert(1)} <a hx-get=/admin/ hx-trigger=load>x</a> <b hx-on:click=alert(1)>y</b>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "</textarea><script>alert(1)</script><form action=https://example.org><button>Send",
    "> quote <details open ontoggle=alert(1)>\n\n- <input autofocus onfocus=alert(1)>",
]
NAMES = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover=alert(1) x='", "{{7*7}}<b>Ada"]
ADDRESS = '"<script>alert(1)</script>"@example.org'
TOUCHED = 6
MARK = re.compile(r"alert\(1\)")
POLLUTED = """() => [...document.querySelectorAll("main *, #content *")].flatMap((element) =>
  [...element.attributes].filter((a) => /^on|^hx-on/.test(a.name) || /^\\s*(javascript|data|vbscript):/i.test(a.value))
    .map((a) => `${element.tagName} ${a.name}=${a.value}`))"""


def look_around(page):
    """Look for what would run, and touch what would run on a touch. What runs by itself has run: the page is loaded."""
    assert page.evaluate(POLLUTED) == []
    for link in page.locator(".comment__body a, .quoted a, .comment__name").all()[:TOUCHED]:
        link.hover(force=True)


@pytest.fixture(scope="module")
def hostile(site):
    """The ids and status pages of published comments, hostile in every field, as if the form had let them pass: each
    edited, answered, and reported by somebody whose name and words are hostile as well."""
    code = f"""
from articles.models import Article
from django.contrib.auth.models import User
from comments import moderation, posting, reports, tokens
from newsite.readers import Asker

staff = User.objects.get(username="newsroom")
article = Article.objects.get(slug="reading-the-diff")
for number, body in enumerate({BODIES!r}):
    draft = posting.Draft(author_name={NAMES!r}[number % {len(NAMES)}], body=body, author_email={ADDRESS!r})
    who = Asker("%032x" % number, "", False)
    comment = posting.receive(article=article, who=who, draft=draft)
    posting.edit(comment, body=body + " again", who=who)
    moderation.moderate(comment, moderation.Action.APPROVE)
    reports.report(comment=comment, who=Asker("e%031x" % number, "", False), complaint=reports.Complaint(
        "illegal", body, is_notice=True, name={NAMES!r}[number % {len(NAMES)}], email={ADDRESS!r}))
    answer = posting.Draft(author_name=draft.author_name, body="@" + draft.author_name + " " + body, parent=comment.pk)
    posting.answer(article=article, user=staff, draft=answer)
    rejected = posting.receive(article=article, who=who, draft=draft)
    moderation.moderate(rejected, moderation.Action.REJECT, by=staff, reason="other", note=body)
    print(comment.pk, tokens.status_path(comment.pk))
"""
    return {int(pk): path for pk, path in map(str.split, site.shell(code).splitlines())}


def test_nothing_runs_through_the_form_and_its_answers(page, site, write, posted):
    for name, body in zip(NAMES, BODIES, strict=False):
        page.goto("/articles/reading-the-diff/")
        write(page, body, name=name, captcha="wrong!")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("#captcha .error")).to_be_visible()
        look_around(page)
        expect(page.get_by_label("Your text")).to_have_value(body)
        expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    status = posted("reading-the-diff", BODIES[1], name=NAMES[1], email="ada@example.org")
    look_around(status)
    expect(status.locator("main")).to_contain_text(MARK)


def test_nothing_runs_through_the_forms_answer_without_scripts_in_the_form(page, site):
    """The address passes no browser's own check, so it is sent past it."""
    page.goto("/articles/reading-the-diff/")
    page.get_by_label("Your text").fill(BODIES[0])
    page.get_by_label("Name", exact=True).fill(NAMES[0])
    page.locator("#id_author_email").evaluate("(field, value) => { field.type = 'text'; field.value = value }", ADDRESS)
    page.evaluate("() => document.getElementById('comment-form').submit()")
    expect(page.locator(".errors, #captcha img").first).to_be_visible()
    look_around(page)
    expect(page.locator("#id_author_email")).to_have_value(ADDRESS)


def test_nothing_runs_on_the_article_and_its_other_pages(page, hostile):
    page.goto("/articles/reading-the-diff/")
    for pk in hostile:
        expect(page.locator(f"#comment-{pk}")).to_be_attached()
    look_around(page)
    links = page.locator(".comment__body a").evaluate_all("links => links.map((link) => [link.protocol, link.rel])")
    assert all(protocol in ("http:", "https:") for protocol, _ in links)
    assert all({"nofollow", "ugc", "noopener"} <= set(rel.split()) for _, rel in links)
    pk = min(hostile)
    below = ("reply/", "thread/", "report/", "report/illegal/", "vote/")
    for path in (*(f"/comments/{pk}/{what}" for what in below), "/articles/reading-the-diff/comments/?sort=top"):
        page.goto(path)
        look_around(page)


def test_nothing_runs_on_the_private_pages(page, hostile, site):
    for path in hostile.values():
        page.goto(path)
        expect(page.locator(".status__title")).to_have_text("Published")
        look_around(page)
        page.goto(path.replace("/status/", "/edit/"))
        look_around(page)
    page.goto(site.private_page(max(hostile) + 2))  # the one that was rejected after it, with a hostile note
    expect(page.locator(".status__title")).to_have_text("Rejected")
    look_around(page)


def test_nothing_runs_in_a_preview(page):
    page.goto("/articles/reading-the-diff/")
    for body in BODIES:
        page.get_by_label("Your text").fill(body)
        with page.expect_response("**/comments/preview/"):
            page.get_by_role("button", name="Preview").click()
        look_around(page)


def test_nothing_runs_in_the_newsroom(moderator, hostile, site):
    moderator.goto("/admin/comments/comment/?status=published&q=alert")
    expect(moderator.locator("#result_list tbody")).to_contain_text(MARK)
    look_around(moderator)
    for pk in hostile:
        moderator.goto(f"/admin/comments/comment/{pk}/change/")
        expect(moderator.locator("#user-tools")).to_be_visible()
        look_around(moderator)
    ((author,),) = site.query("SELECT reader FROM comments_comment WHERE id = ?", min(hostile))
    queues = ("queue/?queue=decided", "queue/?queue=pending", "queue/?queue=reported")
    for path in (
        *(f"comments/{queue}" for queue in queues),
        "figures/",
        f"comments/author/?kind=reader&value={author}",
    ):
        moderator.goto(f"/admin/{path}")
        look_around(moderator)
    for path in ("comments/moderationevent/", "comments/report/", "newsite/mail/", "articles/article/"):
        moderator.goto(f"/admin/{path}")
        look_around(moderator)


@pytest.mark.parametrize(
    "words", [*NAMES, BODIES[1], '"><script>alert(1)</script>', "%22%3E<img src=x onerror=alert(1)>"]
)
def test_nothing_runs_in_a_search(page, words):
    page.goto("/search/?q=" + quote(words))
    look_around(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(words[:20].strip())
    expect(page.get_by_label("Search articles")).to_have_value(words[:100].strip())


def test_the_watch_sees_what_would_run(visit):
    """The other tests rest on this: a handler that a page did hold would be reported."""
    page = visit(strict=False)
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.goto("/")
    page.evaluate(
        "() => document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')"
    )
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)
    assert any("Content Security Policy" in text for text in told)
    assert page.evaluate(POLLUTED) == ["IMG onerror=alert(1)"]
