"""A term typed in kana or romaji, or cut otherwise than by the dictionary, as words of the projects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlite_utils import Database

from store import projects
from store.generations import cached, remembered
from store.kana import is_kana, is_latin, katakana, kunrei, morae, shorten
from store.searching import lexicon
from store.searching.lexicon import Entry
from store.searching.senses import Slot

LONGEST_TERM = 120  # characters; what is longer is a sentence, not a word in other letters
LONGEST_WORD = 16
BEST = 6  # ways to cut that are kept
HOMOPHONES = 8

# What a piece costs, as in a language model of single words: the rarer the dearer, and the less sure.
_AS_WRITTEN, _LOOSELY_WRITTEN, _AS_READ, _LOOSELY_READ = 0.0, 0.5, 1.0, 2.0
_MEANINGLESS = 4.0  # a particle
_ONE_KANA = 4.0  # added: か may be 課, but rarely is
_WORDS_A_PROJECT = 60  # so many different words has a project, roughly

_ENDINGS = {"トウ", "ナド"}
_SURE = 2.2  # kana of a piece, on average

# How what is typed from a place on may be romanised, by where it ends.
Spellings = Callable[[Database, str, int], Mapping[int, tuple[str, ...]]]
Way = tuple[tuple[Entry, ...], float, bool, bool]  # a Piece but for its end
Ways = tuple[Way, ...]


class Piece(NamedTuple):
    """Part of a term, up to character `end`, and the words it may be (none if it carries no meaning)."""

    end: int
    words: tuple[Entry, ...]
    cost: float
    as_written: bool = False
    may_be_skipped: bool = False


Cut = tuple[Piece, ...]


def cuts(db: Database, term: str, *, loosely: bool) -> list[tuple[list[Slot], bool]]:
    """The best few ways to cut `term` into known words, written or read; `loosely`: romanised.

    With each, whether it would hardly come about by chance.
    """
    latin = loosely and is_latin(term)
    typed = kunrei(term) if latin else katakana(term)
    if not 0 < len(typed) <= LONGEST_TERM:
        return []
    spellings = (_latin if latin else _kana) if loosely else None
    paths = cheapest_paths(pieces(db, typed, spellings, any_script=latin or has_hiragana(term)))
    return [(slots(cut), is_sure(typed, cut)) for _, cut in paths[-1] if is_telling(typed, cut)]


def is_telling(typed: str, cut: Cut) -> bool:
    """Whether it is words of meaning: no lone particle first or last, few and no short pieces only."""
    starts = [0, *(piece.end for piece in cut)]
    pieces = [(typed[start : piece.end], piece) for start, piece in zip(starts, cut, strict=False)]
    meant = [text for text, piece in pieces if piece.words and not piece.may_be_skipped]
    framed = any(not piece.words and _is_particle(text) for text, piece in (pieces[0], pieces[-1]))
    lone_kana = all(len(text) == 1 and is_kana(text) for text in meant) and len(typed) > 1
    return 2 * len("".join(meant)) > len(typed) and not framed and not lone_kana


def is_sure(typed: str, cut: Cut) -> bool:
    """Whether it would hardly come about by chance: it is as written, or its words are long."""
    starts = [0, *(piece.end for piece in cut)]
    texts = [typed[start : piece.end] for start, piece in zip(starts, cut, strict=False) if piece.words]
    kana = [text for text in texts if is_kana(text) or text.isascii()]
    if all(piece.as_written for piece in cut) or len(cut) == 1:
        return True
    return sum(map(len, kana)) >= _SURE * len(kana) * (1 + is_latin(typed))


def _is_particle(text: str) -> bool:
    """Whether a piece without meaning is too short to end a term, as 及び or 等 may."""
    return len(text) <= 2 and text not in _ENDINGS


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


def pieces(
    db: Database, typed: str, spellings: Spellings | None = None, *, any_script: bool
) -> list[list[Piece]]:
    """Every piece of `typed` (katakana or kunrei), by where it starts; `spellings` in romaji count too."""
    known = lexicon.forms(db)
    by_start: list[list[Piece]] = []
    for start in range(len(typed)):
        romaji = spellings(db, typed, start) if spellings else {}
        here: list[Piece] = []
        for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
            text = typed[start:end]
            near = romaji.get(end, ())
            if near or text in known.written or text in known.read:
                here += [Piece(end, *way) for way in _ways(db, text, near, any_script=any_script)]
            elif end == start + 1 and not text.isalnum() and text != "ー":
                here.append(Piece(end, (), 0.0))
        by_start.append(here)
    return by_start


def _latin(db: Database, typed: str, start: int) -> dict[int, tuple[str, ...]]:
    """The romaji, among what words have, of the letters from `start`, by where they end."""
    found: dict[int, tuple[str, ...]] = {}
    for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
        key = shorten(typed[start:end])
        if not lexicon.begins(db, key):
            break
        if key in lexicon.forms(db).romaji and (end > start + 1 or key == "o"):
            found[end] = (key,)
    return found


def _kana(db: Database, typed: str, start: int) -> dict[int, tuple[str, ...]]:
    """The romaji, among what words have, of the kana from `start`, by where they end."""
    found: dict[int, tuple[str, ...]] = {}
    far = start + LONGEST_WORD
    if not is_kana(typed[start]):
        return found
    for large in (False, True):
        romaji = ""
        for end, *spelled in morae(typed[start:far]):
            if not is_kana(typed[start + end - 1]):
                break
            romaji += spelled[large]
            key = shorten(romaji)
            if not lexicon.begins(db, key):
                break
            if end > 1 and key in lexicon.forms(db).romaji and key not in found.get(start + end, ()):
                found[start + end] = (*found.get(start + end, ()), key)
    return found


def _ways(db: Database, text: str, romaji: tuple[str, ...], *, any_script: bool) -> Ways:
    """The ways to take `text`, remembered: the same pieces come up in every query and again in each pass."""
    key = (text, romaji, any_script)
    return remembered(db, "ways", [key], lambda _: {key: tuple(_read_ways(db, *key))})[key]


def _read_ways(db: Database, text: str, romaji: tuple[str, ...], any_script: bool) -> Iterator[Way]:
    """The ways to take `text` that are known, the surest spelling of each word only."""
    known, among = lexicon.forms(db), cached(db, "count", projects.count)
    loose = [entry for key in romaji for entry in known.romaji[key]]
    in_kana = [entry for entry in loose if is_kana(entry.word)]
    tiers = [
        (known.written.get(text, ()), _AS_WRITTEN),
        (in_kana, _LOOSELY_WRITTEN),
        (known.read.get(text, ()), _AS_READ),
        (loose if any_script else (), _LOOSELY_READ),
    ]
    skipped = any(not entry.word for entries, _ in tiers for entry in entries)
    if skipped:
        yield (), _MEANINGLESS, False, False
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
            yield kept, min(cost, _MEANINGLESS) if either else cost, not dearer, either


def _cost_of(words: Sequence[Entry], among: int) -> float:
    return math.log(among * _WORDS_A_PROJECT / (sum(entry.projects for entry in words) + 1))


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
