"""A bad file is refused with its reason, and the others are imported."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Section
from tests.articles.importing.command import front, import_articles


def refuse(*paths, **options):
    """What the command says, when it ends with an error."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_articles", *map(str, paths), stdout=out, **options)
    return f"{out.getvalue()}{error.value}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("---\ntitle: [unclosed\n---\n\nText.\n", "its front matter is not valid YAML"),
        ("---\ntitle: a: b\n---\n\nText.\n", "its front matter is not valid YAML"),
        ("---\nsection: Research\n---\n\nText.\n", "it has no title"),
        ("---\ntitle: ''\n---\n\nText.\n", "it has no title"),
        ("Only text.\n", "it has no front matter"),
        ("", "it has no front matter"),
        ("---\n- a\n- list\n---\n\nText.\n", "it has no front matter"),
        (front(body=""), "it has no text"),
        (front(body="  \n \n"), "it has no text"),
        (b"---\ntitle: caf\xe9\n---\n\nText.\n", "it is not UTF-8 text (byte 14)"),
        (front(status="ready"), "status “ready” is none of draft, scheduled, published, withdrawn"),
        (front(comments="maybe"), "comments_policy: "),
        (front(title="x" * 201), "title: "),
        (front(standfirst="x" * 401), "standfirst: "),
        (front(slug="not a slug"), "slug: "),
        (front(source_url="javascript:alert(1)"), "source_url: "),
        (front(source_url="ftp://a.example/x"), "source_url: "),
        (front(body="A NUL \x00 here.\n"), "U+0000"),
        (front(body="Turned \u202e round.\n"), "U+202E"),
        (front(title='"with \\0 in it"'), "U+0000"),
        (front(published_at="soon"), "published_at is not a time"),
        (front(published_at="2026-02-31 10:00"), "published_at is not a time"),
        (front(published_at="5"), "published_at is not a time"),
        (front(status="scheduled"), "Set “published at” to a time to come first."),
        (front(status="scheduled", published_at="2020-01-01 10:00"), "Set “published at” to a time to come first."),
        (front(status="published", published_at="2099-01-01 10:00"), "schedule the article instead"),
        (front(title="{a: b}"), "“title” must be one line of text"),
        (front(topics="{a: b}"), "“topics” must be a list"),
        (front(section="'???'"), "section “???” has no letters that an address can have"),
        (front(title="'???'"), "slug: "),
    ],
)
def test_a_file_that_cannot_become_an_article_is_refused_with_its_reason(write, text, reason):
    said = refuse(write(text))
    assert "refused  piece.md: " in said
    assert reason in said
    assert not Article.objects.exists()
    assert not Section.objects.exists()


def test_a_missing_file_is_refused_with_its_reason(tmp_path):
    assert "it cannot be read: No such file or directory" in refuse(tmp_path / "nowhere.md")


@pytest.mark.parametrize(("key", "length"), [("byline", 121), ("source_name", 121), ("section", 61)])
def test_a_value_that_is_too_long_is_refused(write, key, length):
    said = refuse(write(front(**{key: "x" * length})))
    assert "1 of 1 files refused." in said
    assert not Article.objects.exists()


@pytest.mark.parametrize("key", ["byline", "source_name", "section"])
@pytest.mark.parametrize("letter", ["\\0", "\\u202e"])
def test_an_unseen_character_in_any_value_is_refused(write, key, letter):
    said = refuse(write(front(**{key: f'"Ada {letter} B"'})))
    assert "refused  piece.md: " in said
    assert not Article.objects.exists()


def test_one_bad_file_does_not_stop_the_others_and_the_command_ends_with_an_error(write):
    first, bad, last = write(name="a.md"), write("no front matter", "b.md"), write(front(), "c.md")
    said = refuse(first, bad, last)
    assert "[1/3] created  a.md" in said
    assert "[2/3] refused  b.md" in said
    assert "[3/3] created  c.md" in said
    assert "2 created, 0 changed, 0 left, 1 refused." in said
    assert "1 of 3 files refused." in said
    assert Article.objects.count() == 2


def test_a_folder_is_read_with_all_folders_in_it(write, tmp_path):
    write(front(title="One"), "one.md")
    write(front(title="Two"), "deeper/two.md")
    write("not Markdown", "deeper/notes.txt")
    assert "2 created" in import_articles(tmp_path)


def test_a_folder_without_markdown_files_is_an_error(tmp_path):
    assert "No Markdown files." in refuse(tmp_path)
