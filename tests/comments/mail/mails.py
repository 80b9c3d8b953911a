"""A decision, and the mail that tells it."""

import datetime

from comments import digests, moderation


def decide(comment, action, **given):
    """Decide about a comment, and put the mail about it into the outbox."""
    moderation.moderate(comment, action, **given)
    return digests.send_due()


def clock_now():
    return datetime.datetime.now(datetime.UTC)
