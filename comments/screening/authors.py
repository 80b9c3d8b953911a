"""Who wrote it: blocked, posing as the newsroom, often rejected, new, or trusted."""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Q

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


def blocked(case: Case) -> Finding | None:
    """A moderator has blocked this browser, address, network or name."""
    comment = case.comment
    email = comment.author_email.lower()
    found = (
        (Block.Kind.READER, [comment.reader]),
        (Block.Kind.EMAIL, [email, f"@{email.partition('@')[2]}"] if email else []),
        (Block.Kind.NETWORK, [comment.network]),
        (Block.Kind.NAME, [fold(comment.author_name).text]),
    )
    whose = Q(pk=None)
    for kind, values in found:
        whose |= Q(kind=kind, value__in=[value for value in values if value])
    block = Block.objects.active().filter(whose).first()
    if block is None:
        return None
    detail = f"blocked {block.until}: {block.reason}"
    return Finding("blocked", Verdict.REJECT, detail, rule=str(block), score=1.0, reason="other")


def impersonation(case: Case) -> Finding | None:
    """The name is a member of staff's, the site's, or that of an office."""
    if case.comment.author_id:
        return None
    name = _bare(case.comment.author_name)
    words = f" {' '.join(fold(case.comment.author_name).text.split())} "
    office = next((office for office in OFFICES if f" {office} " in words or _bare(office) == name), "")
    if name in _newsroom() or office:
        return Finding(
            "impersonation", Verdict.HOLD, f"“{case.comment.author_name}” may be taken for the newsroom", score=0.7
        )
    return None


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
        return Finding("first_time", Verdict.NOTE, "nothing of this author was published yet", score=0.3)
    missing = "no confirmed address" if not history.is_verified else f"{history.approved} published"
    if history.rejected_lately:
        missing = "something was rejected in the last 30 days"
    return Finding("not_trusted", Verdict.NOTE, f"not a trusted author: {missing}", score=0.1)


def trusted(case: Case) -> Finding | None:
    """At least two comments published, none rejected in 30 days, and a confirmed address."""
    if not case.history.is_trusted:
        return None
    return Finding("trusted", Verdict.PUBLISH, f"{case.history.approved} published, none rejected lately", score=0.0)


def _newsroom() -> frozenset[str]:
    """How the names of the site and of its staff fold; known for a minute."""
    names: frozenset[str] | None = cache.get("screening.newsroom")
    if names is None:
        staff = User.objects.filter(is_staff=True, is_active=True)
        rows = staff.values_list("username", "first_name", "last_name")
        found = {settings.SITE_NAME, *(name for row in rows for name in (row[0], " ".join(row[1:])))}
        names = frozenset(bare for name in found if len(bare := _bare(name)) > 2)
        cache.set("screening.newsroom", names, NAMES_KEPT)
    return names


def _bare(name: str) -> str:
    return "".join(letter for letter in fold(name).text if letter.isalnum())
