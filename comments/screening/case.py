"""What checks look at: a comment, how it came in, and what is known of its author, each worked out once."""

import functools
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from comments.models import Comment
from comments.models.screening import Verdict
from comments.screening.folding import Folded, fold
from comments.screening.history import History, history_of

LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]\"]+|(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>()\[\]\"]*", re.IGNORECASE
)
DOMAIN = re.compile(r"(?:https?://)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s]+)", re.IGNORECASE)
RENDERED_LINK = re.compile(r'href="(https?://[^"]+)"')


@dataclass(frozen=True)
class Circumstances:
    """How a comment came in."""

    seconds_to_answer: float | None = None
    honeypot: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check noticed: `detail` for the moderator, the texts that matched for the eye, the rule that did, how
    sure it is of something bad (0 to 1), and the reason that an author would be told."""

    check: str
    verdict: Verdict
    detail: str
    matched: tuple[str, ...] = field(default=())
    rule: str = ""
    score: float = 0.5
    reason: str = ""

    def stored(self) -> dict[str, Any]:
        """As the comment's row holds it."""
        return {**asdict(self), "verdict": self.verdict.value, "matched": list(self.matched)}


@dataclass
class Case:
    """A comment that is being screened; it need not be saved yet."""

    comment: Comment
    circumstances: Circumstances

    @functools.cached_property
    def folded(self) -> Folded:
        """Its text, so that the same word is the same however it is dressed up."""
        return fold(self.comment.body)

    @functools.cached_property
    def links(self) -> list[str]:
        """The addresses in it, as they are written."""
        return LINK.findall(self.comment.body)

    @functools.cached_property
    def domains(self) -> list[str]:
        """The domains that it links to, in their order, each once."""
        found = (DOMAIN.match(link) for link in [*self.links, *RENDERED_LINK.findall(self.comment.body_html)])
        return list(dict.fromkeys(match[1].lower().rstrip(".") for match in found if match))

    @functools.cached_property
    def history(self) -> History:
        """What is known of its author."""
        return history_of(self.comment)
