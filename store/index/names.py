"""Names of projects and offices, in memory, to be looked through for what is nearly or partly said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlite_utils import Database

from store.index.characters import Characters, characters
from store.index.lexicon import Lexicon
from store.index.offices import Offices
from store.text.display import display
from store.text.kana import katakana

NAMES = 20_000  # the newest projects; with more, a typo or an abbreviation is looked for among these

_ROWS = "SELECT name, number, fiscal_year FROM projects ORDER BY fiscal_year DESC, id DESC LIMIT ?"
_TITLES = """
    SELECT DISTINCT substr(words, 1, instr(words, char(10)) - 1) FROM search_texts ORDER BY id DESC LIMIT ?"""


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
    written = lexicon.written({word for words in (*names, *called) for word in words})
    titles = [(words, True) for words in sorted(called)] + [(words, False) for words in dict.fromkeys(names)]
    called_so = [
        Title(words, tuple(written.get(word, (word,)) for word in words), office) for words, office in titles
    ]
    return Titles(called_so, characters(_letters(title) for title in called_so))


def _letters(title: Title) -> Iterator[str]:
    return (char for forms in title.forms for form in forms for char in form)
