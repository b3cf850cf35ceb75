"""What the vocabulary knows of a typed word: is it there, how is it read, what is like it.

The whole vocabulary is kept in memory, each part from when it is first asked for: looking a word up in a dict
takes a fiftieth of what SQLite takes, and one typed term is looked up in hundreds of pieces.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import chain
from typing import NamedTuple

from rapidfuzz.distance import OSA
from sqlite_utils import Database

from store.index.generations import cached
from store.text.kana import kana_key

FIRST = 3  # letters
NEAR_LENGTHS = range(2, 16)  # forms worth finding by a misspelling; counted in characters of the kana key

_FORMS = "SELECT form, kind, word_id FROM word_forms ORDER BY form"


class Entry(NamedTuple):
    """A word of the vocabulary and in how many projects it occurs; '' carries no meaning of its own."""

    word: str
    projects: int


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


def counts(db: Database, words: Iterable[str]) -> dict[str, int]:
    """In how many projects each of `words` occurs; those that occur in none are left out."""
    every = _every_count(db)
    return {word: every[word] for word in words if word in every}


def in_projects(db: Database, word: str) -> int:
    """In how many projects a word occurs, given in its normal form."""
    return _every_count(db).get(word, 0)


def synonyms(db: Database, groups: Iterable[int]) -> dict[int, Sequence[str]]:
    """The phrases in each of Sudachi's synonym groups."""
    every = cached(db, "synonyms", _read_synonyms)
    return {group: every[group] for group in groups if group in every}


def forms(db: Database) -> Forms:
    """Every way in which the words of the projects are written, read and romanised."""
    return cached(db, "forms", _read_forms)


def starting(db: Database, beginning: str, *, limit: int = 30) -> list[tuple[Entry, str]]:
    """Words whose written form starts so, commonest in names first, and that form."""
    known, written = _by_text(db), cached(db, "written forms in order", lambda db: list(forms(db).written))
    found = []
    for at in range(bisect_left(written, beginning), len(written)):
        if not written[at].startswith(beginning):
            break
        found += [(known[entry.word], written[at]) for entry in forms(db).written[written[at]] if entry.word]
    return [(word.entry, form) for word, form in nsmallest(limit, found, key=lambda each: _rank(each[0]))]


def containing(db: Database, text: str, *, limit: int = 12) -> list[Entry]:
    """Words whose normal form contains `text`, commonest in names first."""
    known, every = _by_text(db), cached(db, "words in a line", _in_a_line)
    found, at = [], every.find(text)
    while at >= 0 and text:
        start, end = every.rindex("\n", 0, at) + 1, every.index("\n", at)
        found.append(known[every[start:end]])
        at = every.find(text, end)
    return [word.entry for word in nsmallest(limit, found, key=_rank)]


def near(db: Database, spelled: Iterable[str], *, kind: int) -> dict[str, set[Entry]]:
    """Words whose form, of `kind` or surer, is at most one edit (OSA, kana folded) from each of these.

    Two keys one edit apart share one of their `fragments`, which is what SymSpell rests on.
    """
    known, of_fragment = forms(db), cached(db, "near forms", _near_forms)
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


def fragments(key: str) -> set[str]:
    """`key` and `key` without any one character, but not nothing at all."""
    return {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))} - {""}


def written(db: Database, words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """How words are written in the projects, folded, hiragana as katakana; longest first."""
    every = cached(db, "written", _written)
    return {word: every[word] for word in words if word in every}


def _every_count(db: Database) -> Mapping[str, int]:
    return cached(db, "counts", lambda db: {each.word: each.projects for each, _ in _words(db).values()})


def _words(db: Database) -> Mapping[int, _Word]:
    return cached(db, "words", _read_words)


def _read_words(db: Database) -> dict[int, _Word]:
    rows = db.conn.execute("SELECT id, word, projects, names FROM vocabulary")
    return {row_id: _Word(Entry(word, projects), names) for row_id, word, projects, names in rows}


def _by_text(db: Database) -> Mapping[str, _Word]:
    return cached(db, "words by text", lambda db: {each.entry.word: each for each in _words(db).values()})


def _read_synonyms(db: Database) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for group, phrase in db.conn.execute("SELECT group_id, phrase FROM synonym_phrases"):
        found[group].append(phrase)
    return dict(found)


def _read_forms(db: Database) -> Forms:
    known = _words(db)
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


def _in_a_line(db: Database) -> str:
    return "\n".join(["", *_by_text(db), ""])


def _written(db: Database) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for form, entries in forms(db).written.items():
        for entry in entries:
            found.setdefault(entry.word, []).append(form)
    return {word: tuple(sorted(spelled, key=len, reverse=True)) for word, spelled in found.items() if word}


def _near_forms(db: Database) -> dict[int, tuple[tuple[str, str], ...]]:
    """Forms, with their kana keys, by the hashes of the keys' fragments: a hash is a third of a text."""
    known = forms(db)
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for form in {**known.written, **known.read}:
        each = (form, kana_key(form))
        if len(each[1]) in NEAR_LENGTHS:
            for fragment in map(hash, fragments(each[1])):
                found[fragment] = (*found[fragment], each) if fragment in found else (each,)
    return found
