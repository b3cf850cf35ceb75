"""Where in the original wording the words stand that answered, also when they were asked for otherwise."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from store.records import Project
from store.search.tuning import TUNING
from store.text.display import display
from store.text.kana import hiragana, katakana
from store.text.normalize import width_fold

Forms = Mapping[str, tuple[str, ...]]  # word -> how it is written, folded, hiragana as katakana
Item = TypeVar("Item")
Spans = tuple[tuple[int, int], ...]


class Highlights(Mapping[str, Spans]):
    """Field -> spans in its display form, found when first shown; fields that have none are left out."""

    def __init__(
        self,
        project: Project,
        fields: Sequence[str],
        phrases_of: Callable[[str], Collection[str]],
        forms: Forms,
    ) -> None:
        self._project, self._fields, self._phrases_of, self._forms = project, fields, phrases_of, forms
        self._found: dict[str, Spans] = {}

    def __getitem__(self, field: str) -> Spans:
        if not (found := self._spans(field)):
            raise KeyError(field)
        return found

    def get(self, field: str, default: Any = None) -> Any:
        """The spans of a field, or `default`."""
        return self._spans(field) or default

    def __contains__(self, field: object) -> bool:
        return field in self._fields and bool(self._spans(str(field)))

    def __iter__(self) -> Iterator[str]:
        return (field for field in self._fields if field in self)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _spans(self, field: str) -> Spans:
        if field not in self._fields:
            return ()
        if field not in self._found:
            text = display(getattr(self._project, field))
            self._found[field] = spans(text, self._phrases_of(field), self._forms)
        return self._found[field]


class Lazy(Sequence[Item]):
    """Items that are made when they are first read."""

    def __init__(self, make: Callable[[], Sequence[Item]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> Sequence[Item]:
        return self._make()

    def __getitem__(self, at: Any) -> Any:
        return self._items[at]

    def __len__(self) -> int:
        return len(self._items)


def spans(text: str, phrases: Iterable[str], forms: Forms) -> Spans:
    """(start, end) of every occurrence of `phrases` (words separated by spaces) in `text`, merged."""
    words = [phrase.split() for phrase in phrases]
    either = {word: _in_both_kana(forms.get(word, (word,))) for phrase in words for word in phrase}
    # The second, slower, for a word in which the two kana are mixed.
    for spelled, fold_one in ((either, width_fold), (forms, katakana)):
        folded, offsets = _folded(text, fold_one)
        if found := [span for phrase in words for span in _occurrences(folded, phrase, spelled)]:
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


def _occurrences(folded: str, words: Sequence[str], forms: Forms) -> list[tuple[int, int]]:
    """Where `words` follow each other; a lone character counts only where it is not part of a longer word."""
    if not words:
        return []
    first, *rest = words
    found = _places(folded, forms.get(first, (first,)))
    if rest:
        return [(start, end) for start, stop in found if (end := _end_of(folded, stop, rest, forms))]
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


def _end_of(folded: str, end: int, words: Sequence[str], forms: Forms) -> int:
    """Where the rest of a phrase ends that goes on at `end`; 0 when it does not go on."""
    for word in words:
        nexts = [
            (at, -len(form))
            for form in forms.get(word, (word,))
            if (at := folded.find(form, end, end + TUNING.reading.gap + len(form))) >= 0
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
