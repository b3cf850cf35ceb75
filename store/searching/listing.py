"""Projects listed in order, not ranked: all that the filters let through, or a range of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlite_utils import Database

from store import projects
from store.records import Hit, Query, SearchResult
from store.searching.asking import Asked, understood
from store.searching.senses import Clause, any_of

_BETWEEN = "p.number_key NOT GLOB '*[^0-9]*' AND CAST(p.number_key AS INTEGER) BETWEEN {:d} AND {:d}"


def listed(db: Database, asked: Asked) -> SearchResult:
    """What the filters let through, less what is excluded, when nothing but filters was asked for."""
    filters = asked.filters
    if not filters.sql:
        return SearchResult(asked.query)
    field = "section" if filters.sections is not None else "fiscal_year"
    where = filters.sql + _without(asked.excluded)
    return _page(db, asked.query, where, order="p.id", matched=field, why="絞り込みの条件に一致")


def between(db: Database, query: Query, first: int, last: int) -> SearchResult | None:
    """Projects whose numbers lie from `first` to `last`; None when there are none."""
    asked = only_filters(db, query)
    where = " AND ".join(filter(None, (_BETWEEN.format(first, last), asked.filters.sql)))
    where += _without(asked.excluded)
    order = "CAST(p.number_key AS INTEGER), p.id"
    found = _page(db, query, where, order=order, matched="number", why="事業番号が範囲内")
    return found if found.total else None


def only_filters(db: Database, query: Query) -> Asked:
    """The query's filters without its words and numbers."""
    return understood(db, replace(query, terms=(), alternatives=(), phrases=(), numbers=()))


def _without(excluded: Sequence[Clause]) -> str:
    """The further condition that a row `p` of projects says nothing of this."""
    said = any_of(phrase for clause in excluded for sense in clause.senses for phrase in sense.phrases)
    match = said.replace("'", "''")
    return (
        f" AND p.id NOT IN (SELECT rowid FROM search_words WHERE search_words MATCH '{match}')"
        if said
        else ""
    )


def _page(db: Database, query: Query, where: str, *, order: str, matched: str, why: str) -> SearchResult:
    """The page asked for of the projects that meet a condition, the newest year first."""
    (total,) = db.conn.execute(f"SELECT count(*) FROM projects p WHERE {where}").fetchone()
    rows = db.conn.execute(
        f"{projects.SELECT} WHERE {where} ORDER BY p.fiscal_year DESC, {order} LIMIT ? OFFSET ?",
        [query.limit, query.offset],
    )
    hits = tuple(Hit(projects.from_row(row), 1.0, (matched,), why=(why,)) for row in rows)
    return SearchResult(query, total, hits)
