"""The newsroom looks at ratings that were set aside, and accepts or discards them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import review
from articles.models import Article, RatingBurst, RatingDecision
from newsite import stamps
from tests.articles.crowds import LIST, PATH, counted, decide
from tests.newsroom import staff

QUEUE = "/admin/comments/queue/"


@pytest.fixture
def moderator():
    return staff("mo", "review_ratings")


@pytest.fixture
def burst(settled, rate, strangers):
    rate(strangers, [1] * 20, pause=1)
    return RatingBurst.objects.get()


def test_the_queue_of_the_newsroom_has_a_tab_with_their_evidence_and_its_buttons(burst):
    moderator = staff("ann", "review_ratings", "moderate_comment")
    page = moderator.get(f"{QUEUE}?queue=ratings").content.decode()
    assert "many readers at once" in page
    assert "20 ratings, all by first-time readers" in page
    sent = {"action": "discard", "seen": burst.ratings.last().pk, "back": f"{QUEUE}?queue=ratings"}
    answer = moderator.post(f"/admin/articles/ratingburst/{burst.pk}/decide/", sent)
    assert (answer.status_code, answer.url) == (302, f"{QUEUE}?queue=ratings")
    assert "Nothing waits here." in moderator.get(f"{QUEUE}?queue=ratings").content.decode()
    elsewhere = moderator.post(f"/admin/articles/ratingburst/{burst.pk}/decide/", {**sent, "back": "//evil.example/"})
    assert elsewhere.url == f"/admin/articles/ratingburst/{burst.pk}/change/"


def test_the_list_shows_what_waits_and_the_rest_on_demand(moderator, burst):
    assert review.count_waiting() == 1
    html = moderator.get(LIST).content.decode()
    assert "many readers at once" in html
    assert '<td class="field-how_many">20</td>' in html
    decide(moderator, burst, "discard")
    assert review.count_waiting() == 0
    assert "many readers at once" not in moderator.get(LIST).content.decode()
    for state in ("discarded", "all"):
        assert "many readers at once" in moderator.get(f"{LIST}?state={state}").content.decode()


def test_the_page_shows_the_evidence_in_words_and_as_a_picture(moderator, burst):
    html = moderator.get(f"{LIST}{burst.pk}/change/").content.decode()
    for told in (
        "20 ratings, all by first-time readers",
        "<dt>Networks</dt><dd>20</dd>",
        "3.70 without them, 3.45 with them",
        '<th scope="row">1</th><td>20</td><td>100 %</td><td>0</td><td>0 %</td>',
        '<th scope="row">4</th><td>0</td><td>0 %</td><td>80</td><td>40 %</td>',
        '<rect class="evidence__aside" x="60" y="4" height="11" width="320"/>',
        '<rect class="evidence__usual" x="60" y="19" height="11" width="128"/>',
    ):
        assert told in html
    decide(moderator, burst, "accept")
    assert "3.70 without them, 3.45 with them" in moderator.get(f"{LIST}{burst.pk}/change/").content.decode()


def test_the_page_of_a_network_names_its_key_until_it_is_pruned(moderator, settled, ring, clock):
    for client in ring(10):
        client.post(PATH, {"stars": 1})
    burst = RatingBurst.objects.get()
    assert f"<code>{burst.network}</code>" in moderator.get(f"{LIST}{burst.pk}/change/").content.decode()
    clock.shift(31 * 86400)
    call_command("prune", stdout=StringIO())
    moderator = staff("later", "review_ratings")
    html = moderator.get(f"{LIST}{burst.pk}/change/").content.decode()
    assert "<dt>Networks</dt><dd>not kept any more</dd>" in html
    assert burst.network not in html
    assert counted() == (200, 3.7)


def test_accepted_ratings_count_and_the_page_is_made_anew(moderator, reader, burst):
    before = stamps.version(burst.article.stamp)
    assert "Accepted: 20 ratings." in decide(moderator, burst, "accept")
    assert counted() == (220, (740 + 20) / 220)
    assert stamps.version(burst.article.stamp) > before
    assert reader.get("/api/v1/articles/machines/rating/").json()["histogram"]["1"] == 20


def test_discarded_ratings_stay_uncounted(moderator, burst):
    assert "Discarded: 20 ratings." in decide(moderator, burst, "discard")
    assert counted() == (200, 3.7)


@pytest.mark.parametrize("action", ["accept", "discard"])
def test_a_decision_can_be_undone_for_ten_minutes_by_who_took_it(moderator, burst, action, clock):
    decide(moderator, burst, action)
    other = staff("other", "review_ratings")
    assert "There is no decision of yours on these ratings" in decide(other, burst, "undo")
    clock.shift(599)
    assert "Waiting: 20 ratings." in decide(moderator, burst, "undo", seen=1)  # all that was decided, whatever is sent
    assert counted() == (200, 3.7)
    assert "There is no decision of yours" in decide(moderator, burst, "undo")
    decide(moderator, burst, action)
    clock.shift(601)
    assert "There is no decision of yours" in decide(moderator, burst, "undo")
    burst.refresh_from_db()
    assert burst.state == {"accept": "accepted", "discard": "discarded"}[action]


def test_who_comes_second_is_told_who_was_first(moderator, burst):
    decide(moderator, burst, "accept")
    told = decide(staff("other", "review_ratings"), burst, "discard")
    assert "These ratings are accepted already by mo." in told
    assert counted()[0] == 220


def test_every_decision_is_noted_with_who_and_when_for_good(moderator, burst, clock):
    for action in ("accept", "undo", "discard"):
        clock.shift(60)
        decide(moderator, burst, action)
    noted = RatingDecision.objects.values_list("action", "actor__username", "old_state", "new_state", "ratings")
    assert list(noted) == [
        ("accept", "mo", "waiting", "accepted", 20),
        ("undo", "mo", "accepted", "waiting", 20),
        ("discard", "mo", "waiting", "discarded", 20),
    ]
    assert RatingDecision.objects.last().created_at == timezone.now()
    assert moderator.get(f"{LIST}{burst.pk}/change/").content.decode().count('class="field-actor"') == 3
    last = RatingDecision.objects.last()
    for change in (last.save, last.delete, RatingDecision.objects.all().delete):
        with pytest.raises(TypeError):
            change()
    with pytest.raises(TypeError):
        RatingDecision.objects.update(action="accept")


def test_the_log_of_the_newsroom_tells_who_decided_about_the_ratings_of_which_article(moderator, burst):
    decide(moderator, burst, "accept")
    log = staff("auditor", "view_logentry").get("/admin/admin/logentry/").content.decode()
    assert "Ratings that were set aside: accept, 20 of them." in log
    assert f'<a href="/admin/articles/article/{burst.article_id}/change/">Machines</a>' in log
    assert "mo" in log


@pytest.mark.parametrize(("action", "rest"), [("accept", 11), ("discard", 11)])
def test_what_came_after_the_page_was_made_waits_as_another_burst(moderator, burst, rate, strangers, action, rest):
    html = moderator.get(f"{LIST}{burst.pk}/change/").content.decode()
    seen = html.split('name="seen" value="')[1].split('"')[0]
    rate(strangers, [1] * rest, pause=1)
    assert ": 20 ratings." in decide(moderator, burst, action, seen=seen)
    assert RatingBurst.objects.waiting().get().ratings.count() == rest
    assert counted()[0] == (220 if action == "accept" else 200)


def test_a_burst_that_goes_on_after_it_was_discarded_waits_again(moderator, burst, rate, strangers):
    decide(moderator, burst, "discard")
    rate(strangers, [1] * 5, pause=1)
    assert RatingBurst.objects.waiting().get().ratings.count() == 5
    assert counted() == (200, 3.7)


def test_what_was_accepted_while_it_goes_on_is_usual_from_then_on(moderator, burst, rate, strangers):
    rate(strangers, [4] * 80, pause=6)
    decide(moderator, burst, "accept")
    rate(strangers, [4] * 80, pause=6)
    assert counted()[0] == 380


def test_readers_change_accepted_ratings_and_the_undo_takes_away_what_is_there(moderator, settled, ring):
    first, *others = ring(11)
    for client in (first, *others):
        client.post(PATH, {"stars": 1})
    burst = RatingBurst.objects.get()
    decide(moderator, burst, "accept")
    first.post(PATH, {"stars": 5})
    others[0].post(PATH, {"take_back": 1})
    assert counted() == (210, (740 + 5 + 9) / 210)
    decide(moderator, burst, "undo")
    assert counted() == (200, 3.7)


def test_only_who_may_review_ratings_sees_and_decides(burst, stranger):
    for client in (stranger, staff("no", "view_article", "publish_article", "change_article")):
        for answer in (
            client.get(LIST),
            client.get(f"{LIST}{burst.pk}/change/"),
            client.post(f"{LIST}{burst.pk}/decide/", {"action": "accept"}),
        ):
            assert answer.status_code in (302, 403)
            assert "login" in answer.get("Location", "login")
    assert counted() == (200, 3.7)
    assert not RatingDecision.objects.exists()


def test_nothing_is_decided_by_get_by_nonsense_or_about_nothing(moderator, burst):
    assert moderator.get(f"{LIST}{burst.pk}/decide/").status_code == 405
    for action in ("", "x", "waiting"):
        assert moderator.post(f"{LIST}{burst.pk}/decide/", {"action": action}).status_code == 400
    assert moderator.post(f"{LIST}999/decide/", {"action": "accept"}).status_code == 404
    assert not RatingDecision.objects.exists()


def test_a_counter_that_forgets_what_is_set_aside_is_found(burst):
    Article.objects.filter(slug="machines").update(stars_1=20)
    with pytest.raises(CommandError, match="1 counters differ"):
        call_command("recount", check=True, stdout=StringIO())
