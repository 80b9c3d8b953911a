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


def comments(count: int, seed: int = SEED) -> Iterator[Comment]:
    """Yield so many comments, oldest first. The first of a longer row are those of a shorter one."""
    rng = random.Random(seed)  # noqa: S311
    threads: list[int] = []
    written = FIRST
    for index in range(count):
        written += timedelta(seconds=rng.randint(1, LONGEST_PAUSE))
        replies = index > 0 and rng.random() < REPLY_SHARE
        parent = rng.randint(max(0, index - REPLY_REACH), index - 1) if replies else None
        threads.append(index if parent is None else threads[parent])
        author = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        yield Comment(index, author, _body(rng, index), written, parent, threads[index])


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
