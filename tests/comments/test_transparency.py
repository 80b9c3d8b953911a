"""Everybody can read what was removed, why, and by what means; programs read the same figures."""

import csv
import datetime

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from comments import appeals, moderation
from comments.models import Action, By

THEN = datetime.datetime(2026, 3, 5, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def decided(make_comment, moderator_user):
    """Some decisions of a year, one of them taken back, one appealed against."""
    cache.clear()
    with time_machine.travel(THEN, tick=False) as clock:
        removed = [make_comment() for _ in range(4)]
        clock.shift(datetime.timedelta(hours=3))
        for comment, reason in zip(removed[:3], ("off_topic", "off_topic", "illegal"), strict=True):
            moderation.moderate(comment, Action.REJECT, by=moderator_user, reason=reason)
        moderation.moderate(removed[3], Action.SPAM, by=moderator_user)
        moderation.moderate(removed[3], Action.UNDO, by=moderator_user)
        moderation.moderate(make_comment(), Action.SPAM, role=By.SCREENING)
        appeals.appeal(removed[0], text="It is on topic.")
        yield clock


def table(reader):
    answer = reader.get("/transparency/2026.csv")
    assert answer["Content-Type"].startswith("text/csv")
    what, *rows = csv.reader(answer.content.decode().splitlines())
    assert what == ["what", "reason", "means", "count"]
    return [tuple(row) for row in rows]


def test_decisions_are_counted_by_reason_and_means_without_those_taken_back(reader):
    rows = table(reader)
    assert ("comments received", "", "", "5") in rows
    assert [row for row in rows if row[0] == "removed"] == [
        ("removed", "illegal content", "by a person", "1"),
        ("removed", "off topic", "by a person", "2"),
        ("removed", "spam", "automatically", "1"),
    ]
    assert ("appeals", "", "waits", "1") in rows
    assert ("median hours to a decision", "", "", "3.0") in rows


def test_the_page_and_the_json_say_the_same(reader):
    page = reader.get("/transparency/").content.decode()
    assert "decided about comments in 2026" in page
    assert "<td>off topic</td><td>by a person</td><td>2</td>" in page
    told = reader.get("/transparency/2026.json").json()
    assert {"reason": "off topic", "means": "by a person", "count": 2} in told["removed"]
    assert told["year"] == 2026


def test_the_next_year_begins_anew_and_the_old_one_stays(reader, decided):
    decided.move_to(THEN + datetime.timedelta(days=365))
    assert "Nothing was removed." in reader.get("/transparency/").content.decode()
    assert "off topic" in reader.get("/transparency/?year=2026").content.decode()


@pytest.mark.parametrize("path", ["?year=1999", "?year=x", "2031.csv", "2026.xml", "99999.csv"])
def test_of_other_years_there_is_nothing(reader, path):
    assert timezone.now().year == 2026
    assert reader.get(f"/transparency/{path}").status_code == 404
