"""Nouns that no record of a list holds, nor a spelling variant or synonym of one: nothing may answer them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sudachipy import Dictionary, Morpheme, SplitMode

from bench.listed import fold
from bench.spelling import tokenizer

_WORD = re.compile(r"[ァ-ヺー]{3,8}|[一-鿿々]{2,6}|[ぁ-ゖー一-鿿々ァ-ヺ]{3,8}")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")


@dataclass(frozen=True)
class Vocabulary:
    """What a list says: its text, and its words' normalised forms, readings and synonym groups."""

    text: str
    forms: frozenset[str]
    sounds: frozenset[str]
    groups: frozenset[int]

    def knows(self, noun: Morpheme) -> bool:
        """Whether the list holds `noun` as written, in another spelling or in kana, or as a synonym."""
        surface = fold(noun.surface())
        return (
            surface in self.text
            or fold(noun.normalized_form()) in self.text
            or noun.normalized_form() in self.forms
            or (_KANA.fullmatch(surface) is not None and noun.reading_form() in self.sounds)
            or not self.groups.isdisjoint(noun.synonym_group_ids())
        )


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Gather the words of all records (whole words and their parts)."""
    lines = [fold(line) for text in texts for line in text.splitlines() if line]
    forms, sounds, groups = set[str](), set[str](), set[int]()
    for line in lines:
        for whole in tokenizer().tokenize(line, SplitMode.C):
            for word in (whole, *whole.split(SplitMode.A)):
                forms.add(word.normalized_form())
                sounds.add(word.reading_form())
                groups.update(word.synonym_group_ids())
    return Vocabulary("\n".join(lines), frozenset(forms), frozenset(sounds), frozenset(groups))


def nouns(known: Vocabulary, *, seed: str, compound: bool) -> Iterator[str]:
    """Common nouns of the Sudachi dictionary unknown to the list, in an order drawn by `seed`.

    With `compound`, only those made of several words of which the list knows at least one (市民 + 病院);
    without, only those that are one word.
    """
    for surface in sorted(common_nouns(), key=lambda surface: _draw(seed, surface)):
        parts = tokenizer().tokenize(surface, SplitMode.A)
        if (len(parts) > 1) != compound or any(map(known.knows, common_nouns()[surface])):
            continue
        if not compound or any(known.knows(part) for part in parts):
            yield surface


@cache
def common_nouns() -> Mapping[str, Sequence[Morpheme]]:
    """Common nouns of the Sudachi dictionary, short ones in Japanese script, by surface."""
    found: defaultdict[str, list[Morpheme]] = defaultdict(list)
    for word in filter(_is_common_noun, Dictionary(dict="core").entries()):
        found[word.surface()].append(word)
    return found


def _is_common_noun(word: Morpheme) -> bool:
    kind = word.part_of_speech()
    return (
        kind[:2] == ("名詞", "普通名詞")
        and kind[2] in ("一般", "サ変可能")
        and _WORD.fullmatch(word.surface()) is not None
    )


def _draw(seed: str, surface: str) -> bytes:
    return hashlib.blake2b(f"{seed}:{surface}".encode(), digest_size=8).digest()
