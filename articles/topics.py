"""Topic links: the first mention of a known name in an article becomes a link, when the article is written.

Whole words only, the longest name first, never inside links, code or headings, and every letter stays as its author
wrote it. Names are found with an Aho-Corasick automaton; word boundaries are checked on what it finds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import ahocorasick
from markdown_it.token import Token

from articles.models import Topic

LINE_BREAKS = ("softbreak", "hardbreak")
SIBILANTS = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True)
class Name:
    """One spelling of a topic to look for, and whether its capitals must be met exactly."""

    spelling: str
    topic: Topic
    exact: bool


@dataclass
class Linker:
    """Finds topics in texts. Making one costs a pass over all names, so make one for many articles."""

    topics: Iterable[Topic]
    _automaton: ahocorasick.Automaton = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._automaton = ahocorasick.Automaton()
        names: dict[str, list[Name]] = {}
        for name in (name for topic in self.topics for name in _names(topic)):
            names.setdefault(_fold(name.spelling), []).append(name)
        for folded, found in names.items():
            self._automaton.add_word(folded, (len(folded), found))
        self._automaton.make_automaton()

    def link(self, tokens: list[Token]) -> list[Topic]:
        """Put links into the tokens of an article; returns the topics linked, in the order of the text."""
        linked: dict[int, Topic] = {}
        heading = False
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                heading = token.type == "heading_open"
            elif token.type == "inline" and token.children and not heading:
                token.children = self._link_line(token.children, linked)
        return list(linked.values())

    def mentions(self, text: str) -> list[tuple[int, int, Topic]]:
        """Non-overlapping mentions in a text as (start, end, topic): the longer name wins, then the earlier."""
        if not self._automaton:
            return []
        folded = _fold(text)
        found = [
            (end + 1 - length, end + 1, topic)
            for end, (length, names) in self._automaton.iter(folded)
            if _is_whole_word(text, end + 1 - length, end + 1)
            and (topic := _fitting(names, text[end + 1 - length : end + 1]))
        ]
        chosen: list[tuple[int, int, Topic]] = []
        for mention in sorted(found, key=lambda m: (m[0] - m[1], m[0])):
            if all(mention[1] <= other[0] or mention[0] >= other[1] for other in chosen):
                chosen.append(mention)
        return sorted(chosen, key=lambda m: m[0])

    def _link_line(self, children: list[Token], linked: dict[int, Topic]) -> list[Token]:
        result: list[Token] = []
        for run, is_text in _runs(children):
            result.extend(self._link_run(run, linked) if is_text else run)
        return result

    def _link_run(self, run: list[Token], linked: dict[int, Topic]) -> Iterator[Token]:
        """The tokens of a piece of running text, with the first mention of each topic wrapped in a link."""
        text = "".join("\n" if token.type in LINE_BREAKS else token.content for token in run)
        if any(token.type == "hardbreak" for token in run):
            yield from run  # a line break that was asked for must stay; such lines are verse and addresses
            return
        at = 0
        for start, end, topic in self.mentions(text):
            if topic.pk in linked:
                continue
            linked[topic.pk] = topic
            yield _text(text[at:start])
            yield Token("link_open", "a", 1, attrs={"href": topic.get_absolute_url(), "class": "topic"})
            yield _text(text[start:end])
            yield Token("link_close", "a", -1)
            at = end
        yield _text(text[at:])


def plural(name: str) -> str:
    """The regular English plural of a name: models, boxes, policies."""
    if name.endswith("y") and name[-2:-1].lower() not in tuple("aeiou"):
        return name[:-1] + "ies"
    return name + ("es" if name.lower().endswith(SIBILANTS) else "s")


def _names(topic: Topic) -> Iterator[Name]:
    for spelling in topic.names:
        # "RAG" is not "rag" and "Unity" is not "unity", but a sentence may begin with "Reinforcement learning".
        exact = topic.kind != Topic.Kind.CONCEPT or any(letter.isupper() for letter in spelling[1:])
        yield Name(spelling, topic, exact)
        yield Name(plural(spelling), topic, exact)


def _fitting(names: list[Name], seen: str) -> Topic | None:
    seen = seen.replace("\n", " ")
    return next((name.topic for name in names if not name.exact or name.spelling == seen), None)


def _fold(text: str) -> str:
    """Small letters, with every character in its place: lower() makes two of some, such as İ."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lowered.replace("\n", " ")


def _is_whole_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalnum() or before in ("_", "@") or after.isalnum() or after == "_":
        return False
    # "GPT-4" is not about "GPT", and "Node.js" is not about "Node"; "Anthropic-backed" is about Anthropic.
    following = text[end + 1 : end + 2]
    if (after == "-" and following.isdigit()) or (after == "." and following.isalnum()):
        return False
    return not (before == "." and text[start - 2 : start - 1].isalnum())


def _runs(children: list[Token]) -> Iterator[tuple[list[Token], bool]]:
    """Split a line into pieces of running text outside links, and everything else."""
    run: list[Token] = []
    depth = 0
    for token in children:
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if depth == 0 and token.type in ("text", *LINE_BREAKS):
            run.append(token)
            continue
        if run:
            yield run, True
            run = []
        yield [token], False
    if run:
        yield run, True


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
