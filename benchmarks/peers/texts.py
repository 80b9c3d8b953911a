"""Comments to fill every contender with: the same seed gives the same comments, in the order they were written."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SHORTEST, LONGEST = 20, 600  # characters of a body
REPLY_SHARE = 0.3
REPLY_REACH = 50  # a reply answers one of so many comments before it
LONG_SHARE = 10  # the long thread has one of so many comments
DEEPEST = 1000  # replies in the chain
STEP = 8  # comments from one of those two threads to its next
FIRST = datetime(2025, 1, 1, 8, tzinfo=UTC)
LONGEST_PAUSE = 400  # seconds between two comments
SEED = 20250101

FIRST_NAMES = ["Ada", "Bruno", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Katya", "Luca"]
LAST_NAMES = ["Abel", "Berg", "Castro", "Dorn", "Engel", "Fiore", "Grant", "Hale", "Ito", "Jansen", "Kovac", "Lind"]
VOCABULARY = json.loads(Path(__file__).with_name("vocabulary.json").read_text())
WORDS: dict[str, list[str]] = VOCABULARY["words"] | {"number": [str(number) for number in range(3, 400)]}
# Each template cut into its fixed and its open parts; the latter are at odd places.
PARTS = [re.split(r"{(\w+)}", template) for template in VOCABULARY["templates"]]


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment. `index` counts from 0, oldest first; `parent` is the index of the one it answers."""

    index: int
    author: str
    body: str
    created_at: datetime
    parent: int | None
    thread: int
    """The index of the comment that began its thread, its own if it did: for sites whose replies nest once."""

    @property
    def email(self) -> str:
        return self.author.lower().replace(" ", ".") + "@example.org"


class Shape:
    """The comments, by index, of the two odd threads among so many: `long` with a tenth of all, and `chain`, in which
    each replies to the one before. Both begin early, and go on nearly to the end."""

    def __init__(self, count: int) -> None:
        first, replies = count // LONG_SHARE, count // LONG_SHARE
        self.long = range(first, first + STEP * replies + 1, STEP)
        self.chain = range(first + 1, first + 1 + STEP * min(replies, DEEPEST) + 1, STEP)


def comments(count: int, seed: int = SEED) -> Iterator[Comment]:
    """Yield so many comments, oldest first."""
    rng = random.Random(seed)  # noqa: S311
    shape = Shape(count)
    threads: list[int] = []
    others: list[int] = []
    written = FIRST
    for index in range(count):
        written += timedelta(seconds=rng.randint(1, LONGEST_PAUSE))
        parent = _parent(rng, shape, index, others[-REPLY_REACH:])
        threads.append(index if parent is None else threads[parent])
        if index not in shape.long and index not in shape.chain:
            others.append(index)
        author = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        yield Comment(index, author, _body(rng, index), written, parent, threads[index])


def _parent(rng: random.Random, shape: Shape, index: int, others: list[int]) -> int | None:
    """Which comment this one replies to: half of the long thread replies to its beginning, the rest to any of it."""
    if index in shape.long[1:]:
        return shape.long[0] if rng.random() < 0.5 else rng.choice(range(shape.long[0], index, STEP))
    if index in shape.chain[1:]:
        return index - STEP
    replies = others and index not in (shape.long[0], shape.chain[0]) and rng.random() < REPLY_SHARE
    return rng.choice(others) if replies else None


def mark(index: int) -> str:
    """What the body of this comment, and of no other, begins with."""
    return f"No. {index}: "


def _body(rng: random.Random, index: int) -> str:
    """Sentences up to a length drawn evenly; the last one ends where the length does, at a word's end."""
    length = rng.randint(2 * SHORTEST, LONGEST)  # cutting a word off leaves SHORTEST and more
    text = mark(index) + sentence(rng)
    while len(text) < length:
        # Long comments have paragraphs.
        text += (" " if rng.random() < 0.8 else "\n\n") + sentence(rng)
    if len(text) == length:
        return text
    return text[:length].rsplit(maxsplit=1)[0].rstrip(".,;?") + "."


def sentence(rng: random.Random) -> str:
    """Words of the vocabulary in one of its templates."""
    parts = rng.choice(PARTS)
    return "".join([rng.choice(WORDS[part]) if place % 2 else part for place, part in enumerate(parts)])
