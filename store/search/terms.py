"""Query terms: what each may mean, as words of the index next to each other, and how that is looked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, product
from typing import NamedTuple

from store.database import Database
from store.index import bigrams
from store.index.bigrams import quoted
from store.records import MatchType
from store.search.tuning import TUNING

_ANY = "SELECT 1 FROM search_words WHERE search_words MATCH ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The phrases that may stand at one place of an interpretation; how many projects have any, at most.

    The phrase '' means that nothing need stand there. `typed` is the word that the phrases stand for, where
    they are other words.
    """

    phrases: tuple[str, ...]
    projects: int
    noun: bool = True
    typed: str = field(default="", compare=False)


class TokenMatch(NamedTuple):
    """That a text says a term: by which phrase of the index, with which match type."""

    phrase: str
    match_type: MatchType


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A way to expand a term: a text that says so has its token_sets next to each other.

    `patterns` are its phrases as they stand in a text, a space around, each with what it is evidence of.
    """

    match_type: MatchType
    token_sets: tuple[TokenSet, ...]
    phrases: tuple[str, ...] = field(init=False, compare=False, repr=False)
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most
    patterns: tuple[tuple[str, TokenMatch], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Put together what to look for, likeliest first."""
        ways = product(*(token_set.phrases for token_set in self.token_sets))
        phrases = (" ".join(filter(None, words)) for words in islice(ways, TUNING.expansion.phrases))
        found = tuple(dict.fromkeys(filter(None, phrases)))
        object.__setattr__(self, "phrases", found)
        patterns = tuple([(f" {phrase} ", TokenMatch(phrase, self.match_type)) for phrase in found])
        object.__setattr__(self, "patterns", patterns)
        most = min(
            (token_set.projects for token_set in self.token_sets if "" not in token_set.phrases), default=0
        )
        object.__setattr__(self, "projects", most)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A typed term: what it may mean (nothing, when no project says so), and its words one by one.

    A word of `words` that no project has is there with 0 projects. `offices` are phrases that mean it in the
    field of sections only: other names of a section. A `sentence` has particles between its words.
    `by` names the expander of each interpretation.
    """

    text: str
    interpretations: tuple[Interpretation, ...]
    words: tuple[TokenSet, ...] = ()
    offices: tuple[str, ...] = ()
    sentence: bool = False
    by: tuple[str, ...] = field(default=(), compare=False)
    projects: int = field(init=False, compare=False, repr=False)  # in which it can occur, at most

    def __post_init__(self) -> None:
        """Add up its interpretations once: it is asked for all the time."""
        object.__setattr__(
            self, "projects", sum([interpretation.projects for interpretation in self.interpretations])
        )

    @property
    def names(self) -> bool:
        """Whether it has a noun, or words that the dictionary doesn't know."""
        return not self.words or any(word.noun for word in self.words)

    @property
    def known_total(self) -> int:
        """In how many projects it occurs, where words or pairs have been counted exactly; else 0."""
        phrases = {phrase for interpretation in self.interpretations for phrase in interpretation.phrases}
        lone = len(phrases) == 1 and len(self.interpretations[0].token_sets) == 1 and not self.offices
        return self.interpretations[0].projects if lone and next(iter(phrases)).count(" ") < 2 else 0


def any_of(phrases: Iterable[str]) -> str:
    """A MATCH expression for rows with any of `phrases`."""
    return " OR ".join(map(quoted, dict.fromkeys(phrases)))


def any_term(terms: Iterable[QueryTerm]) -> str:
    """A MATCH expression for rows that say any of `terms`."""
    return any_of(
        phrase
        for term in terms
        for interpretation in term.interpretations
        for phrase in interpretation.phrases
    )


def _never() -> bool:
    return False


def interpret(
    db: Database,
    match_type: MatchType,
    token_sets: Sequence[TokenSet],
    *,
    in_titles: Callable[[], bool] = _never,
) -> Interpretation | None:
    """The interpretation that these stand next to each other, as projects say it; None when none does.

    `in_titles`, asked when some project does: whether it must say it in its name or its section's.
    """
    is_word = len(token_sets) == 1 and any(" " not in phrase for phrase in token_sets[0].phrases)
    ways = {} if is_word else _ways(db, token_sets, titles_only=False)
    if not (is_word or ways):
        return None
    titles_only = in_titles()
    if is_word and not titles_only:
        return Interpretation(
            match_type, tuple(token_sets)
        )  # a word of the vocabulary occurs: that is what it is
    if titles_only and not (ways := _ways(db, token_sets, titles_only=True)):
        return None
    # That two words stand side by side is known; a lone word's titles, and longer runs, are looked up.
    if not any(phrase.count(" ") == 1 for phrase in ways):
        where = "{name section} : " if titles_only else ""
        if not db.conn.execute(_ANY, [f"{where}({any_of(ways)})"]).fetchone():
            return None
    return Interpretation(match_type, (TokenSet(tuple(ways), sum(ways.values())),))


def _ways(db: Database, token_sets: Sequence[TokenSet], *, titles_only: bool) -> dict[str, int]:
    """The first ways through `token_sets`, not too many, whose neighbours stand side by side in some project.

    Each with the number of projects that can say it at most.
    """
    known = db.snapshot.bigrams.known(_neighbours(token_sets))
    where = 1 if titles_only else 0
    reached: dict[str, float] = {"": math.inf}
    for token_set in token_sets:
        onward: dict[str, float] = {}
        only_words = "" not in token_set.phrases and " " not in "".join(token_set.phrases)
        for so_far, most in reached.items():
            last = so_far.rpartition(" ")[2]
            after = known.get(last, {})
            likely = (
                [each for each in token_set.phrases if each in after]
                if last and only_words
                else token_set.phrases
            )
            times: float
            for phrase in likely:
                if " " in phrase:
                    times = _in_a_row(known, where, last, phrase)
                elif last and phrase:
                    times = after[phrase][where] if phrase in after else 0
                else:
                    times = most
                if times:
                    onward[f"{so_far} {phrase}".strip()] = min(most, token_set.projects, times)
        reached = dict(islice(onward.items(), TUNING.expansion.phrases))
    return {way: int(most) for way, most in reached.items() if way}


def _in_a_row(known: bigrams.Following, where: int, last: str, phrase: str) -> int:
    """In how many projects, at most, the words of `phrase` follow each other, and the word `last` before."""
    found = [
        known.get(one, {}).get(other)
        for one, other in pairwise([last, *phrase.split()] if last else phrase.split())
    ]
    return min([said[where] if said else 0 for said in found])


def _neighbours(token_sets: Sequence[TokenSet]) -> Iterator[str]:
    """Every pair that a way through `token_sets` may have."""
    before: tuple[str, ...] = ("",)
    for token_set in token_sets:
        ends = {phrase.rpartition(" ")[2] for phrase in before}
        yield from (
            pair for last in ends for phrase in token_set.phrases for pair in _new_pairs(last, phrase)
        )
        before = (*token_set.phrases, *(before if "" in token_set.phrases else ()))


def _new_pairs(last: str, phrase: str) -> list[str]:
    """The pairs that `phrase` adds where it follows the word `last`."""
    if " " in phrase:
        return bigrams.pairs([last, *phrase.split()] if last else phrase.split())
    return [f"{last} {phrase}"] if last and phrase else []
