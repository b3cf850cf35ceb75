"""A sense: what a typed term may mean, as words of the index next to each other; how it is looked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice, product

from sqlite_utils import Database

PHRASES = 64  # ways to say one sense that are looked for
ROWS = 50  # projects that are read for the ways in which they say it, when there are more than that

_ANY = "SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT 1"
_ROWS = """
    SELECT name, section, purpose, overview, outcome FROM search_words
    WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT ?"""


class Manner(IntEnum):
    """How a sense came from what was typed, surest first; all but EDIT say the same thing otherwise."""

    SAME = 0
    SPELLING = 1
    SYNONYM = 2
    ABBREVIATION = 3
    PART = 4
    EDIT = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a sense: the phrases that may stand there, and how many projects have any (at most).

    The phrase '' means that nothing need stand there.
    """

    phrases: tuple[str, ...]
    projects: int
    noun: bool = True


@dataclass(frozen=True, slots=True)
class Sense:
    """A way to understand a term: a text that says so has its slots next to each other."""

    manner: Manner
    slots: tuple[Slot, ...]
    phrases: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put together what to look for, words separated by spaces; the likeliest first."""
        ways = product(*(slot.phrases for slot in self.slots))
        phrases = (" ".join(filter(None, words)) for words in islice(ways, PHRASES))
        object.__setattr__(self, "phrases", tuple(dict.fromkeys(filter(None, phrases))))

    @property
    def projects(self) -> int:
        """In how many projects it can occur at most."""
        return min((slot.projects for slot in self.slots if "" not in slot.phrases), default=0)


@dataclass(frozen=True, slots=True)
class Clause:
    """A typed term: what it may mean (nothing, when no project says so), and its words one by one.

    A word of `words` that no project has is there with 0 projects. `offices` are phrases that mean it in the
    field of sections only: other names of a section. A `sentence` has particles between its words.
    """

    text: str
    senses: tuple[Sense, ...]
    words: tuple[Slot, ...] = ()
    offices: tuple[str, ...] = ()
    sentence: bool = False

    @property
    def projects(self) -> int:
        """In how many projects it can occur at most."""
        return sum(sense.projects for sense in self.senses)

    @property
    def names(self) -> bool:
        """Whether it has a noun, or words that the dictionary doesn't know."""
        return not self.words or any(word.noun for word in self.words)

    @property
    def known_total(self) -> int:
        """In how many projects it occurs, where the vocabulary says so exactly; else 0."""
        phrases = {phrase for sense in self.senses for phrase in sense.phrases}
        lone = len(phrases) == 1 and " " not in next(iter(phrases)) and not self.offices
        return self.senses[0].projects if lone else 0


def quoted(phrase: str) -> str:
    """`phrase` as a MATCH string: whatever is in it, it is only words."""
    return '"' + phrase.replace("\0", " ").replace('"', '""') + '"'  # FTS5 takes a NUL for the end


def any_of(phrases: Iterable[str]) -> str:
    """A MATCH expression for rows with any of `phrases`."""
    return " OR ".join(map(quoted, dict.fromkeys(phrases)))


def said(db: Database, manner: Manner, slots: Sequence[Slot], *, titles_only: bool = False) -> Sense | None:
    """The sense of `slots` next to each other, in the ways that projects say it; None when none does.

    `titles_only`: some project must say it in its name or its section's.
    """
    where = "{name section} : " if titles_only else ""
    ways = math.prod(len(slot.phrases) for slot in slots)
    sense = Sense(manner, tuple(slots))
    if not titles_only and len(slots) == 1 and any(" " not in phrase for phrase in slots[0].phrases):
        return sense  # a word of the vocabulary occurs: that is what the vocabulary is
    if ways <= PHRASES:
        found = db.conn.execute(_ANY, [f"{where}({any_of(sense.phrases)})"]).fetchone()
        return sense if found else None
    everywhere = " AND ".join(f"({any_of(slot.phrases)})" for slot in slots if "" not in slot.phrases)
    if not everywhere:
        return None
    rows = db.conn.execute(_ROWS, [f"{where}({everywhere})", ROWS])
    phrases = {
        phrase
        for row in rows
        for text in row[: 2 if titles_only else None]
        for phrase in _ways_in(f" {text} ", slots)
    }
    return Sense(manner, (Slot(tuple(sorted(phrases)), sense.projects),)) if phrases else None


def _ways_in(text: str, slots: Sequence[Slot]) -> set[str]:
    """The phrases of `text` (words between spaces) that are one of each slot's, in order."""
    reached = {(at, "") for at in _places(text, " ")}
    for slot in slots:
        reached = {
            (at + len(phrase) + 1, f"{so_far} {phrase}".strip()) if phrase else (at, so_far)
            for at, so_far in reached
            for phrase in slot.phrases
            if not phrase or text.startswith(f" {phrase} ", at)
        }
    return {phrase for _, phrase in reached if phrase}


def _places(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
