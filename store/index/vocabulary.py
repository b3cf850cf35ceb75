"""The words that occur in the projects: how often, how they are written and read, what means the same."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store.index import Version, part
from store.text.morphology import Word
from store.text.normalize import is_kana, kana_key, katakana, romaji_keys, sound

WRITTEN, READ, ROMAJI = 0, 1, 2

_SPOKEN = {"は": ("wa",), "へ": ("e",), "を": ("wo",)}  # particles as they sound, or as keyboards have them

_KNOWN = """
    SELECT id, EXISTS (SELECT 1 FROM word_forms WHERE form = ? AND kind = 0 AND word_id = id)
           AND EXISTS (SELECT 1 FROM word_forms WHERE form = ? AND kind = 1 AND word_id = id)
    FROM vocabulary WHERE word = ?"""

_GONE = "(SELECT id FROM vocabulary WHERE projects <= 0 AND id > 0)"
FIRST = 3  # letters
NEAR_LENGTHS = range(2, 16)  # forms worth finding by a misspelling; counted in characters of the kana key
KATAKANA_WORDS = 50_000  # the commonest, that an English word is looked for among
VOWELS = "aiueo"
_SAME = str.maketrans("zj", "dd")  # ディ and ジ are written alike by some
_FORMS = "SELECT form, kind, word_id FROM word_forms ORDER BY form"
_KATAKANA = """
    SELECT v.word, v.projects, f.form FROM word_forms f JOIN vocabulary v ON v.id = f.word_id
    WHERE f.kind = ? AND f.form GLOB '[ァ-ヺ]*' AND v.word GLOB '[ァ-ヺ]*' AND v.id > 0
    ORDER BY v.projects DESC LIMIT ?"""


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


class Entry(NamedTuple):
    """A word of the vocabulary and in how many projects it occurs; '' carries no meaning of its own."""

    word: str
    projects: int


class Written(NamedTuple):
    """A word in katakana, in how many projects it occurs, and how it sounds."""

    word: str
    projects: int
    sound: str


Consonants = Mapping[str, Sequence[Written]]


class _Word(NamedTuple):
    entry: Entry
    names: int  # in how many projects' names it occurs


def _rank(word: _Word) -> tuple[int, int]:
    return -word.names, -word.entry.projects


def commonest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those that most projects have first."""
    return tuple(sorted(entries, key=lambda entry: (-entry.projects, entry.word)))


class Forms(NamedTuple):
    """Form -> the words so written, read or romanised; commonest first. `in_order`: those romanised, sorted.

    `longest` is how many characters have those written or read that begin with these two; `beginnings` are
    the first letters, up to `FIRST`, of those romanised.
    """

    written: Mapping[str, Sequence[Entry]]
    read: Mapping[str, Sequence[Entry]]
    romaji: Mapping[str, Sequence[Entry]]
    in_order: Sequence[str]
    longest: Mapping[str, int]
    beginnings: frozenset[str]

    def begins(self, romaji: str) -> bool:
        """Whether some word's romaji begins so."""
        if len(romaji) <= FIRST:
            return romaji in self.beginnings
        at = bisect_left(self.in_order, romaji)
        return at < len(self.in_order) and self.in_order[at].startswith(romaji)


