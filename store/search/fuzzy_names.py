"""Names of projects that have something one or two edits away from what was typed, words cut as they may."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from rapidfuzz.distance import OSA

from store.database import Database
from store.index.names import Names
from store.records import Suggestion
from store.search.tuning import TUNING
from store.text.kana import kana_key, katakana
from store.text.morphology import tokenize

_TUNED = TUNING.spelling

distance = OSA.distance


class Stretch(NamedTuple):
    """A stretch of a name near to what was typed; the best is the least."""

    edits: int
    lost: int  # characters typed that it lacks
    left_over: int  # characters of the name around it
    row: int
    start: int
    end: int


def near_names(db: Database, typed: str, *, limit: int) -> list[Suggestion]:
    """The stretches of names nearest to `typed`, each with its project; score is their likeness, 0 to 1."""
    folded = "".join(char for char in katakana(typed) if char.isalnum() or char == "ー")
    if not _TUNED.name_shortest <= len(folded) <= _TUNED.name_longest:
        return []
    names = db.snapshot.names
    found = sorted(set(islice(stretches(names, folded), _TUNED.places)))
    whole = (each for each in found if _is_whole(names, each, loosely=len(folded) >= _TUNED.loose_end))
    texts: dict[str, Suggestion] = {}
    for each in islice(whole, 4 * limit):
        name, number, year = names.rows[each.row]
        text = name[each.start : each.end]
        texts.setdefault(text, Suggestion(text, number, year, likeness(typed, text)))
    return list(texts.values())[:limit]


def likeness(typed: str, text: str) -> float:
    """How near two spellings are, 0 to 1; a swapped or missing character is nearer than a wrong one."""
    one, other = kana_key(typed), kana_key(text)
    lost = sum([max(0, one.count(char) - other.count(char)) for char in {*one}])
    return OSA.normalized_similarity(one, other) - _TUNED.wrong * lost / max(len(one), 1)


def stretches(names: Names, typed: str) -> Iterator[Stretch]:
    """What is an edit or two away: of edits + 1 parts of what was typed, one must be there as it is.

    An edit loses at most one character: only lines are looked at that lack no more than that.
    """
    edits = 1 if len(typed) < _TUNED.two_edits else 2
    size = -(-len(typed) // (edits + 1))
    parts = [(typed[offset : offset + size], offset) for offset in range(0, len(typed), size)]
    # Two characters swapped where the parts meet would spoil both.
    swapped = [typed[: at - 1] + typed[at] + typed[at - 1] + typed[at + 1 :] for _, at in parts[1:]]
    parts += [(each, 0) for each in swapped]
    for row in names.characters.texts_with(typed, lacking=edits):
        for part, offset in parts:
            for at in _places(part, names.lines[row]):
                if best := _best_at(names.lines[row], row, typed, range(at, at + len(part)), offset, edits):
                    yield best


def _places(part: str, line: str) -> Iterator[int]:
    at = line.find(part)
    while at >= 0:
        yield at
        at = line.find(part, at + 1)


def _best_at(line: str, row: int, typed: str, part: range, offset: int, edits: int) -> Stretch | None:
    """The nearest stretch around a `part` of what was typed; it starts or ends there if the part does so."""
    at, shift = part.start, edits if offset else 0
    # A near stretch ends at most `edits` from where it would if nothing were wrong.
    unmoved = line[max(0, at - offset) : max(0, at - offset + len(typed))]
    if distance(typed, unmoved, score_cutoff=2 * edits) > 2 * edits:
        return None
    best: Stretch | None = None
    last = offset + len(part) == len(typed)
    for start in range(max(0, at - offset - shift), min(at, at - offset + shift) + 1):
        ends = range(start + len(typed) - edits, min(len(line), start + len(typed) + edits) + 1)
        for end in (part.stop,) if last else ends:
            text = line[start:end]
            found = distance(typed, text, score_cutoff=edits)
            if found > edits or not (text[:1].isalnum() and text[-1:].isalnum()):
                continue
            lost = sum([char not in text for char in typed])
            # 事業 is not what 事業法 was meant to be, nor is 規格化 what 規格品 was.
            if not lost or not (len(text) < len(typed) < _TUNED.two_edits or len(typed) < _TUNED.one_wrong):
                each = Stretch(found, lost, len(line) - len(text), row, start, end)
                best = min(best, each) if best else each
    return best


def _is_whole(names: Names, found: Stretch, *, loosely: bool) -> bool:
    """Whether it starts and ends where words of meaning do; `loosely`, either is enough."""
    name = names.rows[found.row][0]
    if loosely and (found.start == 0 or found.end == len(name)):
        return True
    tokens = [token for token in tokenize(name) if token.word.content]
    at_start = found.start in [token.start for token in tokens]
    at_end = found.end in [token.end for token in tokens]
    return (at_start or at_end) if loosely else (at_start and at_end)
