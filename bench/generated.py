"""Evaluation sets made from any loaded list: its names as people write them, and nouns it lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from random import Random

from bench import absent, spelling, typos
from bench.cases import Case
from bench.listed import Listed

NOTHING = ("absent", "absent-compound", "nonsense-kana", "nonsense-latin", "nonsense-symbols")
"""Kinds that nothing must answer."""

_WORD = re.compile(r"[^A-Za-z]{3,12}")
_FOREIGN = re.compile(r"[A-Za-z]+|[ァ-ヺー]+")
_SHORTEST_SOUND = 5
_SHORTEST_SLIP = 4  # three characters with a slip in them could be anything
_ABSENT_FOR_EACH = 3  # absent nouns asked for each query of another kind: one percent of them is the target
_SYMBOLS = """
!!! ？？？ ・・・ () 「」 *** -- ; ^ %00 〒 ¥¥¥ 😀🎌 ーーー っっっ
' OR '1'='1
" OR ""="
NEAR(
NOT
a AND
{}:
UNION SELECT 1
DROP TABLE projects;--
../../etc/passwd
<script>
"""

Write = Callable[[str, Random], str]
Maker = Callable[[Listed, Random], Iterator[tuple[str, tuple[str, ...]]]]
"""Yields queries with the numbers they mean, in an order drawn by the random source."""


def generate(source: Listed, *, limit: int, seed: str, kinds: Collection[str] = ()) -> list[Case]:
    """All generated sets, at most `limit` queries of each kind, the same for the same list and seed.

    With `kinds`, only these of the sets that something must answer; those that nothing must are always made.
    """
    cases: list[Case] = []
    for kind, make in _FOUND.items():
        if kinds and kind not in kinds:
            continue
        random = Random(f"{seed}:{kind}")
        asked = dict(islice(_usable(make(source, random)), limit))
        cases += [Case(query, kind, numbers) for query, numbers in asked.items()]
    return cases + list(_nothing(source, limit=limit, seed=seed))


def _usable(made: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    asked: set[str] = set()
    for query, numbers in made:
        if query.strip() and numbers and query not in asked:
            asked.add(query)
            yield query, numbers


def _written(write: Write) -> Maker:
    """Whole names, spelt by `write` so that they can still be read as the same name."""

    def make(source: Listed, random: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name in random.sample(source.names, len(source.names)):
            yield write(name, random), source.named(name)

    return make


def _said(write: Write) -> Maker:
    """Whole names, spelt by sound: every project whose name sounds so is right."""

    def make(source: Listed, random: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
        for name in random.sample(source.names, len(source.names)):
            yield write(name, random), source.sounding(spelling.katakana(name))

    return make


def _words(write: Write) -> Maker:
    """Words of names, spelt by sound: every project whose name says the same sounds is right."""

    def make(source: Listed, random: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
        for word in _drawn(_WORD, source, random):
            if len(sound := spelling.katakana(word)) >= _SHORTEST_SOUND:
                yield write(word, random), source.with_sound(sound)

    return make


def _slipped(pattern: re.Pattern[str], kinds: Sequence[typos.Slip]) -> Maker:
    """Words of names with a slip in each, unless the slip makes a word that some record really says."""

    def make(source: Listed, random: Random) -> Iterator[tuple[str, tuple[str, ...]]]:
        for word in _drawn(pattern, source, random):
            for wrong in typos.slips(word, kinds, random):
                if len(wrong) >= _SHORTEST_SLIP and not source.says(wrong):
                    yield wrong, source.with_word(word)

    return make


def _drawn(pattern: re.Pattern[str], source: Listed, random: Random) -> list[str]:
    """Words of names: compounds that `pattern` matches whole, and runs that are foreign words anyway."""
    pieces = {word for name in source.names for word in (*spelling.compounds(name), *_FOREIGN.findall(name))}
    words = sorted(word for word in pieces if pattern.fullmatch(word))
    return random.sample(words, len(words))


def _romaji(*systems: spelling.System, spaced: bool = False) -> Write:
    def write(text: str, random: Random) -> str:
        system, habit = random.choice(systems), random.choice(spelling.HABITS)
        return spelling.romaji(text, system=system, habit=habit, spaced=spaced)

    return write


def _mixed_width(name: str, random: Random) -> str:
    return "".join(random.choice((str, spelling.half_width, spelling.full_width))(c) for c in name)


_SLIPPED: Mapping[str, Maker] = {
    "typo-katakana": _slipped(typos.KATAKANA_RUN, typos.KATAKANA_SLIPS),
    "typo-kanji": _slipped(typos.KANJI_RUN, typos.KANJI_SLIPS),
    "typo-misconverted": _slipped(typos.KANJI_RUN, (typos.misconverted,)),
    "typo-latin": _slipped(typos.LATIN_RUN, typos.LATIN_SLIPS),
}
_FOUND: Mapping[str, Maker] = {
    "name": _written(lambda name, _: name),
    "half-width": _written(lambda name, _: spelling.half_width(name)),
    "full-width": _written(lambda name, _: spelling.full_width(name)),
    "mixed-width": _written(_mixed_width),
    "hiragana": _said(lambda name, _: spelling.hiragana(name)),
    "katakana": _said(lambda name, _: spelling.katakana(name)),
    "romaji-hepburn": _said(_romaji("hepburn")),
    "romaji-kunrei": _said(_romaji("kunrei")),
    "romaji-spaced": _said(_romaji("hepburn", spaced=True)),
    "word-hiragana": _words(lambda word, _: spelling.hiragana(word)),
    "word-katakana": _words(lambda word, _: spelling.katakana(word)),
    "word-romaji": _words(_romaji(*spelling.SYSTEMS)),
    **_SLIPPED,
}
MAY_SUGGEST = frozenset({"typo", "question", "multi", *_SLIPPED})
"""Kinds that もしかして may answer: an approximate match, and what says only some of it, is no answer."""


def _nothing(source: Listed, *, limit: int, seed: str) -> Iterator[Case]:
    known = absent.vocabulary(source.texts)
    for kind, compound in (("absent", False), ("absent-compound", True)):
        nouns = absent.nouns(known, seed=seed, compound=compound)
        yield from (Case(noun, kind) for noun in islice(nouns, limit * _ABSENT_FOR_EACH))
    random = Random(f"{seed}:nonsense")
    for kind, letters in (("nonsense-kana", spelling.SYLLABLES), ("nonsense-latin", "bcdfghjklmnpqrstvwxz")):
        made = ("".join(random.choices(letters, k=random.randint(6, 9))) for _ in range(limit))
        yield from (Case(word, kind) for word in made if not source.says(word))
    first, *lines = _SYMBOLS.strip().splitlines()
    yield from (Case(text, "nonsense-symbols") for text in (*first.split(), *lines) if not source.says(text))
