"""The town hall's thesaurus: exact equivalents that staff of any city use, shipped as data.

`data/thesaurus.tsv` has a group a line: its terms (語, joined by ＝) and why they are the same (根拠). No
term is in two groups. A city switches a group off, and on again, by a row of its own synonyms
(docs/search.md); its own synonyms stand beside it, and are looked for first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import NamedTuple

from sqlite_utils import Database

from store.index.version import raise_generation
from store.text.kana import katakana
from store.text.normalize import width_fold

REWORDINGS = 10  # other wordings of one term that are tried
_FILE = "data/thesaurus.tsv"
_EQUALS = "＝"


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that mean the same, the one used most first, and the reason: 略称, 旧称, 法令の用語."""

    terms: tuple[str, ...]
    reason: str


class Listed(NamedTuple):
    """A term of the thesaurus at its place in a text: its group, and the others of it."""

    start: int
    end: int
    group: Group
    others: tuple[str, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Every group, in the order of the file; read once a process."""
    lines = files(__package__).joinpath(_FILE).read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(Group(tuple(terms.split(_EQUALS)), reason) for terms, reason in rows)


@lru_cache(maxsize=1)
def _by_key() -> Mapping[str, Group]:
    return {katakana(term): group for group in groups() for term in group.terms}


@lru_cache(maxsize=1)
def _by_beginning() -> Mapping[str, Sequence[str]]:
    """The keys of terms by their first two characters, the longest first."""
    found: dict[str, list[str]] = {}
    for key in sorted(_by_key(), key=len, reverse=True):
        found.setdefault(key[:2], []).append(key)
    return found


def group_of(term: str) -> Group | None:
    """The group that has this term, however its width, case and kana are written."""
    return _by_key().get(katakana(term))


def listed_in(text: str, ends: Collection[int], off: Collection[str] = ()) -> list[Listed]:
    """The terms of the thesaurus in a text, the longest first, none that is part of another.

    A term begins and ends where a word of the text does: `ends` are those places. `off` are keys of terms
    whose groups are not in use.
    """
    key = katakana(text)
    if (whole := _by_key().get(key)) is not None:
        return [] if _is_off(whole, off) else [Listed(0, len(text), whole, _others(whole, key))]
    if len(key) != len(text):
        return []  # a place in one is none in the other
    places = {0, *ends}
    found: list[Listed] = []
    covered = 0  # what ends before here is part of a term already found
    for start in sorted(places):
        for listed in _by_beginning().get(key[start : start + 2], ()):
            end = start + len(listed)
            if end > covered and end in places and key.startswith(listed, start):
                group = _by_key()[listed]
                covered = end
                if not _is_off(group, off):
                    found.append(Listed(start, end, group, _others(group, listed)))
                break
    return sorted(found, key=lambda each: each.start - each.end)


def rewordings(text: str, ends: Collection[int], off: Collection[str] = ()) -> Iterator[str]:
    """`text` with a term of the thesaurus in it said otherwise, the longest term first; a few of them."""
    typed = width_fold(text)
    return islice(
        (
            typed[: each.start] + other + typed[each.end :] if each.end - each.start < len(text) else other
            for each in listed_in(text, ends, off)
            for other in each.others
        ),
        REWORDINGS,
    )


def _others(group: Group, key: str) -> tuple[str, ...]:
    return tuple(term for term in group.terms if katakana(term) != key)


def _is_off(group: Group, off: Collection[str]) -> bool:
    return bool(off) and any(katakana(term) in off for term in group.terms)


def switched_off(db: Database) -> dict[str, str]:
    """Key -> word, of the words whose groups the city has switched off."""
    return dict(db.conn.execute("SELECT word_key, word FROM thesaurus_off ORDER BY word_key"))


def switch(db: Database, words: Iterable[tuple[str, bool]], *, only: bool = False) -> None:
    """Switch the group of each word on (True) or off; with `only`, all others on. Does not commit."""
    before = switched_off(db)
    now = {} if only else dict(before)
    for word, is_on in words:
        group = group_of(word)
        keys = [katakana(term) for term in group.terms] if group else [katakana(word)]
        for key in keys:
            now.pop(key, None)
        if not is_on:
            now[katakana(word)] = word
    if now == before:
        return
    db.conn.execute("DELETE FROM thesaurus_off")
    db.conn.executemany("INSERT INTO thesaurus_off (word_key, word) VALUES (?, ?)", now.items())
    raise_generation(db)
