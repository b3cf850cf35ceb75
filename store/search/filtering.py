"""The filters of a query: offices looked up, and projects listed by their numbers or by filters alone.

Who is meant by the name of an office, `Offices` of the index says, and its resolver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal

import orjson

from store import projects
from store.columns.catalog import columns_named, condition
from store.database import Database
from store.index.catalog import KINDS_NAMED, NamedOffice, without_offices
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.records import FIELDS, Hit, Listed, Project, Query, SearchResult
from store.search.expansion import QueryTerm, any_term, expand
from store.search.query import with_words
from store.search.ranking import AnalysedQuery, Filters, expression
from store.text.normalize import alnum_key, nfkc
from store.text.numbers import KANJI, fiscal_year_name, in_digits, number_key

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


class SectionsMeant(Memo[str, frozenset[int]]):
    """The sections that each name in a filter stands for: strategies look the same filter up again."""


def _sections(db: Database, name: str) -> frozenset[int]:
    memo = db.snapshot.memo(SectionsMeant)
    found = memo.get(name)
    return (
        memo.keep(name, db.snapshot.offices.resolver.ids(sections_meant(db, name)))
        if found is None
        else found
    )


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


_AMOUNT = re.compile(r"\d{1,3}(?:[,，]\d{3})+")  # unless all of them are numbers of projects
_BETWEEN = "p.number_key NOT GLOB '*[^0-9]*' AND CAST(p.number_key AS INTEGER) BETWEEN {:d} AND {:d}"
_MARK = re.compile(r"\(([一-龥])\)")
_SIGNS = tuple(map(chr, range(0x3220, 0x3248)))  # ㈠ to ㉇: a letter in brackets as one sign
_NOT_SAYING = "p.id NOT IN (SELECT rowid FROM search_words WHERE search_words MATCH :excluded)"


def by_numbers(db: Database, query: Query, keys: Sequence[str], filters: Filters) -> SearchResult:
    """The projects with these number keys that the filters let through, where the query means numbers."""
    found, absent = _numbered(db, query, keys, filters)
    if not query.numbers and (not found or (absent and not _surely_numbers(query))):
        return SearchResult(query)
    return _listed_numbers(query, found, tuple(_in_kanji(query).get(key, key) for key in absent))


def by_numbers_alone(db: Database, query: Query, words: Sequence[str], filters: Filters) -> SearchResult:
    """The projects with the query's numbers, which do not say its `words`: these are missing."""
    found, absent = _numbered(db, query, query.numbers, filters)
    return _listed_numbers(query, found, (*absent, *words))


def in_range(db: Database, asked: AnalysedQuery, first: int, last: int) -> SearchResult:
    """The projects whose numbers are `first` to `last`, as far as the filters let them through."""
    where = [_BETWEEN.format(first, last), *filter(None, [asked.filters.sql])]
    order = "CAST(p.number_key AS INTEGER), p.id"
    return _page(db, asked, where, order=order, matched="number", by="number range")


def by_mark(db: Database, asked: AnalysedQuery) -> SearchResult:
    """The projects with the sign that alone is looked for, (株) or ㈱, which is no word of the index."""
    terms = asked.query.terms
    found = _MARK.fullmatch(nfkc(terms[0])) if len(terms) == 1 else None
    if not found:
        return SearchResult(asked.query)
    forms = (found[0], f"（{found[1]}）", *(sign for sign in _SIGNS if nfkc(sign) == found[0]))
    said = " OR ".join(f"instr(p.{field}, '{form}')" for field in FIELDS for form in forms)
    where = [f"({said})", *filter(None, [asked.filters.sql])]
    return _page(db, asked, where, order="p.id", matched="name", by="filters")


def by_filters(db: Database, asked: AnalysedQuery) -> SearchResult:
    """The projects that the filters let through, less what is excluded."""
    filters = asked.filters
    if not filters.sql:
        return SearchResult(asked.query)
    field = "section" if filters.sections is not None else "fiscal_year"
    if asked.query.columns:
        field = asked.query.columns[0].label
    return _page(db, asked, [filters.sql], order="p.id", matched=field, by="filters")


def in_cells(db: Database, asked: AnalysedQuery) -> list[tuple[int, int]]:
    """The projects that say every term, one at least only in a column of its own; with that column."""
    if not asked.wanted or asked.is_question:
        return []
    texts = db.snapshot.cell_texts
    if not texts.joined or not any(alnum_key(term.text) in texts.joined for term in asked.wanted):
        return []  # as most words are in no column of the lists' own
    said_in = [texts.saying(term.text) for term in asked.wanted]
    if not any(said_in):
        return []
    found: set[int] | None = None
    everywhere: set[int] | None = None
    for term, cells in zip(asked.wanted, said_in, strict=True):
        in_texts = _saying(db, term)
        said = in_texts.union(cells)
        found = said if found is None else found & said
        everywhere = in_texts if everywhere is None else everywhere & in_texts
    ids = (found or set()) - (everywhere or set())
    for term in asked.excluded:
        ids = ids - _saying(db, term) - texts.saying(term.text).keys()
    where = " AND ".join(filter(None, ["p.id IN (SELECT value FROM json_each(?))", asked.filters.sql]))
    rows = db.conn.execute(
        f"SELECT p.id FROM projects p WHERE {where} ORDER BY p.fiscal_year DESC, p.id",
        [orjson.dumps([*ids]).decode()],
    )
    return [(row[0], next(cells[row[0]] for cells in said_in if row[0] in cells)) for row in rows]


