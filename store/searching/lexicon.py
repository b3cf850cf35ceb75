"""What the vocabulary knows of a typed word: is it there, how is it read, what is like it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store.generations import cached, remembered
from store.kana import kana_key
from store.searching.vocabulary import fragments

_COUNTS = "SELECT word, projects FROM vocabulary WHERE word IN (SELECT value FROM json_each(?)) AND id > 0"
_SYNONYMS = """
    SELECT group_id, phrase FROM synonym_phrases WHERE group_id IN (SELECT value FROM json_each(?))"""
_FORMS = """
    SELECT f.form, f.kind, v.word, v.projects
    FROM word_forms f JOIN vocabulary v ON v.id = f.word_id
    WHERE f.form IN (SELECT value FROM json_each(?))"""
_STARTING = """
    SELECT v.word, v.projects, f.form FROM word_forms f JOIN vocabulary v ON v.id = f.word_id
    WHERE f.form >= ? AND f.form < ? AND f.kind = 0 AND v.id > 0
    ORDER BY v.names DESC, v.projects DESC LIMIT ?"""
_CONTAINING = """
    SELECT word, projects FROM vocabulary WHERE instr(word, ?) AND id > 0
    ORDER BY names DESC, projects DESC LIMIT ?"""
_NEAR = """
    SELECT n.fragment, n.form, v.word, v.projects
    FROM near_forms n
    JOIN word_forms f ON f.form = n.form AND f.kind = n.kind
    JOIN vocabulary v ON v.id = f.word_id AND v.id > 0
    WHERE n.fragment IN (SELECT value FROM json_each(?)) AND n.kind <= ?"""
_WRITTEN = """
    SELECT v.word, f.form FROM vocabulary v JOIN word_forms f ON f.word_id = v.id AND f.kind = 0
    WHERE v.word IN (SELECT value FROM json_each(?)) AND v.id > 0"""


_ALL_COUNTS = "SELECT word, projects FROM vocabulary WHERE id > 0 LIMIT ?"

IN_MEMORY = 50_000  # words: the vocabulary of some 10,000 projects


class Entry(NamedTuple):
    """A word of the vocabulary and in how many projects it occurs; '' carries no meaning of its own."""

    word: str
    projects: int


def counts(db: Database, words: Iterable[str]) -> dict[str, int]:
    """In how many projects each of `words` occurs; those that occur in none are left out."""
    if (every := cached(db, "counts of all", _every_count)) is not None:
        return {word: every[word] for word in words if word in every}
    return dict(db.conn.execute(_COUNTS, [json.dumps(list(words))]).fetchall())


def _every_count(db: Database) -> dict[str, int] | None:
    """The whole vocabulary, when it is small enough to be kept in memory."""
    rows = db.conn.execute(_ALL_COUNTS, [IN_MEMORY + 1]).fetchall()
    return dict(rows) if len(rows) <= IN_MEMORY else None


def synonyms(db: Database, groups: Iterable[int]) -> dict[int, list[str]]:
    """The phrases in each of Sudachi's synonym groups."""

    def read(some: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for group, phrase in db.conn.execute(_SYNONYMS, [json.dumps(some)]):
            found[group].append(phrase)
        return found

    return remembered(db, "synonyms", groups, read)


def forms(db: Database, spelled: Iterable[str]) -> dict[str, dict[int, list[Entry]]]:
    """Form -> kind -> the words so written (WRITTEN), read (READ) or romanised (ROMAJI)."""
    found: dict[str, dict[int, list[Entry]]] = {}
    for form, kind, word, projects in db.conn.execute(_FORMS, [json.dumps(list(spelled))]):
        found.setdefault(form, {}).setdefault(kind, []).append(Entry(word, projects))
    return found


def starting(db: Database, beginning: str, *, limit: int = 30) -> list[tuple[Entry, str]]:
    """Words whose written form starts so, commonest in names first, and that form."""
    rows = db.conn.execute(_STARTING, [beginning, beginning + "\U0010ffff", limit])
    return [(Entry(word, projects), form) for word, projects, form in rows]


def containing(db: Database, text: str, *, limit: int = 12) -> list[Entry]:
    """Words whose normal form contains `text`, commonest in names first."""
    return [Entry(*row) for row in db.conn.execute(_CONTAINING, [text, limit])]


def near(db: Database, spelled: Iterable[str], *, kind: int) -> dict[str, set[Entry]]:
    """Words whose form, of `kind` or surer, is at most one edit (OSA, kana folded) from each of these."""
    of_fragment: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for text in spelled:
        key = kana_key(text)
        for fragment in fragments(key) - {""}:
            of_fragment[fragment].append((text, key))
    found: dict[str, set[Entry]] = defaultdict(set)
    for fragment, form, word, projects in db.conn.execute(_NEAR, [json.dumps(list(of_fragment)), kind]):
        for text, key in of_fragment[fragment]:
            if OSA.distance(key, kana_key(form), score_cutoff=1) <= 1:
                found[text].add(Entry(word, projects))
    return found


def written(db: Database, words: Iterable[str]) -> dict[str, list[str]]:
    """How each word is written in the projects, folded, hiragana as katakana; longest first."""

    def read(some: list[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for word, form in db.conn.execute(_WRITTEN, [json.dumps(some)]):
            found[word].append(form)
        return {word: sorted(spelled, key=len, reverse=True) for word, spelled in found.items()}

    return remembered(db, "written", words, read)
