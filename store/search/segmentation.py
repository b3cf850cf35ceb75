"""A term typed in kana or romaji, or cut otherwise than the dictionary does -> words of the projects.

A lattice of edges (`lattice`), its cheapest paths (`cheapest_paths`), and which of them are words of meaning
(`is_meaningful`) and hardly chance (`is_certain`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from heapq import heappop, heappush
from itertools import chain, count
from typing import NamedTuple, Optional

from store.database import Database
from store.index import vocabulary
from store.index.snapshot import Memo
from store.index.tuning import TUNING
from store.index.vocabulary import Entry, Forms
from store.text.morphology import NOTHING, TokenSet
from store.text.normalize import has_kanji, is_kana, is_latin, katakana, kunrei, lengthen, morae

_TUNED = TUNING.segmenting

_ENDINGS = {"トウ", "ナド"}
# How many sounds keep a cut from being chance: more, the more there is that it may happen upon.
_NO_WORD = Entry("", 0)
_KANJI = "㐀"  # words before it, as texts are ordered, begin with no kanji
# How what is typed is romanised, among the words there are, from a place on: by where it ends.
Heard = dict[int, tuple[str, ...]]
Romanised = Callable[[Forms, str], Callable[[int], Heard]]
Typed = tuple[str, tuple[str, ...], bool]  # a text, its romaji, and whether words in any script count
Way = tuple[tuple[Entry, ...], float, bool, bool, TokenSet, TokenSet]  # an Edge but for its end


class Edge(NamedTuple):
    """Part of a term, up to character `end`, and the words it may be (none if it carries no meaning).

    `outer` is the token set that it is as the first or the last of a segmentation, `inner` between others.
    """

    end: int
    words: tuple[Entry, ...]
    cost: float
    as_written: bool = False
    may_be_skipped: bool = False
    outer: TokenSet = NOTHING
    inner: TokenSet = NOTHING


Segmentation = tuple[Edge, ...]


class Segments(NamedTuple):
    """The words of meaning of a segmentation, place by place.

    `may_be_chance` says whether they may be; `is_torn`, whether part of what was typed means nothing, or is a
    lone kana: か of かない.
    """

    token_sets: list[TokenSet]
    may_be_chance: Callable[[], bool]
    is_torn: bool


def is_meaningful(typed: str, cut: Segmentation) -> bool:
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


def _is_framed(typed: str, cut: Segmentation) -> bool:
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
        len(text) > 1 or not is_kana(text) or max(len(before), len(after)) >= _TUNED.with_affix
        for text, before, after in around
    )


def is_certain(typed: str, cut: Segmentation, among: int) -> bool:
    """Whether it would hardly come about by chance in `among` projects: as written, or of many sounds."""
    starts = [0, *(piece.end for piece in cut)]
    texts = [typed[start : piece.end] for start, piece in zip(starts, cut, strict=False) if piece.words]
    if all(piece.as_written for piece in cut) or len(cut) == 1 or not any(map(_is_sound, texts)):
        return True
    sounds = sum(map(_sounds, texts))
    return sounds >= _TUNED.sounds + _TUNED.sounds_a_power * math.log10(among * _TUNED.words_a_project)


def _is_sound(text: str) -> bool:
    return is_kana(text) or text.isascii()


def _sounds(text: str) -> float:
    """How much a piece tells, in kana."""
    if text.isascii():
        return len(text) / _TUNED.letters_a_sound
    return len(text) if is_kana(text) else _TUNED.kana_a_kanji * len(text)


def _is_particle(text: str) -> bool:
    """Whether a piece without meaning is too short to end a term, as 及び or 等 may."""
    return len(text) <= 2 and text not in _ENDINGS


# What a piece costs, as in a language model of single words: the rarer the dearer, and the less sure.


class Ways(Memo[Typed, tuple[Way, ...]]):
    """The ways to take each text."""


def lattice(
    db: Database,
    typed: str,
    romanised: Romanised | None = None,
    *,
    any_script: bool,
    endings: bool = False,
    anywhere: bool = False,
) -> list[list[Edge]]:
    """Every piece of `typed` (katakana or kunrei), by where it starts; `romanised` words count too.

    `any_script`: however the words are written; `endings`: at least those of one kana; `anywhere`: also from
    where no pieces lead to from the start.
    """
    forms = db.snapshot.lexicon.forms
    written, read = forms.written, forms.read
    heard = romanised(forms, typed) if romanised else None
    among = db.snapshot.project_count
    known = db.snapshot.memo(Ways)  # the same come up in every pass
    by_start: list[list[Edge]] = []
    reached = {*range(len(typed))} if anywhere else {0}
    for start, char in enumerate(typed):
        if start not in reached:
            by_start.append([])
            continue
        romaji = heard(start) if heard else {}
        here: list[Edge] = []
        longest = min(forms.longest.get(typed[start : start + 2], 1), _TUNED.longest_edge)
        last = min(start + longest, len(typed))
        for end in (*range(start + 1, last + 1), *[end for end in romaji if end > last]):
            text = typed[start:end]
            if end in romaji or text in written or text in read:
                every = any_script or (endings and end == start + 1 and is_kana(text))
                key = (text, romaji.get(end, ()), every)
                ways = known.get(key)
                if ways is None:
                    ways = known.keep(key, tuple(_ways(forms, among, *key)))
                here += [Edge(end, *way) for way in ways]
        if not here and not char.isalnum() and char != "ー":
            here.append(Edge(start + 1, (), 0.0))
        reached.update([piece.end for piece in here])
        by_start.append(here)
    return by_start


def latin_heard(forms: Forms, typed: str) -> Callable[[int], Heard]:
    """For a place: the romaji of words that the letters from there on spell, by where they end."""

    def heard(start: int) -> Heard:
        found: Heard = {}
        key = ""
        for end in range(start + 1, min(len(typed), start + _TUNED.longest_edge) + 1):
            key = lengthen(key, typed[end - 1])
            if not forms.begins(key):
                break
            if key in forms.romaji and (end > start + 1 or key == "o"):
                found[end] = (key,)
        return found

    return heard


def kana_heard(forms: Forms, typed: str) -> Callable[[int], Heard]:
    """The same for kana; a small vowel is tried as a large one, too."""
    sounds = morae(typed)
    sizes = (False, True) if any(sound and sound.small != sound.large for sound in sounds) else (False,)

    def heard(start: int) -> Heard:
        found: Heard = {}
        for is_large in sizes:
            end, romaji = start, ""
            while (
                end < len(sounds)
                and (sound := sounds[end])
                and end + sound.length <= start + _TUNED.longest_edge
            ):
                end += sound.length
                romaji = lengthen(romaji, sound.large if is_large else sound.small)
                if not forms.begins(romaji):
                    break
                if end > start + 1 and romaji in forms.romaji and romaji not in found.get(end, ()):
                    found[end] = (*found.get(end, ()), romaji)
        return found

    return heard


def _ways(known: Forms, among: int, text: str, romaji: tuple[str, ...], any_script: bool) -> Iterator[Way]:
    """The ways to take `text` that are known, the surest spelling of each word only."""
    loose = _heard(known, romaji)
    tiers = (
        (known.written.get(text, ()), 0.0),
        (
            [entry for entry in loose if entry.word < _KANJI and is_kana(entry.word)],
            _TUNED.loosely_written,
        ),
        (known.read.get(text, ()), _TUNED.as_read),
        (loose if any_script else (), _TUNED.loosely_read),
    )
    lone_kana = len(text) == 1 and is_kana(text)
    skipped = _may_mean_nothing(text) and any(not entry.word for entries, _ in tiers for entry in entries)
    if skipped:
        yield (), _TUNED.meaningless, False, False, *token_sets_of(())
    seen = {""}
    for entries, dearer in tiers:
        if not entries:
            continue
        words = [entry for entry in entries if entry.word not in seen]
        seen.update([entry.word for entry in words])
        if lone_kana:
            words = [entry for entry in words if len(entry.word) == 1] if any_script else []
        if words:
            cost = _cost_of(words, among) + dearer + (_TUNED.one_kana if lone_kana else 0.0)
            either = skipped and len(text) <= len("とう")  # 市, or the し of している
            kept = (*words[: _TUNED.homophones], _NO_WORD) if either else tuple(words[: _TUNED.homophones])
            yield (
                kept,
                min(cost, _TUNED.meaningless) if either else cost,
                not dearer,
                either,
                *token_sets_of(kept),
            )


def _heard(known: Forms, romaji: tuple[str, ...]) -> Sequence[Entry]:
    """The words that are romanised in one of these ways, commonest first."""
    if len(romaji) == 1:
        return known.romaji[romaji[0]]
    return vocabulary.commonest_first({*chain(*(known.romaji[key] for key in romaji))}) if romaji else ()


def token_sets_of(words: Sequence[Entry]) -> tuple[TokenSet, TokenSet]:
    """The token sets of an edge: at an end of a segmentation, and between others, where it may be nothing."""
    projects = sum([entry.projects for entry in words])
    phrases = tuple([entry.word for entry in words])
    inner = TokenSet(phrases, projects)
    return (TokenSet(tuple(filter(None, phrases)), projects) if "" in phrases else inner), inner


def _may_mean_nothing(text: str) -> bool:
    """Whether it may be a particle or the like: 事 of 人事 is not."""
    return len(text) > 1 or not has_kanji(text) or text == "等"


def _cost_of(words: Sequence[Entry], among: int) -> float:
    return math.log(among * _TUNED.words_a_project / (sum([entry.projects for entry in words]) + 1))


_Way = Optional["tuple[Edge, _Way]"]  # to a place: its last piece, and the way before that


def segmentations(db: Database, term: str, *, loosely: bool) -> Iterator[Segments]:
    """The best few ways to cut `term` into known words, written or read; `loosely`: romanised."""
    latin = loosely and is_latin(term)
    typed = kunrei(term) if latin else katakana(term)
    too_short = loosely and not latin and len(typed) < _TUNED.loose and "ー" not in typed
    if too_short or not 0 < len(typed) <= _TUNED.longest_term:
        return
    romanised = (latin_heard if latin else kana_heard) if loosely else None
    endings = not loosely and is_kana(typed) and len(typed) >= _TUNED.with_ending
    any_script = latin or has_hiragana(term)
    found = lattice(db, typed, romanised, any_script=any_script, endings=endings)
    among = db.snapshot.project_count
    for cut in cheapest_paths(found):
        if is_meaningful(typed, cut):
            yield Segments(token_sets(cut), partial(_may_be_chance, typed, cut, among), _is_torn(typed, cut))


def _may_be_chance(typed: str, cut: Segmentation, among: int) -> bool:
    return not is_certain(typed, cut, among)


def _is_torn(typed: str, cut: Segmentation) -> bool:
    starts = [0, *(piece.end for piece in cut)]
    texts = [typed[start : piece.end] for start, piece in zip(starts, cut, strict=False)]
    return not all(piece.words for piece in cut) or any(len(text) == 1 and is_kana(text) for text in texts)


def token_sets(cut: Segmentation) -> list[TokenSet]:
    """The words of meaning of a cut, place by place; the first and the last of them must stand there."""
    meant = [piece for piece in cut if piece.words]
    return [piece.inner if 0 < at < len(meant) - 1 else piece.outer for at, piece in enumerate(meant)]


def has_hiragana(term: str) -> bool:
    """Whether `term` has hiragana: then words are looked for by how they are read, in any script."""
    return any("ぁ" <= char <= "ゖ" for char in term)


def cheapest_to_end(by_start: Sequence[Sequence[Edge]]) -> dict[int, tuple[float, Segmentation]]:
    """For each place from which the end can be reached, the cheapest way there, with its cost."""
    ways: dict[int, tuple[float, Segmentation]] = {len(by_start): (0.0, ())}
    for at in reversed(range(len(by_start))):
        onward = [(piece, ways[piece.end]) for piece in by_start[at] if piece.end in ways]
        if onward:
            piece, (cost, cut) = min(onward, key=lambda way: way[0].cost + way[1][0])
            ways[at] = (piece.cost + cost, (piece, *cut))
    return ways


def cheapest_from_start(by_start: Sequence[Sequence[Edge]]) -> dict[int, tuple[float, Segmentation]]:
    """For each place that can be reached from the start, the cheapest way there, with its cost."""
    ways: dict[int, tuple[float, Segmentation]] = {0: (0.0, ())}
    for at, pieces_here in enumerate(by_start):
        if at in ways:
            so_far, cut = ways[at]
            for piece in pieces_here:
                cost = so_far + piece.cost
                if piece.end not in ways or cost < ways[piece.end][0]:
                    ways[piece.end] = (cost, (*cut, piece))
    return ways


def cheapest_paths(by_start: Sequence[Sequence[Edge]]) -> Iterator[Segmentation]:
    """The few cheapest ways from the start to the end, the cheapest first: A*, with exact estimates.

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
        if reached[at] > _TUNED.paths:
            continue
        if at == len(by_start):
            yield _cut(way)
            continue
        for piece in by_start[at]:
            if (rest := left[piece.end]) < math.inf:
                cost = so_far + piece.cost
                heappush(open_ways, (cost + rest, next(order), piece.end, cost, (piece, way)))


def _costs_to_end(by_start: Sequence[Sequence[Edge]]) -> list[float]:
    """For each place, what the cheapest way from there to the end costs; infinite where there is none."""
    left = [math.inf] * len(by_start) + [0.0]
    for at in reversed(range(len(by_start))):
        if here := by_start[at]:
            left[at] = min([piece.cost + left[piece.end] for piece in here])
    return left


def _cut(way: _Way) -> Segmentation:
    pieces_back = []
    while way:
        piece, way = way
        pieces_back.append(piece)
    return tuple(reversed(pieces_back))
