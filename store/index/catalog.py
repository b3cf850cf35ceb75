"""What the loaded lists call things: names, sections, departments and years, held in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from store.text.normalize import alnum_key, alnum_places, one_space
from store.text.numbers import number_key

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
class Office:
    """A section, department or organization (府省庁) under its canonical name."""

    kind: str
    name: str


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
    offices: tuple[Office, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """Every project's naming, in the order listed, newest year first, and names folded for look-up."""

    entries: tuple[Entry, ...]
    by_name: Mapping[str, tuple[Entry, ...]]  # folded name -> its projects (several years, or namesakes)
    by_number: Mapping[str, tuple[Entry, ...]]
    offices: Mapping[str, Mapping[str, Office]]  # folded name or alias -> as listed -> the office
    years: tuple[int, ...]

    def mentions(self, text: str) -> list[Mention]:
        """Names of projects and offices that occur in `text`, longest first, none overlapping, in order."""
        folded, places = alnum_places(text)
        found = sorted(_occurrences(folded, self), key=lambda m: (m.start - m.end, m.kind != "project"))
        kept: list[Mention] = []
        for one in found:
            if all(one.end <= other.start or other.end <= one.start for other in kept):
                kept.append(one)
        kept.sort(key=lambda m: m.start)
        return [self._placed(m, text, places[m.start][0], places[m.end - 1][1]) for m in kept]

    def _placed(self, mention: Mention, text: str, start: int, end: int) -> Mention:
        if mention.kind == "project":
            return Mention(mention.kind, mention.name, start, end)
        return Mention("office", mention.name, start, end, self.offices_named(text[start:end]))

    def offices_named(self, text: str) -> tuple[Office, ...]:
        """The offices of that name or alias: those written to the letter, else those that sound it out."""
        variants = self.offices.get(alnum_key(text), {})
        exact = [office for listed, office in variants.items() if _same_letters(listed, text)]
        return tuple(dict.fromkeys(exact or variants.values()))

    def of_number(self, number: str) -> tuple[Entry, ...]:
        """The projects of a number however it is written (86 for 0086), newest year first."""
        return self.by_number.get(number_key(number), ())

    def office_by_stem(self, text: str) -> Office | None:
        """The one section that `text` names without its 課 or 室 (情報政策), if there is just one."""
        stem = alnum_key(text)
        fitting = {
            office
            for name, variants in self.offices.items()
            for office in variants.values()
            if len(stem) >= _SHORTEST_STEM
            and name.startswith(stem)
            and _SECTION_END.fullmatch(name[len(stem) :])
        }
        return fitting.pop() if len(fitting) == 1 else None


def read_catalog(db: Database) -> Catalog:
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
    offices: dict[str, dict[str, Office]] = {}
    for folded, listed, office in _offices(entries):
        offices.setdefault(folded, {})[listed] = office
    return Catalog(entries, names, numbers, offices, years)


def _same_letters(one: str, two: str) -> bool:
    """Whether two names are the same but for width and kinds of space."""
    return one_space(one) == one_space(two)


def _grouped(pairs: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    return {key: tuple(entries) for key, entries in found.items()}


def _name_keys(name: str) -> set[str]:
    """A name's folded form, and that without remarks in brackets such as （旧：…）."""
    keys = {alnum_key(name), alnum_key(_REMARK.sub("", name))}
    return {key for key in keys if len(key) >= _SHORTEST_NAME}


def _offices(entries: Iterable[Entry]) -> Iterator[tuple[str, str, Office]]:
    """(folded name, name as listed, office) of every office of every project."""
    for entry in entries:
        for kind, listed, name in (
            ("organization", entry.organization, entry.organization),
            ("department", entry.department, entry.department),
            ("section", entry.section, entry.section),
            ("section", entry.listed, entry.section),
        ):
            if len(folded := alnum_key(listed)) > 1:
                yield folded, listed, Office(kind, name)


def _occurrences(folded: str, held: Catalog) -> Iterator[Mention]:
    for name in held.by_name:
        if (start := folded.find(name)) >= 0:
            yield Mention("project", name, start, start + len(name))
    for name in held.offices:
        if (start := folded.find(name)) >= 0:
            yield Mention("office", name, start, start + len(name))
