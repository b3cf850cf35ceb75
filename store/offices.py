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


def offices(db: Database) -> tuple[Office, ...]:
    """Every section, read once until a list or an alias changes."""
    return cached(db, "offices", _read)


def named(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections (with all their names) that have one of the clause's phrases in their name."""
    phrases = _phrases(clause)
    return _ids(office.family for office in offices(db) if _says(office.phrase, phrases))


def named_wholly(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections (with all their names) that the clause names in full, 課 or 室 or 部 aside."""
    phrases = _phrases(clause)
    return _ids(office.family for office in offices(db) if {office.phrase, _bare(office.phrase)} & phrases)


def of_departments(db: Database, clause: Clause) -> frozenset[int]:
    """Ids of the sections whose department has one of the clause's phrases in its name."""
    phrases = _phrases(clause)
    return _ids(frozenset((office.id,)) for office in offices(db) if _says(office.department, phrases))


def other_names(db: Database, clause: Clause) -> list[str]:
    """Phrases of the other names of sections that the clause names."""
    family, phrases = named(db, clause), _phrases(clause)
    return [
        office.phrase for office in offices(db) if office.id in family and not _says(office.phrase, phrases)
    ]


def _read(db: Database) -> tuple[Office, ...]:
    rows = db.conn.execute("SELECT id, department, name, coalesce(canonical_id, id) FROM sections").fetchall()
    families: dict[int, set[int]] = defaultdict(set)
    for section_id, _, _, canonical in rows:
        families[canonical].add(section_id)
    return tuple(
        Office(section_id, frozenset(families[canonical]), _phrase(name), _phrase(department))
        for section_id, department, name, canonical in rows
    )


@lru_cache(maxsize=8192)
def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


def _bare(phrase: str) -> str:
    """The name without its last word, when that only says what kind of office it is."""
    words = phrase.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in ("課", "室", "部", "局", "係") else phrase


def _phrases(clause: Clause) -> set[str]:
    return {phrase for sense in clause.senses for phrase in sense.phrases}


def _says(name: str, phrases: Iterable[str]) -> bool:
    spaced = f" {name} "
    return any(f" {phrase} " in spaced for phrase in phrases)


def _ids(families: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*families)
