"""Articles come from Markdown files, and come again when the files have changed."""

import datetime

from articles.models import Article, Section, Topic
from tests.articles.importing.command import GOOD, front, import_articles


def test_a_file_becomes_a_published_article(reader, write):
    said = import_articles(write())
    assert "[1/1] created  piece.md: /articles/a-good-piece/" in said
    assert "1 created, 0 changed, 0 left, 0 refused." in said
    page = reader.get("/articles/a-good-piece/").content.decode()
    assert "About <em>machines</em>." in page
    assert "A good piece" in reader.get("/").content.decode()


def test_everything_that_the_front_matter_says_is_kept(write):
    Topic.objects.create(name="Anthropic", slug="anthropic", kind="company")
    import_articles(
        write(
            front(
                slug="own-slug",
                section="Policy",
                standfirst="The lines below.",
                byline="Ada",
                source_name="A paper",
                source_url="https://a.example/paper",
                comments="closed",
                published_at="2026-01-02 03:04",
                topics="[anthropic]",
            )
        )
    )
    article = Article.objects.get()
    assert (article.slug, article.section.name, article.standfirst) == ("own-slug", "Policy", "The lines below.")
    assert (article.byline, article.source_name, article.source_url) == ("Ada", "A paper", "https://a.example/paper")
    assert not article.comments_open
    assert article.published_at == datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC)
    assert [topic.name for topic in article.topics.all()] == ["Anthropic"]


def test_other_usual_names_of_keys_are_understood(write):
    import_articles(write(front(date="2026-01-02", author="Ada", summary="In short.")))
    article = Article.objects.get()
    assert (article.byline, article.standfirst, article.published_at.day) == ("Ada", "In short.", 2)


def test_importing_again_leaves_everything_as_it_is(write):
    path = write()
    import_articles(path)
    before = Article.objects.values().get()
    assert "0 created, 0 changed, 1 left, 0 refused." in import_articles(path)
    assert Article.objects.values().get() == before


def test_importing_again_with_a_time_and_a_status_leaves_everything_as_it_is(write):
    path = write(front(published_at="2026-01-02 03:04", status="published", topics="[unheard-of]"))
    import_articles(path)
    assert "1 left" in import_articles(path)


def test_importing_again_a_file_with_a_line_break_in_its_standfirst_leaves_everything_as_it_is(write):
    path = write(front(standfirst=">\n  One line\n  and another."))
    import_articles(path)
    assert "1 left" in import_articles(path)


def test_a_changed_file_changes_its_article_and_no_other(write):
    path, other = write(), write(front(title="Other"), "other.md")
    import_articles(path, other)
    write(GOOD.replace("machines", "people"))
    said = import_articles(path, other)
    assert "changed  piece.md" in said
    assert "left     other.md" in said
    assert "<em>people</em>" in Article.objects.get(slug="a-good-piece").body_html


def test_a_changed_file_keeps_the_time_at_which_its_article_was_published(write):
    path = write()
    import_articles(path)
    published_at = Article.objects.get().published_at
    write(GOOD.replace("machines", "people"))
    import_articles(path)
    assert Article.objects.get().published_at == published_at


def test_a_changed_text_changes_the_standfirst_that_was_made_of_it(write):
    path = write()
    import_articles(path)
    write(GOOD.replace("machines", "people"))
    import_articles(path)
    assert Article.objects.get().standfirst == "About people."


def test_a_withdrawn_article_stays_withdrawn_when_its_file_does_not_say_otherwise(write):
    path = write()
    import_articles(path)
    Article.objects.update(status="withdrawn")
    write(GOOD.replace("machines", "people"))
    import_articles(path)
    assert Article.objects.get().status == "withdrawn"


def test_a_dry_run_says_what_would_happen_and_stores_nothing(write):
    said = import_articles(write(), dry_run=True)
    assert "created  piece.md" in said
    assert "(dry run: nothing was stored)" in said
    assert not Article.objects.exists()
    assert not Section.objects.exists()


def test_a_dry_run_changes_no_article_either(write):
    path = write()
    import_articles(path)
    write(GOOD.replace("machines", "people"))
    assert "1 changed" in import_articles(path, dry_run=True)
    assert "machines" in Article.objects.get().body


def test_keys_and_topics_that_are_not_known_are_remarked(write):
    said = import_articles(write(front(layout="wide", topics="[nobody]")))
    assert "“layout” is not known and was ignored" in said
    assert "topic “nobody” is not known and was left out" in said
    assert Article.objects.exists()


def test_a_file_that_begins_with_a_byte_order_mark_is_read(write):
    import_articles(write(b"\xef\xbb\xbf" + GOOD.encode()))
    assert Article.objects.get().title == "A good piece"


def test_a_file_with_the_line_ends_of_windows_is_read(write):
    import_articles(write(GOOD.replace("\n", "\r\n")))
    assert Article.objects.get().body == "About *machines*.\n"


def test_two_files_with_one_slug_are_one_article(write):
    said = import_articles(write(), write(GOOD.replace("machines", "people"), "z.md"))
    assert "1 created, 1 changed" in said
    assert Article.objects.count() == 1
