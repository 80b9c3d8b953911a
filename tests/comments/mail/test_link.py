"""A reader asks for a mailed link instead of a captcha."""

from django.core import mail

from comments import notifications
from comments.models import Comment
from newsite import outbox
from newsite.models import Mail


def test_a_reader_who_asks_for_a_link_gets_it_and_nothing_else(reader, article, written):
    fields = written(author_email="ada@a.example", captcha_email="true", captcha_key="", captcha_value="")
    assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
    outbox.send_due()
    [sent] = mail.outbox
    comment = Comment.objects.get()
    assert sent.to == ["ada@a.example"]
    assert f"/comments/confirm/{notifications.confirmation_key(comment)}/" in sent.body


def test_one_address_gets_few_links_however_many_networks_ask(article, written, settings):
    from django.test import Client

    settings.RATES = {**settings.RATES, "confirmations": ((2, 3600),)}
    statuses = []
    for n in range(4):
        fields = written(
            author_email="Victim@a.example" if n % 2 else "victim@a.example",
            body=f"Text number {n}.",
            captcha_email="true",
            captcha_key="",
            captcha_value="",
        )
        client = Client(REMOTE_ADDR=f"203.0.113.{n}")
        statuses.append(client.post(f"/articles/{article.slug}/comments/", fields).status_code)
    assert statuses == [303, 303, 429, 429]
    assert Mail.objects.count() == Comment.objects.count() == 2


def test_asking_for_a_link_without_an_address_is_refused(reader, article, written):
    answer = reader.post(f"/articles/{article.slug}/comments/", written(captcha_email="true"))
    assert answer.status_code == 400
    assert "Give the address that the link should go to." in answer.content.decode()
