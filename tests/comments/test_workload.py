"""How moderation goes, as the newsroom sees it."""

import datetime
import re

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from comments import moderation
from comments.models import Action
from newsite.models import Heartbeat
from tests.newsroom import staff

PATH = "/admin/figures/"


@pytest.fixture(autouse=True)
def _counted_anew():
    cache.clear()


def rows(page, heading):
    table = re.search(rf"<h2>{heading}\b.*?</table>", page, re.DOTALL)[0]
    return [re.findall(r"<td>(?:<a[^>]*>)?(.*?)(?:</a>)?</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)][
        1:
    ]


def test_what_was_decided_and_how_long_it_took_is_counted(moderator, make_comment, moderator_user):
    with time_machine.travel(timezone.now() - datetime.timedelta(hours=6), tick=False) as clock:
        loud = [make_comment("THIS IS ALL WRONG AND I SAY SO LOUDLY") for _ in range(2)]
        plain, waits = make_comment(), make_comment()
        clock.shift(datetime.timedelta(hours=4))
        moderation.moderate(loud[0], Action.REJECT, by=moderator_user, reason="offensive")
        moderation.moderate(loud[1], Action.APPROVE, by=moderator_user)
        moderation.moderate(plain, Action.APPROVE, by=moderator_user)
    page = moderator.get(PATH).content.decode()
    assert "<b>1</b> waiting, the oldest for <b>6 hours</b>" in page
    assert rows(page, "Decisions by reason") == [["approve", "2"], ["reject: Offensive", "1"]]
    assert rows(page, "Decisions by person") == [["mo", "3"]]
    assert ["shouting", "1", "1"] in rows(page, "How right screening is")
    assert rows(page, "Most commented on") == [["Machines", "4"]]
    assert page.count("<figure") == 4
    assert page.count("<rect") == 4 * 30
    assert "hours, at most 4<" in page
    assert waits.status == "pending"


def test_an_empty_newsroom_says_so(moderator, article):
    page = moderator.get(PATH).content.decode()
    assert "<b>0</b> waiting ·" in page
    assert "Nobody has decided anything yet." in page
    assert "Nobody has commented yet." in page


def test_the_health_of_the_worker_and_of_the_mail_is_told(moderator):
    assert "worker <b>late</b>, never seen" in moderator.get(PATH).content.decode()
    Heartbeat.objects.create(name="worker", at=timezone.now())
    assert "worker at work" in moderator.get(PATH).content.decode()
    Heartbeat.objects.update(at=timezone.now() - datetime.timedelta(minutes=5))
    assert "worker <b>late</b>, last seen" in moderator.get(PATH).content.decode()


def test_only_who_may_see_decisions_sees_their_figures(reader):
    assert reader.get(PATH).status_code == 302
    assert staff("ann", "view_comment").get(PATH).status_code == 403
