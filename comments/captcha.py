"""django-simple-captcha with its faults closed. The store, the fonts and the drawing are the library's.

Challenges come from `secrets`; the picture is drawn from a private seed, since the library's public one lets anybody
draw the candidates and compare; an answer uses the captcha up by the row count of one DELETE; no double-size picture.
"""

import datetime
import functools
import hashlib
import hmac
import random
import secrets
import threading
from dataclasses import dataclass
from io import BytesIO

from captcha.models import CaptchaStore
from captcha.views import _captcha_image, captcha_audio
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw
from ranged_response import RangedFileResponse

from newsite import ratelimit
from newsite.prepared import Prepared
from newsite.readers import Asker

LETTERS = "ABCDEFGHJKLMNPRTUVWXY"  # without those that are mistaken for others: I O Q S Z
LENGTH = 6
INKS = ("#1c1a17", "#9c2f1f", "#2e6b46", "#274b7a", "#6a3d7c", "#7a4a12")

OPEN = Prepared(
    lambda key, now: CaptchaStore.objects.filter(hashkey=key, expiration__gt=now).values_list("response", "expiration"),
    *(str, datetime.datetime),
)
USE_UP = f"DELETE FROM {CaptchaStore._meta.db_table} WHERE hashkey = %s"  # noqa: S608 - the library's own table

_drawing = threading.Lock()  # the library draws with the global random generator


class Wrong(Exception):
    """The answer is wrong, or its captcha was used, has expired or never was."""


@dataclass(frozen=True)
class Challenge:
    """A captcha to show."""

    key: str
    expires_at: datetime.datetime

    @property
    def image_url(self) -> str:
        return reverse("captcha-image", args=[self.key])

    @property
    def audio_url(self) -> str | None:
        return reverse("captcha-audio", args=[self.key]) if settings.CAPTCHA_FLITE_PATH else None


@dataclass(frozen=True)
class Answer:
    """What a reader sent back."""

    key: str
    value: str


def issue(who: Asker) -> Challenge:
    """A new captcha.

    Raises RateLimited.
    """
    ratelimit.take("captchas", *who.limit_keys)
    return _challenge(CaptchaStore.objects.get(hashkey=CaptchaStore.generate_key()))  # type: ignore[no-untyped-call]


def still_open(key: str) -> Challenge | None:
    """The captcha with this key, as long as it can be answered; looking does not use it up."""
    store = CaptchaStore.objects.filter(hashkey=key, expiration__gt=timezone.now()).first()
    return _challenge(store) if store else None


def consume(answer: Answer) -> float | None:
    """Use a captcha up, whatever the answer. Returns the seconds since it was issued, or None when the answer does not
    pass. Of any number of parallel answers one at most gets to be compared."""
    now = timezone.now()
    stored = OPEN.rows(answer.key, now)
    with connection.cursor() as cursor:
        cursor.execute(USE_UP, [answer.key])
        if not stored or cursor.rowcount != 1:
            return None
    ((response, expiration),) = stored
    given = "".join(answer.value.split()).lower()
    if not hmac.compare_digest(given.encode(), response.encode()):
        return None
    issued_at = expiration - datetime.timedelta(minutes=settings.CAPTCHA_TIMEOUT)
    return float((now - issued_at).total_seconds())


def image(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of a captcha, the same each time it is asked for."""
    store = CaptchaStore.objects.filter(hashkey=key).first()
    if store is None:
        return HttpResponse(status=410)
    with _drawing:
        random.seed(hmac.new(settings.SECRET_KEY.encode(), key.encode(), hashlib.sha256).digest())
        try:
            picture: HttpResponse = _captcha_image(store, 1)  # type: ignore[no-untyped-call]
            return picture
        finally:
            random.seed()


def audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The letters of a captcha, spoken; made once and then remembered, for speaking takes its time."""
    if not settings.CAPTCHA_FLITE_PATH or not CaptchaStore.objects.filter(hashkey=key).exists():
        return HttpResponse(status=410)
    wave = cache.get_or_set(f"captcha-audio-{key}", functools.partial(_speak, key), timeout=600)
    return RangedFileResponse(request, BytesIO(wave or b""), content_type="audio/wav")  # type: ignore[no-untyped-call]


def six_letters() -> tuple[str, str]:
    """A challenge and the answer to it; named by CAPTCHA_CHALLENGE_FUNCT."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return letters, letters.lower()


def letter_ink(index: int, letters: str) -> str:
    """The colour of a letter, dark enough to be read; named by CAPTCHA_LETTER_COLOR_FUNCT."""
    return random.choice(INKS)  # noqa: S311 - seeded privately in `image`


def noise(draw: ImageDraw.ImageDraw, picture: Image.Image) -> ImageDraw.ImageDraw:
    """A few lines and dots over the letters; named by CAPTCHA_NOISE_FUNCTIONS."""
    width, height = picture.size
    for _ in range(4):
        ends = [(0, random.randrange(height)), (width, random.randrange(height))]  # noqa: S311
        draw.line(ends, fill=random.choice(INKS), width=1)  # noqa: S311
    for _ in range(width * height // 40):
        draw.point((random.randrange(width), random.randrange(height)), fill=random.choice(INKS))  # noqa: S311
    return draw


def _challenge(store: CaptchaStore) -> Challenge:
    return Challenge(key=store.hashkey, expires_at=store.expiration)


def _speak(key: str) -> bytes:
    response = captcha_audio(HttpRequest(), key)  # type: ignore[no-untyped-call]
    return b"".join(response.streaming_content)
