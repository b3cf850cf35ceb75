"""Sections and departments as people name them: whole, in part, by an alias or a former name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from store.generations import cached
from store.japanese import units
from store.senses import Clause


class Office(NamedTuple):
    """A section as listed; `family` are the ids of all names of it, `phrase` and `department` its words."""

    id: int
    family: frozenset[int]
    phrase: str
    department: str


class Offices(NamedTuple):
    """Every section; `text` has the words of all names, to tell quickly that none says a phrase."""

    every: tuple[Office, ...]
    text: str


def offices(db: Database) -> Offices:
    """Every section, read once until a list or an alias changes."""
    return cached(db, "offices", _read)


def named(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections (with all their names) that have one of the clause's phrases in their name."""
    phrases = _phrases(db, clause)
    return _ids(office.family for office in offices(db).every if _says(office.phrase, phrases))


def named_wholly(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections (with all their names) that the clause names in full, 課 or 室 or 部 aside."""
    phrases = set(_phrases(db, clause))
    if not phrases:
        return frozenset()
    found = (office for office in offices(db).every if {office.phrase, _bare(office.phrase)} & phrases)
    return _ids(office.family for office in found)


def of_departments(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections whose department has one of the clause's phrases in its name."""
    phrases = _phrases(db, clause)
    return _ids(frozenset((each.id,)) for each in offices(db).every if _says(each.department, phrases))


def other_names(db: Database, clause: Clause) -> list[str]:
    """Phrases of the other names of sections that the clause names."""
    if not (phrases := _phrases(db, clause)):
        return []
    family = named(db, clause)
    others = (office.phrase for office in offices(db).every if office.id in family)
    return [phrase for phrase in others if not _says(phrase, phrases)]


def _read(db: Database) -> Offices:
    rows = db.conn.execute("SELECT id, department, name, coalesce(canonical_id, id) FROM sections").fetchall()
    families: dict[int, set[int]] = defaultdict(set)
    for section_id, _, _, canonical in rows:
        families[canonical].add(section_id)
    every = tuple(
        Office(section_id, frozenset(families[canonical]), _phrase(name), _phrase(department))
        for section_id, department, name, canonical in rows
    )
    text = {f" {text} " for office in every for text in (office.phrase, office.department)}
    return Offices(every, "\n".join(sorted(text)))


@lru_cache(maxsize=8192)
def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


@lru_cache(maxsize=8192)
def _bare(phrase: str) -> str:
    """The name without its last word, when that only says what kind of office it is."""
    words = phrase.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in ("課", "室", "部", "局", "係") else phrase


def _phrases(db: Database, clause: Clause) -> list[str]:
    """The clause's phrases that any office has in a name."""
    text = offices(db).text
    phrases = dict.fromkeys(phrase for sense in clause.senses for phrase in sense.phrases)
    return [phrase for phrase in phrases if f" {phrase} " in text]


def _says(name: str, phrases: list[str]) -> bool:
    return any(f" {phrase} " in f" {name} " for phrase in phrases)


def _ids(families: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*families)
