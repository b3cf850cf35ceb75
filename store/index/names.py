"""Names of projects and offices, in memory, to be looked through for a term that is not in the index.

`Characters` tells which of many texts have the characters of a term, or all but a few: one number a
character, with a bit for each text. `names_sounding` finds a whole name that was typed in kana or romaji,
however its words are cut, by hashes of its sound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import product
from operator import add
from typing import NamedTuple

from sqlite_utils import Database

from store.index.catalog import Offices
from store.index.vocabulary import Lexicon
from store.text.display import display
from store.text.morphology import Word
from store.text.normalize import katakana, romaji_keys

_TEXTS = """
    SELECT name || char(10) || section || char(10) || purpose || char(10) || overview || char(10) || outcome
    FROM projects"""
NAMES = 20_000  # the newest projects; with more, a typo or an abbreviation is looked for among these
_ROWS = "SELECT name, number, fiscal_year FROM projects ORDER BY fiscal_year DESC, id DESC LIMIT ?"
_TITLES = """
    SELECT DISTINCT substr(words, 1, instr(words, char(10)) - 1) FROM search_texts ORDER BY id DESC LIMIT ?"""
SHORTEST = 6  # letters of a sound worth keeping
IN_MEMORY = 50_000  # sounds: those of some 20,000 projects
_SPOKEN = {"は": "ワ", "へ": "エ", "を": "オ"}


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


@dataclass(frozen=True, slots=True)
class Names:
    """Every name, folded, a line each; which lines have which characters."""

    rows: tuple[tuple[str, str, int], ...]  # name as displayed, number, fiscal year
    lines: tuple[str, ...]
    characters: Characters


class Title(NamedTuple):
    """A name in words of the index, each with the ways it is written; whether it is an office's."""

    words: tuple[str, ...]
    forms: tuple[Sequence[str], ...]
    office: bool


class Titles(NamedTuple):
    """Every title, and which of them have which characters."""

    every: Sequence[Title]
    characters: Characters


def read_names(db: Database) -> Names:
    """Read the names of the newest projects."""
    rows = db.conn.execute(_ROWS, [NAMES])
    return of_rows([(display(name), number, year) for name, number, year in rows])


def of_rows(rows: Sequence[tuple[str, str, int]]) -> Names:
    """Names, each with its number and fiscal year, ready to be looked through."""
    lines = tuple([_line(name) for name, _, _ in rows])
    return Names(tuple(rows), lines, characters(lines))


def _line(name: str) -> str:
    """The name folded, character by character so that places stay the same."""
    folded = katakana(name)
    return folded if len(folded) == len(name) else "".join(katakana(char)[:1] or " " for char in name)


def read_titles(db: Database, offices: Offices, lexicon: Lexicon) -> Titles:
    """Read the names of all offices and of the newest projects."""
    names = [tuple(name.split()) for (name,) in db.conn.execute(_TITLES, [NAMES])]
    called = {tuple(name.split()) for office in offices.every for name in (office.phrase, office.department)}
    written = lexicon.written
    titles = [(words, True) for words in sorted(called)] + [(words, False) for words in dict.fromkeys(names)]
    called_so = [
        Title(words, tuple(written.get(word, (word,)) for word in words), office) for words, office in titles
    ]
    return Titles(called_so, characters(_letters(title) for title in called_so))


def _letters(title: Title) -> Iterator[str]:
    return (char for forms in title.forms for form in forms for char in form)


_ALL = "SELECT sound FROM name_sounds LIMIT ?"
_NAMED = """
    SELECT DISTINCT p.name FROM name_sounds s JOIN projects p ON p.id = s.project_id
    WHERE s.sound IN (?, ?) ORDER BY p.id DESC LIMIT 20"""


def name_sounds(words: Sequence[Word]) -> tuple[int, ...]:
    """Hashes of the ways to say or type a name: particles as spoken or written, Latin read or not."""
    texts = {
        "".join(_said(word, spoken=spoken, spelled=spelled) for word in words)
        for spoken, spelled in product((False, True), repeat=2)
    }
    return tuple(sorted({_hash(key) for text in texts for key in _keys(text)}))


def store(db: Database, sounds: Iterable[tuple[int, Sequence[int]]]) -> None:
    """Keep the sounds of projects' names, given as (project id, hashes)."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO name_sounds (sound, project_id) VALUES (?, ?)",
        ((each, project_id) for project_id, hashes in sounds for each in hashes),
    )


def names_sounding(db: Database, typed: str, *, among: frozenset[int] | None) -> list[str]:
    """The names of projects, as published and newest first, that sound like `typed`; at most 20.

    `among` are the sounds of all names, where they are kept: what is not among them is not looked up.
    """
    hashes = [_hash(key) for key in _keys(typed)]
    if not hashes or (among is not None and among.isdisjoint(hashes)):
        return []
    return [name for (name,) in db.conn.execute(_NAMED, [hashes[0], hashes[-1]])]


def read_sounds(db: Database) -> frozenset[int] | None:
    """The sounds of all names, when they are few enough to be kept in memory."""
    rows = db.conn.execute(_ALL, [IN_MEMORY + 1]).fetchall()
    return frozenset(each for (each,) in rows) if len(rows) <= IN_MEMORY else None


def _said(word: Word, *, spoken: bool, spelled: bool) -> str:
    if not any(map(str.isalnum, word.surface)):
        return ""
    if spelled and word.surface.isascii():
        return word.surface
    return _SPOKEN.get(word.surface, word.reading) if spoken else word.reading


def _keys(text: str) -> list[str]:
    """The sounds of `text`: ティ is one and two."""
    return [key for key in romaji_keys(katakana(text)) if len(key) >= SHORTEST]


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
