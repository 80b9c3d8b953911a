"""Links from an @ and a name to whom is meant: for the renderer of comments.

Names are what people chose to call themselves, so they are compared with the text letter by letter and never parsed.
"""

import unicodedata
from collections.abc import Iterator, Mapping

from markdown_it.rules_core import StateCore
from markdown_it.token import Token


class Names:
    """Finds names by looking up what stands after an @, longest first: the time does not grow with their number."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths
        self._folded: dict[str, str] = {}
        for name, path in paths.items():
            if name.strip():
                self._folded.setdefault(_fold(name), path)
        self._lengths = sorted({len(name) for name in self._folded}, reverse=True)

    def link(self, children: list[Token]) -> Iterator[Token]:
        """The tokens of a line, with links in its text outside of other links."""
        pieces = [" " if token.type in ("softbreak", "hardbreak") else token.content for token in children]
        line = "".join(pieces)  # where a word begins and ends is seen across tokens
        folded = _fold(line)
        at = depth = 0
        for token, piece in zip(children, pieces, strict=True):
            start, at = at, at + len(piece)
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            if depth or token.type != "text":
                yield token
                continue
            for begin, end, path in self._find(line, folded, start, at):
                yield from (_text(line[start:begin]), *_link(line[begin:end], path))
                start = end
            yield _text(line[start:at])

    def _find(self, line: str, folded: str, start: int, stop: int) -> Iterator[tuple[int, int, str]]:
        begin = line.find("@", start, stop)
        while begin >= 0:
            end = begin + 1
            if not _is_of_word(line[begin - 1 : begin]) and (length := self._longest(line, folded, end, stop)):
                end += length
                # Of two names that differ in capitals alone, the one that was typed.
                yield begin, end, self._paths.get(line[begin + 1 : end]) or self._folded[folded[begin + 1 : end]]
            begin = line.find("@", end, stop)

    def _longest(self, line: str, folded: str, start: int, stop: int) -> int:
        for length in self._lengths:
            end = start + length
            if end <= stop and folded[start:end] in self._folded and not _is_of_word(line[end : end + 1]):
                return length
        return 0


def link_mentions(state: StateCore) -> None:
    """A rule for markdown-it: link the names in `env["mentions"]`, outside of code and other links."""
    if not state.env.get("mentions"):
        return
    names = Names(state.env["mentions"])
    for token in state.tokens:
        if token.type == "inline" and token.children and "@" in token.content:
            token.children = list(names.link(token.children))


def _fold(text: str) -> str:
    """Capitals and small letters made equal, every character in its place: some would become two, such as İ."""
    return "".join(small if len(small := letter.casefold()) == 1 else letter for letter in text)


def _is_of_word(letter: str) -> bool:
    """Whether it is part of a word, or of the letter or picture before it."""
    return bool(letter) and (letter in "_\u200d" or unicodedata.category(letter)[0] in "LNM")


def _link(words: str, path: str) -> tuple[Token, Token, Token]:
    return Token("link_open", "a", 1, attrs={"href": path}), _text(words), Token("link_close", "a", -1)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
