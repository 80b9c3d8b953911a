"""An imported article's section, the time at which it is published, and its status."""

import datetime

import pytest
import time_machine

from articles.models import Article, Section
from tests.articles.importing.command import GOOD, front, import_articles


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
