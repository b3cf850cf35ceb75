"""Neighbouring words as words of the index, so that a phrase of common words is found by its rare pairs.

A field is indexed as its words and then its pairs (Lucene: shingles). "学校 教育 推進" is looked for
as 学校+教育 followed by 教育+推進, whose lists are short, instead of by three long lists of places.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import orjson
from sqlite_utils import Database

from store.index.version import Lookup, Version, part

JOINED = "\ue000"  # between the words of a pair: private use, stands in no text

IN_MEMORY = 80_000  # pairs: those of some 1,500 projects

_ALL = "SELECT pair, projects, titles FROM word_pairs LIMIT ?"
_COUNTS = "SELECT pair, projects, titles FROM word_pairs WHERE pair IN (SELECT value FROM json_each(?))"
_COUNT = """
    INSERT INTO word_pairs (pair, projects, titles) VALUES (?, ?, ?)
    ON CONFLICT (pair) DO UPDATE
    SET projects = projects + excluded.projects, titles = titles + excluded.titles"""


class Said(NamedTuple):
    """In how many projects a pair stands, and in how many of their names or sections' names."""

    projects: int
    titles: int


Following = Mapping[str, Mapping[str, Said]]  # a word -> those that stand after it


def pairs(words: Sequence[str]) -> list[str]:
    """Each word with the next one, a space between them."""
    return [f"{one} {other}" for one, other in pairwise(words)]


def searchable(field: str) -> str:
    """What the index holds of a field's words: they themselves, then their pairs."""
    return " ".join([field, *(pair.replace(" ", JOINED) for pair in pairs(field.split()))])


@lru_cache(maxsize=8_192)
def quoted(phrase: str) -> str:
    """`phrase` as a MATCH string: whatever is in it, it is only words."""
    words = phrase.replace("\0", " ").replace('"', '""').split()  # FTS5 takes a NUL for the end
    return f'"{" ".join(map(JOINED.join, pairwise(words)) if len(words) > 1 else words)}"'


class Bigrams:
    """The pairs of one version of the index: all of them in memory, or of a long list those looked up."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._some: Lookup[str, Said] = Lookup()

    def known(self, wanted: Iterable[str]) -> Following:
        """The pairs among `wanted` that stand somewhere; there may be others with them."""
        if (every := self.every) is not None:
            return every
        return _by_first(self._some.all_of(wanted, self._read).items())

    @part
    def every(self) -> Following | None:
        """All pairs, when they are few enough to be kept in memory."""
        rows = self.version.db.conn.execute(_ALL, [IN_MEMORY + 1]).fetchall()
        if len(rows) > IN_MEMORY:
            return None
        return _by_first((pair, Said(projects, titles)) for pair, projects, titles in rows)

    def _read(self, some: list[str]) -> dict[str, Said]:
        rows = self.version.db.conn.execute(_COUNTS, [orjson.dumps(some).decode()])
        return {pair: Said(projects, titles) for pair, projects, titles in rows}


def _by_first(found: Iterable[tuple[str, Said]]) -> Following:
    following: defaultdict[str, dict[str, Said]] = defaultdict(dict)
    for pair, said in found:
        one, _, other = pair.partition(" ")
        following[one][sys.intern(other)] = said
    return dict(following)


def count(db: Database, in_projects: dict[str, int], in_titles: dict[str, int]) -> None:
    """Add to how many projects, and how many titles, each pair stands in. Does not commit."""
    db.conn.executemany(
        _COUNT, ((pair, number, in_titles.get(pair, 0)) for pair, number in sorted(in_projects.items()))
    )
    if any(number < 0 for number in in_projects.values()):
        db.conn.execute("DELETE FROM word_pairs WHERE projects <= 0")
