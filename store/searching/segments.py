"""A term typed in kana or romaji, or cut otherwise than by the dictionary, as words of the projects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from store import projects
from store.generations import cached
from store.kana import has_kanji, is_kana, is_latin, katakana, kunrei, romaji_keys, shorten
from store.searching import lexicon
from store.searching.lexicon import Entry
from store.searching.plausible import WORDS_A_PROJECT, Cut, Piece, is_sure, is_telling
from store.searching.senses import Slot
from store.searching.vocabulary import READ, ROMAJI, WRITTEN

LONGEST_TERM = 120  # characters; what is longer is a sentence, not a word in other letters
LONGEST_WORD = 16
BEST = 6  # ways to cut that are kept
HOMOPHONES = 8

# What a piece costs, as in a language model of single words: the rarer the dearer, and the less sure.
_AS_WRITTEN, _LOOSELY_WRITTEN, _AS_READ, _LOOSELY_READ = 0.0, 0.5, 1.0, 2.0
_MEANINGLESS = 4.0  # a particle
_ONE_KANA = 4.0  # added: か may be 課, but rarely is

_LOOSE = 5  # characters of kana from which on another length of a vowel leaves it recognisable
_WITH_ENDINGS = 5  # characters from which on katakana may have endings of one kana: カ for 化

Keys = Callable[[str], tuple[str, ...]]
Found = Mapping[str, Mapping[int, Sequence[Entry]]]


def cuts(db: Database, term: str, *, loosely: bool) -> list[tuple[list[Slot], bool]]:
    """The best few ways to cut `term` into known words, written or read; `loosely`: romanised.

    With each, whether it would hardly come about by chance.
    """
    latin = loosely and is_latin(term)
    typed = kunrei(term) if latin else katakana(term)
    too_short = loosely and not latin and len(typed) < _LOOSE and "ー" not in typed
    if too_short or not 0 < len(typed) <= LONGEST_TERM:
        return []
    keys: Keys = (_latin_keys if latin else _kana_keys) if loosely else no_keys
    endings = not loosely and is_kana(typed) and len(typed) >= _WITH_ENDINGS
    any_script = latin or has_hiragana(term)
    paths = cheapest_paths(pieces(db, typed, keys, any_script=any_script, endings=endings))
    among = cached(db, "count", projects.count)
    return [(slots(cut), is_sure(typed, cut, among)) for _, cut in paths[-1] if is_telling(typed, cut)]


def slots(cut: Cut) -> list[Slot]:
    """The words of meaning of a cut, place by place; the first and the last of them must stand there."""
    pieces = [piece for piece in cut if piece.words]
    return [_slot(piece, skippable=0 < at < len(pieces) - 1) for at, piece in enumerate(pieces)]


def _slot(piece: Piece, *, skippable: bool) -> Slot:
    words = [entry.word for entry in piece.words if entry.word or skippable]
    return Slot(tuple(words), sum(entry.projects for entry in piece.words))


def has_hiragana(term: str) -> bool:
    """Whether `term` has hiragana: then words are looked for by how they are read, in any script."""
    return any("ぁ" <= char <= "ゖ" for char in term)


def no_keys(text: str) -> tuple[str, ...]:
    """No other spelling."""
    return ()


def _latin_keys(text: str) -> tuple[str, ...]:
    return (shorten(text),) if len(text) > 1 or text == "o" else ()


def _kana_keys(text: str) -> tuple[str, ...]:
    return tuple(filter(None, romaji_keys(text))) if len(text) > 1 and is_kana(text) else ()


def pieces(
    db: Database, typed: str, keys: Keys, *, any_script: bool, endings: bool = False
) -> list[list[Piece]]:
    """Every piece of `typed` (katakana or kunrei), by where it starts; `keys` are its other spellings.

    `any_script`: however the words are written; `endings`: at least those of one kana.
    """
    spans = [
        (start, end, typed[start:end])
        for start in range(len(typed))
        for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1)
    ]
    among = cached(db, "count", projects.count)
    loose = [keys(text) for _, _, text in spans]
    found = lexicon.forms(db, {text for _, _, text in spans}.union(*loose))
    by_start: list[list[Piece]] = [[] for _ in typed]
    for (start, end, text), near in zip(spans, loose, strict=True):
        if text in found or any(key in found for key in near):
            lone = len(text) == 1 and is_kana(text) and endings
            every = any_script or lone
            by_start[start].extend(_pieces_of(end, text, near, found, among, any_script=every))
        elif len(text) == 1 and not text.isalnum() and text != "ー":
            by_start[start].append(Piece(end, (), 0.0))
    return by_start


def _pieces_of(
    end: int, text: str, near: tuple[str, ...], found: Found, among: int, *, any_script: bool
) -> Iterator[Piece]:
    """The ways to take `text` that are known, the surest spelling of each word only."""
    spelled = found.get(text, {})
    loose = [entry for key in near for entry in found.get(key, {}).get(ROMAJI, ())]
    in_kana = [entry for entry in loose if is_kana(entry.word)]
    tiers = [
        (spelled.get(WRITTEN, ()), _AS_WRITTEN),
        (in_kana, _LOOSELY_WRITTEN),
        (spelled.get(READ, ()), _AS_READ),
        (loose if any_script else (), _LOOSELY_READ),
    ]
    skipped = _may_mean_nothing(text) and any(not entry.word for entries, _ in tiers for entry in entries)
    if skipped:
        yield Piece(end, (), _MEANINGLESS)
    lone_kana = len(text) == 1 and is_kana(text)
    seen = {Entry("", 0)}
    for entries, dearer in tiers:
        words = sorted((entry for entry in set(entries) - seen if entry.word), key=_commonest)
        seen.update(words)
        if lone_kana:
            words = [entry for entry in words if len(entry.word) == 1] if any_script else []
        if words:
            cost = _cost_of(words, among) + dearer + (_ONE_KANA if lone_kana else 0.0)
            either = skipped and len(text) <= len("とう")  # 市, or the し of している
            kept = (*words[:HOMOPHONES], Entry("", 0)) if either else tuple(words[:HOMOPHONES])
            cost = min(cost, _MEANINGLESS) if either else cost
            yield Piece(end, kept, cost, as_written=not dearer, may_be_skipped=either)


def _may_mean_nothing(text: str) -> bool:
    """Whether it may be a particle or the like: 事 of 人事 is not."""
    return len(text) > 1 or not has_kanji(text) or text == "等"


def _cost_of(words: Sequence[Entry], among: int) -> float:
    return math.log(among * WORDS_A_PROJECT / (sum(entry.projects for entry in words) + 1))


def _commonest(entry: Entry) -> tuple[int, str]:
    return -entry.projects, entry.word


def cheapest_to_end(by_start: list[list[Piece]]) -> dict[int, tuple[float, Cut]]:
    """For each place from which the end can be reached, the cheapest way there, with its cost."""
    ways: dict[int, tuple[float, Cut]] = {len(by_start): (0.0, ())}
    for at in reversed(range(len(by_start))):
        onward = [(piece, ways[piece.end]) for piece in by_start[at] if piece.end in ways]
        if onward:
            piece, (cost, cut) = min(onward, key=lambda way: way[0].cost + way[1][0])
            ways[at] = (piece.cost + cost, (piece, *cut))
    return ways


def cheapest_paths(by_start: list[list[Piece]]) -> list[list[tuple[float, Cut]]]:
    """For each place, the `BEST` cheapest ways to get there from the start, with their costs."""
    paths: list[list[tuple[float, Cut]]] = [[] for _ in range(len(by_start) + 1)]
    paths[0] = [(0.0, ())]
    for at in range(len(paths)):
        paths[at] = sorted(paths[at], key=_cost)[:BEST]
        for piece in by_start[at] if at < len(by_start) else ():
            paths[piece.end].extend((cost + piece.cost, (*cut, piece)) for cost, cut in paths[at])
    return paths


def _cost(path: tuple[float, Cut]) -> float:
    return path[0]
