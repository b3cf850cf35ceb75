"""Offices in a query as filters. Who is meant by a name, `Offices` of the index says, and its resolver."""

from __future__ import annotations

import re
from dataclasses import replace

from store.database import Database
from store.index.catalog import KINDS_NAMED, NamedOffice, without_offices
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.records import Query
from store.search.expansion import QueryTerm, expand
from store.search.ranking import AnalysedQuery, Filters
from store.text.fiscal_years import fiscal_year_name

# What joins 企画経営課 to the rest of a sentence, and what asks for no more than all that it does.
_OF_OFFICE = re.compile(r"(?<=[課室部局所院署ータザ])(?:の|が|では?|は)(?=.)")
EVERYTHING = re.compile(
    r"(?:担当|所管|実施)?(?:する|している|の)?全?(?:事務)?(?:事業|業務|仕事|取組|取り組み)?の?(?:一覧表?|リスト|全部|全て|すべて)?"
    r"(?:は|を教えて(?:ください)?|を見せて(?:ください)?|について)?[?？。]*"
    r"|何を(?:し|やっ)てい?(?:る|ます)(?:の|か)*[?？。]*"
)


def filters_of(db: Database, query: Query) -> Filters:
    """The query's filters, offices looked up; a name that no office has leaves nothing."""
    sections: frozenset[int] | None = None
    if query.sections:
        sections = frozenset[int]().union(*(_sections(db, name) for name in query.sections))
    if not query.departments:
        return Filters(sections, query.fiscal_years, numbers=query.numbers)
    offices, named = db.snapshot.offices, [expand(db, name) for name in query.departments]
    departments = frozenset[int]().union(*(offices.of_departments(term.phrases) for term in named))
    bodies = frozenset[str]().union(*(offices.organizations_named(term.phrases) for term in named))
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


class SectionsNamed(Memo[str, frozenset[int]]):
    """The sections that each term names."""


def _section(db: Database, term: QueryTerm) -> frozenset[int]:
    memo = db.snapshot.memo(SectionsNamed)
    found = memo.get(term.text)
    if found is None:
        named = db.snapshot.offices.named_in_full(term.phrases) or _in_short(db, term.text)
        found = memo.keep(term.text, named)
    return found


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
    offices, phrases = db.snapshot.offices, term.phrases
    return bool(offices.of_departments(phrases) or offices.organizations_named(phrases))


def sections_meant(db: Database, name: str) -> tuple[NamedOffice, ...]:
    """The sections that a name stands for: its own, an alias, in short, or else a part of their names."""
    offices = db.snapshot.offices
    named = tuple(each for each in offices.resolver.named(name) if each.kind == "section")
    if named or (named := offices.resolver.in_short(name)):
        return named
    return offices.resolver.sections_of(offices.named_in_part(expand(db, name).phrases))
