"""What follows from who writes: trusted, unknown, often rejected."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article
from articles.policy import SitePolicy
from comments import moderation, posting, tokens
from comments.models import Action, Address, Block, Comment
from comments.screening import classifier
from newsite import readers
from tests.comments.conftest import ADA
from tests.comments.test_screening import noticed
from tests.mails import arriving, path_in

PATH = "/articles/machines/comments/"


@pytest.fixture
def trusted(send, article, settings):
    """Somebody with two published comments and a confirmed address."""
    client = Client()
    for _ in range(2):
        moderation.moderate(send(client), Action.APPROVE)
    reader = readers.unsigned(client.cookies[settings.READER_COOKIE_NAME].value)
    Address.objects.create(email=ADA["author_email"], reader=reader, confirmed_at=timezone.now())
    return client


def set_policy(policy):
    Article.objects.update(comments_policy=policy)


@pytest.mark.parametrize(
    ("policy", "shown"), [("pre", (False, False)), ("trusted", (True, False)), ("post", (True, True))]
)
def test_a_policy_says_whose_comments_show_at_once(send, trusted, reader, article, policy, shown):
    set_policy(policy)
    mine, strangers = send(trusted), send(Client(), author_name="Eve", author_email="")
    assert (mine.is_published, strangers.is_published) == shown
    assert [one.is_unread for one in (mine, strangers)] == list(shown)
    page = reader.get(article.get_absolute_url()).content.decode()
    assert [one.body in page for one in (mine, strangers)] == list(shown)
    for comment in Comment.objects.filter(is_unread=True):
        (event,) = comment.events.all()
        assert (event.action, event.by, event.actor) == ("approve", "screening", None)


def test_what_a_check_holds_waits_also_of_trusted_authors_and_under_every_policy(send, trusted):
    set_policy("post")
    assert send(trusted, body="Write to my aunt: aunt@b.example, she knows.").status == "pending"
    assert send(Client(), body="WHY DOES NOBODY EVER LISTEN TO WHAT I SAY", author_email="").status == "pending"
    assert send(trusted, body="ALL RIGHT THEN, LET US BEGIN AGAIN FROM THE START").status == "published"


@pytest.mark.parametrize("lost", ["address", "rejection", "one comment"])
def test_trust_needs_all_of_it(send, trusted, lost):
    set_policy("trusted")
    if lost == "address":
        Address.objects.update(confirmed_at=None)
    elif lost == "rejection":
        moderation.moderate(Comment.objects.first(), Action.REJECT, reason="offensive")
        moderation.moderate(send(Client(), **ADA), Action.APPROVE)
    else:
        posting.withdraw(Comment.objects.first())
    comment = send(trusted)
    assert comment.status == "pending"
    assert "not_trusted" in [finding["check"] for finding in comment.findings]


def test_trust_comes_back_thirty_days_after_a_rejection(send, trusted):
    set_policy("trusted")
    moderation.moderate(send(trusted), Action.HOLD)
    moderation.moderate(Comment.objects.latest("pk"), Action.REJECT, reason="offensive")
    assert send(trusted).status == "pending"
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert send(trusted).status == "published"


def test_an_address_of_a_trusted_author_is_worth_nothing_in_another_browser(send, trusted):
    set_policy("trusted")
    assert send(Client(), **ADA).status == "pending"


@pytest.fixture
def unconfirmed(article, written):
    """A comment that waits for its mailed link, under a policy by which it shows at once."""
    set_policy("post")
    sent = {"captcha_key": "", "captcha_value": "", "captcha_email": "true"}
    Client().post(PATH, written(**sent, author_email="bea@a.example"))
    comment = Comment.objects.get()
    assert comment.status == "unconfirmed"
    return comment


def edit(comment, body):
    path = f"/comments/{comment.pk}/edit/{tokens.token_of(comment.pk)}/"
    assert Client().post(path, {"body": body}).status_code == 303
    return Comment.objects.get(pk=comment.pk)


def test_whoever_types_the_address_of_a_trusted_author_takes_nothing_from_them(send, trusted):
    set_policy("trusted")
    for number in range(3):
        eve = Client(REMOTE_ADDR=f"198.51.100.{number}")
        moderation.moderate(send(eve, **ADA), Action.SPAM)
    assert send(trusted).status == "published"


def test_what_nobody_has_read_makes_nobody_trusted(send, settings):
    set_policy("post")
    client = Client()
    first, second = send(client), send(client)
    Address.objects.create(email=ADA["author_email"], reader=first.reader, confirmed_at=timezone.now())
    set_policy("trusted")
    assert send(client).status == "pending"
    for comment in (first, second):
        moderation.moderate(comment, Action.KEEP)
    assert send(client).status == "published"


@pytest.mark.parametrize("address", ["Ada@A.example", "ADA@A.EXAMPLE"])
def test_an_address_is_the_same_in_capitals(send, trusted, address):
    set_policy("trusted")
    assert send(trusted, author_email=address).status == "published"


def test_a_comment_confirmed_by_mail_is_decided_like_any_other(unconfirmed):
    Client().post(path_in(arriving()[0], "/comments/confirm/"))
    assert Comment.objects.get().status == "published"


def test_what_is_edited_before_it_is_confirmed_is_decided_when_it_is(unconfirmed):
    Block.objects.create(kind="reader", value=unconfirmed.reader, reason="Insults.")
    changed = edit(unconfirmed, "What I wanted to say all the time.")
    assert (changed.status, changed.body) == ("unconfirmed", "What I wanted to say all the time.")
    Client().post(path_in(arriving()[0], "/comments/confirm/"))
    assert Comment.objects.get().status == "rejected"


def test_a_moderator_reads_what_was_edited_after_they_had_kept_it(send, moderator):
    set_policy("post")
    comment = send(Client(), author_email="")
    moderation.moderate(comment, Action.KEEP)
    unread = "/admin/comments/queue/?queue=unread"
    assert comment.body not in moderator.get(unread).content.decode()
    assert edit(comment, "Something else altogether.").status == "published"
    assert "Something else altogether." in moderator.get(unread).content.decode()


def test_an_edit_is_decided_anew(send):
    set_policy("post")
    comment, other = send(Client(), author_email=""), send(Client(), author_email="")
    changed = edit(comment, "A better thought, if not a shorter one.")
    assert (changed.status, changed.revision) == ("published", 1)
    assert "A better thought" in Client().get("/articles/machines/?v=1").content.decode()
    assert edit(other, "Call me: +44 1632 960123.").status == "pending"
    assert edit(other, "All is well again, really.").status == "pending", "its author does not release it"


def test_whose_comments_are_often_rejected_is_noticed_for_a_week(send):
    client = Client()
    for number in range(3):
        moderation.moderate(send(client), Action.APPROVE if number else Action.SPAM)
    assert "often_rejected" in noticed(send(client))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        assert "often_rejected" not in noticed(send(client))


@pytest.mark.parametrize("policy", ["pre", "post"])
def test_what_was_withdrawn_or_is_unread_hides_no_rejection(send, settings, policy):
    settings.RATELIMITS = False
    set_policy(policy)
    client = Client()
    for _ in range(6):
        comment = send(client)
        if policy == "pre":
            posting.withdraw(comment)
    for number in range(3):
        good = Action.KEEP if policy == "post" else Action.APPROVE
        moderation.moderate(send(client), Action.SPAM if number else good)
    assert "often_rejected" in noticed(send(client))


def test_a_domain_is_new_until_a_comment_with_it_was_approved(send):
    text = "See https://www.paper.example/a, page {}."
    comment = send(Client(), body=text.format(1))
    assert noticed(comment) == ["new_domain"]
    moderation.moderate(comment, Action.APPROVE)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert classifier.learn() == 1
    assert noticed(send(Client(REMOTE_ADDR="198.51.100.7"), body=text.format("forty-two of the whole"))) == []


def test_the_author_is_not_told_what_was_noticed(send):
    SitePolicy.objects.update(policy="post")
    comment = send(Client(), body="Write to my aunt: aunt@b.example, she knows.")
    page = Client().get(tokens.status_path(comment.pk)).content.decode()
    assert not re.search("personal|noticed|screening", page)
