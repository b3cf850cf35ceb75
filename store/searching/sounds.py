"""Whole names as they sound: typed in kana or romaji they are found however their words are cut."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import product

from sqlite_utils import Database

from store.display import display
from store.japanese import Word, units
from store.kana import has_kanji, sound
from store.searching.senses import Manner, Sense, Slot

SHORTEST = 6  # letters of a sound worth keeping

_SPOKEN = {"は": "ワ", "へ": "エ", "を": "オ"}
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


def named_so(db: Database, term: str) -> list[Sense]:
    """The names that sound like `term`, typed in kana or Latin letters; none for other scripts."""
    if has_kanji(term):
        return []
    hashes = [_hash(key) for key in _keys(term)]
    if not hashes:
        return []
    rows = db.conn.execute(_NAMED, [hashes[0], hashes[-1]])
    phrases = [_phrase(display(name)) for (name,) in rows]
    return [Sense(Manner.SPELLING, (Slot(tuple(phrases), len(phrases)),))] if phrases else []


def _said(word: Word, *, spoken: bool, spelled: bool) -> str:
    if not any(map(str.isalnum, word.surface)):
        return ""
    if spelled and word.surface.isascii():
        return word.surface
    return _SPOKEN.get(word.surface, word.reading) if spoken else word.reading


def _keys(text: str) -> Iterator[str]:
    """The sound of `text`, ティ as one sound and as two."""
    keys = (sound(text), sound(text, enlarged=True))
    yield from (key for key in dict.fromkeys(keys) if len(key) >= SHORTEST)


def _hash(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


def _phrase(name: str) -> str:
    return " ".join(unit.phrase for unit in units(name) if unit.phrase)


def store(db: Database, sounds: Iterable[tuple[int, Sequence[int]]]) -> None:
    """Keep the sounds of projects' names, given as (project id, hashes)."""
    db.conn.executemany(
        "INSERT OR IGNORE INTO name_sounds (sound, project_id) VALUES (?, ?)",
        ((each, project_id) for project_id, hashes in sounds for each in hashes),
    )
