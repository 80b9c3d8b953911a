"""How a comment was sent."""

from django.conf import settings

from comments.models.screening import Verdict
from comments.screening.case import Case, Finding


def too_fast(case: Case) -> Finding | None:
    """Nobody reads six letters and copies them in less time than this."""
    seconds = case.circumstances.seconds_to_answer
    if seconds is None or seconds >= settings.CAPTCHA_MIN_SECONDS:
        return None
    return Finding("too_fast", Verdict.HOLD, f"sent {seconds:.1f} s after its captcha was issued", score=0.6)


def honeypot(case: Case) -> Finding | None:
    """A field that people do not see was filled in."""
    filled = case.circumstances.honeypot
    if not filled:
        return None
    return Finding("honeypot", Verdict.HOLD, f"the hidden field was filled in with “{filled[:60]}”", score=0.9)
