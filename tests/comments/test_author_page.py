"""The page of an author in the newsroom."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from comments import moderation
from comments.models import Action, AuthorNote, Block, Comment
from tests.newsroom import staff

PATH = "/admin/comments/author/"


@pytest.fixture
def known(make_comment, moderator_user):
    """Two comments of one browser, one of them rejected."""
    made = [
        make_comment(f"What I said, number {n} <b>.", name=f"Eve {n}", author_email="eve@a.example") for n in range(2)
    ]
    Comment.objects.update(reader="f" * 32)
    moderation.moderate(made[0], Action.REJECT, by=moderator_user, reason="offensive")
    return made


@pytest.mark.parametrize("query", [f"kind=reader&value={'f' * 32}", "kind=email&value=eve@a.example"])
def test_it_shows_all_that_is_known(moderator, known, make_comment, query):
    make_comment("By somebody else.")
    Block.objects.create(kind="reader", value="f" * 32, reason="Insults <again>.")
    page = moderator.get(f"{PATH}?{query}").content.decode()
    assert "What I said, number 0 &lt;b&gt;." in page
    assert "<bdi>Eve 0</bdi>, <bdi>Eve 1</bdi>" in page
    assert "reject by mo: Offensive" in page
    assert "By somebody else." not in page
    assert ("Insults &lt;again&gt;." in page) == ("reader&" in query)
    other = "kind=email&amp;value=eve%40a.example" if "reader&" in query else f"kind=reader&amp;value={'f' * 32}"
    assert other in page


def test_an_address_is_the_same_in_capitals_and_blocked_with_its_domain(moderator, make_comment):
    make_comment("From the house.", author_email="Eve@House.example")
    query = f"{PATH}?kind=email&value=Eve@House.example"
    assert "Not blocked." in moderator.get(query).content.decode()
    sent = {"kind": "email", "value": "@House.Example", "reason": "The whole house."}
    assert staff("ann", "add_block").post("/admin/comments/block/add/", sent).status_code == 302
    page = moderator.get(query).content.decode()
    assert "From the house." in page
    assert "for good: The whole house." in page


def test_a_note_is_left_for_others(moderator, known):
    path = f"{PATH}?kind=email&value=eve@a.example"
    assert moderator.post(path, {"text": "Writes from the <library>."}).status_code == 303
    page = staff("ann", "moderate_comment").get(path).content.decode()
    assert "Writes from the &lt;library&gt;. (mo," in page
    entry = LogEntry.objects.get()
    assert (entry.user.username, entry.object_repr, entry.is_addition()) == ("mo", "Writes from the <library>.", True)
    assert moderator.post(path, {"text": ""}).status_code == 400
    assert moderator.post(path, {"text": "a\u202eb"}).status_code == 400
    assert AuthorNote.objects.count() == 1


@pytest.mark.parametrize("query", ["", "kind=reader", "kind=shoe&value=9", "kind=reader&value=%00"])
def test_about_nobody_there_is_no_page(moderator, query):
    assert moderator.get(f"{PATH}?{query}").status_code == 404


def test_only_moderators_see_it(reader, known):
    query = f"{PATH}?kind=reader&value={'f' * 32}"
    assert reader.get(query).status_code == 302
    assert staff("ann", "view_comment").get(query).status_code == 403
    assert staff("bob", "moderate_comment").get(query).status_code == 200


def test_all_of_an_authors_comments_are_reached_page_by_page(moderator, known, monkeypatch):
    monkeypatch.setattr("comments.admin.author.SHOWN", 1)
    first = moderator.get(f"{PATH}?kind=reader&value={'f' * 32}").content.decode()
    assert "What I said, number 1" in first
    assert "What I said, number 0" not in first
    (earlier,) = re.findall(r'href="([^"]+)">Earlier comments', first)
    second = moderator.get(f"{PATH}{earlier.replace('&amp;', '&')}").content.decode()
    assert "What I said, number 0" in second
    assert "Earlier comments" not in second
