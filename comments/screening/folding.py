"""Words as they are meant: without capitals, accents, invisible letters, look-alikes, figures for letters, letters set
apart, and with one space between them."""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from articles.text import BLANK

# Letters of other scripts that look like Latin ones, after lower-casing (Unicode TR39, the common ones).
LOOKALIKES = dict(zip("авеѕіјкмнорстухԁɡһԛԝαβεικνορτυχηωıłøđ", "abesijkmhopctyxdghqwabeikvoptuxnwilod", strict=True))
MARKS = {"Cf", "Mn", "Me"}  # categories of what is not drawn, or drawn on another letter
FIGURES = dict(zip("013457@$!|", "oieastasil", strict=True))
SIGNS = frozenset("@$!|")  # those that do not belong to a word unless they stand for a letter
_L, _F = r"[^\W\d_]", r"[013457@$!|]"
# Between letters, two at most; and at the edge of a word of two letters or more, so that “5g” and “a1” stay what they
# are. What ends a sentence or a price does not end a word.
FIGURE = re.compile(
    rf"(?<={_L}){_F}(?={_L}|{_F}{_L})|(?<={_L}{_F}){_F}(?={_L})"
    rf"|{_F}(?={_L}{_L}|{_F}{_L}{_L})"
    rf"|(?<={_L}{_L})[013457$]|(?<={_L}{_L}[013457$])[013457$]"
)
# Nothing in it can match in two ways: there is no going back, and the time grows with the length.
SET_APART = re.compile(r"(?<![^\W_])[^\W_](?:[ .\-_*·]{1,2}[^\W_](?![^\W_])){3,}+")
SEPARATOR = frozenset(" .-_*·")
SPACES = re.compile(r"(?<=\s)\s+")


@dataclass(frozen=True)
class Folded:
    """A folded text; `origin` says from which place of the text as written each of its letters comes."""

    written: str
    text: str
    origin: Sequence[int]

    def as_written(self, start: int, end: int) -> str:
        """The part of the text as written that this part of the folded text comes from."""
        return self.written[self.origin[start] : self.origin[end - 1] + 1]

    def is_in_word(self, place: int) -> bool:
        """Whether what stands at this place, which need not be there, is a letter or figure, as it is written too."""
        if not 0 <= place < len(self.text):
            return False
        return self.text[place].isalnum() and self.written[self.origin[place]] not in SIGNS


@functools.lru_cache(maxsize=16)  # one text is looked at by several checks
def fold(written: str) -> Folded:
    """Fold a text, letter by letter, remembering where each came from."""
    text, origin = (written.lower(), range(len(written))) if written.isascii() else _plain(written)
    spaced = re.sub(r"\s", " ", text)
    folded = _without(Folded(written, spaced, origin), SPACES.finditer(spaced))
    meant = FIGURE.sub(lambda found: FIGURES[found[0]], folded.text)  # one letter for one figure: places stay
    return _without(Folded(written, meant, folded.origin), SET_APART.finditer(meant), SEPARATOR)


def _plain(written: str) -> tuple[str, Sequence[int]]:
    letters, origin = [], []
    for place, sign in enumerate(written):
        for letter in _letters(sign):
            letters.append(letter)
            origin.append(place)
    return "".join(letters), origin


@functools.lru_cache(maxsize=4096)
def _letters(sign: str) -> str:
    """The letters that a sign is read as, four at most: some stand for a whole sentence."""
    plain = unicodedata.normalize("NFKD", sign).casefold()
    seen = (letter for letter in plain if unicodedata.category(letter) not in MARKS and letter not in BLANK)
    return "".join(LOOKALIKES.get(letter, letter) for letter in seen)[:4]


def _without(folded: Folded, found: Iterable[re.Match[str]], signs: frozenset[str] = frozenset(" ")) -> Folded:
    """Leave some signs out of what was found."""
    places = (place for match in found for place in range(match.start(), match.end()))
    dropped = {place for place in places if folded.text[place] in signs}
    if not dropped:
        return folded
    kept = [place for place in range(len(folded.text)) if place not in dropped]
    return Folded(
        folded.written, "".join(folded.text[place] for place in kept), [folded.origin[place] for place in kept]
    )
