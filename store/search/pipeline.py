"""Query -> SearchResult, with what it was answered by; how it came about on request."""

from __future__ import annotations

import time
from dataclasses import replace

from store.database import Database
from store.records import Query, Reading, SearchResult, TermReadings, Trace
from store.search.analysis import unknown
from store.search.similar import similar
from store.search.strategies import Search, answer


def search(db: Database, query: Query) -> SearchResult:
    """Find the projects that answer `query`; `took_ms` is the time spent here."""
    return _answered(Search(db, query))


def explain(db: Database, query: Query) -> tuple[SearchResult, Trace]:
    """The same, with the strategies that were tried and what each term was taken to mean."""
    searched = Search(db, query)
    result = _answered(searched)
    with db.reading():
        terms = tuple(
            TermReadings(
                term.text,
                tuple(
                    Reading(by, found.match_type, found.phrases, found.projects)
                    for by, found in zip(term.by, term.interpretations, strict=True)
                ),
            )
            for term in searched.analysed.wanted
        )
    return result, Trace(tuple(searched.attempts), terms)


def _answered(searched: Search) -> SearchResult:
    started = time.perf_counter()
    db, query = searched.db, searched.query
    with db.reading():
        result = answer(searched)
        if not result.hits:
            is_filtered = query.sections or query.departments or query.fiscal_years or query.in_full
            absent = unknown(db, query) if is_filtered else ()
            result = replace(result, unknown=absent, listed=db.snapshot.fiscal_years)
    return replace(result, took_ms=(time.perf_counter() - started) * 1000)


__all__ = ["explain", "search", "similar"]
