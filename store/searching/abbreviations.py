"""Compounds said in short: オリパラ for オリンピック・パラリンピック, パブコメ for パブリックコメント."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from sqlite_utils import Database

from store.kana import is_kana, katakana
from store.searching import lexicon
from store.searching.senses import Manner, Sense, Slot, said

SHORTEST, LONGEST = 4, 9  # characters of an abbreviation
PART = 2  # characters of the shortest beginning it keeps of a word
CANDIDATES = 40  # words looked at for one beginning


def expand(db: Database, term: str) -> list[Sense]:
    """The compounds of projects that `term`, typed in kana, is made of the beginnings of."""
    typed = "".join(char for char in katakana(term) if char.isalnum() or char == "ー")
    if not (SHORTEST <= len(typed) <= LONGEST and is_kana(typed)):
        return []
    slot = cache(partial(_slot, db))  # the same beginnings come up again
    for beginnings in _splits(typed):
        slots = [slot(beginning) for beginning in beginnings]
        if all(slot.phrases for slot in slots) and (
            sense := said(db, Manner.ABBREVIATION, slots, titles_only=True)
        ):
            return [sense]
    return []


def _splits(typed: str) -> Iterator[tuple[str, ...]]:
    """Two beginnings, evenest first, then three."""
    length = len(typed)
    for at in sorted(range(PART, length - PART + 1), key=lambda at: abs(2 * at - length)):
        yield typed[:at], typed[at:]
    for first in range(PART, length - 2 * PART + 1):
        for second in range(first + PART, length - PART + 1):
            yield typed[:first], typed[first:second], typed[second:]


def _slot(db: Database, beginning: str) -> Slot:
    """Words written in kana that begin so and go on."""
    found = lexicon.starting(db, beginning, limit=CANDIDATES)
    entries = dict.fromkeys(entry for entry, form in found if form != beginning and is_kana(form))
    return Slot(tuple(entry.word for entry in entries), sum(entry.projects for entry in entries))