def _saying(db: Database, term: QueryTerm) -> set[int]:
    """The projects whose names or texts say a term."""
    if not term.interpretations:
        return set()
    rows = db.conn.execute("SELECT rowid FROM search_words WHERE search_words MATCH ?", [expression([term])])
    return {row[0] for row in rows}


def cell_hits(db: Database, found: Sequence[tuple[int, int]]) -> tuple[Hit, ...]:
    """The projects with their columns, as `in_cells` gives them, as hits."""
    known = db.snapshot.projects([project_id for project_id, _ in found])
    headings = {column.id: column.heading for column in db.snapshot.columns}
    return tuple(
        Hit(known[project_id], TUNING.scoring.cell, (headings[column_id],)) for project_id, column_id in found
    )


def with_known_columns(db: Database, query: Query) -> Query:
    """The query with conditions on columns that no list has as words."""
    with db.reading() as snapshot:
        known = {each for each in query.columns if columns_named(snapshot.columns, each.label)}
    return with_words(query, [each for each in query.columns if each not in known])


def conditions(db: Database, query: Query) -> Iterator[str]:
    """The query's conditions on columns in SQL."""
    for each in query.columns:
        found = condition(db, columns_named(db.snapshot.columns, each.label), each)
        yield f"NOT {found}" if each.denied and found else found or "p.id IS NULL"


def _surely_numbers(query: Query) -> bool:
    """Whether words with digits are meant as numbers although there is no project for one of them."""
    return all(map(str.isdecimal, query.terms)) and not _AMOUNT.fullmatch(query.text.strip())


def _in_kanji(query: Query) -> dict[str, str]:
    """The numerals in kanji that were put in digits, by what they were made."""
    typed = KANJI.findall(query.text) if query.as_typed else ()
    return {in_digits(number): number for number in typed}


def _numbered(
    db: Database, query: Query, keys: Sequence[str], filters: Filters
) -> tuple[list[Project], list[str]]:
    """The projects with these number keys that the filters let through, as typed; the keys of none.

    A key of none may be the number that sections gave: 1 of 企画課-1 and 財政課-1.
    """
    found = _with_keys(db, query, keys, filters)
    known = {number_key(project.number) for project in found}
    absent = [key for key in keys if key not in known]
    if absent and (own := {key: _in_sections(db, key) for key in absent}):
        found += _with_keys(db, query, [each for some in own.values() for each in some], filters)
        absent = [key for key in absent if not own[key]]
    return found, absent


def _in_sections(db: Database, key: str) -> list[str]:
    return [number_key(entry.number) for entry in db.snapshot.catalog.by_own_number.get(key, ())]


def _with_keys(db: Database, query: Query, keys: Sequence[str], filters: Filters) -> list[Project]:
    marks = ",".join("?" * len(keys))
    where = " AND ".join(filter(None, (f"p.number_key IN ({marks})", filters.sql)))
    rows = db.conn.execute(f"{projects.SELECT} WHERE {where}", keys)
    return sorted(map(projects.from_row, rows), key=partial(_place, query, keys))


def _place(query: Query, keys: Sequence[str], project: Project) -> tuple[int, int, bool, int]:
    """As typed, newest first; of numbers with one key the one that is spelled as typed first."""
    spelled = re.search(rf"(?<![0-9A-Za-z-]){re.escape(project.number)}(?![0-9A-Za-z-])", query.text)
    return keys.index(number_key(project.number)), -project.fiscal_year, not spelled, project.id


def _listed_numbers(query: Query, found: Sequence[Project], missing: tuple[str, ...]) -> SearchResult:
    by_number = [Hit(each, 1.0, ("number",), missing=missing, why=(Listed("number"),)) for each in found]
    return SearchResult(query, len(found), tuple(by_number[query.offset : query.offset + query.limit]))


def _page(
    db: Database,
    asked: AnalysedQuery,
    conditions: Sequence[str],
    *,
    order: str,
    matched: str,
    by: Literal["number range", "filters"],
) -> SearchResult:
    """The page asked for of the projects that meet all conditions and say nothing excluded, newest first."""
    excluded = any_term(asked.excluded)
    where = " AND ".join([*conditions, *([_NOT_SAYING] if excluded else [])])
    given, query = {"excluded": excluded}, asked.query
    (total,) = db.conn.execute(f"SELECT count(*) FROM projects p WHERE {where}", given).fetchone()
    rows = db.conn.execute(
        f"{projects.SELECT} WHERE {where} ORDER BY p.fiscal_year DESC, {order} LIMIT :limit OFFSET :offset",
        {**given, "limit": query.limit, "offset": query.offset},
    )
    listed = tuple(Hit(projects.from_row(row), 1.0, (matched,), why=(Listed(by),)) for row in rows)
    return SearchResult(query, total, listed)
