"""Whatever readers and moderators do about ratings that were set aside, the counters are right."""

from contextlib import suppress

import hypothesis
import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from articles import ratings, review
from articles.models import STARS, Article, Rating, RatingBurst
from articles.pace import FLOOR, GROWTH
from newsite.readers import Asker
from tests.articles.crowds import counted
from tests.machines import OnAnArticle


class Review(OnAnArticle):
    """Readers of two networks rate as they like, a moderator decides as they like, and time passes; a dictionary keeps
    what readers last gave."""

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.now = self.clock.start()
        self.askers = [Asker(f"{n:032x}", f"network {n % 2}", is_new=True) for n in range(8)]
        self.by = User.objects.create_user("mo")
        self.given = {}
        self.excess_from, self.since, self.usual = 0, timezone.now(), 0.0

    def teardown(self):
        try:
            counted()
        finally:
            self.clock.stop()
            super().teardown()

    @rule(who=st.integers(0, 7), stars=st.sampled_from(STARS))
    def rate(self, who, stars):
        ratings.rate(article=self.article, who=self.askers[who], stars=stars)
        self.given[who] = stars

    @rule(who=st.integers(0, 7))
    def take_back(self, who):
        ratings.remove(article=self.article, who=self.askers[who])
        self.given.pop(who, None)

    @rule(seconds=st.sampled_from([1, 60, 3600, 2 * 86400]))
    def wait(self, seconds):
        self.now.shift(seconds)

    @rule(data=st.data(), action=st.sampled_from(review.Action))
    @precondition(lambda _: RatingBurst.objects.exists())
    def decide(self, data, action):
        burst = data.draw(st.sampled_from(list(RatingBurst.objects.order_by("pk"))))
        seen = data.draw(st.sampled_from([None, *burst.ratings.order_by("pk").values_list("pk", flat=True)]))
        with suppress(review.Conflict):
            review.decide(burst, action, by=self.by, seen=seen)

    @invariant()
    def what_everybody_gave_is_kept(self):
        kept = dict(Rating.objects.values_list("reader", "stars"))
        assert kept == {self.askers[who].reader: stars for who, stars in self.given.items()}

    @invariant()
    def what_counts_is_what_no_burst_holds_back(self):
        rows = Rating.objects.values_list("stars", "counted", "burst__state")
        found = [stars for stars, _, state in rows if state in (None, "accepted")]
        assert sorted(stars for stars, is_counted, _ in rows if is_counted) == sorted(found)
        self.article.refresh_from_db()
        assert self.article.histogram == {stars: found.count(stars) for stars in STARS}
        assert (self.article.rating_count, self.article.rating_sum) == (len(found), sum(found))
        score = (8 * 3.4 + sum(found)) / (8 + len(found)) if found else 0
        assert self.article.rating_score == pytest.approx(score)

    @invariant()
    def the_excess_is_what_time_has_left_of_the_ratings_since_it_began(self):
        article = Article.objects.get(pk=self.article.pk)
        if article.rating_excess_from not in (0, self.excess_from):
            self.excess_from, self.since, self.usual = article.rating_excess_from, timezone.now(), 0.0
        self.usual = max(self.usual, article.rating_pace)
        explained = (FLOOR + GROWTH * self.usual) * (timezone.now() - self.since).total_seconds() / 60
        held = Rating.objects.filter(newcomer=True, burst=None, pk__gte=self.excess_from).count()
        if self.excess_from:
            assert article.rating_excess > held - explained - 1e-6
        if not article.rating_burst_id:
            assert article.rating_excess <= held


def test_whatever_readers_and_moderators_do_the_counters_are_right(settings):
    settings.RATING_BURST, settings.RATELIMITS = 3, False
    run_state_machine_as_test(
        Review, settings=hypothesis.settings(max_examples=40, stateful_step_count=30, deadline=None)
    )
