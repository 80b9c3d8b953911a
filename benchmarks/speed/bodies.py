"""`python -m benchmarks.speed.bodies COUNT SEED FILE`, run with DATA_DIR set: so many comments to send, each with the
right answer to a captcha of its own that is a minute old. A line of the file is the body of one request."""

import datetime
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import django

django.setup()

from captcha.models import CaptchaStore
from django.conf import settings
from django.utils import timezone

from benchmarks.peers.texts import comments
from comments import captcha

AGE = datetime.timedelta(minutes=1)  # older than CAPTCHA_MIN_SECONDS, so that screening does not take it for a program


def captchas(count: int) -> list[CaptchaStore]:
    """So many captchas that are open."""
    expires_at = timezone.now() - AGE + datetime.timedelta(minutes=settings.CAPTCHA_TIMEOUT)
    made = []
    for _ in range(count):
        challenge, response = captcha.six_letters()
        hashkey = secrets.token_hex(20)
        made.append(CaptchaStore(challenge=challenge, response=response, hashkey=hashkey, expiration=expires_at))
    return CaptchaStore.objects.bulk_create(made, batch_size=1000)


def bodies(count: int, seed: int, **more: object) -> Iterator[str]:
    """So many bodies of requests; another seed gives other texts."""
    for comment, store in zip(comments(count, seed), captchas(count), strict=True):
        body = {
            "kind": "comment",
            "author_name": comment.author,
            "body": comment.body,
            "captcha_key": store.hashkey,
            "captcha_value": store.response,
        }
        yield json.dumps(body | more)


def write(count: int, seed: int, file: Path) -> None:
    """Make the captchas and the file."""
    with file.open("w") as lines:
        lines.writelines(f"{body}\n" for body in bodies(count, seed))


if __name__ == "__main__":
    write(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
