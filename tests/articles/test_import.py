"""Articles come from Markdown files; a bad file is refused with its reason and the others are imported."""

import datetime
import re
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.damage import proposals
from articles.models import Article, Section, Topic
from comments.models import Comment

GOOD = "---\ntitle: A good piece\nsection: Research\n---\n\nAbout *machines*.\n"


@pytest.fixture
def write(tmp_path):
    """Write a file, and return its path."""

    def write(text=GOOD, name="piece.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def import_articles(*paths, **options):
    """What the command says."""
    out = StringIO()
    call_command("import_articles", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def refuse(*paths, **options):
    """What the command says, when it ends with an error."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("import_articles", *map(str, paths), stdout=out, **options)
    return f"{out.getvalue()}{error.value}"


def front(body="Some text.\n", **meta):
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": "A piece", **meta}.items())
    return f"---\n{lines}---\n\n{body}"


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


def test_damaged_words_are_told_and_left_without_being_asked(write):
    said = import_articles(write(front("The mEMOry of the SECtor.\n")))
    assert "2 damaged words (to repair them, use --repair):" in said
    assert "mEMOry → memory" in said
    assert "SECtor → sector" in said
    assert "mEMOry" in Article.objects.get().body


def test_damaged_words_are_repaired_when_asked(write):
    said = import_articles(write(front("The mEMOry of the SECtor.\n", standfirst="Old flAWS.")), repair=True)
    assert "3 damaged words (repaired):" in said
    article = Article.objects.get()
    assert article.body == "The memory of the sector.\n"
    assert article.standfirst == "Old flaws."


def test_a_name_written_small_in_the_text_is_repaired_by_what_the_title_and_standfirst_say_too(write):
    path = write(
        front("They met claude here.\n", title="How Claude Works", standfirst="We ask Claude, and Claude says.")
    )
    said = import_articles(path, repair=True)
    assert "claude → Claude" in said
    assert Article.objects.get().body == "They met Claude here.\n"


def test_repairing_again_leaves_everything_as_it_is(write):
    path = write(front("The mEMOry of the SECtor.\n"))
    import_articles(path, repair=True)
    assert "1 left" in import_articles(path, repair=True)


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


def test_a_section_that_is_not_known_is_made_and_a_known_one_is_used(write):
    Section.objects.create(name="Research", slug="research")
    import_articles(write(), write(front(section="Brand New"), "other.md"))
    assert {section.name for section in Section.objects.all()} == {"Research", "Brand New"}
    assert Article.objects.get(slug="a-piece").section.slug == "brand-new"


def test_an_article_without_a_section_stands_in_the_stream(reader, write):
    import_articles(write(front()))
    assert Article.objects.get().section.name == "Real Time"
    assert "A piece" in reader.get("/").content.decode()


def test_a_section_is_known_by_its_address_whatever_its_capitals(write):
    import_articles(write(front(section="Real Time")), write(front(title="B", section="real time"), "b.md"))
    assert Section.objects.count() == 1


def test_an_article_with_a_time_to_come_is_scheduled_and_appears_then(reader, write):
    with time_machine.travel("2026-05-01 12:00Z", tick=False) as clock:
        import_articles(write(front(published_at="2026-05-01 13:00")))
        assert Article.objects.get().status == "scheduled"
        assert reader.get("/articles/a-piece/").status_code == 404
        clock.move_to("2026-05-01 13:00Z")
        assert reader.get("/articles/a-piece/").status_code == 200


def test_an_article_with_a_time_in_the_past_is_published_at_that_time(write):
    import_articles(write(front(published_at="2020-05-01T13:00:00+02:00")))
    assert Article.objects.get().published_at == datetime.datetime(2020, 5, 1, 11, tzinfo=datetime.UTC)


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_an_article_that_is_not_to_be_shown_is_not_shown(reader, write, status):
    import_articles(write(front(status=status)))
    assert Article.objects.get().status == status
    assert reader.get("/articles/a-piece/").status_code == 404


def test_a_changed_status_in_the_file_changes_the_article(write):
    path = write()
    import_articles(path)
    write(GOOD.replace("---\n\n", "status: withdrawn\n---\n\n"))
    assert "1 changed" in import_articles(path)
    assert Article.objects.get().status == "withdrawn"


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


# The demonstration content


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """What load_demo makes, loaded once and taken away again."""

    class Undo(Exception):
        pass

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        out = StringIO()
        call_command("load_demo", stdout=out)
        yield out.getvalue()
        atomic.__exit__(Undo, Undo(), None)


def test_the_demonstration_fills_six_sections_with_at_least_24_articles(demo):
    assert Article.objects.published().count() >= 24
    sections = Section.objects.exclude(slug="real-time")
    assert sections.count() == 6
    assert all(section.articles.exists() for section in sections)


def test_the_demonstration_articles_are_of_a_length_to_read(demo):
    lengths = {article.slug: len(article.body.split()) for article in Article.objects.all()}
    assert {slug: words for slug, words in lengths.items() if not 300 <= words <= 900} == {}


def test_the_demonstration_articles_are_not_damaged(demo):
    assert {article.slug: found for article in Article.objects.all() if (found := proposals(article.body))} == {}


def test_the_demonstration_has_comments_in_every_state_that_a_moderator_sees(demo):
    states = set(Comment.objects.values_list("status", flat=True))
    assert states == {"pending", "published", "rejected", "spam", "withdrawn"}


def test_the_demonstration_has_questions_with_answers_and_replies_to_replies(demo):
    assert Comment.objects.published().filter(kind="question", answer__isnull=False).exists()
    assert Comment.objects.published().filter(parent__parent__isnull=False).exists()


def test_the_demonstration_has_nothing_from_the_future(demo):
    assert not Article.objects.filter(published_at__gt=timezone.now()).exists()
    assert not Comment.objects.filter(created_at__gt=timezone.now()).exists()


def test_no_demonstration_comment_is_older_than_its_article_or_what_it_replies_to(demo):
    assert not Comment.objects.filter(created_at__lt=F("article__published_at")).exists()
    assert not Comment.objects.filter(created_at__lt=F("parent__created_at")).exists()


def test_loading_the_demonstration_again_adds_nothing(demo):
    models = (Article, Section, Topic, Comment)
    before = [model.objects.count() for model in models]
    ratings = sum(Article.objects.values_list("rating_count", flat=True))
    out = StringIO()
    call_command("load_demo", stdout=out)
    assert [model.objects.count() for model in models] == before
    assert sum(Article.objects.values_list("rating_count", flat=True)) == ratings
    assert "0 ratings given" in out.getvalue()
    assert "0 comments written" in out.getvalue()


def test_the_counters_of_the_demonstration_equal_a_recount(demo):
    out = StringIO()
    call_command("recount", check=True, stdout=out)
    assert "equal a recount" in out.getvalue()


def test_every_page_of_the_demonstration_opens(demo, reader):
    addresses = ["/", "/topics/", *(section.get_absolute_url() for section in Section.objects.all())]
    addresses += [article.get_absolute_url() for article in Article.objects.all()]
    addresses += [topic.get_absolute_url() for topic in Topic.objects.all()]
    assert {address for address in addresses if reader.get(address).status_code != 200} == set()


def test_every_topic_link_in_the_demonstration_leads_somewhere(demo):
    known = set(Topic.objects.values_list("slug", flat=True))
    html = " ".join(Article.objects.values_list("body_html", flat=True))
    linked = set(re.findall(r'href="/topics/([^/"]+)/"', html))
    assert linked
    assert linked <= known


def test_the_demonstration_has_a_closed_discussion_that_says_why(demo, reader):
    (closed,) = Article.objects.filter(comments_policy="closed")
    assert closed.comments_closed_at
    assert closed.comments_closed_because
    assert closed.comments_closed_because in reader.get(closed.get_absolute_url()).content.decode()
    assert closed.discussion_count > 0
