"""Sections and departments as people name them: whole, in part, by an alias or a former name."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

from store.database import Database
from store.index.offices import Office, bare, phrase_of
from store.search.terms import QueryTerm
from store.search.tuning import TUNING

_OF_SECTIONS = ("課", "室", "係")
_NONE = frozenset[int]()


def named(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections (with all their names) that have one of the term's phrases in their name."""
    known = db.snapshot.offices
    return _ids(
        office.family
        for phrase in _phrases(term)
        for office in known.by_word.get(phrase.partition(" ")[0], ())
        if f" {phrase} " in f" {office.phrase} "
    )


def named_wholly(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections (with all their names) that the term names in full, 課 or 室 or 部 aside."""
    whole = db.snapshot.offices.whole
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
    phrase = phrase_of(text)
    stem = bare(phrase)
    if stem == phrase or len(stem.replace(" ", "")) < TUNING.expansion.stem_of_office:
        return _NONE
    known = db.snapshot.offices
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
        one.department == other.department
        and fuzz.ratio(one.phrase, other.phrase) >= TUNING.expansion.office_slip
    )


def of_departments(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections whose department has one of the term's phrases in its name."""
    known = db.snapshot.offices
    return _ids(
        frozenset((office.id,))
        for phrase in _phrases(term)
        for office in known.by_word.get(phrase.partition(" ")[0], ())
        if f" {phrase} " in f" {office.department} "
    )


def organizations(db: Database, term: QueryTerm) -> frozenset[str]:
    """The bodies (府省庁・団体) that have one of the term's phrases in their name."""
    every = db.snapshot.organizations
    phrases = _phrases(term)
    return frozenset(
        name for name in every if any(f" {phrase} " in f" {phrase_of(name)} " for phrase in phrases)
    )


def other_names(db: Database, term: QueryTerm) -> list[str]:
    """Phrases of the other names of sections that the term names."""
    renamed = db.snapshot.offices.renamed
    phrases = _phrases(term) if renamed else ()
    names = [(office, any(f" {phrase} " in f" {office.phrase} " for phrase in phrases)) for office in renamed]
    family = _ids(office.family for office, is_named in names if is_named)
    return [office.phrase for office, is_named in names if office.id in family and not is_named]


def _phrases(term: QueryTerm) -> set[str]:
    return {phrase for interpretation in term.interpretations for phrase in interpretation.phrases}


def _ids(families: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset().union(*families)
