"""Where in the original wording words of the index stand, however they are written there. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from store.text.kana import hiragana, katakana
from store.text.normalize import width_fold

Forms = Mapping[str, tuple[str, ...]]  # word -> how it is written, folded, hiragana as katakana
LONGEST = 20  # words of a phrase that are looked for: where these stand, the others follow
MOST = (
    500  # places of a phrase's first word that are looked at; a text of one word over and over has thousands
)
Spans = tuple[tuple[int, int], ...]


def spans(text: str, phrases: Iterable[str], forms: Forms, *, gap: int) -> Spans:
    """(start, end) of every occurrence of `phrases` (words separated by spaces) in `text`, merged.

    Between two words of a phrase may stand `gap` characters that the index leaves out: particles, ・, 「.
    """
    words = [phrase.split() for phrase in phrases]
    either = {word: _in_both_kana(forms.get(word, (word,))) for phrase in words for word in phrase}
    # The second, slower, for a word in which the two kana are mixed.
    for spelled, fold_one in ((either, width_fold), (forms, katakana)):
        folded, offsets = _folded(text, fold_one)
        if found := [span for phrase in words for span in _occurrences(folded, phrase, spelled, gap)]:
            return tuple([(offsets[start], offsets[end - 1] + 1) for start, end in _merge(found)])
    return ()


@lru_cache(maxsize=8192)
def _in_both_kana(forms: tuple[str, ...]) -> tuple[str, ...]:
    """Forms as they stand with hiragana written as katakana, and with katakana written as hiragana."""
    return tuple(dict.fromkeys(form for each in forms for form in (each, hiragana(each))))


@lru_cache(maxsize=8192)
def _folded(text: str, fold_one: Callable[[str], str]) -> tuple[str, Sequence[int]]:
    """`text` folded, and for each of its characters the place of the original one."""
    folded = fold_one(text)
    if len(folded) == len(text):
        return folded, range(len(text))
    clusters: list[tuple[int, str]] = []
    for at, char in enumerate(text):
        if char in "ﾞﾟ\u3099\u309a" and clusters:
            start, cluster = clusters.pop()
            clusters.append((start, cluster + char))
        else:
            clusters.append((at, char))
    pieces = [(at, fold_one(cluster)) for at, cluster in clusters]
    return "".join(piece for _, piece in pieces), [at for at, piece in pieces for _ in piece]


def _occurrences(folded: str, words: Sequence[str], forms: Forms, gap: int) -> list[tuple[int, int]]:
    """Where `words` follow each other; a lone character counts only where it is not part of a longer word."""
    if not words:
        return []
    first, *rest = words[:LONGEST]
    found = _places(folded, forms.get(first, (first,)))
    if rest:
        followed = islice(found, MOST)
        return [(start, end) for start, stop in followed if (end := _end_of(folded, stop, rest, forms, gap))]
    if all(end - start == 1 for start, end in found):
        return [span for span in found if _stands_alone(folded, *span)] or found
    return found


def _places(folded: str, forms: Iterable[str]) -> list[tuple[int, int]]:
    found = []
    for form in filter(None, forms):
        at = folded.find(form)
        while at >= 0:
            found.append((at, at + len(form)))
            at = folded.find(form, at + len(form))
    return found


def _end_of(folded: str, end: int, words: Sequence[str], forms: Forms, gap: int) -> int:
    """Where the rest of a phrase ends that goes on at `end`; 0 when it does not go on."""
    for word in words:
        nexts = [
            (at, -len(form))
            for form in forms.get(word, (word,))
            if (at := folded.find(form, end, end + gap + len(form))) >= 0
        ]
        if not nexts:
            return 0
        at, length = min(nexts)
        end = at - length
    return end


def _stands_alone(folded: str, start: int, end: int) -> bool:
    around = folded[max(0, start - 1) : start] + folded[end : end + 1]
    return not any("一" <= char <= "鿿" for char in around)


def _merge(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
