"""How a comment is written: personal data, shouting, gibberish."""

import re

from comments.models.screening import Verdict
from comments.screening.case import Case, Finding

EMAIL = re.compile(r"(?<![\w/@])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}\b", re.IGNORECASE)
# At least nine figures in groups: shorter ones are years, versions and amounts.
PHONE = re.compile(r"(?<![\w./=#-])(?:\+|00)?\(?\d{1,4}\)?(?:[ .\-/]?\(?\d{2,5}\)?){2,5}(?![\w%]|[.,]\d)")
CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)")
CODE = re.compile(r"`[^`]*`|https?://\S+|\b10\.\d{4,9}/\S+")  # code, links and DOIs name nobody's number
PHONE_FIGURES = (9, 12)  # with a country's code before it, 15 (ITU-T E.164)

CAPITALS_SHARE, CAPITALS_LEAST = 0.6, 25
RUN = re.compile(r"(\S)\1{7,}")
WORD = re.compile(r"[^\W\d_]{5,}")
CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
ROWS = re.compile(r"asdf|qwer|sdfg|dfgh|fghj|ghjk|hjkl|zxcv|xcvb|wert|uiop")
GIBBERISH_SHARE = 0.4


def personal_data(case: Case) -> Finding | None:
    """An e-mail address, a telephone or a card number."""
    text = CODE.sub(lambda found: " " * len(found[0]), case.comment.body)
    emails = [found[0] for found in EMAIL.finditer(text)]
    cards = [found[0] for found in CARD.finditer(text) if _is_card(found[0])]
    phones = [found[0] for found in PHONE.finditer(text) if _is_phone(found[0]) and found[0] not in cards]
    kinds = {"e-mail address": emails, "card number": cards, "telephone number": phones}
    told = [kind for kind, found in kinds.items() if found]
    if not told:
        return None
    matched = tuple([*emails, *cards, *phones][:20])
    return Finding("personal_data", Verdict.HOLD, f"may hold a {' and a '.join(told)}", matched=matched, score=0.5)


def shouting(case: Case) -> Finding | None:
    """Mostly capitals; who is trusted may raise their voice."""
    letters = [letter for letter in case.comment.body if letter.lower() != letter.upper()]
    if len(letters) < CAPITALS_LEAST or sum(map(str.isupper, letters)) < CAPITALS_SHARE * len(letters):
        return None
    if case.history.is_trusted:
        return None
    return Finding("shouting", Verdict.HOLD, "written in capitals", score=0.4)


def gibberish(case: Case) -> Finding | None:
    """Keys struck at random, or one sign held down."""
    if case.history.is_trusted:
        return None
    text = CODE.sub(" ", case.comment.body)
    if run := RUN.search(text):
        return Finding("gibberish", Verdict.HOLD, "one sign again and again", matched=(run[0],), score=0.4)
    words = WORD.findall(text)
    odd = [word for word in words if CONSONANTS.search(word.lower()) or ROWS.search(word.lower())]
    if not odd or len(odd) < GIBBERISH_SHARE * len(words):
        return None
    return Finding("gibberish", Verdict.HOLD, "no words of a language", matched=tuple(odd[:20]), score=0.5)


def _is_phone(written: str) -> bool:
    figures = [sign for sign in written if sign.isdigit()]
    least, most = PHONE_FIGURES
    if written.startswith(("+", "00")):
        return least <= len(figures) <= 15
    is_in_groups = written.startswith(("0", "(")) or len(re.split(r"[ .\-/]", written)) > 2
    return least <= len(figures) <= most and is_in_groups


def _is_card(written: str) -> bool:
    """Whether the last figure checks the others, as in card numbers (H. P. Luhn, US patent 2,950,048)."""
    figures = [int(sign) for sign in written if sign.isdigit()]
    doubled = (divmod(2 * figure, 10) for figure in figures[-2::-2])
    return len(set(figures)) > 1 and (sum(figures[-1::-2]) + sum(map(sum, doubled))) % 10 == 0
