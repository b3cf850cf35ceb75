"""What two projects share, in the records' own wording: whole words as written, no forms of the index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from store.records import FIELDS, Project
from store.text.display import display
from store.text.kana import is_kana
from store.text.morphology import units
from store.text.normalize import width_fold

LONGEST = 12  # characters of neighbouring words that are told as one: スマートシティ


def wordings(shared: Sequence[str], project: Project, other: Project) -> list[str]:
    """How both projects word each of the words `shared`; those within one told before are left out."""
    told: list[str] = []
    known = width_fold(_text(other))
    ways = _ways(set(shared), _text(project))
    for word in shared:
        both = [way for way in ways.get(word, ()) if width_fold(way) in known]
        way = max(both, key=len, default="")
        if way and not any(way in before for before in told):
            told.append(way)
    return told


def _text(project: Project) -> str:
    return "\n".join(display(getattr(project, field)) for field in FIELDS if field != "section")


def _ways(shared: set[str], text: str) -> Mapping[str, set[str]]:
    """Each word as `text` has it, alone and with its neighbours that are shared too."""
    ways: dict[str, set[str]] = defaultdict(set)
    run: list[tuple[int, set[str]]] = []
    end = 0
    for unit in units(text):
        start, end = end, end + sum(unit.lengths)
        found = {word.text for word in unit.words} & shared
        if not found or (is_kana(text[end - 1]) and not any(word.noun for word in unit.words)):
            run = []
            continue
        run.append((start, found))
        while end - run[0][0] > max(LONGEST, end - start):
            run.pop(0)
        for first, _ in run:
            for word in set[str]().union(*(each for at, each in run if at >= first)):
                ways[word].add(text[first:end])
    return ways
