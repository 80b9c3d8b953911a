"""Words as they are meant: without capitals, accents, look-alike letters, figures for letters, letters set apart."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Letters of other scripts that look like Latin ones, after lower-casing (Unicode TR39, the common ones).
LOOKALIKES = dict(zip("авеѕіјкмнорстухԁɡһԛԝαβεικνορτυχηωıłøđ", "abesijkmhopctyxdghqwabeikvoptuxnwilod", strict=True))
FIGURES = dict(zip("013457@$!|", "oieastasil", strict=True))  # between letters only
FIGURE = re.compile(
    r"(?<=[^\W\d_])[013457@$!|](?=[^\W\d_]|[013457@$!|][^\W\d_])|(?<=[^\W\d_][013457@$!|])[013457@$!|](?=[^\W\d_])"
)
SET_APART = re.compile(r"(?<!\w)(?:[^\W_][ .\-_*·]{1,2}){3,}[^\W_](?!\w)")
SEPARATOR = frozenset(" .-_*·")


@dataclass(frozen=True)
class Folded:
    """A folded text; `origin` says from which place of the text as written each of its letters comes."""

    written: str
    text: str
    origin: Sequence[int]

    def as_written(self, start: int, end: int) -> str:
        """The part of the text as written that this part of the folded text comes from."""
        return self.written[self.origin[start] : self.origin[end - 1] + 1]


def fold(written: str) -> Folded:
    """Fold a text, letter by letter, remembering where each came from."""
    text, origin = (written.lower(), range(len(written))) if written.isascii() else _plain(written)
    text = FIGURE.sub(lambda found: FIGURES[found[0]], text)  # one letter for one figure: places stay
    return _close_up(Folded(written, text, origin))


def _plain(written: str) -> tuple[str, Sequence[int]]:
    letters, origin = [], []
    for place, sign in enumerate(written):
        for letter in unicodedata.normalize("NFKD", sign).casefold():
            if not unicodedata.combining(letter):
                letters.append(LOOKALIKES.get(letter, letter))
                origin.append(place)
    return "".join(letters), origin


def _close_up(folded: Folded) -> Folded:
    """Close up letters that are set apart, such as v.i.a.g.r.a."""
    dropped = {
        place
        for found in SET_APART.finditer(folded.text)
        for place in range(found.start(), found.end())
        if folded.text[place] in SEPARATOR
    }
    if not dropped:
        return folded
    kept = [place for place in range(len(folded.text)) if place not in dropped]
    return Folded(
        folded.written, "".join(folded.text[place] for place in kept), [folded.origin[place] for place in kept]
    )
