"""A sense: what a typed term may mean, as words of the index next to each other; how it is looked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, product
from typing import NamedTuple

from sqlite_utils import Database

from store.index import bigrams
from store.index.bigrams import quoted
from store.records import MatchType

PHRASES = 64  # ways to say one sense that are looked for

_ANY = "SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a sense: the phrases that may stand there, and how many projects have any (at most).

    The phrase '' means that nothing need stand there.
    """

    phrases: tuple[str, ...]
    projects: int
    noun: bool = True


class Evidence(NamedTuple):
    """That a text says a term: by which phrase of the index, with which match type."""

    phrase: str
    match_type: MatchType


@dataclass(frozen=True, slots=True)
class Sense:
    """A way to understand a term: a text that says so has its slots next to each other.

    `needles` are its phrases as they stand in a text, a space around, each with what it is evidence of.
    """

    match_type: MatchType
    slots: tuple[Slot, ...]
    phrases: tuple[str, ...] = field(init=False, compare=False, repr=False)
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most
    needles: tuple[tuple[str, Evidence], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put together what to look for, likeliest first."""
        ways = product(*(slot.phrases for slot in self.slots))
        phrases = (" ".join(filter(None, words)) for words in islice(ways, PHRASES))
        found = tuple(dict.fromkeys(filter(None, phrases)))
        object.__setattr__(self, "phrases", found)
        needles = tuple([(f" {phrase} ", Evidence(phrase, self.match_type)) for phrase in found])
        object.__setattr__(self, "needles", needles)
        most = min((slot.projects for slot in self.slots if "" not in slot.phrases), default=0)
        object.__setattr__(self, "projects", most)


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
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most

    def __post_init__(self) -> None:
        """Add up its senses once: it is asked for all the time."""
        object.__setattr__(self, "projects", sum([sense.projects for sense in self.senses]))

    @property
    def names(self) -> bool:
        """Whether it has a noun, or words that the dictionary doesn't know."""
        return not self.words or any(word.noun for word in self.words)

    @property
    def known_total(self) -> int:
        """In how many projects it occurs, where words or pairs have been counted exactly; else 0."""
        phrases = {phrase for sense in self.senses for phrase in sense.phrases}
        lone = len(phrases) == 1 and len(self.senses[0].slots) == 1 and not self.offices
        return self.senses[0].projects if lone and next(iter(phrases)).count(" ") < 2 else 0


def any_of(phrases: Iterable[str]) -> str:
    """A MATCH expression for rows with any of `phrases`."""
    return " OR ".join(map(quoted, dict.fromkeys(phrases)))


def any_saying(clauses: Iterable[Clause]) -> str:
    """A MATCH expression for rows that say any of `clauses`."""
    return any_of(phrase for clause in clauses for sense in clause.senses for phrase in sense.phrases)


def _never() -> bool:
    return False


def said(
    db: Database, match_type: MatchType, slots: Sequence[Slot], *, in_titles: Callable[[], bool] = _never
) -> Sense | None:
    """The sense of `slots` next to each other, in the ways that projects say it; None when none does.

    `in_titles`, asked when some project does: whether it must say it in its name or its section's.
    """
    is_word = len(slots) == 1 and any(" " not in phrase for phrase in slots[0].phrases)
    ways = {} if is_word else _ways(db, slots, titles_only=False)
    if not (is_word or ways):
        return None
    titles_only = in_titles()
    if is_word and not titles_only:
        return Sense(match_type, tuple(slots))  # a word of the vocabulary occurs: that is what it is
    if titles_only and not (ways := _ways(db, slots, titles_only=True)):
        return None
    # That two words stand side by side is known; a lone word's titles, and longer runs, are looked up.
    if not any(phrase.count(" ") == 1 for phrase in ways):
        where = "{name section} : " if titles_only else ""
        if not db.conn.execute(_ANY, [f"{where}({any_of(ways)})"]).fetchone():
            return None
    return Sense(match_type, (Slot(tuple(ways), sum(ways.values())),))


def _ways(db: Database, slots: Sequence[Slot], *, titles_only: bool) -> dict[str, int]:
    """The first `PHRASES` ways through `slots` whose neighbours stand side by side in some project.

    Each with the number of projects that can say it at most.
    """
    known = bigrams.known(db, _neighbours(slots))
    where = 1 if titles_only else 0
    reached: dict[str, float] = {"": math.inf}
    for slot in slots:
        onward: dict[str, float] = {}
        only_words = "" not in slot.phrases and " " not in "".join(slot.phrases)
        for so_far, most in reached.items():
            last = so_far.rpartition(" ")[2]
            after = known.get(last, {})
            likely = [each for each in slot.phrases if each in after] if last and only_words else slot.phrases
            times: float
            for phrase in likely:
                if " " in phrase:
                    times = _in_a_row(known, where, last, phrase)
                elif last and phrase:
                    times = after[phrase][where] if phrase in after else 0
                else:
                    times = most
                if times:
                    onward[f"{so_far} {phrase}".strip()] = min(most, slot.projects, times)
        reached = dict(islice(onward.items(), PHRASES))
    return {way: int(most) for way, most in reached.items() if way}


def _in_a_row(known: bigrams.Following, where: int, last: str, phrase: str) -> int:
    """In how many projects, at most, the words of `phrase` follow each other, and the word `last` before."""
    found = [
        known.get(one, {}).get(other)
        for one, other in pairwise([last, *phrase.split()] if last else phrase.split())
    ]
    return min([said[where] if said else 0 for said in found])


def _neighbours(slots: Sequence[Slot]) -> Iterator[str]:
    """Every pair that a way through `slots` may have."""
    before: tuple[str, ...] = ("",)
    for slot in slots:
        ends = {phrase.rpartition(" ")[2] for phrase in before}
        yield from (pair for last in ends for phrase in slot.phrases for pair in _new_pairs(last, phrase))
        before = (*slot.phrases, *(before if "" in slot.phrases else ()))


def _new_pairs(last: str, phrase: str) -> list[str]:
    """The pairs that `phrase` adds where it follows the word `last`."""
    if " " in phrase:
        return bigrams.pairs([last, *phrase.split()] if last else phrase.split())
    return [f"{last} {phrase}"] if last and phrase else []
