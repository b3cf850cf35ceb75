"""Whether a way to cut a term into words is what was meant, or only chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from store.kana import is_kana
from store.searching.lexicon import Entry

WORDS_A_PROJECT = 60  # so many different words has a project, roughly

_ENDINGS = {"トウ", "ナド"}
# How many sounds keep a cut from being chance: more, the more there is that it may happen upon.
_SURE, _SURER_AMONG_MORE = 1.9, 0.6
_LETTERS = 1.6  # Latin letters that tell as much as a kana, long vowels being short ones here
_KANJI = 2.5  # kana that a kanji tells as much as
_ENDED = 3  # kana of a word that has an ending of one kana, or a prefix


class Piece(NamedTuple):
    """Part of a term, up to character `end`, and the words it may be (none if it carries no meaning)."""

    end: int
    words: tuple[Entry, ...]
    cost: float
    as_written: bool = False
    may_be_skipped: bool = False


Cut = tuple[Piece, ...]


def is_telling(typed: str, cut: Cut) -> bool:
    """Whether it is words of meaning: no lone particle first or last, few and no short pieces only."""
    starts = [0, *(piece.end for piece in cut)]
    pieces = [(typed[start : piece.end], piece) for start, piece in zip(starts, cut, strict=False)]
    meant = [text for text, piece in pieces if piece.words and not piece.may_be_skipped]
    framed = any(not piece.words and _is_particle(text) for text, piece in (pieces[0], pieces[-1]))
    lone_kana = all(len(text) == 1 and is_kana(text) for text in meant) and len(typed) > 1
    return 2 * len("".join(meant)) > len(typed) and not framed and not lone_kana and _ends_fit(meant)


def _ends_fit(meant: Sequence[str]) -> bool:
    """Whether every lone kana goes with a word long enough to have an ending or a prefix."""
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
