"""Writers write, editors publish, schedule and withdraw; each in the newsroom."""

import datetime

import pytest
from django.utils import timezone

from articles.models import Article
from tests.newsroom import form, staff

HOUR = datetime.timedelta(hours=1)
LIST = "/admin/articles/article/"


@pytest.fixture
def editor():
    """May write articles and publish them."""
    return staff("ed", "add_article", "change_article", "view_article", "publish_article", "add_correction")


@pytest.fixture
def writer():
    """May write articles, not publish them."""
    return staff("wri", "add_article", "change_article", "view_article")


def test_an_editor_publishes_schedules_and_withdraws_from_the_list(editor, reader, make_article):
    article = make_article(status="draft", published_at=None)
    act = lambda action: editor.post(LIST, {"action": action, "_selected_action": [article.pk]}, follow=True)  # noqa: E731
    assert "“Machines” is published." in act("publish").content.decode()
    assert reader.get(article.get_absolute_url()).status_code == 200
    assert "“Machines” is withdrawn." in act("withdraw").content.decode()
    assert reader.get(article.get_absolute_url()).status_code == 404
    assert "Set “published at” to a time to come first." in act("schedule").content.decode()
    Article.objects.update(published_at=timezone.now() + HOUR)
    assert "“Machines” is scheduled." in act("schedule").content.decode()
    article.refresh_from_db()
    assert article.status == "scheduled"


@pytest.mark.parametrize("action", ["publish", "schedule", "withdraw"])
def test_a_writer_cannot_take_the_actions_of_an_editor(writer, make_article, action):
    article = make_article(status="draft", published_at=timezone.now() + HOUR)
    assert f'value="{action}"' not in writer.get(LIST).content.decode()
    writer.post(LIST, {"action": action, "_selected_action": [article.pk]})
    article.refresh_from_db()
    assert article.status == "draft"


def test_a_new_article_is_a_draft(writer, make_article, section):
    model = Article(title="Fresh", slug="fresh", body="Text.", section=section)
    assert writer.post(f"{LIST}add/", form(model)).status_code == 302
    article = Article.objects.get()
    assert (article.status, article.published_at, article.body_html) == ("draft", None, "<p>Text.</p>\n")


def test_an_editor_saves_and_publishes_with_one_button(editor, reader, section):
    model = Article(title="Fresh", slug="fresh", body="Text.", section=section)
    page = editor.post(f"{LIST}add/", form(model, _decide="publish"), follow=True).content.decode()
    assert "“Fresh” is published." in page
    assert "Text." in reader.get("/articles/fresh/").content.decode()


def test_an_editor_saves_and_schedules_with_one_button(editor, make_article):
    article = make_article(status="draft", published_at=None)
    later = {"published_at_0": "2099-01-01", "published_at_1": "10:00:00"}
    editor.post(f"{LIST}{article.pk}/change/", form(article, _decide="schedule", **later))
    article.refresh_from_db()
    assert (article.status, article.published_at.year) == ("scheduled", 2099)


def test_an_editor_withdraws_with_one_button(editor, reader, article):
    editor.post(f"{LIST}{article.pk}/change/", form(article, _decide="withdraw"))
    assert reader.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("decision", ["delete", "save", "__class__"])
def test_a_button_that_is_not_there_does_nothing(editor, article, decision):
    editor.post(f"{LIST}{article.pk}/change/", form(article, _decide=decision))
    article.refresh_from_db()
    assert article.status == "published"


def test_the_buttons_are_shown_to_who_may_press_them(editor, writer, article):
    path = f"{LIST}{article.pk}/change/"
    assert 'value="publish"' in editor.get(path).content.decode()
    assert 'value="publish"' not in writer.get(path).content.decode()


