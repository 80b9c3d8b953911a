"""Who is blocked, and who takes a name that is the newsroom's: however the name is dressed up."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from comments import tokens
from comments.models import Block
from tests.comments.test_screening import noticed
from tests.newsroom import staff

BLOCK = "/admin/comments/block/add/"


@pytest.fixture
def blocker():
    return staff("ann", "add_block")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "eve@a.example"), ("email", "@a.example"), ("name", "eve"), ("reader", None), ("network", None)],
)
def test_a_blocked_author_is_rejected_and_told_why(send, kind, value):
    client = Client()
    first = send(client, author_name="Ėve", author_email="Eve@A.example")
    Block.objects.create(kind=kind, value=value or getattr(first, kind), reason="Insults, again and again.")
    comment = send(client, author_name="EVE", author_email="eve@a.example")
    assert comment.status == "rejected"
    page = client.get(tokens.status_path(comment.pk)).content.decode()
    assert "blocked for good: Insults, again and again." in page
    assert "This was decided automatically." in page
    assert send(Client(REMOTE_ADDR="198.51.100.7"), author_name="Ada", author_email="").status == "pending"


@pytest.mark.parametrize("name", ["Eve.", "E  ve", "_Eve_", "Ėve", "E\u200bve", "3ve!"])
def test_a_blocked_name_is_blocked_however_it_is_dressed_up(send, blocker, name):
    assert blocker.post(BLOCK, {"kind": "name", "value": "Eve", "reason": "Insults."}).status_code == 302
    assert send(Client(), author_name=name).status == "rejected"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("email", "a.example", "Write an address"),
        ("name", "!!!", "it has no letters"),
        ("name", "\ufdfa" * 100, "at most 254 characters"),
    ],
)
def test_a_block_that_can_hold_nobody_is_refused(blocker, kind, value, told):
    answer = blocker.post(BLOCK, {"kind": kind, "value": value, "reason": "Insults."})
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Block.objects.exists()


@pytest.mark.parametrize("hour", [0, 23])
def test_a_network_is_blocked_for_as_long_as_it_can_be_told_from_others(send, hour):
    with time_machine.travel(datetime.datetime(2027, 5, 1, hour, 30, tzinfo=datetime.UTC)):
        client, blocker = Client(), staff("ann", "add_block")
        sent = {"kind": "network", "value": send(client).network, "reason": "A flood."}
        later = {"expires_at_0": "2031-01-01", "expires_at_1": "00:00"}
        assert blocker.post(BLOCK, {**sent, **(later if hour else {})}).status_code == 302
        page = client.get(tokens.status_path(send(client).pk)).content.decode()
        assert "blocked until 2 May 2027: A flood." in page


def test_a_block_ends(send):
    Block.objects.create(kind="name", value="eve", reason="x", expires_at=timezone.now() + datetime.timedelta(hours=1))
    assert send(Client(), author_name="Eve").status == "rejected"
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        assert send(Client(), author_name="Eve").status == "pending"


@pytest.mark.parametrize(
    "name",
    ["Vera Quill", "VERA  QUILL", "V\u0435ra Quill", "vera", "AI News", "The Editor", "M0derator", "Admin",
        "Vera Quill (AI News)", "Vera QuiII", "Al News", "AI News Team", "The-Editor", "Mod (Moderator)", "Moderators",
        "Site Admin!", "V e r a Quill", "Vera Quill, staff"]
)  # fmt: skip
def test_who_takes_a_name_of_the_newsroom_is_noticed(send, name):
    User.objects.create_user("vera", first_name="Vera", last_name="Quill", is_staff=True)
    assert "impersonation" in noticed(send(Client(), author_name=name))


@pytest.mark.parametrize("name", ["Vera", "Editha", "Adminah", "Ada", "Quill", "Al", "Vera Quillington", "News"])
def test_other_names_are_not(send, name):
    User.objects.create_user("verena", first_name="Verena", last_name="Quill", is_staff=True)
    assert noticed(send(Client(), author_name=name)) == []
