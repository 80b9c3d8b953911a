"""The newsroom in a real browser: an article from the first word to its readers."""

import time

from playwright.sync_api import expect


def test_an_article_is_written_with_a_preview_and_published_at_once(moderator, page, site):
    moderator.goto("/admin/articles/article/add/")
    moderator.get_by_label("Title:").press_sequentially("A Kettle That Answers Back")
    expect(moderator.get_by_label("Slug:")).to_have_value("a-kettle-that-answers-back")

    body = "It **boils**, and then it *talks*.\n\n## What it says\n\n- good morning\n- <script>alert(1)</script>"
    moderator.get_by_label("Body:").fill(body)
    preview = moderator.locator("#preview")
    expect(preview.locator("strong")).to_have_text("boils")
    expect(preview.locator("em")).to_have_text("talks")
    expect(preview.get_by_role("heading", name="What it says")).to_be_visible()
    expect(preview.get_by_role("listitem")).to_have_count(2)
    moderator.get_by_label("Body:").press_sequentially("\n\nThe end.")
    expect(preview).to_contain_text("The end.")

    moderator.get_by_label("Section:").select_option(label="Tools")
    path = "/articles/a-kettle-that-answers-back/"
    assert page.request.get(path).status == 404
    moderator.get_by_role("button", name="Save and publish now").click()
    expect(moderator.locator(".messagelist")).to_contain_text("“A Kettle That Answers Back” is published.")

    page.goto(f"/?v={int(time.time() * 1000)}")  # each process knows of it within a second
    page.get_by_role("link", name="A Kettle That Answers Back").click()
    expect(page).to_have_url(site.url + path)
    expect(page.locator(".prose strong")).to_have_text("boils")
    expect(page.get_by_text("Be the first to comment!")).to_be_visible()


def test_an_article_that_is_only_saved_stays_with_the_newsroom(moderator, page):
    moderator.goto("/admin/articles/article/add/")
    moderator.get_by_label("Title:").press_sequentially("Not yet")
    moderator.get_by_label("Body:").fill("A draft.")
    moderator.get_by_label("Section:").select_option(label="Tools")
    moderator.get_by_role("button", name="Save", exact=True).click()
    expect(moderator.locator(".messagelist")).to_contain_text("added successfully")
    assert page.request.get("/articles/not-yet/").status == 404


def test_a_question_is_decided_on_its_own_page_and_the_decision_undone(moderator, posted, site):
    body = "Would the kettle answer a question about coffee?"
    posted("lady-lovelaces-objection", body)
    ((pk,),) = site.query("SELECT id FROM comments_comment WHERE body = ?", body)
    moderator.goto(f"/admin/comments/comment/{pk}/change/")
    moderator.get_by_role("button", name="Reject").click()
    expect(moderator.locator(".messagelist .error")).to_contain_text("Choose a reason")
    moderator.locator("#decide-reason").select_option(label="Off topic")
    moderator.get_by_role("button", name="Reject").click()
    expect(moderator.locator(".field-status")).to_contain_text("Rejected")
    moderator.get_by_role("button", name="Undo").click()
    expect(moderator.locator(".field-status")).to_contain_text("Pending")


def test_a_stranger_is_asked_to_log_in(page):
    page.goto("/admin/comments/comment/")
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.locator("#result_list")).to_have_count(0)
