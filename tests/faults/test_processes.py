"""Real processes on one SQLite file: what must hold however many write at once."""

import json
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest


def test_ratings_from_four_processes_equal_a_recount(site):
    code = """
settings.RATELIMITS = False
random.seed(number)
article = Article.objects.get()
for n in range(50):
    reader = f"{random.randrange(25):032x}"
    if random.random() < 0.2:
        ratings.remove(article=article, who=Asker(reader, "", False))
    else:
        ratings.rate(article=article, who=Asker(reader, "", False), stars=random.randint(1, 5))
settings.RATELIMITS = True
result = True
"""
    site.together(code)
    site.assert_recount()
    rows, counted = site.value("[Rating.objects.count(), Article.objects.get().rating_count]")
    assert rows == counted > 10


def test_what_a_ring_and_moderators_do_in_four_processes_equals_a_recount(site):
    code = """
from articles import review
from articles.models import RatingBurst
from django.contrib.auth.models import User
random.seed(number)
settings.RATELIMITS, settings.RATING_BURST = False, 10
moderator = User.objects.create_user(f"moderator {number}")
article = Article.objects.get()
for n in range(100):
    who = Asker(f"ring {number} {random.randrange(80)}", f"network {number} {n}", True)
    ratings.rate(article=article, who=who, stars=random.randint(1, 2))
    if n % 10 == 0:
        ratings.remove(article=article, who=who)
        for burst in RatingBurst.objects.all():
            try:
                review.decide(burst, random.choice(list(review.Action)), by=moderator)
            except review.Conflict:
                pass
settings.RATELIMITS, settings.RATING_BURST = True, 0
result = list(RatingBurst.objects.values_list("state", flat=True))
"""
    assert any(site.together(code))
    site.assert_recount()
    held_back = "Rating.objects.filter(counted=False).exclude(burst__state='accepted').count()"
    in_bursts = "Rating.objects.exclude(burst=None).exclude(burst__state='accepted').count()"
    assert site.value(held_back) == site.value(in_bursts) == site.value("Rating.objects.filter(counted=False).count()")


def test_five_hundred_parallel_ratings_by_one_reader_count_once(site):
    before = site.value("Article.objects.get().rating_count")
    code = """
settings.RATELIMITS = False
article = Article.objects.get()
for n in range(125):
    ratings.rate(article=article, who=Asker("f" * 32, "", False), stars=random.randint(1, 5))
settings.RATELIMITS = True
result = True
"""
    site.together(code)
    assert site.value("Rating.objects.filter(reader='f' * 32).count()") == 1
    assert site.value("Article.objects.get().rating_count") == before + 1
    site.assert_recount()


def test_votes_from_four_processes_count_each_reader_once(site):
    comment = site.ask("""
receive = posting.receive(article=Article.objects.get(), who=Asker("a" * 32, "", False),
    draft=posting.Draft(author_name="Ada", body="Vote for this."))
moderation.moderate(receive, moderation.Action.APPROVE)
result = receive.pk
""")
    code = f"""
settings.RATELIMITS = False
random.seed(number)
comment = Comment.objects.select_related("article").get(pk={comment})
for n in range(40):
    votes.vote(comment=comment, who=Asker("f" * 32, "", False))
    one = Asker(f"{{random.randrange(20):032x}}", "", False)
    (votes.vote if random.random() < 0.7 else votes.take_back)(comment=comment, who=one)
settings.RATELIMITS = True
result = True
"""
    site.together(code)
    rows, counted = site.value(f"[Vote.objects.count(), Comment.objects.get(pk={comment}).votes]")
    assert rows == counted > 5
    assert site.value("Vote.objects.filter(reader='f' * 32).count()") == 1
    assert f'<b id="votes-{comment}">{counted}</b>' in site.value(f"Comment.objects.get(pk={comment}).thread_html")
    site.assert_recount()


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_limit_admits_exactly_as_many_as_it_says_over_four_processes(site, limit):
    code = f"""
settings.RATES["comments"] = (({limit}, 3600),)
result = 0
for n in range({limit} // 3 + 10):
    try:
        ratelimit.take("comments", "n:{limit}")
        result += 1
    except ratelimit.RateLimited as refused:
        assert refused.retry_after > 0
"""
    assert sum(site.together(code)) == limit


