"""Which projects may answer: a MATCH expression and filters -> candidates, by bm25 or names first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from store.database import Database
from store.index.bigrams import quoted
from store.index.filter_terms import Filters
from store.search.terms import QueryTerm, any_of, any_term
from store.search.tuning import TUNING

_SCORED = """
    SELECT rowid, -bm25(search_words, ?2, ?3, ?4, ?5, ?6, ?7) FROM search_words
    WHERE search_words MATCH ?1{filters} ORDER BY 2 DESC"""
_MATCHING = "SELECT rowid FROM search_words WHERE search_words MATCH ?"
_SCORED_NAMES = """
    SELECT rowid, 0.0 FROM search_names WHERE search_names MATCH ?1
    ORDER BY bm25(search_names, 1.0, 0.0) LIMIT ?2"""
_NEWEST = "SELECT rowid, 0.0 FROM {table} WHERE {table} MATCH ?1 ORDER BY rowid DESC LIMIT ?2"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)"


_Row = tuple[int, float]


class Candidate(NamedTuple):
    """A project's row id and its bm25 score, the higher the better (0 where it was not scored)."""

    id: int
    score: float


class Candidates(NamedTuple):
    """What may answer, the likeliest first, and how many match; `at_least` so many, where there are more."""

    rows: list[Candidate]
    total: int
    at_least: bool = False


def expression(terms: Iterable[QueryTerm], excluded: Iterable[QueryTerm] = (), *, names: bool = False) -> str:
    """The MATCH expression for rows that say every term and nothing excluded."""
    wanted = " AND ".join(f"({_said(term, names=names)})" for term in terms)
    unwanted = any_term(excluded)
    return f"({wanted}) NOT ({unwanted})" if unwanted else wanted


def _said(term: QueryTerm, *, names: bool) -> str:
    said = any_of(phrase for interpretation in term.interpretations for phrase in interpretation.phrases)
    other_names = [] if names else [f"{{section}} : {quoted(phrase)}" for phrase in term.offices]
    return " OR ".join([said, *other_names])


def candidates(
    db: Database, terms: Sequence[QueryTerm], excluded: Sequence[QueryTerm], filters: Filters, *, wanted: int
) -> Candidates:
    """Projects that say every term; at least `wanted` of them, when there are as many."""
    everywhere = expression(terms, excluded)
    if filters.numbers or min(term.projects for term in terms) <= TUNING.candidates.plain:
        scored = _scored(db, everywhere, terms, filters)
        return Candidates([*map(Candidate._make, scored[:wanted])], len(scored))
    match = filters.among(everywhere)
    found = dict.fromkeys(
        _in_names(db, filters.among(expression(terms, excluded, names=True)), wanted=wanted)
    )
    if len(found) < wanted:
        found |= dict.fromkeys(_newest(db, "search_words", match, wanted))
    rows = [*map(Candidate._make, found)]
    if len(terms) == 1 and not excluded and not filters.sql and (known := terms[0].known_total):
        return Candidates(rows, known)
    most = TUNING.candidates.counted if db.snapshot.project_count > TUNING.candidates.long_list else -1
    total = _count(db, "search_words", match, most)
    return Candidates(rows, total, total == most)


def _scored(db: Database, everywhere: str, terms: Sequence[QueryTerm], filters: Filters) -> list[_Row]:
    """All that match, the best first; common words are asked for, but not scored."""
    sql = _SCORED.format(filters=filters.on("search_words"))
    telling = [term for term in terms if term.projects <= TUNING.candidates.common]
    if filters.numbers or not telling or len(telling) == len(terms):
        return db.conn.execute(sql, [everywhere, *TUNING.fields.bm25]).fetchall()
    matching = {row_id for (row_id,) in db.conn.execute(_MATCHING, [everywhere])}
    by_telling = db.conn.execute(sql, [expression(telling), *TUNING.fields.bm25])
    return [row for row in by_telling if row[0] in matching]


def _in_names(db: Database, match: str, *, wanted: int) -> list[_Row]:
    """Those whose names match: the best, unless there are too many to score."""
    if wanted < _count(db, "search_names", match, TUNING.candidates.plain + 1) <= TUNING.candidates.plain:
        return db.conn.execute(_SCORED_NAMES, [match, wanted]).fetchall()
    return _newest(db, "search_names", match, wanted)


def _count(db: Database, table: str, match: str, most: int) -> int:
    """How many match; no more than `most` are counted, if it is not negative."""
    return int(db.conn.execute(_COUNT.format(table=table), [match, most]).fetchone()[0])


def _newest(db: Database, table: str, match: str, limit: int) -> list[_Row]:
    return db.conn.execute(_NEWEST.format(table=table), [match, limit]).fetchall()
