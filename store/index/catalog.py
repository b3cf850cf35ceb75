"""What the loaded lists call things: names, sections, departments and years, held in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from store.index.offices import NamedOffice, OfficeResolver
from store.text.normalize import alnum_key, alnum_places
from store.text.numbers import number_key

_REMARK = re.compile(r"[（(][^（()）]*(?:[（(][^（()）]*[）)][^（()）]*)*[）)]")
_SHORTEST_NAME = 4  # shorter names are ordinary words (統計, 広報) and left to search


@dataclass(frozen=True, slots=True)
class Entry:
    """A project as far as naming goes; `section` is the canonical name, `listed` the one as published."""

    id: int
    fiscal_year: int
    number: str
    name: str
    organization: str
    department: str
    section: str
    listed: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found at `[start, end)` of a text.

    `kind` is `project`, for which `name` is a key of `Catalog.by_name`, or `office`: then `offices` are those
    written like that, or, when none is to the letter, all that differ in punctuation only.
    """

    kind: str
    name: str
    start: int
    end: int
    offices: tuple[NamedOffice, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """Every project's naming, in the order listed, newest year first, and names folded for look-up."""

    entries: tuple[Entry, ...]
    by_name: Mapping[str, tuple[Entry, ...]]  # folded name -> its projects (several years, or namesakes)
    by_number: Mapping[str, tuple[Entry, ...]]
    offices: OfficeResolver
    years: tuple[int, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Names of projects and offices that occur in `text`, longest first, none overlapping, in order."""
        folded, places = alnum_places(text)
        found = [
            Mention("project", name, places[at][0], places[at + len(name) - 1][1])
            for name in self.by_name
            if (at := folded.find(name)) >= 0
        ]
        found += [
            Mention("office", text[start:end], start, end, offices)
            for start, end, offices in self.offices.spans(text)
        ]
        kept: list[Mention] = []
        taken = bytearray(len(text))
        for one in sorted(found, key=lambda m: (m.start - m.end, m.kind != "project")):
            if not any(taken[one.start : one.end]):
                kept.append(one)
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
        return sorted(kept, key=lambda m: m.start)

    def offices_named(self, text: str) -> tuple[NamedOffice, ...]:
        """The offices of that name or alias: those written to the letter, else those that sound it out."""
        return self.offices.named(text)

    def of_number(self, number: str) -> tuple[Entry, ...]:
        """The projects of a number however it is written (86 for 0086), newest year first."""
        return self.by_number.get(number_key(number), ())


def read_catalog(db: Database, offices: OfficeResolver) -> Catalog:
    """Read what the loaded lists call things, sections under their canonical names."""
    rows = db.execute(
        """
        SELECT p.id, p.fiscal_year, p.number, p.name, p.organization, p.department,
               coalesce(canonical.name, p.section), p.section
        FROM projects p
        LEFT JOIN sections listed ON listed.id = p.section_id
        LEFT JOIN sections canonical ON canonical.id = coalesce(listed.canonical_id, listed.id)
        ORDER BY p.fiscal_year DESC, p.id"""
    )
    entries = tuple(Entry(*row) for row in rows)
    years = tuple(dict.fromkeys(entry.fiscal_year for entry in entries))
    names = _grouped((key, entry) for entry in entries for key in _name_keys(entry.name))
    numbers = _grouped((number_key(entry.number), entry) for entry in entries)
    return Catalog(entries, names, numbers, offices, years)


def _grouped(pairs: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _name_keys(name: str) -> set[str]:
    """A name's folded form, and that without remarks in brackets such as （旧：…）."""
    keys = {alnum_key(name), alnum_key(_REMARK.sub("", name))}
    return {key for key in keys if len(key) >= _SHORTEST_NAME}
