"""Sections and departments as people name them: whole, in part, by an alias or a former name."""

from __future__ import annotations

from collections.abc import Iterable

from store.database import Database
from store.index.offices import KINDS, NamedOffice, phrase_of
from store.search.expansion import expand
from store.search.terms import QueryTerm

_OF_SECTIONS = ("課", "室", "係")
_NONE = frozenset[int]()


def sections_meant(db: Database, name: str) -> tuple[NamedOffice, ...]:
    """The sections that a name stands for: its own, an alias, in short, or else a part of their names."""
    resolver = db.snapshot.offices.resolver
    named = tuple(office for office in resolver.named(name) if office.kind == "section")
    return named or resolver.in_short(name) or resolver.sections_of(_named_in_part(db, expand(db, name)))


def _named_in_part(db: Database, term: QueryTerm) -> frozenset[int]:
    """Ids of the sections that have one of the term's phrases in their name, unless all have (課)."""
    known = db.snapshot.offices
    return _ids(
        office.family
        for phrase in _phrases(term) - set(KINDS)
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
