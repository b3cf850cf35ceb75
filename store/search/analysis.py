"""A Query made ready: words analyse, filters looked up, a section in plain words as a filter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from store.database import Database
from store.index.filter_terms import Filters
from store.index.offices import KINDS_NAMED, NamedOffice, without_offices
from store.index.version import Memo
from store.records import Query
from store.search import offices
from store.search.expansion import expand
from store.search.terms import QueryTerm
from store.search.tuning import TUNING
from store.text.kana import has_kanji
from store.text.wareki import fiscal_year_name

# What joins 企画経営課 to the rest of a sentence, and what asks for no more than all that it does.
_OF_OFFICE = re.compile(r"(?<=[課室部局所院署ータザ])(?:の|が|では?|は)(?=.)")
_EVERYTHING = re.compile(
    r"(?:担当|所管|実施)?(?:する|している|の)?全?(?:事務)?(?:事業|業務|仕事|取組|取り組み)?の?(?:一覧表?|リスト|全部|全て|すべて)?"
    r"(?:は|を教えて(?:ください)?|を見せて(?:ください)?|について)?[?？。]*"
    r"|何を(?:し|やっ)てい?(?:る|ます)(?:の|か)*[?？。]*"
)
_QUOTES = "'\""
_CODE = set("=<>{};\\`$")  # signs of a program's text, not of a name


@dataclass(frozen=True, slots=True)
class AnalysedQuery:
    """What is looked for: all of `wanted` and none of `excluded`, among what `filters` let through."""

    query: Query
    wanted: tuple[QueryTerm, ...]
    excluded: tuple[QueryTerm, ...]
    filters: Filters

    @property
    def text(self) -> str:
        """The words asked for, as typed."""
        return " ".join(term.text for term in self.wanted)

    @property
    def is_question(self) -> bool:
        """Whether any of it is a sentence, so that its words may stand anywhere."""
        return any(term.sentence for term in self.wanted)


class Meanings(Memo[str, QueryTerm]):
    """What each term means."""


def analyse(db: Database, query: Query) -> AnalysedQuery:
    """Look up the query's words and filters in the database."""
    typed = _words(query.terms)
    meanings = db.snapshot.memo(Meanings)
    terms = [meanings.get(term) or meanings.keep(term, _meant(db, term)) for term in typed]
    terms += [_either(db, group) for group in query.alternatives]
    terms += [expand(db, phrase) for phrase in _words(query.phrases)]
    excluded = tuple(expand(db, term) for term in _words(query.excluded))
    return AnalysedQuery(query, tuple(terms), excluded, _filters(db, query))


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
        if left and not _EVERYTHING.fullmatch(left):
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
    rest = tuple(term for term in rest if not _EVERYTHING.fullmatch(term.text))
    named = frozenset[int]().union(*sections)
    return replace(asked, wanted=rest, filters=replace(asked.filters, sections=named))


def of_years(asked: AnalysedQuery) -> AnalysedQuery:
    """The same without 事業一覧 and the like beside a year: that asks for no more than the year's list."""
    if not asked.filters.years:
        return asked
    telling = [term for term in asked.wanted if not _EVERYTHING.fullmatch(term.text)]
    return replace(asked, wanted=tuple(telling))


def called_in_short(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    """The same as a filter by the one section that is all that was asked for (統計課); None if it is none."""
    if len(asked.wanted) != 1 or asked.filters.sections is not None or asked.query.phrases:
        return None
    section = _in_short(db, asked.wanted[0].text)
    return replace(asked, wanted=(), filters=replace(asked.filters, sections=section)) if section else None


def _section(db: Database, term: QueryTerm) -> frozenset[int]:
    return offices.named_wholly(db, term) or _in_short(db, term.text)


def _in_short(db: Database, text: str) -> frozenset[int]:
    resolver = db.snapshot.offices.resolver
    return resolver.ids(resolver.in_short(text))


def _of_section(db: Database, term: QueryTerm) -> list[QueryTerm]:
    """A sentence that begins with an office (情報政策課の電子申請) as the office and the rest."""
    for particle in _OF_OFFICE.finditer(term.text, 0, TUNING.expansion.longest_office + len("では")):
        if not (term.sentence or _EVERYTHING.fullmatch(term.text, particle.end())):
            continue
        office = expand(db, term.text[: particle.start()])
        if _section(db, office):
            return [office, expand(db, term.text[particle.end() :])]
    return [term]


def joined(db: Database, asked: AnalysedQuery) -> AnalysedQuery | None:
    """The same with its terms written together (パブ コメ); None when they are one already, or sentences."""
    if len(asked.wanted) < 2 or asked.query.alternatives or asked.query.phrases:
        return None
    together = "".join(term.text for term in asked.wanted)
    if asked.is_question and has_kanji(together):
        return None
    return replace(asked, wanted=(expand(db, together),))


def _words(terms: Sequence[str]) -> list[str]:
    """The terms that have any letter or digit, and are not code: a=1, '1', or a lone letter."""
    if not terms:
        return []
    found = [term for term in terms if any(map(str.isalnum, term)) and not _is_code(term)]
    return [
        term
        for term in found
        if len(term) > 1 or not term.isascii() or len(found) >= TUNING.expansion.lone_letters
    ]


def _is_code(term: str) -> bool:
    """Whether it is a piece of a program's text."""
    if not term.isascii():
        return False
    quoted = term[0] in _QUOTES or term[-1] in _QUOTES
    return bool(_CODE & {*term}) or (quoted and not term.strip(_QUOTES).isalpha())


def _meant(db: Database, typed: str) -> QueryTerm:
    """What a term means, other names of a section that it names among it."""
    term = expand(db, typed)
    others = offices.other_names(db, term) if term.interpretations else ()
    return replace(term, offices=tuple(others)) if others else term


def _either(db: Database, group: Sequence[str]) -> QueryTerm:
    terms = [expand(db, typed) for typed in _words(group)]
    return QueryTerm(
        " または ".join(group),
        tuple(interpretation for term in terms for interpretation in term.interpretations),
        tuple(word for term in terms for word in term.words),
        by=tuple(chain(*(term.by for term in terms))),
    )


def _filters(db: Database, query: Query) -> Filters:
    sections: frozenset[int] | None = None
    if query.sections:
        sections = frozenset[int]().union(*(_sections(db, name) for name in query.sections))
    if not query.departments:
        return Filters(sections, query.fiscal_years, numbers=query.numbers)
    named = [expand(db, name) for name in query.departments]
    departments = frozenset[int]().union(*(offices.of_departments(db, term) for term in named))
    organizations = frozenset[str]().union(*(offices.organizations(db, term) for term in named))
    return Filters(sections, query.fiscal_years, departments, organizations, query.numbers)


def _sections(db: Database, name: str) -> frozenset[int]:
    return db.snapshot.offices.resolver.ids(offices.sections_meant(db, name))


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
    return bool(offices.of_departments(db, term) or offices.organizations(db, term))
