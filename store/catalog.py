"""What the loaded lists call things: names, sections, departments and years, held in memory."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from store.numbers import number_key

_REMARK = re.compile(r"[（(][^（()）]*(?:[（(][^（()）]*[）)][^（()）]*)*[）)]")
_SHORTEST_NAME = 4  # shorter names are ordinary words (統計, 広報) and left to search
_SECTION_END = re.compile(r"(?:課|室|係|局|班|センター|グループ|チーム)$")
_SHORTEST_STEM = 4


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
    """A name found at `[start, end)` of a text; `kind` is project, section, department or organization."""

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Catalog:
    """Every project's naming, in the order listed, newest year first, and names folded for look-up."""

    entries: tuple[Entry, ...]
    by_name: Mapping[str, tuple[Entry, ...]]  # folded name -> its projects (several years, or namesakes)
    by_number: Mapping[str, tuple[Entry, ...]]
    offices: Mapping[str, tuple[str, str]]  # folded name or alias -> (kind, canonical name)
    years: tuple[int, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Names of projects and offices that occur in `text`, longest first, none overlapping, in order."""
        folded, places = squash(text)
        found = sorted(_occurrences(folded, self), key=lambda m: (m.start - m.end, m.kind != "project"))
        kept: list[Mention] = []
        for one in found:
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
        return sorted(
            (Mention(m.kind, m.name, places[m.start], places[m.end - 1] + 1) for m in kept),
            key=lambda m: m.start,
        )

    def of_number(self, number: str) -> tuple[Entry, ...]:
        """The projects of a number however it is written (86 for 0086), newest year first."""
        return self.by_number.get(number_key(number), ())

    def office_by_stem(self, text: str) -> tuple[str, str] | None:
        """The one section that `text` names without its 課 or 室 (情報政策), if there is just one."""
        stem, _ = squash(text)
        fitting = {
            office
            for name, office in self.offices.items()
            if len(stem) >= _SHORTEST_STEM
            and name.startswith(stem)
            and _SECTION_END.fullmatch(name[len(stem) :])
        }
        return fitting.pop() if len(fitting) == 1 else None


def squash(text: str) -> tuple[str, list[int]]:
    """Letters and digits of `text` only, half-width and lower case, with each one's place in `text`."""
    folded, places = [], []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).lower():
            if part.isalnum():
                folded.append(part)
                places.append(place)
    return "".join(folded), places


_lock = threading.Lock()
_loaded: dict[str, tuple[int, Catalog]] = {}


def catalog(db: Database) -> Catalog:
    """The catalog of this database, read again only when a list was loaded or an alias set since."""
    generation = db.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone()[0]
    path = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    key = path or f"memory {id(db.conn)}"
    with _lock:
        held = _loaded.get(key)
        if held is None or held[0] != generation:
            held = _loaded[key] = (generation, _read(db))
        return held[1]


def _read(db: Database) -> Catalog:
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
    return Catalog(entries, names, numbers, dict(_offices(entries)), years)


def _grouped(pairs: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _name_keys(name: str) -> set[str]:
    """A name's folded form, and that without remarks in brackets such as （旧：…）."""
    keys = {squash(name)[0], squash(_REMARK.sub("", name))[0]}
    return {key for key in keys if len(key) >= _SHORTEST_NAME}


def _offices(entries: Iterable[Entry]) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry in entries:
        for kind, listed, name in (
            ("organization", entry.organization, entry.organization),
            ("department", entry.department, entry.department),
            ("section", entry.section, entry.section),
            ("section", entry.listed, entry.section),
        ):
            if len(folded := squash(listed)[0]) > 1:
                yield folded, (kind, name)


def _occurrences(folded: str, held: Catalog) -> Iterator[Mention]:
    for name in held.by_name:
        if (start := folded.find(name)) >= 0:
            yield Mention("project", name, start, start + len(name))
    for name, (kind, canonical) in held.offices.items():
        if (start := folded.find(name)) >= 0:
            yield Mention(kind, canonical, start, start + len(name))
