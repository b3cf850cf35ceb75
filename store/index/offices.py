"""Sections with their departments and all their names, in words of the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sqlite_utils import Database

from store.text.morphology import units

_KINDS = ("課", "室", "部", "局", "係")


class Office(NamedTuple):
    """A section as listed; `family` are the ids of all names of it, `phrase` and `department` its words."""

    id: int
    family: frozenset[int]
    phrase: str
    department: str


class Offices(NamedTuple):
    """Every section, by the words of its name and its department; `whole` by its name with and without 課.

    `renamed` are those of several names.
    """

    by_word: Mapping[str, Sequence[Office]]
    whole: Mapping[str, Sequence[Office]]
    every: tuple[Office, ...]
    renamed: tuple[Office, ...]


def read_offices(db: Database) -> Offices:
    """Read every section."""
    rows = db.conn.execute("SELECT id, department, name, coalesce(canonical_id, id) FROM sections").fetchall()
    families: dict[int, set[int]] = defaultdict(set)
    for section_id, _, _, canonical in rows:
        families[canonical].add(section_id)
    every = tuple(
        Office(section_id, frozenset(families[canonical]), phrase_of(name), phrase_of(department))
        for section_id, department, name, canonical in rows
    )
    by_word: dict[str, list[Office]] = defaultdict(list)
    whole: dict[str, list[Office]] = defaultdict(list)
    for office in every:
        for word in {*office.phrase.split(), *office.department.split()}:
            by_word[word].append(office)
        for name in {office.phrase, bare(office.phrase)}:
            whole[name].append(office)
    return Offices(by_word, whole, every, tuple(office for office in every if len(office.family) > 1))


def read_organizations(db: Database) -> tuple[str, ...]:
    """Every body (府省庁・団体) that has a project."""
    return tuple(name for (name,) in db.conn.execute("SELECT DISTINCT organization FROM projects"))


@lru_cache(maxsize=8192)
def phrase_of(name: str) -> str:
    """The words of an office's name."""
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


@lru_cache(maxsize=8192)
def bare(phrase: str) -> str:
    """The name without its last word, when that only says what kind of office it is."""
    words = phrase.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _KINDS else phrase