class Lexicon:
    """The vocabulary of one version of the index, and what searches look up in it."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def in_projects(self, word: str) -> int:
        """In how many projects a word occurs, given in its normal form."""
        return self.counts.get(word, 0)

    def starting(self, beginning: str, *, limit: int = 30) -> list[tuple[Entry, str]]:
        """Words whose written form starts so, commonest in names first, and that form."""
        known, written = self._by_text, self._in_order
        found = []
        for at in range(bisect_left(written, beginning), len(written)):
            if not written[at].startswith(beginning):
                break
            entries = self.forms.written[written[at]]
            found += [(known[entry.word], written[at]) for entry in entries if entry.word]
        return [(word.entry, form) for word, form in nsmallest(limit, found, key=lambda each: _rank(each[0]))]

    def containing(self, text: str, *, limit: int = 12) -> list[Entry]:
        """Words whose normal form contains `text`, commonest in names first."""
        known, every = self._by_text, self._in_a_line
        found, at = [], every.find(text)
        while at >= 0 and text:
            start, end = every.rindex("\n", 0, at) + 1, every.index("\n", at)
            found.append(known[every[start:end]])
            at = every.find(text, end)
        return [word.entry for word in nsmallest(limit, found, key=_rank)]

    def near(self, spelled: Iterable[str], *, kind: int) -> dict[str, set[Entry]]:
        """Words whose form, of `kind` or surer, is at most one edit (OSA, kana folded) from each of these.

        Two keys one edit apart share one of their `fragments`, which is what SymSpell rests on.
        """
        known, of_fragment = self.forms, self._near_forms
        kinds = (known.written, known.read)[: kind + 1]
        found: dict[str, set[Entry]] = {}
        for text in spelled:
            key = kana_key(text)
            alike = {each for fragment in fragments(key) for each in of_fragment.get(hash(fragment), ())}
            entries = {
                entry
                for form, form_key in alike
                if OSA.distance(key, form_key, score_cutoff=1) <= 1
                for of_kind in kinds
                for entry in of_kind.get(form, ())
                if entry.word
            }
            if entries:
                found[text] = entries
        return found

    @part
    def forms(self) -> Forms:
        """Every way in which the words of the projects are written, read and romanised."""
        return _read_forms(self.version.db, self._words)

    @part
    def consonants(self) -> Consonants:
        """The words in katakana, the commonest ones, by their consonants."""
        found: dict[str, list[Written]] = defaultdict(list)
        for word, projects, form in self.version.db.conn.execute(_KATAKANA, [READ, KATAKANA_WORDS]):
            if is_kana(form):
                spoken = sound(form)
                found[skeleton(spoken)].append(Written(word, projects, spoken))
        return dict(found)

    @part
    def _words(self) -> Mapping[int, _Word]:
        rows = self.version.db.conn.execute("SELECT id, word, projects, names FROM vocabulary")
        return {row_id: _Word(Entry(word, projects), names) for row_id, word, projects, names in rows}

    @part
    def counts(self) -> Mapping[str, int]:
        """In how many projects each word occurs; words that occur in none are left out."""
        return {each.word: each.projects for each, _ in self._words.values()}

    @part
    def _by_text(self) -> Mapping[str, _Word]:
        return {each.entry.word: each for each in self._words.values()}

    @part
    def _in_order(self) -> Sequence[str]:
        """The written forms, sorted: as they are read."""
        return list(self.forms.written)

    @part
    def _in_a_line(self) -> str:
        return "\n".join(["", *self._by_text, ""])

    @part
    def written(self) -> Mapping[str, tuple[str, ...]]:
        """How each word is written in the projects, folded, hiragana as katakana; longest first."""
        found: dict[str, list[str]] = {}
        for form, entries in self.forms.written.items():
            for entry in entries:
                found.setdefault(entry.word, []).append(form)
        return {
            word: tuple(sorted(spelled, key=len, reverse=True)) for word, spelled in found.items() if word
        }

    @part
    def _near_forms(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        """Forms, with their kana keys, by the hashes of the keys' fragments: a hash is a third of a text."""
        known = self.forms
        found: dict[int, tuple[tuple[str, str], ...]] = {}
        for form in {**known.written, **known.read}:
            each = (form, kana_key(form))
            if len(each[1]) in NEAR_LENGTHS:
                for fragment in map(hash, fragments(each[1])):
                    found[fragment] = (*found[fragment], each) if fragment in found else (each,)
        return found

    @part
    def synonyms(self) -> Mapping[int, Sequence[str]]:
        """The phrases in each of Sudachi's synonym groups."""
        found: dict[int, list[str]] = defaultdict(list)
        for group, phrase in self.version.db.conn.execute("SELECT group_id, phrase FROM synonym_phrases"):
            found[group].append(phrase)
        return dict(found)


def fragments(key: str) -> set[str]:
    """`key` and `key` without any one character, but not nothing at all."""
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))} - {""}


def skeleton(letters: str) -> str:
    """The consonants of a sound, as they tell words in katakana apart; a vowel at the start is an `a`."""
    start = "a" if letters[:1] in VOWELS else ""
    return start + re.sub(f"[{VOWELS}wy]", "", letters).translate(_SAME)


def _read_forms(db: Database, known: Mapping[int, _Word]) -> Forms:
    found: tuple[dict[str, tuple[Entry, ...]], ...] = ({}, {}, {})
    for form, kind, word_id in db.conn.execute(_FORMS):
        found[kind][form] = (*found[kind].get(form, ()), known[word_id].entry)
    for of_kind in found:
        of_kind.update({form: commonest_first(all_of) for form, all_of in of_kind.items() if len(all_of) > 1})
    written, read, romaji = found  # in the order of their kinds
    longest: dict[str, int] = defaultdict(int)
    for form in chain(written, read):
        longest[form[:2]] = max(longest[form[:2]], len(form))
    beginnings = frozenset(form[:length] for form in romaji for length in range(1, FIRST + 1))
    return Forms(written, read, romaji, list(romaji), dict(longest), beginnings)
