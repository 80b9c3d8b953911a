"""What the classifier learns from decisions: from each text once, as it was decided about, in no haste."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import moderation, posting
from comments.models import Action, Classifier, Feature
from comments.screening import classifier
from newsite import worker
from tests.comments.test_authors import edit
from tests.newsroom import staff

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def learned(clock):
    """In how many wanted and unwanted texts a word stood, once nothing that was decided can be undone any more."""

    def learned(word="penguins"):
        clock.shift(11 * MINUTE)
        while classifier.learn():
            pass
        row, feature = Classifier.objects.get(), Feature.objects.filter(key=f"w:{word}").first()
        counts = (feature.wanted, feature.unwanted) if feature else (0, 0)
        assert word != "penguins" or counts == (row.wanted, row.unwanted), "each text has it once"
        return counts

    return learned


@pytest.fixture
def comment(make_comment):
    return make_comment("All about penguins, penguins and other penguins.")


def decide(comment, *actions):
    for action in actions:
        moderation.moderate(comment, action, reason="offensive" if action == Action.REJECT else "")


def test_nothing_is_learned_before_a_decision_can_no_longer_be_undone(comment, clock, learned):
    decide(comment, Action.APPROVE)
    clock.shift(9 * MINUTE)
    assert classifier.learn() == 0
    assert learned() == (1, 0)
    assert learned() == (1, 0), "and once"


def test_what_was_undone_teaches_nothing(comment, moderator_user, learned):
    moderation.moderate(comment, Action.SPAM, by=moderator_user)
    moderation.moderate(comment, Action.UNDO, by=moderator_user)
    assert learned() == (0, 0)
    decide(comment, Action.SPAM)
    assert learned() == (0, 1)


def test_what_is_kept_again_and_again_teaches_once(comment, learned):
    decide(comment, Action.APPROVE, Action.KEEP, Action.KEEP)
    assert learned() == (1, 0)
    decide(comment, Action.KEEP)
    assert learned() == (1, 0)


def test_of_two_decisions_in_a_row_the_last_one_teaches(comment, learned):
    decide(comment, Action.APPROVE, Action.SPAM)
    assert learned() == (0, 1)


def test_a_later_decision_weighs_against_the_first(comment, learned):
    decide(comment, Action.APPROVE)
    assert learned() == (1, 0)
    decide(comment, Action.REJECT)
    assert learned() == (1, 1)


def test_what_was_edited_after_a_decision_is_not_what_was_decided_about(comment, clock, learned):
    decide(comment, Action.APPROVE)
    clock.shift(MINUTE)
    assert edit(comment, "All about walruses, walruses and other walruses.").status == "pending"
    assert learned() == (0, 0)
    assert learned("walruses") == (0, 0)
    decide(comment, Action.SPAM)
    assert learned("walruses") == (0, 1)


def test_what_was_edited_before_a_decision_is_learned_from_as_it_was_decided(comment, clock, learned):
    edit(comment, "All about walruses, walruses and other walruses.")
    clock.shift(MINUTE)
    decide(comment, Action.APPROVE)
    assert learned("walruses") == (1, 0)


def test_what_its_author_withdrew_and_what_was_held_teach_what_was_decided_before(comment, clock, learned):
    decide(comment, Action.APPROVE)
    posting.withdraw(comment)
    assert learned() == (1, 0)


def test_the_worker_learns_from_some_decisions_a_round(make_comment, clock, monkeypatch):
    monkeypatch.setattr(classifier, "BATCH", 2)
    for _ in range(5):
        make_comment(status="published")
    clock.shift(11 * MINUTE)
    rounds, pauses = iter([False, False, True]), []
    worker.run(rounds.__next__, pauses.append)
    assert Classifier.objects.get().wanted == 4
    assert not pauses, "there is more to do"


def test_letting_it_act_changes_nothing_that_it_learns_meanwhile(comment):
    editor = staff("ed", "view_classifier", "change_classifier")
    with CaptureQueriesContext(connection) as asked:
        editor.post("/admin/comments/classifier/1/change/", {"is_acting": "on"})
    (update,) = [query["sql"] for query in asked if query["sql"].startswith('UPDATE "comments_classifier"')]
    assert Classifier.objects.get().is_acting
    assert update.count("=") == 2, "one column, and the row that it is changed in"


def test_what_stood_in_one_text_is_forgotten_after_a_year(comment, make_comment, clock, learned):
    decide(comment, Action.APPROVE)
    decide(make_comment("All about walruses, which are no penguins, or so they say."), Action.APPROVE)
    assert (learned(), learned("walruses")) == ((2, 0), (1, 0))
    clock.shift(datetime.timedelta(days=364))
    assert not classifier.prune()
    clock.shift(datetime.timedelta(days=2))
    assert classifier.prune()
    assert not Feature.objects.filter(key="w:walruses").exists()
    assert Feature.objects.filter(key="w:penguins").exists()


def test_what_was_learned_is_marked_as_it_is_written_and_in_no_longer_word(make_comment, moderator, learned):
    for number in range(20):
        decide(make_comment(f"Come to the casino for art, says number {number}."), Action.SPAM)
        decide(make_comment(f"Quite another matter: the weather of day {number} in March."), Action.APPROVE)
    learned("casino")
    sent = make_comment("Let us start: come to the c4s1no for art, says who.")
    assert "learned" in [finding["check"] for finding in sent.findings]
    page = moderator.get("/admin/comments/queue/").content.decode()
    assert "Let us start: " in page
    assert "<mark>c4s1no</mark>" in page
    assert "<mark>art</mark>" in page
