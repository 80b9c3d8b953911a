"""The author's key to a comment: unguessable, and stored nowhere, since it is made from the id with the site's key."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse


def token_of(comment_id: int) -> str:
    """The token with which its author reads the status of a comment and withdraws it."""
    return _signer().signature(str(comment_id))


def is_valid(comment_id: int, token: str) -> bool:
    """Whether the token is the comment's."""
    try:
        _signer().unsign(f"{comment_id}:{token}")
    except BadSignature:
        return False
    return True


def status_path(comment_id: int) -> str:
    """The path of the private status page."""
    return reverse("comment-status", args=[comment_id, token_of(comment_id)])


def status_url(comment_id: int) -> str:
    """The address of the private status page, for mails and programs."""
    return settings.SITE_URL + status_path(comment_id)


def _signer() -> Signer:
    return Signer(salt="comments.author")
