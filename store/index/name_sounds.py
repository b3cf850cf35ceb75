"""Hashes of how whole names sound: a name typed in kana or romaji is found however its words are cut."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import product

from sqlite_utils import Database

from store.text.kana import katakana, romaji_keys
from store.text.morphology import Word

SHORTEST = 6  # letters of a sound worth keeping
IN_MEMORY = 50_000  # sounds: those of some 20,000 projects

_SPOKEN = {"は": "ワ", "へ": "エ", "を": "オ"}
_ALL = "SELECT sound FROM name_sounds LIMIT ?"
_NAMED = """
    SELECT DISTINCT p.name FROM name_sounds s JOIN projects p ON p.id = s.project_id
    WHERE s.sound IN (?, ?) ORDER BY p.id DESC LIMIT 20"""


def name_sounds(words: Sequence[Word]) -> tuple[int, ...]:
    """Hashes of the ways to say or type a name: particles as spoken or written, Latin read or not."""
    texts = {
        "".join(_said(word, spoken=spoken, spelled=spelled) for word in words)
        for spoken, spelled in product((False, True), repeat=2)
    }
    return tuple(sorted({_hash(key) for text in texts for key in _keys(text)}))


def store(db: Database, sounds: Iterable[tuple[int, Sequence[int]]]) -> None:
    """Keep the sounds of projects' names, given as (project id, hashes)."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO name_sounds (sound, project_id) VALUES (?, ?)",
        ((each, project_id) for project_id, hashes in sounds for each in hashes),
    )


def names(db: Database, typed: str, *, among: frozenset[int] | None) -> list[str]:
    """The names of projects, as published and newest first, that sound like `typed`; at most 20.

    `among` are the sounds of all names, where they are kept: what is not among them is not looked up.
    """
    hashes = [_hash(key) for key in _keys(typed)]
    if not hashes or (among is not None and among.isdisjoint(hashes)):
        return []
    return [name for (name,) in db.conn.execute(_NAMED, [hashes[0], hashes[-1]])]


def read_sounds(db: Database) -> frozenset[int] | None:
    """The sounds of all names, when they are few enough to be kept in memory."""
    rows = db.conn.execute(_ALL, [IN_MEMORY + 1]).fetchall()
    return frozenset(each for (each,) in rows) if len(rows) <= IN_MEMORY else None


def _said(word: Word, *, spoken: bool, spelled: bool) -> str:
    if not any(map(str.isalnum, word.surface)):
        return ""
    if spelled and word.surface.isascii():
        return word.surface
    return _SPOKEN.get(word.surface, word.reading) if spoken else word.reading


def _keys(text: str) -> list[str]:
    """The sounds of `text`: ティ is one and two."""
    return [key for key in romaji_keys(katakana(text)) if len(key) >= SHORTEST]


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)
