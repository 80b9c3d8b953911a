"""What is kept for a limited time is removed when the time is over, and nothing else."""

import datetime
import time
from io import StringIO

import pytest
from captcha.models import CaptchaStore
from django.core.management import call_command
from django.utils import timezone

from articles.models import Article, Rating
from comments.models import Comment
from newsite import ratelimit, readers, worker
from newsite.models import KeptAnswer, Mail, NetworkSecret, RateCount

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


def prune():
    out = StringIO()
    call_command("prune", stdout=out)
    return out.getvalue()


def ago(**time):
    return timezone.now() - datetime.timedelta(**time)


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_the_network_of_a_comment_is_kept_for_thirty_days_and_the_comment_for_good(make_comment, days, kept):
    comment = make_comment(status="published")
    Comment.objects.update(created_at=ago(days=days))
    said = prune()
    comment.refresh_from_db()
    assert bool(comment.network) is kept
    assert comment.status == "published"
    assert f"{int(not kept)} network keys of comments" in said


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_the_network_of_a_rating_is_kept_for_thirty_days_and_the_rating_for_good(reader, article, days, kept):
    reader.post(f"/articles/{article.slug}/rating/", {"stars": 4})
    Rating.objects.update(created_at=ago(days=days))
    prune()
    rating = Rating.objects.get()
    assert bool(rating.network) is kept
    assert rating.stars == 4
    assert Article.objects.get().rating_count == 1


def test_how_long_a_network_is_kept_can_be_set(make_comment, settings):
    settings.NETWORK_KEY_DAYS = 3
    make_comment()
    Comment.objects.update(created_at=ago(days=4))
    prune()
    assert Comment.objects.get().network == ""


def test_the_secret_of_a_day_goes_with_the_networks_of_that_day():
    today = timezone.now().date()
    for days in (0, 29, 30, 31, 90):
        NetworkSecret.objects.create(day=today - days * DAY)
    prune()
    assert {(today - secret.day).days for secret in NetworkSecret.objects.all()} == {0, 29, 30}


def test_without_its_secret_an_old_network_cannot_be_found_again(reader, article):
    readers._secret_of.cache_clear()  # other tests have left theirs, whose rows are gone
    reader.post(f"/articles/{article.slug}/rating/", {"stars": 4})
    assert NetworkSecret.objects.count() == 1
    NetworkSecret.objects.update(day=timezone.now().date() - 40 * DAY)
    Rating.objects.update(created_at=ago(days=40))
    prune()
    assert not NetworkSecret.objects.exists()
    assert Rating.objects.get().network == ""


def test_counts_of_windows_that_have_ended_are_removed(settings):
    settings.RATES = {"comments": ((5, 3600),)}
    ratelimit.take("comments", "old")
    ratelimit.take("comments", "young")
    RateCount.objects.filter(key="old").update(expires_at=time.time() - 1)
    prune()
    assert [count.key for count in RateCount.objects.all()] == ["young"]


def test_captchas_that_are_too_old_are_removed(solved):
    old, young = solved()["captcha_key"], solved()["captcha_key"]
    CaptchaStore.objects.filter(hashkey=old).update(expiration=ago(seconds=1))
    prune()
    assert [store.hashkey for store in CaptchaStore.objects.all()] == [young]


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
def test_answers_to_idempotency_keys_are_kept_for_a_day(program, article, written, hours, kept):
    path = f"/api/v1/articles/{article.slug}/comments/"
    fields = written()
    assert program.post(path, fields, headers={"Idempotency-Key": "one"}).status_code == 201
    KeptAnswer.objects.update(created_at=ago(hours=hours))
    prune()
    assert KeptAnswer.objects.exists() is kept
    assert program.post(path, fields, headers={"Idempotency-Key": "one"}).status_code == (201 if kept else 400)


def test_mail_that_was_sent_long_ago_is_removed_and_what_waits_is_kept():
    for to, sent_at in (("old", ago(days=31)), ("young", ago(days=29)), ("waiting", None)):
        Mail.objects.create(to=f"{to}@a.example", subject="s", text="t", due_at=ago(days=60), sent_at=sent_at)
    Mail.objects.update(created_at=ago(days=60))
    prune()
    assert {mail.to for mail in Mail.objects.all()} == {"young@a.example", "waiting@a.example"}


@pytest.mark.parametrize(("days", "kept"), [(6, True), (8, False)])
def test_a_comment_whose_link_nobody_followed_is_removed_after_a_week(reader, article, written, days, kept):
    fields = written(author_email="ada@a.example", captcha_email="true", captcha_key="", captcha_value="")
    reader.post(f"/articles/{article.slug}/comments/", fields)
    Comment.objects.update(created_at=ago(days=days))
    prune()
    assert Comment.objects.exists() is kept


def test_a_comment_whose_link_nobody_followed_is_removed_even_after_its_author_withdrew_another(reader, make_comment):
    make_comment(status="withdrawn")
    unconfirmed = make_comment()
    Comment.objects.filter(pk=unconfirmed.pk).update(status="unconfirmed")
    Comment.objects.update(created_at=ago(days=100))
    prune()
    assert [comment.status for comment in Comment.objects.all()] == ["withdrawn"]


@pytest.mark.parametrize("status", ["pending", "published", "rejected", "spam", "withdrawn"])
def test_a_comment_that_was_decided_about_or_waits_is_never_removed(make_comment, status):
    comment = make_comment(status=status)
    Comment.objects.update(created_at=ago(days=1000))
    prune()
    comment.refresh_from_db()
    assert comment.status == status


def test_pruning_twice_removes_nothing_more(make_comment, solved):
    make_comment(status="published"), solved()
    Comment.objects.update(created_at=ago(days=100))
    prune()
    assert set(prune().replace(" removed.\n", "").split(", ")) == {
        *("0 network keys of comments", "0 network keys of ratings", "0 network keys of reports", "0 network secrets"),
        "0 network keys of set-aside ratings",
        *("0 rate counts", "0 stamps", "0 captchas", "0 kept answers", "0 sent mails"),
        *("0 unconfirmed comments", "0 unconfirmed addresses", "0 network keys of sessions", "0 ended sessions"),
        *("0 features of one text", "0 claims", "0 addresses for checks"),
    }


def test_the_counters_equal_a_recount_after_pruning(make_comment, reader, article):
    make_comment(status="published")
    reader.post(f"/articles/{article.slug}/rating/", {"stars": 4})
    Comment.objects.update(created_at=ago(days=100))
    Rating.objects.update(created_at=ago(days=100))
    prune()
    call_command("recount", check=True, stdout=StringIO())


def test_the_worker_prunes(make_comment):
    make_comment()
    Comment.objects.update(created_at=ago(days=31))
    worker.run(iter([False, True]).__next__, lambda _: None)
    assert Comment.objects.get().network == ""
