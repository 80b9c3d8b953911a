"""Who wrote it: blocked, posing as the newsroom, often rejected, new, or trusted."""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache

from comments.models.author import Block
from comments.models.screening import Verdict
from comments.screening.case import Case, Finding
from comments.screening.folding import fold

OFFICES = (
    "moderator",
    "moderation",
    "administrator",
    "admin",
    "editor",
    "editorial team",
    "newsroom",
    "staff",
    "webmaster",
)
NAMES_KEPT = 60  # seconds
WORD = re.compile(r"[^\W_]+")
LOOK_ALIKE = str.maketrans("i1", "ll")


def blocked(case: Case) -> Finding | None:
    """A moderator has blocked this browser, address, network or name."""
    comment, kind = case.comment, Block.Kind
    known = {
        kind.READER.value: comment.reader,
        kind.EMAIL.value: comment.author_email,
        kind.NETWORK.value: comment.network,
        kind.NAME.value: known_as(kind.NAME, comment.author_name),
    }
    block = Block.objects.active().holding(known).first()
    if block is None:
        return None
    detail = f"blocked {block.until}: {block.reason}"
    return Finding("blocked", Verdict.REJECT, detail, rule=str(block), score=1.0, reason="other")


def known_as(kind: str, value: str) -> str:
    """What an author is blocked and looked for by: a name by its letters, an address in small ones."""
    return "".join(_words(value)) if kind == Block.Kind.NAME else value.strip().lower()


def impersonation(case: Case) -> Finding | None:
    """The name is a member of staff's, or has the site's, an office's or the full one of a member of staff in it."""
    name = case.comment.author_name
    if case.comment.author_id:
        return None
    whole, within = _newsroom()
    words = _looks(name)
    if words.replace(" ", "") not in whole and not any(f" {each} " in f" {words} " for each in within):
        return None
    return Finding("impersonation", Verdict.HOLD, f"“{name}” may be taken for the newsroom", score=0.7)


def often_rejected(case: Case) -> Finding | None:
    """Much of what the author sent within a week was rejected."""
    history = case.history
    if not history.is_often_rejected:
        return None
    detail = f"{history.rejected_this_week} of {history.decided_this_week} comments of a week were rejected"
    return Finding("often_rejected", Verdict.HOLD, detail, score=0.6)


def unknown(case: Case) -> Finding | None:
    """Nothing, or not enough to be trusted, is known of the author."""
    history = case.history
    if history.is_trusted:
        return None
    if not history.approved:
        return Finding("first_time", Verdict.NOTE, "nothing of this author was approved yet", score=0.3)
    missing = "no confirmed address" if not history.is_verified else f"{history.approved} approved"
    if history.rejected_lately:
        missing = "something was rejected in the last 30 days"
    return Finding("not_trusted", Verdict.NOTE, f"not a trusted author: {missing}", score=0.1)


def trusted(case: Case) -> Finding | None:
    """At least two comments that a person approved, none rejected in 30 days, and a confirmed address."""
    if not case.history.is_trusted:
        return None
    return Finding("trusted", Verdict.PUBLISH, f"{case.history.approved} approved, none rejected lately", score=0.0)


def _newsroom() -> tuple[frozenset[str], frozenset[str]]:
    """How the names of the site, its staff and its offices look: those that are taken by a name that is the same, and
    those that are taken by one that has them in it. Known for a minute."""
    names: tuple[frozenset[str], frozenset[str]] | None = cache.get("screening.names")
    if names is None:
        staff = User.objects.filter(is_staff=True, is_active=True)
        rows = staff.values_list("username", "first_name", "last_name")
        people = {_looks(name) for row in rows for name in (row[0], " ".join(row[1:]))}
        others = {_looks(settings.SITE_NAME), *(_looks(office + s) for office in OFFICES for s in ("", "s"))}
        whole = {name.replace(" ", "") for name in people | others}
        names = (
            frozenset(name for name in whole if len(name) > 2),
            frozenset(others | {name for name in people if " " in name}),
        )
        cache.set("screening.names", names, NAMES_KEPT)
    return names


def _looks(name: str) -> str:
    """The words of a name, in which letters are the same that look the same: a large I, a small L, a one."""
    return " ".join(_words(name)).translate(LOOK_ALIKE)


def _words(name: str) -> list[str]:
    return WORD.findall(fold(name).text)
