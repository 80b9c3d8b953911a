"""One decision about many comments: each is decided by itself, and has a result of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User

from comments import moderation
from comments.models import Action, Comment

AT_ONCE = 500  # comments that are decided in one request


class TooMany(moderation.Refused):
    """More comments than one request may decide about."""


@dataclass(frozen=True)
class Result:
    """What came of one comment: whether it was decided, what to tell the moderator, and its status now."""

    pk: int
    done: bool
    told: str
    status: str = ""


def decide(
    pks: Iterable[int], action: Action, *, by: User, reason: str = "", note: str = "", seen: Mapping[int, str]
) -> list[Result]:
    """Take one action on each of the comments; `seen` is the version of each that the moderator has before them, as
    far as that is known. What was refused for one does not hinder the others.

    Raises StatementInvalid or TooMany, before anything is decided.
    """
    moderation.check_statement(action, reason, note.strip())
    wanted = list(dict.fromkeys(pks))
    if len(wanted) > AT_ONCE:
        raise TooMany(f"Choose at most {AT_ONCE} comments at once.")
    found = Comment.objects.in_bulk(wanted)
    results = []
    for pk in wanted:
        try:
            if pk not in found:
                raise moderation.Refused(f"Comment {pk} is not there.")
            moderation.moderate(found[pk], action, by=by, reason=reason, note=note, seen=seen.get(pk, ""))
        except moderation.Refused as problem:
            results.append(Result(pk, False, str(problem)))
        else:
            results.append(Result(pk, True, f"{action.label}: comment {pk}.", found[pk].status))
    return results
