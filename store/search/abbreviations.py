"""Names said in short: オリパラ推進室, パブコメ, 科技振興課, and 統計室 for an office of many words."""

from __future__ import annotations

from collections.abc import Iterator

from store.database import Database
from store.index.names import Title
from store.records import MatchType
from store.search.terms import Interpretation, TokenSet
from store.search.tuning import TUNING
from store.text.kana import from_romaji, has_kanji, is_kana, is_latin, katakana
from store.text.morphology import units


def expand(db: Database, term: str) -> list[Interpretation]:
    """The names of projects and offices that `term` is made of the beginnings of."""
    typed = _key(term)
    if not typed or not _may_be_one(db, typed):
        return []
    known = not is_kana(typed) and len(list(units(term))) == 1  # 企画課 is a word; which office's, is not
    skip = int(is_kana(typed) or db.snapshot.project_count <= TUNING.candidates.small_list)
    titles = db.snapshot.titles
    ways = (
        " ".join(title.words[at:end])
        for title in map(titles.every.__getitem__, titles.characters.texts_with(typed))
        for at in range(len(title.words))
        if (
            end := (0 if known else _end(typed, title, at, skip=skip))
            or (_end(typed, title, at, skip=len(title.words), to_last=True) if title.office else 0)
        )
        and _length(title, at, end) >= len(typed) + TUNING.abbreviating.left_out
    )
    phrases = tuple(dict.fromkeys(ways))[: TUNING.abbreviating.names]
    return [Interpretation(MatchType.ABBREVIATION, (TokenSet(phrases, len(phrases)),))] if phrases else []


def _length(title: Title, at: int, end: int) -> int:
    """How many characters the words have."""
    return sum(min(map(len, forms)) for forms in title.forms[at:end])


def _key(term: str) -> str:
    letters = from_romaji(term) if is_latin(term) else katakana(term)
    return "".join(char for char in letters if char.isalnum() or char == "ー")


def _may_be_one(db: Database, typed: str) -> bool:
    """Whether it is long enough, but not too long."""
    if is_kana(typed):
        return TUNING.abbreviating.shortest_in_kana <= len(typed) <= TUNING.abbreviating.longest
    among = db.snapshot.project_count
    shortest = (
        TUNING.abbreviating.shortest
        if among <= TUNING.candidates.small_list
        else TUNING.abbreviating.shortest_in_long_list
    )
    return has_kanji(typed) and shortest <= len(typed) <= TUNING.abbreviating.longest


def _end(typed: str, title: Title, at: int, *, skip: int, to_last: bool = False) -> int:
    """Where the words from `at` on end of which `typed` is the beginnings; 0 when it is not.

    So many words in a row may be left out. `to_last`: the last one is there in full (室 of 統計室).
    """
    for form in title.forms[at]:
        if form[:1] != typed[0]:
            continue
        for part in _beginnings(typed, form):
            rest = typed[len(part) :]
            if not rest and (not to_last or (at + 1 == len(title.words) and part == form)):
                return at + 1
            nexts = range(at + 1, min(at + 2 + skip, len(title.words))) if rest else ()
            ends = (_end(rest, title, each, skip=skip, to_last=to_last) for each in nexts)
            if end := next(filter(None, ends), 0):
                return end
    return 0


def _beginnings(typed: str, form: str) -> Iterator[str]:
    """The beginnings of `form` that `typed` begins with, longest first."""
    same = next((at for at, (a, b) in enumerate(zip(typed, form, strict=False)) if a != b), None)
    longest = min(len(typed), len(form)) if same is None else same
    shortest = 1 if has_kanji(form[:1]) else min(TUNING.abbreviating.part, len(form))
    yield from (form[:length] for length in range(longest, shortest - 1, -1))
