"""Whether a way to cut a term into words is what was meant, or only chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from store.index.lexicon import Entry
from store.search.terms import Slot
from store.text.kana import is_kana

WORDS_A_PROJECT = 60  # so many different words has a project, roughly

_ENDINGS = {"トウ", "ナド"}
# How many sounds keep a cut from being chance: more, the more there is that it may happen upon.
_SURE, _SURER_AMONG_MORE = 1.9, 0.6
_LETTERS = 1.6  # Latin letters that tell as much as a kana, long vowels being short ones here
_KANJI = 2.5  # kana that a kanji tells as much as
_ENDED = 3  # kana of a word that has an ending of one kana, or a prefix


_NOTHING = Slot((), 0)


class Piece(NamedTuple):
    """Part of a term, up to character `end`, and the words it may be (none if it carries no meaning).

    `outer` is the slot of a sense that it fills as the first or the last of a cut, `inner` between others.
    """

    end: int
    words: tuple[Entry, ...]
    cost: float
    as_written: bool = False
    may_be_skipped: bool = False
    outer: Slot = _NOTHING
    inner: Slot = _NOTHING


Cut = tuple[Piece, ...]


def is_telling(typed: str, cut: Cut) -> bool:
    """Whether it is words of meaning: no lone particle first or last, few and no short pieces only."""
    start, meant = 0, []
    for piece in cut:
        if piece.words and not piece.may_be_skipped:
            meant.append(typed[start : piece.end])
        start = piece.end
    if 2 * sum(map(len, meant)) <= len(typed) or _is_framed(typed, cut):
        return False
    lone_kana = all(len(text) == 1 and is_kana(text) for text in meant) and len(typed) > 1
    return not lone_kana and _ends_fit(meant)


def _is_framed(typed: str, cut: Cut) -> bool:
    """Whether it begins or ends with a particle."""
    first, last = cut[0], cut[-1]
    begins = not first.words and _is_particle(typed[: first.end])
    return begins or (not last.words and _is_particle(typed[cut[-2].end if len(cut) > 1 else 0 :]))


def _ends_fit(meant: Sequence[str]) -> bool:
    """Whether every lone kana goes with a word long enough to have an ending or a prefix."""
    if min(map(len, meant)) > 1:
        return True
    around = zip(meant, ["", *meant], [*meant[1:], ""], strict=False)
    return all(
        len(text) > 1 or not is_kana(text) or max(len(before), len(after)) >= _ENDED
        for text, before, after in around
    )


def is_sure(typed: str, cut: Cut, among: int) -> bool:
    """Whether it would hardly come about by chance in `among` projects: as written, or of many sounds."""
    starts = [0, *(piece.end for piece in cut)]
    texts = [typed[start : piece.end] for start, piece in zip(starts, cut, strict=False) if piece.words]
    if all(piece.as_written for piece in cut) or len(cut) == 1 or not any(map(_is_sound, texts)):
        return True
    sounds = sum(map(_sounds, texts))
    return sounds >= _SURE + _SURER_AMONG_MORE * math.log10(among * WORDS_A_PROJECT)


def _is_sound(text: str) -> bool:
    return is_kana(text) or text.isascii()


def _sounds(text: str) -> float:
    """How much a piece tells, in kana."""
    if text.isascii():
        return len(text) / _LETTERS
    return len(text) if is_kana(text) else _KANJI * len(text)


def _is_particle(text: str) -> bool:
    """Whether a piece without meaning is too short to end a term, as 及び or 等 may."""
    return len(text) <= 2 and text not in _ENDINGS
