"""The slips people make: look-alikes, dropped, doubled and swapped characters, wrong conversions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from random import Random

import jaconv

from bench.absent import common_nouns
from bench.spelling import tokenizer

KATAKANA_RUN = re.compile(r"[ァ-ヺー]{5,15}")
KANJI_RUN = re.compile(r"[一-鿿々]{4,12}")
_KANJI = re.compile(r"[一-鿿々]+")
LATIN_RUN = re.compile(r"[A-Za-z]{5,}")

# Pairs mistaken for one another by eye (OCR, copying) or by ear.
_LOOK_ALIKE = "ー一、ソン、シツ、ロ口、ニ二、ハ八、カ力、タ夕、エ工、ヘへ、ト卜、クワ、コユ、スヌ、チテ"
_BY_EAR = (
    "テデ、トド、クグ、キギ、シジ、スズ、ハバ、ホボ、プブ、ヒビ、ティ:チ、ティ:テイ、フォ:ホ、ディ:デイ、"
    "ェエ、ィイ、ョヨ、ッツ、ー:、ッ:"
)

Slip = Callable[[str, Random], str]


def look_alike(word: str, random: Random) -> str:
    """One character written as another that looks the same."""
    pairs = _pairs(_LOOK_ALIKE)
    return _exchange(word, random, pairs + [(right, left) for left, right in pairs])


def by_ear(word: str, random: Random) -> str:
    """One sound written as another that is heard alike, or a long vowel or ッ left out."""
    return _exchange(word, random, _pairs(_BY_EAR))


def dropped(word: str, random: Random) -> str:
    """One character left out, not the first."""
    place = random.randrange(1, len(word))
    return word[:place] + word[place + 1 :]


def doubled(word: str, random: Random) -> str:
    """One character typed twice."""
    place = random.randrange(len(word))
    return word[:place] + word[place] + word[place:]


def swapped(word: str, random: Random) -> str:
    """Two neighbours exchanged."""
    places = [place for place in range(len(word) - 1) if word[place] != word[place + 1]]
    if not places:
        return word
    place = random.choice(places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def misconverted(word: str, random: Random) -> str:
    """One word of a kanji compound converted to another with the same reading (協議会 → 競技会)."""
    units = [unit.surface() for unit in tokenizer().tokenize(word)]
    places = [place for place, unit in enumerate(units) if len(unit) == 2 and _same_sound(unit)]
    if not places:
        return word
    place = random.choice(places)
    units[place] = random.choice(_same_sound(units[place]))
    return "".join(units)


KATAKANA_SLIPS: tuple[Slip, ...] = (look_alike, by_ear, dropped, doubled, swapped)
KANJI_SLIPS: tuple[Slip, ...] = (dropped, doubled, swapped)
LATIN_SLIPS: tuple[Slip, ...] = (dropped, doubled, swapped)


def slips(word: str, kinds: Sequence[Slip], random: Random) -> Iterator[str]:
    """`word` with each kind of slip that is possible in it, once."""
    for slip in kinds:
        if (wrong := slip(word, random)) != word:
            yield wrong


def _pairs(table: str) -> list[tuple[str, str]]:
    """Pairs parted by 、; the two sides stand next to each other or are parted by a colon."""
    sides = (pair.split(":") if ":" in pair else list(pair) for pair in table.split("、"))
    return [(left, right) for left, right in sides]


def _exchange(word: str, random: Random, pairs: list[tuple[str, str]]) -> str:
    places = [(match.start(), left, right) for left, right in pairs for match in re.finditer(left, word)]
    if not places:
        return word
    place, left, right = random.choice(places)
    return word[:place] + right + word[place + len(left) :]


@cache
def _same_sound(word: str) -> tuple[str, ...]:
    reading = "".join(unit.reading_form() for unit in tokenizer().tokenize(word))
    return tuple(other for other in _homophones().get(reading, ()) if other != word)


@cache
def _homophones() -> Mapping[str, tuple[str, ...]]:
    """Nouns of two kanji by reading; those that have synonyms, or take する, are the everyday ones."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for surface, word in ((surface, word) for surface, words in common_nouns().items() for word in words):
        everyday = word.synonym_group_ids() or word.part_of_speech()[2] == "サ変可能"
        if everyday and len(surface) == 2 and _KANJI.fullmatch(surface):
            found[jaconv.hira2kata(word.reading_form())].add(surface)
    return {reading: tuple(sorted(surfaces)) for reading, surfaces in found.items()}
