"""Following by mail: an address gets nothing but a link until it is confirmed, and nothing once it is stopped."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from comments import following, moderation, tokens
from comments.models import Action, Address, Comment, Subscription
from newsite import environment
from newsite.models import Mail
from tests.mails import arriving, path_in

ADA = "ada@a.example"
CONFIRM = "/mail/confirm/"


def post(client, article, written, **changes):
    """Send a comment by page, with the wish to be told; the comment."""
    fields = written(author_email=ADA, notify="true", **changes)
    assert client.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    return Comment.objects.latest("pk")


def follow_replies(comment, email=ADA, client=None):
    path = f"/comments/{comment.pk}/follow/{tokens.token_of(comment.pk)}/"
    return (client or Client()).post(path, {"email": email})


def by_program(comment, method="put", token=None, **given):
    headers = {"X-Comment-Token": token or tokens.token_of(comment.pk)}
    return getattr(APIClient(), method)(f"/api/v1/comments/{comment.pk}/follow/", given or None, headers=headers)


def follow_article(article, email=ADA, client=None):
    return (client or Client()).post(f"/articles/{article.slug}/follow/", {"email": email})


def confirm(mail):
    return Client().post(path_in(mail, CONFIRM))


def status_page(comment):
    return Client().get(tokens.status_path(comment.pk)).content.decode()


def test_nothing_but_one_link_goes_to_an_address_that_is_not_confirmed(reader, article, written, make_comment):
    comment = post(reader, article, written)
    (link,) = arriving()
    assert link.to == [ADA]
    assert link.subject == "Confirm your address – AI News"
    assert article.title in link.body
    assert "If it was not, do nothing" in link.body
    moderation.moderate(comment, Action.APPROVE)
    make_comment(parent=comment.pk, status="published")
    assert arriving() == []


def test_who_does_not_ask_for_mail_gets_none(reader, article, written):
    reader.post(f"/articles/{article.slug}/comments/", written(author_email=ADA))
    reader.post(f"/articles/{article.slug}/comments/", written(notify="true", body="And without an address."))
    moderation.moderate(Comment.objects.first(), Action.APPROVE)
    assert arriving() == []
    assert not Address.objects.exists()


def test_opening_the_link_changes_nothing_and_its_button_confirms(reader, article, written):
    comment = post(reader, article, written)
    (link,) = arriving()
    for _ in range(2):  # a mail scanner opens it
        page = Client().get(path_in(link, CONFIRM))
        assert page.status_code == 200
        assert "Confirm your address" in page.content.decode()
        assert page["Cache-Control"] == "private, no-store"
    assert Address.objects.get().confirmed_at is None
    assert "as soon as you have followed the link" in status_page(comment)
    for _ in range(2):
        done = confirm(link)
        assert done.status_code == 200
        assert "Your address is confirmed" in done.content.decode()
    assert f"Replies are mailed to {ADA}." in status_page(comment)


def test_what_was_decided_before_the_address_was_confirmed_is_told_after_it(reader, article, written):
    comment = post(reader, article, written)
    (link,) = arriving()
    moderation.moderate(comment, Action.APPROVE)
    assert arriving() == []
    confirm(link)
    (told,) = arriving()
    assert told.subject == "Your comment was published – AI News"


def test_the_link_that_takes_the_place_of_a_captcha_confirms_the_address_as_well(reader, article):
    fields = {"author_name": "Ada", "body": "By mail.", "author_email": ADA, "captcha_email": "on", "notify": "true"}
    reader.post(f"/articles/{article.slug}/comments/", fields)
    (link,) = arriving()
    assert Client().post(path_in(link, "/comments/confirm/")).status_code == 303
    assert Address.objects.get().confirmed_at is not None
    moderation.moderate(Comment.objects.get(), Action.APPROVE)
    (told,) = arriving()
    assert "was published" in told.subject


@pytest.mark.parametrize("path", ["/mail/confirm/{}/", "/mail/stop/{}/"])
@pytest.mark.parametrize("key", ["x", "1", "1:x", "a1:x", "%00", "é"])
def test_forged_links_lead_nowhere(path, key):
    for method in ("get", "post"):
        assert getattr(Client(), method)(path.format(key)).status_code == 404


def test_the_link_of_another_address_confirms_only_that(reader, article, written):
    post(reader, article, written)
    (link,) = arriving()
    forged = path_in(link, CONFIRM).replace(f"/{Address.objects.get().pk}:", "/4711:")
    assert Client().post(forged).status_code == 404
    assert Address.objects.get().confirmed_at is None


def test_a_link_that_is_too_old_says_so_and_how_to_go_on(reader, article, written, settings):
    post(reader, article, written)
    (link,) = arriving()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=settings.UNCONFIRMED_DAYS, minutes=1)):
        for answer in (Client().get(path_in(link, CONFIRM)), confirm(link)):
            assert answer.status_code == 410
            assert "follow the comment or the article again" in answer.content.decode()
    assert Address.objects.get().confirmed_at is None


def test_replies_are_followed_from_the_private_page_and_not_any_more(make_comment):
    comment = make_comment(status="published")
    assert follow_replies(comment).status_code == 303
    (link,) = arriving()
    confirm(link)
    assert f"Replies are mailed to {ADA}." in status_page(comment)
    make_comment("I see.", parent=comment.pk, status="published", name="Grace")
    (told,) = arriving()
    assert told.subject == "Grace replied to your comment – AI News"
    path = f"/comments/{comment.pk}/follow/{tokens.token_of(comment.pk)}/"
    assert Client().post(path, {"stop": "1"}).status_code == 303
    assert "Send me replies" in status_page(comment)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("email", ["", "ada", "a@b.example\nBcc: c@d.example"])
def test_an_address_that_is_none_comes_back_with_what_is_wrong(make_comment, article, email):
    for answer in (follow_replies(make_comment(), email), follow_article(article, email)):
        assert answer.status_code == 400
        assert 'id="id_email_error"' in answer.content.decode()
    assert not Mail.objects.exists()


def test_a_program_follows_and_unfollows_replies(make_comment):
    comment = make_comment(status="published")
    answer = by_program(comment, email=ADA)
    assert (answer.status_code, answer.json()) == (200, {"following": True, "confirmed": False})
    confirm(arriving()[0])
    assert by_program(comment).json() == {"following": True, "confirmed": True}
    assert arriving() == [], "the comment's own address is known"
    answer = by_program(comment, "delete")
    assert (answer.status_code, answer.json()) == (200, {"following": False, "confirmed": False})
    assert by_program(comment, "delete").status_code == 200
    assert not Subscription.objects.exists()


def test_a_program_without_token_or_address_is_refused(make_comment):
    comment, other = make_comment(), make_comment()
    assert by_program(comment).json()["errors"][0]["attr"] == "email"
    assert by_program(comment, email="ada").status_code == 400
    assert by_program(comment, colour="red").status_code == 400
    for method in ("put", "delete"):
        refused = by_program(comment, method, token=tokens.token_of(other.pk), email=ADA)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["code"] == "token_invalid"
    assert follow_replies(Comment(pk=4711)).status_code == 404
    assert not Mail.objects.exists()


def test_an_article_is_followed_by_page(reader, article, make_comment):
    assert reader.get(f"/articles/{article.slug}/follow/").status_code == 200
    assert f"A link is on its way to {ADA}" in follow_article(article, client=reader).content.decode()
    confirm(arriving()[0])
    assert f"New comments are mailed to {ADA}" in follow_article(article, client=reader).content.decode()
    assert arriving() == []
    assert Subscription.objects.count() == 1
    comment = make_comment("News for Ada.", status="published")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=1)):
        (told,) = arriving()
    assert told.subject == f"1 new comment on “{article.title}” – AI News"
    assert "News for Ada." in told.body
    assert comment.get_absolute_url() in told.body


def test_only_published_articles_can_be_followed(make_article):
    hidden = make_article("hidden", status="draft")
    assert Client().get(f"/articles/{hidden.slug}/follow/").status_code == 404
    assert follow_article(hidden).status_code == 404


def test_another_reader_who_types_the_same_address_confirms_it_again(article, make_comment):
    follow_article(article, client=Client())
    confirm(arriving()[0])
    follow_article(article, ADA.upper(), client=Client(REMOTE_ADDR="203.0.113.99"))
    (link,) = arriving()
    assert link.to == [ADA]
    assert link.subject.startswith("Confirm your address")
    make_comment(status="published")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=1)):
        assert len(arriving()) == 1, "only the first one is told"


def test_nobody_has_more_links_sent_to_an_address_than_the_limit_says(make_comment, article, settings):
    settings.RATES = {**settings.RATES, "confirmations": environment.rate("2/h")}
    comments = [make_comment() for _ in range(3)]
    answers = [follow_replies(comment) for comment in comments]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert int(answers[2]["Retry-After"]) > 0
    assert ADA in answers[2].content.decode()
    for refused in (by_program(comments[2], email=ADA), follow_article(article, client=Client())):
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    assert len(arriving()) == 2
    assert Subscription.objects.count() == 2


def test_a_network_has_no_more_addresses_written_to_than_the_limit_says(make_comment, make_article, settings):
    settings.RATES = {**settings.RATES, "follows": environment.rate("4/h")}
    comment = make_comment(status="published")
    articles = [make_article(f"number-{n}") for n in range(3)]
    codes = [follow_article(article, f"one-{n}@a.example").status_code for n, article in enumerate(articles)]
    codes += [follow_replies(comment, f"two-{n}@a.example").status_code for n in range(2)]
    codes += [by_program(comment, email="three@a.example").status_code]
    assert codes == [200, 200, 200, 303, 429, 429]
    assert len(arriving()) == 4


def test_a_comment_counts_more_than_the_mail_about_it(reader, article, written, settings):
    settings.RATES = {**settings.RATES, "confirmations": environment.rate("1/h")}
    for n in range(2):
        post(reader, article, written, body=f"Thought {n} of mine.")
    assert Comment.objects.count() == 2
    assert len(arriving()) == 1


def test_addresses_without_confirmation_or_subscriptions_are_forgotten(make_comment, article, settings):
    follow_article(article, "never@a.example")
    follow_article(article, "confirmed@a.example", client=Client())
    follow_article(article, "stopped@a.example", client=Client())
    for link in arriving()[1:]:
        confirm(link)
    following.stop(Subscription.objects.get(address__email="stopped@a.example"))
    call_command("prune", verbosity=0)
    assert {str(address) for address in Address.objects.all()} == {"never@a.example", "confirmed@a.example"}
    with time_machine.travel(timezone.now() + datetime.timedelta(days=settings.UNCONFIRMED_DAYS, minutes=1)):
        call_command("prune", verbosity=0)
    assert [str(address) for address in Address.objects.all()] == ["confirmed@a.example"]
