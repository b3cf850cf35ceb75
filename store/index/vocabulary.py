"""The words that occur in the projects: how often, how they are written and read, what means the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlite_utils import Database

from store.text.kana import katakana, romaji_keys
from store.text.morphology import Word

WRITTEN, READ, ROMAJI = 0, 1, 2

_SPOKEN = {"は": ("wa",), "へ": ("e",), "を": ("wo",)}  # particles as they sound, or as keyboards have them

_KNOWN = """
    SELECT id, EXISTS (SELECT 1 FROM word_forms WHERE form = ? AND kind = 0 AND word_id = id)
           AND EXISTS (SELECT 1 FROM word_forms WHERE form = ? AND kind = 1 AND word_id = id)
    FROM vocabulary WHERE word = ?"""

_GONE = "(SELECT id FROM vocabulary WHERE projects <= 0 AND id > 0)"


def count(db: Database, in_projects: Mapping[str, int], in_names: Mapping[str, int]) -> None:
    """Add to how many projects, and how many names, each word occurs in."""
    db.conn.executemany(
        """
        INSERT INTO vocabulary (word, projects, names) VALUES (?, ?, ?)
        ON CONFLICT (word) DO UPDATE
        SET projects = projects + excluded.projects, names = names + excluded.names""",
        ((word, number, in_names.get(word, 0)) for word, number in in_projects.items()),
    )


def learn(db: Database, spellings: Iterable[Word]) -> None:
    """Remember how words are written and read; those without meaning are all word 0."""
    for word in spellings:
        if word.content or _may_be_skipped(word):
            word_id, known = db.conn.execute(_KNOWN, _known_by(word)).fetchone()
            if not known:
                _learn(db, word, word_id)


def relate(db: Database, synonyms: Iterable[tuple[int, str]]) -> None:
    """Remember which phrases are in which of Sudachi's synonym groups."""
    db.conn.executemany("INSERT OR IGNORE INTO synonym_phrases (group_id, phrase) VALUES (?, ?)", synonyms)


def forget(db: Database) -> None:
    """Drop the words that no project has any more."""
    db.conn.execute(f"DELETE FROM word_forms WHERE word_id IN {_GONE}")
    db.conn.execute("DELETE FROM vocabulary WHERE projects <= 0 AND id > 0")


def clear(db: Database) -> None:
    """Forget every word."""
    db.conn.execute("DELETE FROM word_forms")
    db.conn.execute("DELETE FROM synonym_phrases")
    db.conn.execute("DELETE FROM vocabulary WHERE id > 0")


def _may_be_skipped(word: Word) -> bool:
    return len(word.surface) <= 4 and word.surface.isalpha()


def _known_by(word: Word) -> tuple[str, str, str]:
    return katakana(word.surface), word.reading, word.text if word.content else ""


def _learn(db: Database, word: Word, word_id: int) -> None:
    db.conn.executemany(
        "INSERT OR IGNORE INTO word_forms (form, kind, word_id) VALUES (?, ?, ?)",
        ((form, kind, word_id) for form, kind in _forms(word)),
    )


def _forms(word: Word) -> Iterator[tuple[str, int]]:
    written = katakana(word.surface)
    yield written, WRITTEN
    yield word.reading, READ
    if (bare := "".join(filter(str.isalnum, written))) != written and bare.isascii():
        yield bare, WRITTEN  # 50 for 5.0
    for key in (*romaji_keys(word.reading), *_SPOKEN.get(word.surface, ())):
        yield key, ROMAJI
