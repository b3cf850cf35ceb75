"""Sections and departments as people name them: whole, in part, by an alias or a former name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz
from sqlite_utils import Database

from store.index.generations import cached
from store.search.terms import QueryTerm
from store.text.morphology import units

_KINDS = ("課", "室", "部", "局", "係")
_OF_SECTIONS = ("課", "室", "係")
SHORTEST = 2  # characters before 課
_NONE = frozenset[int]()
ALIKE = 85  # percent, spaces between words counted


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


def offices(db: Database) -> Offices:
    """Every section, read once until a list or an alias changes."""
    return cached(db, "offices", _read)


def named(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections (with all their names) that have one of the term's phrases in their name."""
    known = offices(db)
    return _ids(
        office.family
        for phrase in _phrases(term)
        for office in known.by_word.get(phrase.partition(" ")[0], ())
        if f" {phrase} " in f" {office.phrase} "
    )


def named_wholly(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections (with all their names) that the term names in full, 課 or 室 or 部 aside."""
    whole = offices(db).whole
    phrases = [
        phrase
        for interpretation in term.interpretations
        for phrase in interpretation.phrases
        if phrase in whole
    ]
    return _ids(office.family for phrase in phrases for office in whole[phrase]) if phrases else _NONE


def named_in_short(db: Database, text: str) -> frozenset[int]:
    """Ids of the one section (with all its names) that 統計課 means; none if it is in the name of one.

    What stands before 課 or 室 is a part of that section's name and of no other's.
    """
    if text[-1:] not in _OF_SECTIONS:
        return _NONE
    phrase = _phrase(text)
    stem = _bare(phrase)
    if stem == phrase or len(stem.replace(" ", "")) < SHORTEST:
        return _NONE
    known = offices(db)
    having = [
        office
        for office in known.by_word.get(stem.partition(" ")[0], ())
        if f" {stem} " in f" {office.phrase} "
    ]
    is_one = all(_are_one(having[0], office) for office in having)
    is_whole = any(f" {phrase} " in f" {office.phrase} " for office in having)
    return _ids(office.family for office in having) if is_one and not is_whole else frozenset()


def _are_one(one: Office, other: Office) -> bool:
    """Whether two names are of one section, or so alike that one is likely a slip."""
    return one.family == other.family or (
        one.department == other.department and fuzz.ratio(one.phrase, other.phrase) >= ALIKE
    )


def of_departments(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections whose department has one of the term's phrases in its name."""
    known = offices(db)
    return _ids(
        frozenset((office.id,))
        for phrase in _phrases(term)
        for office in known.by_word.get(phrase.partition(" ")[0], ())
        if f" {phrase} " in f" {office.department} "
    )


def organizations(db: Database, term: QueryTerm) -> frozenset[str]:
    """The bodies (府省庁・団体) that have one of the term's phrases in their name."""
    every = cached(db, "organizations", _organizations)
    phrases = _phrases(term)
    return frozenset(
        name for name in every if any(f" {phrase} " in f" {_phrase(name)} " for phrase in phrases)
    )


def _organizations(db: Database) -> list[str]:
    return [name for (name,) in db.conn.execute("SELECT DISTINCT organization FROM projects")]


def other_names(db: Database, term: QueryTerm) -> list[str]:
    """Phrases of the other names of sections that the term names."""
    renamed = offices(db).renamed
    phrases = _phrases(term) if renamed else ()
    names = [(office, any(f" {phrase} " in f" {office.phrase} " for phrase in phrases)) for office in renamed]
    family = _ids(office.family for office, is_named in names if is_named)
    return [office.phrase for office, is_named in names if office.id in family and not is_named]


def _read(db: Database) -> Offices:
    rows = db.conn.execute("SELECT id, department, name, coalesce(canonical_id, id) FROM sections").fetchall()
    families: dict[int, set[int]] = defaultdict(set)
    for section_id, _, _, canonical in rows:
        families[canonical].add(section_id)
    every = tuple(
        Office(section_id, frozenset(families[canonical]), _phrase(name), _phrase(department))
        for section_id, department, name, canonical in rows
    )
    by_word: dict[str, list[Office]] = defaultdict(list)
    whole: dict[str, list[Office]] = defaultdict(list)
    for office in every:
        for word in {*office.phrase.split(), *office.department.split()}:
            by_word[word].append(office)
        for name in {office.phrase, _bare(office.phrase)}:
            whole[name].append(office)
    return Offices(by_word, whole, every, tuple(office for office in every if len(office.family) > 1))


@lru_cache(maxsize=8192)
def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


@lru_cache(maxsize=8192)
def _bare(phrase: str) -> str:
    """The name without its last word, when that only says what kind of office it is."""
    words = phrase.split()
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] in _KINDS else phrase


def _phrases(term: QueryTerm) -> set[str]:
    return {phrase for interpretation in term.interpretations for phrase in interpretation.phrases}


def _ids(families: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*families)
