"""Topics are saved, renamed and deleted in the newsroom, and the articles follow."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles import publishing
from articles.models import Article, Topic
from tests.articles.topics.linking import LINK, Kind
from tests.newsroom import form


@pytest.fixture
def chief():
    client = Client()
    client.force_login(User.objects.create_superuser("chief", password="a long enough password"))
    return client


@pytest.fixture
def known():
    return Topic.objects.create(name="Anthropic", slug="anthropic", kind=Kind.COMPANY)


def save_topic(chief, path, **fields):
    answer = chief.post(
        path, {"name": "Anthropic", "slug": "anthropic", "kind": "company", "aliases": "", "description": "", **fields}
    )
    assert answer.status_code == 302, answer.context["errors"]
    return answer


def links_on_page(reader, article):
    page = reader.get(article.get_absolute_url()).content.decode()
    return LINK.findall(page[page.index('class="prose"') :])


def test_a_topic_saved_in_the_newsroom_is_linked_in_articles_that_name_it(chief, reader, make_article):
    naming, silent = make_article("naming", body="About Anthropic."), make_article("silent", body="About nothing.")
    save_topic(chief, "/admin/articles/topic/add/")
    assert links_on_page(reader, naming) == ["Anthropic"]
    assert links_on_page(reader, silent) == []
    assert "Naming" in reader.get("/topics/anthropic/").content.decode()


def test_the_newsroom_says_in_how_many_articles_a_topic_was_linked(chief, make_article):
    make_article(body="About Anthropic.")
    answer = chief.get(save_topic(chief, "/admin/articles/topic/add/")["Location"])
    assert "Linked anew in 1 article." in answer.content.decode()


def test_a_renamed_topic_loses_its_old_links_and_gets_new_ones(chief, reader, make_article, known):
    old, new = make_article("old", body="About Anthropic."), make_article("new", body="About DeepMind.")
    assert links_on_page(reader, old) == ["Anthropic"]
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", name="DeepMind")
    assert links_on_page(reader, old) == []
    assert links_on_page(reader, new) == ["DeepMind"]
    assert list(known.articles.all()) == [new]


def test_an_alias_taken_away_is_linked_no_more(chief, reader, make_article, known):
    article = make_article(body="The makers of Claude.")
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", aliases="makers of Claude")
    assert links_on_page(reader, article) == ["makers of Claude"]
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", aliases="")
    assert links_on_page(reader, article) == []


@pytest.mark.parametrize(
    ("body", "name", "found"),
    [
        ("Safe vector\nsearch.", "vector search", "vector\nsearch"),
        ("Two policies.", "policy", "policies"),
        ("Étude again.", "étude", "Étude"),
    ],
)
def test_a_mention_that_is_not_written_like_the_name_is_linked_and_unlinked_too(
    chief, reader, make_article, body, name, found
):
    article = make_article(body=body)
    save_topic(chief, "/admin/articles/topic/add/", name=name, slug="the-topic", kind="concept")
    assert links_on_page(reader, article) == [found]
    chief.post(f"/admin/articles/topic/{Topic.objects.get().pk}/delete/", {"post": "yes"})
    assert links_on_page(reader, article) == []


def test_a_deleted_topic_leaves_no_dead_link_where_its_name_was_broken_over_two_lines(chief, reader, make_article):
    Topic.objects.create(name="vector search", slug="vector-search", kind=Kind.CONCEPT)
    article = make_article(body="Safe vector\nsearch.")
    assert links_on_page(reader, article) == ["vector\nsearch"]
    chief.post(f"/admin/articles/topic/{Topic.objects.get().pk}/delete/", {"post": "yes"})
    assert links_on_page(reader, article) == []


def test_a_topic_whose_address_changes_is_linked_at_the_new_one(chief, make_article, known):
    article = make_article(body="About Anthropic.")
    save_topic(chief, f"/admin/articles/topic/{known.pk}/change/", slug="anthropic-pbc")
    article.refresh_from_db()
    assert "/topics/anthropic-pbc/" in article.body_html


def test_a_deleted_topic_leaves_the_word_and_no_link(chief, reader, make_article, known):
    article = make_article(body="About Anthropic.")
    chief.post(f"/admin/articles/topic/{known.pk}/delete/", {"post": "yes"})
    assert not Topic.objects.exists()
    assert links_on_page(reader, article) == []
    assert "<p>About Anthropic.</p>" in reader.get(article.get_absolute_url()).content.decode()


def test_topics_deleted_from_the_list_leave_no_links_either(chief, reader, make_article, known):
    article = make_article(body="About Anthropic.")
    chief.post("/admin/articles/topic/", {"action": "delete_selected", "_selected_action": [known.pk], "post": "yes"})
    assert not Topic.objects.exists()
    assert links_on_page(reader, article) == []


def test_linking_anew_does_not_say_that_the_article_was_changed(chief, make_article):
    article = make_article(body="About Anthropic.")
    before = article.updated_at
    save_topic(chief, "/admin/articles/topic/add/")
    article.refresh_from_db()
    assert "topic" in article.body_html
    assert article.updated_at == before


def test_an_extra_topic_lists_an_article_that_does_not_name_it(reader, make_article, known):
    article = make_article(body="About nobody.")
    publishing.tag(article, [known])
    assert links_on_page(reader, article) == []
    assert article.title in reader.get("/topics/anthropic/").content.decode()
    assert '<a href="/topics/anthropic/">Anthropic</a>' in reader.get(article.get_absolute_url()).content.decode()


def test_an_extra_topic_stays_when_another_topic_is_linked_anew(chief, make_article, known):
    article = make_article(body="About DeepMind.")
    publishing.tag(article, [known])
    save_topic(chief, "/admin/articles/topic/add/", name="DeepMind", slug="deepmind")
    assert {topic.name for topic in article.topics.all()} == {"Anthropic", "DeepMind"}


def test_the_editor_adds_an_extra_topic_in_the_newsroom(chief, make_article, known):
    article = make_article(body="About nobody.")
    sent = form(article, extra_topics=[known.pk])
    answer = chief.post(f"/admin/articles/article/{article.pk}/change/", sent)
    assert answer.status_code == 302
    assert list(Article.objects.get().topics.all()) == [known]


def test_an_edited_text_is_linked_when_it_is_saved(make_article, known):
    article = make_article(body="Nothing.")
    article.body = "Now Anthropic."
    publishing.save(article)
    assert LINK.findall(article.body_html) == ["Anthropic"]
    assert list(article.topics.all()) == [known]
