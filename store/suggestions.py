"""もしかして: what a query without an answer may have been meant to be, and the project it would find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store.corrections import corrections
from store.display import display
from store.generations import cached
from store.kana import kana_key
from store.records import Project, Suggestion
from store.senses import Clause, Manner

MOST = 3  # suggestions given
CORRECTED = 4  # readings of one misspelled word that are tried
NAMES = 20_000  # projects up to which whole names are compared
SHORTEST_NAME = 8  # characters of a typed name that two edits leave recognisable

# The project that says all of these best, its score, and how it words each.
Best = Callable[[Sequence[Clause]], tuple[Project, float, Sequence[str]] | None]


def suggest(db: Database, clauses: Sequence[Clause], best: Best) -> tuple[Suggestion, ...]:
    """Up to `MOST` guesses, nearest first, each with its best project; none for what resembles nothing."""
    guesses = _by_words(db, clauses, best) or _by_names(db, clauses)
    first = {(each.fiscal_year, each.number): each for each in reversed(list(guesses))}
    return tuple(islice(reversed(first.values()), MOST))


def _by_words(db: Database, clauses: Sequence[Clause], best: Best) -> list[Suggestion]:
    """The query with its unknown words corrected, worded as the project that says so; the nearest first."""
    readings = [_readings(db, clause) for clause in clauses]
    found: list[tuple[float, float, Suggestion]] = []
    for corrected in islice(product(*readings), MOST * CORRECTED):
        if said := best(corrected):
            project, score, wordings = said
            text = " ".join(
                wording if clause.senses[0].manner is Manner.EDIT else clause.text
                for clause, wording in zip(corrected, wordings, strict=True)
            )
            likeness = _likeness(" ".join(clause.text for clause in corrected), text)
            found.append((likeness, score, Suggestion(text, project.number, project.fiscal_year, likeness)))
    return [each for _, _, each in sorted(found, key=lambda each: each[:2], reverse=True)]


def _likeness(typed: str, text: str) -> float:
    return OSA.normalized_similarity(kana_key(typed), kana_key(text))


def _readings(db: Database, clause: Clause) -> list[Clause]:
    if clause.senses:
        return [clause]
    return [replace(clause, senses=(sense,)) for sense in corrections(db, clause.text)[:CORRECTED]]


def _by_names(db: Database, clauses: Sequence[Clause]) -> Iterator[Suggestion]:
    """Projects whose whole name is at most two edits away."""
    typed = kana_key("".join(clause.text for clause in clauses))
    if len(typed) < SHORTEST_NAME:
        return
    names, keys = cached(db, "names", _names)
    near = process.extract(typed, keys, scorer=OSA.distance, score_cutoff=2, limit=MOST)
    for _, distance, at in near:
        name, number, year = names[at]
        yield Suggestion(name, number, year, 1 - distance / len(typed))


def _names(db: Database) -> tuple[list[tuple[str, str, int]], list[str]]:
    """Name, number and year of every project, and the names' kana keys; none when there are too many."""
    rows = db.conn.execute(
        "SELECT name, number, fiscal_year FROM projects ORDER BY fiscal_year DESC, id LIMIT ?", [NAMES + 1]
    ).fetchall()
    rows = rows if len(rows) <= NAMES else []
    names = [(display(name), number, year) for name, number, year in rows]
    return names, [kana_key(name) for name, _, _ in names]
