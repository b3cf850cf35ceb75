"""Projects listed without looking for words: by their numbers, and by filters alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Literal

from store import projects
from store.database import Database
from store.records import FIELDS, Hit, Listed, Project, Query, SearchResult
from store.search.expansion import any_term
from store.search.ranking import AnalysedQuery, Filters
from store.text.normalize import nfkc
from store.text.numbers import KANJI, in_digits, number_key

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
