"""Projects listed in order, not ranked: all that the filters let through, or a range of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from store import projects
from store.database import Database
from store.records import Hit, Listed, Query, SearchResult
from store.search.analysis import AnalysedQuery, analyse
from store.search.terms import any_term

_BETWEEN = "p.number_key NOT GLOB '*[^0-9]*' AND CAST(p.number_key AS INTEGER) BETWEEN {:d} AND {:d}"
_NOT_SAYING = "p.id NOT IN (SELECT rowid FROM search_words WHERE search_words MATCH :excluded)"


def listed(db: Database, analysed: AnalysedQuery) -> SearchResult:
    """What the filters let through, less what is excluded, when nothing but filters was asked for."""
    filters = analysed.filters
    if not filters.sql:
        return SearchResult(analysed.query)
    field = "section" if filters.sections is not None else "fiscal_year"
    return _page(db, analysed, [filters.sql], order="p.id", matched=field, by="filters")


def between(db: Database, query: Query, first: int, last: int) -> SearchResult | None:
    """Projects whose numbers lie from `first` to `last`; None when there are none."""
    analysed = only_filters(db, query)
    where = [_BETWEEN.format(first, last), *filter(None, [analysed.filters.sql])]
    order = "CAST(p.number_key AS INTEGER), p.id"
    found = replace(_page(db, analysed, where, order=order, matched="number", by="number range"), query=query)
    return found if found.total else None


def only_filters(db: Database, query: Query) -> AnalysedQuery:
    """The query's filters without its words and numbers."""
    return analyse(db, replace(query, terms=(), alternatives=(), phrases=(), numbers=()))


def _page(
    db: Database,
    analysed: AnalysedQuery,
    conditions: Sequence[str],
    *,
    order: str,
    matched: str,
    by: Literal["number range", "filters"],
) -> SearchResult:
    """The page asked for of the projects that meet all conditions and say nothing excluded, newest first."""
    excluded = any_term(analysed.excluded)
    where = " AND ".join([*conditions, *([_NOT_SAYING] if excluded else [])])
    given, query = {"excluded": excluded}, analysed.query
    (total,) = db.conn.execute(f"SELECT count(*) FROM projects p WHERE {where}", given).fetchone()
    rows = db.conn.execute(
        f"{projects.SELECT} WHERE {where} ORDER BY p.fiscal_year DESC, {order} LIMIT :limit OFFSET :offset",
        {**given, "limit": query.limit, "offset": query.offset},
    )
    hits = tuple(Hit(projects.from_row(row), 1.0, (matched,), why=(Listed(by),)) for row in rows)
    return SearchResult(query, total, hits)
