"""What a record says differently from the year before: sentences aligned, words marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from store.records import Project
from store.text.morphology import tokenize
from store.text.sentences import split

FIELDS = ("name", "section", "purpose", "overview", "outcome")
ALIKE = 0.4  # sentences less alike than this are one gone and another new, not one changed
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One sentence then and now ('' where it is new or gone), with the spans of the words that differ."""

    field: str
    before: str
    after: str
    before_spans: Spans = ()
    after_spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A project in two years: what changed, and the fields that were copied without a change."""

    before: Project
    after: Project
    changed: tuple[Changed, ...]
    same: tuple[str, ...]


def compare(before: Project, after: Project) -> Difference:
    """Every sentence that differs between two years of a project."""
    told = [name for name in FIELDS if getattr(before, name) or getattr(after, name)]
    same = tuple(name for name in told if getattr(before, name) == getattr(after, name))
    changed = (change for name in told if name not in same for change in _field(name, before, after))
    return Difference(before, after, tuple(changed), same)


def _field(name: str, before: Project, after: Project) -> Iterator[Changed]:
    old, new = ([sentence.text for sentence in split(getattr(project, name))] for project in (before, after))
    for operation, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation != "equal":
            yield from _pairs(name, old[i:j], new[k:m])


def _pairs(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Changed]:
    """Each new sentence with the old one it is most like; what has no like is gone or new."""
    left = list(old)
    for text in new:
        likest = max(left, key=lambda other: _likeness(other, text), default="")
        if likest and _likeness(likest, text) >= ALIKE:
            left.remove(likest)
            yield Changed(name, likest, text, *_marked(likest, text))
        else:
            yield Changed(name, "", text)
    yield from (Changed(name, text, "") for text in left)


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, one, two, autojunk=False).ratio()


def _marked(old: str, new: str) -> tuple[Spans, Spans]:
    """Spans of the words that only one of two sentences has at a place."""
    then, now = list(tokenize(old)), list(tokenize(new))
    words = SequenceMatcher(
        None, [old[t.start : t.end] for t in then], [new[t.start : t.end] for t in now], autojunk=False
    )
    gone: list[tuple[int, int]] = []
    come: list[tuple[int, int]] = []
    for operation, i, j, k, m in words.get_opcodes():
        if operation != "equal":
            gone += [(then[i].start, then[j - 1].end)] if j > i else []
            come += [(now[k].start, now[m - 1].end)] if m > k else []
    return tuple(gone), tuple(come)