def test_what_is_refused_by_one_window_has_counted_in_no_other(site):
    code = """
settings.RATES["comments"] = ((25, 3600), (10, 60))
result = 0
for n in range(10):
    try:
        ratelimit.take("comments", "n:two", f"r:{number}")
        result += 1
    except ratelimit.RateLimited:
        pass
"""
    assert sum(site.together(code)) == 10
    counts = site.value("list(RateCount.objects.filter(key='n:two').values_list('count', flat=True))")
    assert counts == [10, 10]


def test_a_thousand_captcha_races_have_no_double_use(site):
    issue = """
with transaction.atomic():
    keys = [CaptchaStore.generate_key() for _ in range(1000)]
    answers = dict(CaptchaStore.objects.values_list("hashkey", "response"))
with open("captchas.json", "w") as file:
    json.dump([[key, answers[key]] for key in keys], file)
result = True
"""
    site.ask(issue)
    race = """
result = []
for key, answer in json.load(open("captchas.json")):
    if captcha.consume(captcha.Answer(key, answer)) is not None:
        result.append(key)
"""
    passed = Counter(key for keys in site.together(race) for key in keys)
    assert len(passed) == 1000  # each passes
    assert set(passed.values()) == {1}  # and passes once


def test_one_captcha_that_everybody_answers_at_once_passes_once(site):
    for _ in range(20):
        key = site.value("CaptchaStore.generate_key()")
        answer = site.value(f"CaptchaStore.objects.get(hashkey={key!r}).response")
        race = f"result = [captcha.consume(captcha.Answer({key!r}, {answer!r})) is not None for _ in range(5)]"
        assert sum(passed for each in site.together(race) for passed in each) == 1


def send(address, body, method="POST", **headers):
    """The status and the JSON of an answer."""
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_same_idempotency_key_fifty_times_in_parallel_gives_one_row_and_fifty_equal_answers(site, server):
    status, challenge = send(f"{server}/api/v1/captcha/", {})
    assert status == 201
    body = {
        "kind": "comment",
        "author_name": "Ada",
        "body": "Sent fifty times.",
        "captcha_key": challenge["key"],
        "captcha_value": site.value(f"CaptchaStore.objects.get(hashkey={challenge['key']!r}).response"),
    }

    def send_once(_):
        return send(f"{server}/api/v1/articles/m/comments/", body, **{"Idempotency-Key": "one"})

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(send_once, range(50)))
    assert {status for status, _ in answers} == {201}
    assert len({json.dumps(answer, sort_keys=True) for _, answer in answers}) == 1
    assert site.value("Comment.objects.filter(body='Sent fifty times.').count()") == 1


def test_fifty_readers_who_rate_over_http_at_once_are_all_counted(site, server):
    before = site.value("Article.objects.get().rating_count")

    def rate(n):
        return send(f"{server}/api/v1/articles/m/rating/", {"stars": n % 5 + 1}, "PUT")[0]

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(rate, range(50))) == {200}
    assert site.value("Article.objects.get().rating_count") == before + 50
    site.assert_recount()


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_lets_in_one_of_four_who_give_it_at_once(site, kind):
    secret, codes = site.ask(f"""
from django.contrib.auth.models import User
from newsite.staff import secondfactor
from tests import authenticator
user = User.objects.create_user("{kind}", is_staff=True)
secret = secondfactor.new_secret()
result = secret, secondfactor.add_app(user=user, secret=secret, code=authenticator.code(secret, ahead=-1))
""")
    given = repr(codes[0]) if kind == "recovery" else f"authenticator.code({secret!r}, ahead=1)"
    code = f"""
from django.contrib.auth.models import User
from newsite.staff import secondfactor
from tests import authenticator
user, given, result = User.objects.get(username="{kind}"), {given}, 0
for n in range(5):
    try:
        secondfactor.check_code(user=user, code=given)
        result += 1
    except secondfactor.WrongCode:
        pass
"""
    assert sum(site.together(code)) == 1
