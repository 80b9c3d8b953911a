"""Readers rate articles, one rating each; what is counted equals a recount, whatever they do."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from articles import publishing, ratings
from articles.models import STARS, Article, Rating, Section
from newsite import stamps
from tests.conftest import as_reader

PATH = "/articles/machines/rating/"


def counted(article):
    """The stored counters of an article as it is in the database."""
    article.refresh_from_db()
    return article.rating_count, article.rating_sum, article.histogram


def recount(**options):
    out = StringIO()
    call_command("recount", stdout=out, **options)
    return out.getvalue()


def test_a_reader_rates_changes_and_takes_back(reader, article):
    answer = reader.post(PATH, {"stars": 4})
    stamp = stamps.version(article.stamp)
    assert (answer.status_code, answer["Location"]) == (303, f"/articles/machines/?v={stamp}#rating")
    assert counted(article) == (1, 4, {1: 0, 2: 0, 3: 0, 4: 1, 5: 0})
    reader.post(PATH, {"stars": 2})
    assert counted(article) == (1, 2, {1: 0, 2: 1, 3: 0, 4: 0, 5: 0})
    reader.post(PATH, {"take_back": 1})
    assert counted(article) == (0, 0, dict.fromkeys(STARS, 0))
    article.refresh_from_db()
    assert article.rating_score == 0
    assert article.rating_average is None
    recount(check=True)


def test_a_reader_sees_the_own_rating_and_nobody_elses(reader, stranger, article):
    reader.post(PATH, {"stars": 4})
    own = reader.get(PATH)
    assert 'value="4" id="star-4" required checked' in own.content.decode()
    assert own["Cache-Control"] == "private, no-store"
    other = stranger.get(PATH).content.decode()
    assert "You have not rated this article from this browser yet." in other
    assert "checked" not in other


def test_two_readers_count_twice_and_one_reader_once(reader, stranger, article):
    for client in (reader, stranger, reader, stranger, reader):
        client.post(PATH, {"stars": 5})
    assert counted(article)[0] == 2
    assert Rating.objects.count() == 2


def test_the_same_stars_again_change_nothing(reader, article):
    reader.post(PATH, {"stars": 3})
    before = Rating.objects.values().get()
    reader.post(PATH, {"stars": 3})
    assert Rating.objects.values().get() == before
    assert counted(article)[0] == 1


def test_taking_back_what_was_never_given_changes_nothing(reader, stranger, article):
    stranger.post(PATH, {"stars": 5})
    assert reader.post(PATH, {"take_back": 1}).status_code == 303
    assert counted(article)[0] == 1


@pytest.mark.parametrize(
    "fields", [{}, *({"stars": stars} for stars in ("0", "6", "-1", "4.5", "five", "", "５", " 5", "1e0", "\0"))]
)
def test_anything_but_one_to_five_stars_is_refused(reader, article, fields):
    answer = reader.post(PATH, fields)
    assert answer.status_code == 400
    assert "Choose one to five stars." in answer.content.decode()
    assert counted(article)[0] == 0


@pytest.mark.parametrize("stars", [0, 6, -1, 4.5, "5", None])
def test_the_function_refuses_what_is_no_star_count(article, stars):
    with pytest.raises(ratings.NotAStarCount):
        ratings.rate(article=article, who=as_reader("0" * 32), stars=stars)
    assert not Rating.objects.exists()


def test_with_javascript_only_the_rating_is_sent_back(reader, article):
    answer = reader.post(PATH, {"stars": 4}, headers={"HX-Request": "true"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in html
    assert "4.0 out of 5 · 1 rating" in html
    assert "You rated this article 4 out of 5. Thank you." in html
    html = reader.post(PATH, {"take_back": 1}, headers={"HX-Request": "true"}).content.decode()
    assert "Your rating was taken back." in html
    assert "Be the first to rate this article." in html


def test_a_forged_cookie_is_refused_removed_and_the_next_try_succeeds(reader, article):
    reader.cookies["reader"] = "0" * 32 + ":forged"
    answer = reader.post(PATH, {"stars": 4})
    assert answer.status_code == 400
    assert answer.cookies["reader"]["max-age"] == 0
    assert counted(article)[0] == 0
    assert reader.post(PATH, {"stars": 4}).status_code == 303
    assert counted(article)[0] == 1


def test_the_cookie_is_set_on_the_first_rating_and_out_of_reach_for_scripts(reader, article):
    cookie = reader.post(PATH, {"stars": 4}).cookies["reader"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "reader" not in reader.post(PATH, {"stars": 5}).cookies


def test_too_many_ratings_in_a_short_time_are_refused_and_the_old_one_stays(reader, article, settings):
    settings.RATES = {**settings.RATES, "ratings": ((3, 60),)}
    for stars in (1, 2, 3):
        assert reader.post(PATH, {"stars": stars}).status_code == 303
    answer = reader.post(PATH, {"stars": 5})
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert "please send this again in" in answer.content.decode()
    assert counted(article)[2][3] == 1


def test_a_rating_sent_by_another_site_is_not_counted(reader, article):
    assert reader.post(PATH, {"stars": 5}, headers={"Origin": "https://evil.example"}).status_code == 403
    assert reader.post(PATH, {"stars": 5}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert counted(article)[0] == 0


def test_one_readers_five_stars_do_not_lead_the_list(make_article, program, settings):
    settings.RATING_BURST = 0
    one, many = make_article("one"), make_article("many")
    ratings.rate(article=one, who=as_reader("0" * 32), stars=5)
    for n in range(40):
        ratings.rate(article=many, who=as_reader(f"{n:032x}"), stars=5 if n % 2 else 4)
    make_article("none")
    listed = program.get("/api/v1/articles/?ordering=-rating").json()["results"]
    assert [found["slug"] for found in listed] == ["many", "one", "none"]
    one.refresh_from_db()
    assert one.rating_score == pytest.approx((8 * 3.4 + 5) / 9)


def test_a_badly_rated_article_comes_before_one_that_nobody_has_rated(make_article, program):
    bad = make_article("bad")
    make_article("none")
    ratings.rate(article=bad, who=as_reader("0" * 32), stars=1)
    listed = program.get("/api/v1/articles/?ordering=-rating").json()["results"]
    assert [found["slug"] for found in listed] == ["bad", "none"]


def test_the_database_itself_refuses_a_second_rating_and_a_sixth_star(article):
    Rating.objects.create(article=article, reader="a", stars=5)
    for wrong in ({"reader": "a", "stars": 4}, {"reader": "b", "stars": 6}, {"reader": "b", "stars": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(article=article, **wrong)


COLUMNS = [*(f"stars_{n}" for n in STARS), "rating_count", "rating_sum", "comment_count", "question_count"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_broken_counter_is_found_and_mended(reader, article, make_comment, column):
    reader.post(PATH, {"stars": 4})
    make_comment(status="published")
    right = Article.objects.values(*COLUMNS, "rating_score").get()
    Article.objects.update(**{column: right[column] + 3})
    out = StringIO()
    with pytest.raises(CommandError, match="1 counters differ"):
        call_command("recount", check=True, stdout=out)
    assert f"machines: {column} is {right[column] + 3}, recounted {right[column]}" in out.getvalue()
    assert Article.objects.values(column).get()[column] == right[column] + 3
    assert "1 mended" in recount()
    assert Article.objects.values(*COLUMNS, "rating_score").get() == right
    assert "equal a recount" in recount(check=True)


def test_a_broken_score_is_found_and_mended(reader, article):
    reader.post(PATH, {"stars": 4})
    right = Article.objects.values("rating_score").get()
    Article.objects.update(rating_score=5)
    with pytest.raises(CommandError):
        recount(check=True)
    recount()
    assert Article.objects.values("rating_score").get() == right


def test_a_broken_count_of_replies_is_found_and_mended(make_comment):
    parent = make_comment(status="published")
    make_comment(parent=parent.pk, status="published")
    type(parent).objects.filter(pk=parent.pk).update(reply_count=7)
    with pytest.raises(CommandError):
        recount(check=True)
    recount()
    parent.refresh_from_db()
    assert parent.reply_count == 1


class Rate(RuleBasedStateMachine):
    """Three readers do as they like with two articles, over HTTP; a dictionary keeps what they last gave."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        section = Section.objects.create(name="Research", slug="research")
        self.articles = []
        for slug in ("one", "two"):
            article = Article(
                title=slug, slug=slug, body="x", section=section, status="published", published_at=timezone.now()
            )
            publishing.save(article)
            self.articles.append(article)
        self.clients = [Client(REMOTE_ADDR=f"203.0.113.{n}") for n in range(3)]
        self.given = {}

    def teardown(self):
        try:
            recount(check=True)
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @rule(article=st.sampled_from([0, 1]), who=st.sampled_from([0, 1, 2]), stars=st.sampled_from(STARS))
    def rate(self, article, who, stars):
        answer = self.clients[who].post(f"/articles/{self.articles[article].slug}/rating/", {"stars": stars})
        assert answer.status_code == 303
        self.given[article, who] = stars

    @rule(article=st.sampled_from([0, 1]), who=st.sampled_from([0, 1, 2]))
    def take_back(self, article, who):
        self.clients[who].post(f"/articles/{self.articles[article].slug}/rating/", {"take_back": "1"})
        self.given.pop((article, who), None)

    @invariant()
    def the_counters_are_what_was_given(self):
        for number, article in enumerate(self.articles):
            stars = [given for (which, _), given in self.given.items() if which == number]
            histogram = {n: stars.count(n) for n in STARS}
            assert counted(article) == (len(stars), sum(stars), histogram)
            score = (8 * 3.4 + sum(stars)) / (8 + len(stars)) if stars else 0
            assert article.rating_score == pytest.approx(score)


def test_whatever_readers_do_the_counters_are_what_they_gave():
    run_state_machine_as_test(Rate, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