def test_a_writer_who_sends_the_button_all_the_same_is_told(writer, make_article):
    article = make_article(status="draft", published_at=None)
    page = writer.post(f"{LIST}{article.pk}/change/", form(article, _decide="publish"), follow=True).content.decode()
    assert "You may not publish or withdraw articles." in page
    article.refresh_from_db()
    assert article.status == "draft"


def test_a_writer_cannot_set_the_time_of_an_article(writer, make_article):
    article = make_article(status="scheduled", published_at=timezone.now() + HOUR)
    before = article.published_at
    writer.post(f"{LIST}{article.pk}/change/", form(article, published_at_0="2020-01-01", published_at_1="10:00:00"))
    article.refresh_from_db()
    assert article.published_at == before


def test_a_status_that_is_sent_with_the_form_is_ignored(writer, make_article):
    article = make_article(status="draft", published_at=None)
    writer.post(f"{LIST}{article.pk}/change/", form(article, status="published"))
    article.refresh_from_db()
    assert article.status == "draft"


@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_an_article_that_is_or_will_be_shown_keeps_a_time(editor, make_article, status):
    article = make_article(status=status)
    answer = editor.post(f"{LIST}{article.pk}/change/", form(article, published_at_0="", published_at_1=""))
    assert "To hide it, withdraw it." in answer.content.decode()
    article.refresh_from_db()
    assert article.published_at is not None


def test_the_newsroom_tells_a_scheduled_article_that_is_out_from_one_that_waits(editor, make_article):
    make_article(status="scheduled")
    assert "published (as scheduled)" in editor.get(LIST).content.decode()


def test_an_edit_changes_the_page_at_once(editor, reader, article):
    editor.post(f"{LIST}{article.pk}/change/", form(article, body="All *new* words."))
    assert "All <em>new</em> words." in reader.get(article.get_absolute_url()).content.decode()


def test_a_correction_stands_below_the_article_with_its_time(editor, reader, article):
    fields = form(article)
    fields |= {"corrections-TOTAL_FORMS": 1, "corrections-0-text": "It was <b>Tuesday</b>.", "corrections-0-id": ""}
    fields |= {"corrections-0-article": article.pk, "corrections-0-corrected_at_0": "2026-05-01"}
    fields |= {"corrections-0-corrected_at_1": "12:00:00"}
    assert editor.post(f"{LIST}{article.pk}/change/", fields).status_code == 302
    page = reader.get(article.get_absolute_url()).content.decode()
    assert "1 May 2026, 12:00</time>: It was &lt;b&gt;Tuesday&lt;/b&gt;." in page


def test_the_preview_shows_a_text_as_readers_will_see_it(writer, anthropic):
    answer = writer.post(f"{LIST}preview/", {"body": "# Head\n\nAbout Anthropic. <script>alert(1)</script>"})
    html = answer.content.decode()
    assert '<h2 id="s-head">Head</h2>' in html
    assert '<a href="/topics/anthropic/" class="topic"' in html
    assert "<script>" not in html
    assert not Article.objects.exists()


def test_the_preview_needs_staff_who_may_write(reader, moderator):
    assert reader.post(f"{LIST}preview/", {"body": "x"}).status_code == 302
    assert moderator.post(f"{LIST}preview/", {"body": "x"}).status_code == 403


def test_the_preview_is_posted_not_opened(writer):
    assert writer.get(f"{LIST}preview/?body=x").status_code == 405


@pytest.mark.parametrize("path", [LIST, f"{LIST}add/", "/admin/articles/topic/", "/admin/articles/section/"])
def test_a_moderator_of_comments_has_no_business_with_articles(moderator, path):
    assert moderator.get(path).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "x\u202ey"),
        ("body", "x\u202ey"),
        ("standfirst", "x\u2066y"),
        ("source_url", "javascript:alert(1)"),
        ("title", "x" * 201),
    ],
)
def test_the_form_refuses_what_does_not_belong_into_an_article(editor, article, field, value):
    answer = editor.post(f"{LIST}{article.pk}/change/", form(article, **{field: value}))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
