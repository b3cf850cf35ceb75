"""Which of many texts have the characters of a term, or all but a few: a bit a text, a number a character."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import add
from typing import NamedTuple

from sqlite_utils import Database

_TEXTS = """
    SELECT name || char(10) || section || char(10) || purpose || char(10) || overview || char(10) || outcome
    FROM projects"""


class Characters(NamedTuple):
    """For each character a number whose bit n says whether text n has it; `every` has all texts' bits."""

    having: Mapping[str, int]
    every: int

    def texts_with(self, term: str, *, lacking: int = 0) -> Iterator[int]:
        """The texts that have all characters of `term` but at most `lacking` different ones, in order."""
        first, *others = dict.fromkeys(term)
        found = [self.having.get(first, 0), *[self.every] * lacking]  # found[n]: those that lack at most n
        for char in others:
            has = self.having.get(char, 0)
            for missing in range(lacking, 0, -1):
                found[missing] &= has | found[missing - 1]
            found[0] &= has
        return _bits(found[lacking])


def characters(texts: Iterable[Iterable[str]]) -> Characters:
    """The characters of each of `texts`."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    count = 0
    for at, text in enumerate(texts):
        count = at + 1
        for char in {*text}:
            places[char].append(at)
    return Characters({char: _number(found) for char, found in places.items()}, (1 << count) - 1)


def read_pairs(db: Database) -> frozenset[str]:
    """All characters that stand side by side in some project, in lower case."""
    found: set[str] = set()
    for (text,) in db.conn.execute(_TEXTS):
        found.update(map(add, text.lower(), text.lower()[1:]))
    return frozenset(found)


def _number(places: list[int]) -> int:
    """The number with these bits; made of bytes, as shifting would copy it for every bit."""
    found = bytearray(places[-1] // 8 + 1)
    for at in places:
        found[at // 8] |= 1 << at % 8
    return int.from_bytes(found, "little")


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
