"""Words that a careless linker of names has damaged: "SECtor", "mEMOry", or "anthropic" for "Anthropic".

Such a linker put the letters of a name, in the name's capitals, wherever it met them, also inside longer words. A word
is taken as damaged when its capitals stand where none belong and its small letters make a common English word, so that
AlphaGo, ChatGPT or vLLM are left alone; and when it is a name that the same text writes with a capital elsewhere.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterator

from spellchecker import SpellChecker

WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
KEPT = re.compile(r"```.*?```|`[^`\n]*`|\]\([^)\s]*\)|<?https?://[^\s>)]+", re.DOTALL)
COMMON = 100  # how often the lexicon must have met a word, in its some 100 million, for it to count as one
VERY_COMMON = 500  # … for one that begins with a capital: names such as RoBERTa look like damaged words
SENTENCE_END = re.compile(r"(?:^|\n\s*\n|[.!?:][\"”’')\]]*\s)[\s\"“‘'(\[*_>#-]*$")

# Sound capitals inside a word: CamelCase from its first letter (AlphaGo, YouTube), also with an abbreviation at its end
# (ChatGPT, LaTeX), one small letter before a name (iPhone, eBay), forms of abbreviations (GPUs, OKed).
SOUND = re.compile(r"(?:[A-Z][a-z]+)+[A-Z]*|[A-Z]+|[a-z][A-Z][a-z]+|[A-Z]{2,}(?:s|ed|es|ing)|[a-z]+")


def proposals(text: str) -> dict[str, str]:
    """Damaged words of a text, each with the spelling proposed, in the order of their first appearance."""
    return {word: proposal for _start, word, proposal in _damaged(text)}


def repair(text: str, whole: str = "") -> str:
    """The text with each damaged word in the spelling proposed. `whole` is the text that it is a part of, with its
    title: it shows which words are names."""
    pieces, at = [], 0
    for start, word, proposal in _damaged(text, whole):
        pieces += [text[at:start], proposal]
        at = start + len(word)
    return "".join([*pieces, text[at:]])


def _damaged(text: str, whole: str = "") -> Iterator[tuple[int, str, str]]:
    masked = _masked(text)
    names = _names_written_small(_masked(whole or text))
    for match in WORD.finditer(masked):
        word = _without_ending(match[0])
        if _has_odd_capitals(word):
            sentence_begins = SENTENCE_END.search(masked[max(0, match.start() - 80) : match.start()])
            proposal = word.capitalize() if sentence_begins or match.start() == 0 else word.lower()
            yield match.start(), word, proposal
        elif word in names:
            yield match.start(), word, word.capitalize()


def _masked(text: str) -> str:
    """The text with code and addresses blanked out, every letter in its place."""
    return KEPT.sub(lambda kept: " " * len(kept[0]), text)


def _has_odd_capitals(word: str) -> bool:
    common = VERY_COMMON if word[:1].isupper() else COMMON
    return not SOUND.fullmatch(word) and _lexicon().word_usage_frequency(word.lower()) * _total() >= common


def _names_written_small(text: str) -> set[str]:
    """Words in small letters that the text otherwise writes as a name: capital, not first in a sentence or in a run
    of capitals, not followed by a number, and at least twice as often."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    before = ""
    for match in WORD.finditer(text):
        word = _without_ending(match[0])
        if word.islower():
            small[word] += 1
        elif word.istitle() and not _follows_capital(before, text, match.start()):
            numbered = re.match(r"[’'\w]*\s+\d", text[match.end() :])
            begins = SENTENCE_END.search(text[max(0, match.start() - 80) : match.start()])
            capital[word.lower()] += not numbered and not begins
        before = match[0]
    return {word for word, count in small.items() if len(word) > 3 and capital[word] >= 2 * count}


def _without_ending(word: str) -> str:
    """The word before an apostrophe: Anthropic of Anthropic’s."""
    return re.split("[’']", word)[0]


def _follows_capital(before: str, text: str, start: int) -> bool:
    return before[:1].isupper() and text[start - 1 : start] == " " and text[start - 2 : start - 1].isalnum()


@functools.cache
def _lexicon() -> SpellChecker:
    return SpellChecker(language="en", distance=1)


@functools.cache
def _total() -> int:
    return _lexicon().word_frequency.total_words
