"""A term that stands in a project letter by letter, though the dictionary cuts the words there otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from operator import add

from store.database import Database
from store.records import MatchType
from store.search.terms import Interpretation, TokenSet
from store.search.tuning import TUNING
from store.text.display import display
from store.text.morphology import tokenize
from store.text.normalize import width_fold

_ROWS = """
    SELECT p.name, p.purpose, p.overview, p.outcome FROM projects p
    WHERE p.id IN (SELECT rowid FROM projects_fts WHERE projects_fts MATCH ? ORDER BY rowid DESC LIMIT ?)"""
_COUNTED = "SELECT count(*) FROM (SELECT 1 FROM projects_fts WHERE projects_fts MATCH ? LIMIT 1000)"


def as_it_stands(db: Database, term: str) -> list[Interpretation]:
    """The words, as the projects' own text is cut, that `term` stands in; none when it stands nowhere."""
    if len(term) < TUNING.expansion.substring or not _may_stand(db, term.lower()):
        return []
    match = '"' + term.replace("\0", " ").replace('"', '""') + '"'
    rows = db.conn.execute(_ROWS, [match, TUNING.expansion.substring_rows]).fetchall()
    phrases: set[str] = set()
    for cells in zip(*rows, strict=True):  # the names, and only where none has it the purposes …
        phrases = {phrase for cell in cells for phrase in _around(display(cell), width_fold(term))}
        if phrases:
            break
    if not phrases:
        return []
    (count,) = db.conn.execute(_COUNTED, [match]).fetchone()
    return [Interpretation(MatchType.EXACT, (TokenSet(tuple(sorted(phrases)), count),))]


def _may_stand(db: Database, term: str) -> bool:
    """Whether each two of its neighbouring characters stand side by side somewhere, where that is kept."""
    known = db.snapshot.character_pairs
    return known is None or known.issuperset(map(add, term, term[1:]))


def _around(text: str, term: str) -> Iterator[str]:
    """The words of meaning that `term`'s first place in `text` touches."""
    folded = width_fold(text)
    start = folded.find(term) if len(folded) == len(text) else text.find(term)
    if start < 0:
        return
    touched = [
        token.word.text
        for token in tokenize(text)
        if token.word.content and token.start < start + len(term) and token.end > start
    ]
    if touched:
        yield " ".join(touched)
