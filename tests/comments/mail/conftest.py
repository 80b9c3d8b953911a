"""Authors who gave an address, and confirmed it."""

import re

import pytest
from django.core import mail

from comments.models import Comment
from newsite import outbox
from newsite.models import Mail
from tests.comments.mail.mails import decide


@pytest.fixture
def asked(reader, article, written):
    """Send a comment of Ada, who wants to be told about it; the link that confirms her address."""

    def send(**changes):
        fields = written(**{"author_email": "ada@a.example", "notify": "true", "body": "What I wrote.", **changes})
        assert reader.post(f"/articles/{article.slug}/comments/", fields).status_code == 303
        return re.search(r"/mail/confirm/\S+", Mail.objects.latest("pk").text)[0]

    return send


@pytest.fixture
def confirmed(reader, asked):
    """Send a comment of Ada, who wants to be told about it and has followed the link; nothing is left to be sent."""

    def send(**changes):
        assert reader.post(asked(**changes)).status_code == 200
        Mail.objects.all().delete()
        return Comment.objects.latest("pk")

    return send


@pytest.fixture
def decided(confirmed):
    """Decide about a comment of Ada, who confirmed her address; the mail as it is sent."""

    def decided(action, comment=None, **given):
        decide(comment or confirmed(), action, **given)
        outbox.send_due()
        return mail.outbox[-1] if mail.outbox else None

    return decided
