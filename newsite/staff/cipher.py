"""Secrets of the newsroom's people, encrypted with the site's key: nobody reads them who has the database alone."""

import base64
import functools
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypted(text: str) -> str:
    """A text as it is kept."""
    return _cipher().encrypt(text.encode()).decode()


def decrypted(text: str) -> str:
    """What `encrypted` was given.

    Raises InvalidToken when its key is gone.
    """
    return _cipher().decrypt(text.encode()).decode()


def _cipher() -> MultiFernet:
    """Earlier keys still open what they closed."""
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@functools.lru_cache(maxsize=8)
def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"newsite.secondfactor:" + key.encode()).digest()))
