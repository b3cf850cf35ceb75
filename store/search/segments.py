"""A term typed in kana or romaji, or cut otherwise than by the dictionary, as words of the projects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Optional

from sqlite_utils import Database

from store import projects
from store.index.generations import cached
from store.search import pieces
from store.search.plausible import Cut, Piece, is_sure, is_telling
from store.search.terms import Slot
from store.text.kana import is_kana, is_latin, katakana, kunrei

LONGEST_TERM = 120  # characters; what is longer is a sentence, not a word in other letters
BEST = 14  # ways to cut that are kept

_LOOSE = 5  # characters of kana from which on another length of a vowel leaves it recognisable
_WITH_ENDINGS = 5  # characters from which on katakana may have endings of one kana: カ for 化


_Way = Optional["tuple[Piece, _Way]"]  # to a place: its last piece, and the way before that


def cuts(db: Database, term: str, *, loosely: bool) -> Iterator[tuple[list[Slot], Callable[[], bool]]]:
    """The best few ways to cut `term` into known words, written or read; `loosely`: romanised.

    With each, whether it may be chance.
    """
    latin = loosely and is_latin(term)
    typed = kunrei(term) if latin else katakana(term)
    too_short = loosely and not latin and len(typed) < _LOOSE and "ー" not in typed
    if too_short or not 0 < len(typed) <= LONGEST_TERM:
        return
    romanised = (pieces.latin if latin else pieces.kana) if loosely else None
    endings = not loosely and is_kana(typed) and len(typed) >= _WITH_ENDINGS
    any_script = latin or has_hiragana(term)
    found = pieces.pieces(db, typed, romanised, any_script=any_script, endings=endings)
    among = cached(db, "count", projects.count)
    for cut in cheapest_cuts(found):
        if is_telling(typed, cut):
            yield slots(cut), partial(_may_be_chance, typed, cut, among)


def _may_be_chance(typed: str, cut: Cut, among: int) -> bool:
    return not is_sure(typed, cut, among)


def slots(cut: Cut) -> list[Slot]:
    """The words of meaning of a cut, place by place; the first and the last of them must stand there."""
    meant = [piece for piece in cut if piece.words]
    return [piece.inner if 0 < at < len(meant) - 1 else piece.outer for at, piece in enumerate(meant)]


def has_hiragana(term: str) -> bool:
    """Whether `term` has hiragana: then words are looked for by how they are read, in any script."""
    return any("ぁ" <= char <= "ゖ" for char in term)


def cheapest_to_end(by_start: Sequence[Sequence[Piece]]) -> dict[int, tuple[float, Cut]]:
    """For each place from which the end can be reached, the cheapest way there, with its cost."""
    ways: dict[int, tuple[float, Cut]] = {len(by_start): (0.0, ())}
    for at in reversed(range(len(by_start))):
        onward = [(piece, ways[piece.end]) for piece in by_start[at] if piece.end in ways]
        if onward:
            piece, (cost, cut) = min(onward, key=lambda way: way[0].cost + way[1][0])
            ways[at] = (piece.cost + cost, (piece, *cut))
    return ways


def cheapest_from_start(by_start: Sequence[Sequence[Piece]]) -> dict[int, tuple[float, Cut]]:
    """For each place that can be reached from the start, the cheapest way there, with its cost."""
    ways: dict[int, tuple[float, Cut]] = {0: (0.0, ())}
    for at, pieces_here in enumerate(by_start):
        if at in ways:
            so_far, cut = ways[at]
            for piece in pieces_here:
                cost = so_far + piece.cost
                if piece.end not in ways or cost < ways[piece.end][0]:
                    ways[piece.end] = (cost, (*cut, piece))
    return ways


def cheapest_cuts(by_start: Sequence[Sequence[Piece]]) -> Iterator[Cut]:
    """The `BEST` cheapest ways from the start to the end, the cheapest first: A*, with exact estimates.

    None of them goes on from a place that as many cheaper ways have reached: しのしの… has 2ⁿ equally cheap
    ones, and to look at all of them would take minutes.
    """
    reached = [0] * (len(by_start) + 1)
    left = _costs_to_end(by_start)
    order = count()  # of equally cheap ways, the one found first
    open_ways: list[tuple[float, int, int, float, _Way]] = [(left[0], next(order), 0, 0.0, None)]
    while open_ways and left[0] < math.inf:
        _, _, at, so_far, way = heappop(open_ways)
        reached[at] += 1
        if reached[at] > BEST:
            continue
        if at == len(by_start):
            yield _cut(way)
            continue
        for piece in by_start[at]:
            if (rest := left[piece.end]) < math.inf:
                cost = so_far + piece.cost
                heappush(open_ways, (cost + rest, next(order), piece.end, cost, (piece, way)))


def _costs_to_end(by_start: Sequence[Sequence[Piece]]) -> list[float]:
    """For each place, what the cheapest way from there to the end costs; infinite where there is none."""
    left = [math.inf] * len(by_start) + [0.0]
    for at in reversed(range(len(by_start))):
        if here := by_start[at]:
            left[at] = min([piece.cost + left[piece.end] for piece in here])
    return left


def _cut(way: _Way) -> Cut:
    pieces_back = []
    while way:
        piece, way = way
        pieces_back.append(piece)
    return tuple(reversed(pieces_back))
