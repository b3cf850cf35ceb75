"""Every piece of a typed term that may be words of the projects, written, read or romanised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from sqlite_utils import Database

from store import projects
from store.index import lexicon
from store.index.generations import cached
from store.index.lexicon import Entry, Forms
from store.search.plausible import WORDS_A_PROJECT, Piece
from store.search.terms import Slot
from store.text.kana import has_kanji, is_kana, lengthen, morae

LONGEST_WORD = 16
HOMOPHONES = 8
REMEMBERED = 5_000  # texts whose ways are kept

_NO_WORD = Entry("", 0)
_KANJI = "㐀"  # words before it, as texts are ordered, begin with no kanji

# What a piece costs, as in a language model of single words: the rarer the dearer, and the less sure.
_AS_WRITTEN, _LOOSELY_WRITTEN, _AS_READ, _LOOSELY_READ = 0.0, 0.5, 1.0, 2.0
_MEANINGLESS = 4.0  # a particle
_ONE_KANA = 4.0  # added: か may be 課, but rarely is

# How what is typed is romanised, among the words there are, from a place on: by where it ends.
Heard = dict[int, tuple[str, ...]]
Romanised = Callable[[Forms, str], Callable[[int], Heard]]
Typed = tuple[str, tuple[str, ...], bool]  # a text, its romaji, and whether words in any script count
Way = tuple[tuple[Entry, ...], float, bool, bool, Slot, Slot]  # a Piece but for its end


def pieces(
    db: Database,
    typed: str,
    romanised: Romanised | None = None,
    *,
    any_script: bool,
    endings: bool = False,
    anywhere: bool = False,
) -> list[list[Piece]]:
    """Every piece of `typed` (katakana or kunrei), by where it starts; `romanised` words count too.

    `any_script`: however the words are written; `endings`: at least those of one kana; `anywhere`: also from
    where no pieces lead to from the start.
    """
    forms = lexicon.forms(db)
    written, read = forms.written, forms.read
    heard = romanised(forms, typed) if romanised else None
    among = cached(db, "count", projects.count)
    known: dict[Typed, tuple[Way, ...]] = cached(db, "ways", lambda _: {})  # the same come up in every pass
    by_start: list[list[Piece]] = []
    reached = {*range(len(typed))} if anywhere else {0}
    for start, char in enumerate(typed):
        if start not in reached:
            by_start.append([])
            continue
        romaji = heard(start) if heard else {}
        here: list[Piece] = []
        longest = min(forms.longest.get(typed[start : start + 2], 1), LONGEST_WORD)
        last = min(start + longest, len(typed))
        for end in (*range(start + 1, last + 1), *[end for end in romaji if end > last]):
            text = typed[start:end]
            if end in romaji or text in written or text in read:
                every = any_script or (endings and end == start + 1 and is_kana(text))
                key = (text, romaji.get(end, ()), every)
                ways = known.get(key)
                if ways is None:
                    ways = _remember(known, key, _ways(forms, among, *key))
                here += [Piece(end, *way) for way in ways]
        if not here and not char.isalnum() and char != "ー":
            here.append(Piece(start + 1, (), 0.0))
        reached.update([piece.end for piece in here])
        by_start.append(here)
    return by_start


def latin(forms: Forms, typed: str) -> Callable[[int], Heard]:
    """Words' romaji that the letters from each place on are."""

    def heard(start: int) -> Heard:
        found: Heard = {}
        key = ""
        for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
            key = lengthen(key, typed[end - 1])
            if not forms.begins(key):
                break
            if key in forms.romaji and (end > start + 1 or key == "o"):
                found[end] = (key,)
        return found

    return heard


def kana(forms: Forms, typed: str) -> Callable[[int], Heard]:
    """Words' romaji that the kana from each place on are; small vowels as small and as large."""
    sounds = morae(typed)
    sizes = (False, True) if any(sound and sound.small != sound.large for sound in sounds) else (False,)

    def heard(start: int) -> Heard:
        found: Heard = {}
        for is_large in sizes:
            end, romaji = start, ""
            while end < len(sounds) and (sound := sounds[end]) and end + sound.length <= start + LONGEST_WORD:
                end += sound.length
                romaji = lengthen(romaji, sound.large if is_large else sound.small)
                if not forms.begins(romaji):
                    break
                if end > start + 1 and romaji in forms.romaji and romaji not in found.get(end, ()):
                    found[end] = (*found.get(end, ()), romaji)
        return found

    return heard


def _remember(known: dict[Typed, tuple[Way, ...]], key: Typed, ways: Iterator[Way]) -> tuple[Way, ...]:
    if len(known) >= REMEMBERED:
        known.clear()
    return known.setdefault(key, tuple(ways))


def _ways(known: Forms, among: int, text: str, romaji: tuple[str, ...], any_script: bool) -> Iterator[Way]:
    """The ways to take `text` that are known, the surest spelling of each word only."""
    loose = _heard(known, romaji)
    tiers = (
        (known.written.get(text, ()), _AS_WRITTEN),
        ([entry for entry in loose if entry.word < _KANJI and is_kana(entry.word)], _LOOSELY_WRITTEN),
        (known.read.get(text, ()), _AS_READ),
        (loose if any_script else (), _LOOSELY_READ),
    )
    lone_kana = len(text) == 1 and is_kana(text)
    skipped = _may_mean_nothing(text) and any(not entry.word for entries, _ in tiers for entry in entries)
    if skipped:
        yield (), _MEANINGLESS, False, False, *slots_of(())
    seen = {""}
    for entries, dearer in tiers:
        if not entries:
            continue
        words = [entry for entry in entries if entry.word not in seen]
        seen.update([entry.word for entry in words])
        if lone_kana:
            words = [entry for entry in words if len(entry.word) == 1] if any_script else []
        if words:
            cost = _cost_of(words, among) + dearer + (_ONE_KANA if lone_kana else 0.0)
            either = skipped and len(text) <= len("とう")  # 市, or the し of している
            kept = (*words[:HOMOPHONES], _NO_WORD) if either else tuple(words[:HOMOPHONES])
            yield kept, min(cost, _MEANINGLESS) if either else cost, not dearer, either, *slots_of(kept)


def _heard(known: Forms, romaji: tuple[str, ...]) -> Sequence[Entry]:
    """The words that are romanised in one of these ways, commonest first."""
    if len(romaji) == 1:
        return known.romaji[romaji[0]]
    return lexicon.commonest_first({*chain(*(known.romaji[key] for key in romaji))}) if romaji else ()


def slots_of(words: Sequence[Entry]) -> tuple[Slot, Slot]:
    """What a piece stands for as the first or last of a cut, and between others: there it may be none."""
    projects = sum([entry.projects for entry in words])
    phrases = tuple([entry.word for entry in words])
    inner = Slot(phrases, projects)
    return (Slot(tuple(filter(None, phrases)), projects) if "" in phrases else inner), inner


def _may_mean_nothing(text: str) -> bool:
    """Whether it may be a particle or the like: 事 of 人事 is not."""
    return len(text) > 1 or not has_kanji(text) or text == "等"


def _cost_of(words: Sequence[Entry], among: int) -> float:
    return math.log(among * WORDS_A_PROJECT / (sum([entry.projects for entry in words]) + 1))
