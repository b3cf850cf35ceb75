"""Offices in a query as filters: sections, departments and bodies, however a person names them.

`OfficeResolver` of the index knows the offices by their names; here a term that means the words of a name
(expanded, so in kana or misspelled too) names them as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from store.database import Database
from store.index.catalog import KINDS, KINDS_NAMED, NamedOffice, phrase_of, without_offices
from store.index.tuning import TUNING
from store.records import Query
from store.search.expansion import QueryTerm, expand
from store.search.ranking import AnalysedQuery, Filters
from store.text.wareki import fiscal_year_name

# What joins 企画経営課 to the rest of a sentence, and what asks for no more than all that it does.
_OF_OFFICE = re.compile(r"(?<=[課室部局所院署ータザ])(?:の|が|では?|は)(?=.)")
EVERYTHING = re.compile(
    r"(?:担当|所管|実施)?(?:する|している|の)?全?(?:事務)?(?:事業|業務|仕事|取組|取り組み)?の?(?:一覧表?|リスト|全部|全て|すべて)?"
    r"(?:は|を教えて(?:ください)?|を見せて(?:ください)?|について)?[?？。]*"
    r"|何を(?:し|やっ)てい?(?:る|ます)(?:の|か)*[?？。]*"
)
_NONE = frozenset[int]()


def filters_of(db: Database, query: Query) -> Filters:
    """The query's filters, offices looked up; a name that no office has leaves nothing."""
    sections: frozenset[int] | None = None
    if query.sections:
        sections = frozenset[int]().union(*(_sections(db, name) for name in query.sections))
    if not query.departments:
        return Filters(sections, query.fiscal_years, numbers=query.numbers)
    named = [expand(db, name) for name in query.departments]
    departments = frozenset[int]().union(*(of_departments(db, term) for term in named))
    bodies = frozenset[str]().union(*(organizations(db, term) for term in named))
    return Filters(sections, query.fiscal_years, departments, bodies, query.numbers)


def with_section_as_filter(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    """The same with the offices that it names in full taken as filters; None when that changes nothing.

    企画経営課の事業は何件？ asks for all that the section has; 企画経営課 alone is looked for. Where a text
    asks, offices in short (情政課) and several are filters, and one that no list has leaves nothing.
    """
    if asked.filters.sections is not None or asked.filters.departments is not None or asked.query.phrases:
        return None
    if asked.query.in_full is not None:
        return _with_offices_asked(db, asked) or _with_sections(db, asked)
    return _with_sections(db, asked)


def _with_offices_asked(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    resolver = db.snapshot.offices.resolver
    if asked.query.certain and any(resolver.unknown(term.text) for term in asked.wanted):
        return replace(asked, wanted=(), filters=replace(asked.filters, sections=frozenset()))
    named: list[NamedOffice] = []
    rest: list[QueryTerm] = []
    for term in asked.wanted:
        spans = resolver.spans(term.text)
        named += [office for span in spans for office in span.offices]
        left = without_offices(term.text, spans) if spans else term.text
        if left and not EVERYTHING.fullmatch(left):
            rest.append(expand(db, left) if spans else term)
    if not named:
        return None
    of_kind = {kind: [each for each in named if each.kind == kind] for kind in KINDS_NAMED}
    filters = asked.filters
    if of_kind["section"]:
        filters = replace(filters, sections=resolver.ids(of_kind["section"]))
    if above := [*of_kind["department"], *of_kind["organization"]]:
        bodies = frozenset(office.name for office in of_kind["organization"])
        filters = replace(filters, departments=resolver.ids(above), organizations=bodies)
    return replace(asked, wanted=tuple(rest), filters=filters)


def _with_sections(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    wanted = [part for term in asked.wanted for part in _of_section(db, term)]
    asks_of_all = asked.query.in_full is not None
    if len(wanted) < 2 and not asks_of_all:
        return None
    sections = [_section(db, term) for term in wanted]
    rest = tuple(term for term, named in zip(wanted, sections, strict=True) if not named)
    if len(rest) == len(wanted) or not (rest or asks_of_all):
        return None
    rest = tuple(term for term in rest if not EVERYTHING.fullmatch(term.text))
    named = frozenset[int]().union(*sections)
    return replace(asked, wanted=rest, filters=replace(asked.filters, sections=named))


def called_in_short(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    """The same as a filter by the one section that is all that was asked for (統計課); None if it is none."""
    if len(asked.wanted) != 1 or asked.filters.sections is not None or asked.query.phrases:
        return None
    section = _in_short(db, asked.wanted[0].text)
    return replace(asked, wanted=(), filters=replace(asked.filters, sections=section)) if section else None


def _section(db: Database, term: QueryTerm) -> frozenset[int]:
    return named_wholly(db, term) or _in_short(db, term.text)


def _in_short(db: Database, text: str) -> frozenset[int]:
    resolver = db.snapshot.offices.resolver
    return resolver.ids(resolver.in_short(text))


def _of_section(db: Database, term: QueryTerm) -> list[QueryTerm]:
    """A sentence that begins with an office (情報政策課の電子申請) as the office and the rest."""
    for particle in _OF_OFFICE.finditer(term.text, 0, TUNING.expansion.longest_office + len("では")):
        if not (term.sentence or EVERYTHING.fullmatch(term.text, particle.end())):
            continue
        office = expand(db, term.text[: particle.start()])
        if _section(db, office):
            return [office, expand(db, term.text[particle.end() :])]
    return [term]


def _sections(db: Database, name: str) -> frozenset[int]:
    return db.snapshot.offices.resolver.ids(sections_meant(db, name))


def unknown(db: Database, query: Query) -> tuple[str, ...]:
    """The offices and years in the query's filters that no project has, as people name them."""
    sections = [name for name in query.sections if not _sections(db, name)]
    if query.in_full and query.certain:
        sections += filter(None, map(db.snapshot.offices.resolver.unknown, query.terms))
    departments = [name for name in query.departments if not _is_department(db, expand(db, name))]
    listed = db.snapshot.fiscal_years
    years = [fiscal_year_name(year) for year in query.fiscal_years if year >= 0 and year not in listed]
    return tuple(dict.fromkeys([*sections, *departments, *years]))


def _is_department(db: Database, term: QueryTerm) -> bool:
    return bool(of_departments(db, term) or organizations(db, term))


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
