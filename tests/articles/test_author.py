"""An article can name the account of who wrote it; readers are not shown accounts."""

import pytest
from django.contrib.auth.models import User

from tests.newsroom import form, staff


@pytest.fixture
def editor():
    return staff("ed", "change_article", "view_article")


@pytest.fixture
def author():
    return User.objects.create_user("ada", is_staff=True)


@pytest.fixture
def save(editor, article):
    """Save the article in the newsroom, with these fields changed; what the newsroom answers."""

    def save(**changes):
        answer = editor.post(f"/admin/articles/article/{article.pk}/change/", form(article, **changes))
        article.refresh_from_db()
        return answer

    return save


def test_an_editor_names_the_author_and_takes_the_name_back(save, article, author):
    assert save(author=author.pk).status_code == 302
    assert article.author == author
    assert save(author="").status_code == 302
    assert article.author is None


def test_only_members_of_staff_can_be_named(save, article):
    stranger = User.objects.create_user("stranger")
    assert save(author=stranger.pk).status_code == 200
    assert article.author is None


def test_who_has_left_the_staff_stays_the_author(save, article, author):
    save(author=author.pk)
    User.objects.filter(pk=author.pk).update(is_staff=False, is_active=False)
    assert save(title="Machines, corrected").status_code == 302
    assert article.author == author


def test_an_article_outlives_the_account_of_its_author(reader, save, article, author):
    save(author=author.pk)
    author.delete()
    article.refresh_from_db()
    assert article.author is None
    assert reader.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("path", ["/articles/machines/", "/api/v1/articles/machines/", "/api/v1/articles/"])
def test_readers_are_not_shown_the_account(reader, save, article, path):
    save(author=User.objects.create_user("a-secret-name", is_staff=True).pk)
    assert "a-secret-name" not in reader.get(path).content.decode()


def test_who_may_only_look_sees_the_article_in_the_newsroom(article):
    viewer = staff("vi", "view_article")
    assert viewer.get(f"/admin/articles/article/{article.pk}/change/").status_code == 200
