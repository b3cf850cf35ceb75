"""Query -> SearchResult: exact numbers, words by field, and もしかして when nothing answers."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store import projects
from store.display import display
from store.japanese import words
from store.kana import fold, kana_key
from store.numbers import number_key
from store.records import FIELDS, Hit, Project, Query, SearchResult, Suggestion

WEIGHTS = (100.0, 20.0, 4.0, 3.0, 2.0)  # of a match in each of FIELDS

RANKED = """
    SELECT rowid, bm25(search_words, ?2, ?3, ?4, ?5, ?6) FROM search_words
    WHERE search_words MATCH ?1 ORDER BY 2 LIMIT 200"""


def search(db: Database, query: Query) -> SearchResult:
    """Find the projects that answer `query`; `took_ms` is the time spent here."""
    started = time.perf_counter()
    found = _by_number(db, query) or _by_words(db, query)
    page = found[query.offset : query.offset + query.limit]
    suggestions = () if found else _suggest(db, query)
    took = (time.perf_counter() - started) * 1000
    return SearchResult(query, len(found), tuple(page), suggestions, took)


def _by_number(db: Database, query: Query) -> list[Hit]:
    keys = query.numbers or tuple(number_key(term) for term in query.terms if len(query.terms) == 1)
    rows = db.execute(
        f"{projects.SELECT} WHERE p.number_key IN ({','.join('?' * len(keys))}) ORDER BY p.fiscal_year DESC",
        keys,
    )
    return [Hit(projects.from_row(row), 1.0, ("number",)) for row in rows]


def _by_words(db: Database, query: Query) -> list[Hit]:
    groups = [_phrase(term) for term in (*query.terms, *query.phrases)]
    groups += [" OR ".join(filter(None, map(_phrase, group))) for group in query.alternatives]
    groups += [
        f"{{section}} : {words}" for words in map(_phrase, (*query.sections, *query.departments)) if words
    ]
    if not groups or not all(groups):
        return []
    match = " AND ".join(f"({group})" for group in groups)
    for excluded in filter(None, map(_phrase, query.excluded)):
        match = f"({match}) NOT {excluded}"
    rows = db.execute(RANKED, [match, *WEIGHTS]).fetchall()
    found = {project.id: project for project in projects.by_ids(db, [row[0] for row in rows])}
    hits = (_hit(found[row[0]], -row[1], query) for row in rows if row[0] in found)
    years = query.fiscal_years
    return [hit for hit in hits if not years or hit.project.fiscal_year in years]


def _phrase(term: str) -> str:
    """The words of `term` next to each other, as a MATCH phrase; '' when it has none."""
    found = " ".join(word.text for word in words(term)).replace('"', '""')
    return f'"{found}"' if found else ""


def _hit(project: Project, score: float, query: Query) -> Hit:
    highlights: dict[str, tuple[tuple[int, int], ...]] = {}
    terms = (*query.terms, *query.phrases, *(term for group in query.alternatives for term in group))
    for name in FIELDS:
        text = fold(display(getattr(project, name)))
        spans = [(text.index(fold(term)), len(fold(term))) for term in terms if fold(term) in text]
        if spans:
            highlights[name] = tuple(sorted((start, start + length) for start, length in spans))
    return Hit(project, score, tuple(highlights), highlights)


def _suggest(db: Database, query: Query) -> tuple[Suggestion, ...]:
    typed = kana_key("".join(query.terms))
    if len(typed) < 4:
        return ()
    rows: Sequence[tuple[str, str, int]] = db.execute(
        "SELECT name, number, fiscal_year FROM projects LIMIT 10000"
    ).fetchall()
    near = process.extract(
        typed, [kana_key(row[0]) for row in rows], scorer=OSA.normalized_similarity, score_cutoff=0.8, limit=3
    )
    return tuple(Suggestion(*rows[at], score=score) for _, score, at in near)
