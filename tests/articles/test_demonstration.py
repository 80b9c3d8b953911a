"""The demonstration content: complete, undamaged, and nothing in it from the future."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.damage import proposals
from articles.models import Article, Section, Topic
from comments.models import Comment


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
