"""A city's own synonyms and former names, as data: kept in the database, in force at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlite_utils import Database

from store.index.version import raise_generation
from store.text.kana import katakana
from store.text.normalize import width_fold

REWORDINGS = 8  # other wordings of one term that are tried

_NAMED = """
    SELECT word_key, synonym FROM synonyms WHERE instr(?1, word_key)
    UNION SELECT synonym_key, word FROM synonyms WHERE instr(?1, synonym_key)"""


def rewordings(db: Database, term: str) -> Iterator[str]:
    """`term` with a listed word in it said otherwise, longest listed word first."""
    typed, key_of_typed = width_fold(term), katakana(term)
    rows = sorted(db.conn.execute(_NAMED, [key_of_typed]), key=lambda row: (-len(row[0]), row))
    for key, other in islice(rows, REWORDINGS):
        at = key_of_typed.index(key)
        yield typed[:at] + other + typed[at + len(key) :]


def are_any(db: Database) -> bool:
    """Whether the city lists any."""
    return db.conn.execute("SELECT 1 FROM synonyms LIMIT 1").fetchone() is not None


def listed(db: Database) -> list[tuple[str, str]]:
    """Every pair, as the city wrote it."""
    return list(db.conn.execute("SELECT word, synonym FROM synonyms ORDER BY word_key, synonym_key"))


def add(db: Database, pairs: Iterable[tuple[str, str]]) -> int:
    """Add pairs that are not listed yet, either way round; return how many were new. Does not commit."""
    before = db.conn.total_changes
    db.conn.executemany(
        """
        INSERT OR IGNORE INTO synonyms (word, synonym, word_key, synonym_key) SELECT ?1, ?2, ?3, ?4
        WHERE NOT EXISTS (SELECT 1 FROM synonyms WHERE word_key = ?4 AND synonym_key = ?3)""",
        ((word, other, katakana(word), katakana(other)) for word, other in pairs),
    )
    if added := db.conn.total_changes - before:
        raise_generation(db)
    return added


def keep_only(db: Database, pairs: Iterable[tuple[str, str]]) -> int:
    """Drop the pairs that are not among these, either way round; return how many. Does not commit."""
    wanted = {frozenset((katakana(word), katakana(other))) for word, other in pairs}
    rows = db.conn.execute("SELECT id, word_key, synonym_key FROM synonyms").fetchall()
    gone = [(row_id,) for row_id, word, other in rows if frozenset((word, other)) not in wanted]
    db.conn.executemany("DELETE FROM synonyms WHERE id = ?", gone)
    if gone:
        raise_generation(db)
    return len(gone)
