"""Splitting a record's cell into sentences and clauses without changing a character.

Sentences are cut from the cell *as published*: `cell[s.start:s.end]` is the very slice, and `s.text` that
slice too unless markup stands inside it (`<b>`, `&amp;`); only then is it its display form. Block tags
(`<li>`, `<br>`) end a sentence, so a quote is a substring of the raw cell wherever it holds no HTML itself.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from store.text import lazily
from store.text.display import block_tags, display, has_markup

_OPEN, _CLOSE = "「『（(［[【〔〈《", "」』）)］]】〕〉》"
_PAIR = dict(zip(_CLOSE, _OPEN, strict=True))
_ENDS = lazily("[。！？!?]+")
_BRACKETS = lazily(f"[{re.escape(_OPEN + _CLOSE)}\n]")
Span = tuple[int, int]
_BULLET = r"[・•●○◎◆◇■□▪▶➢→⇒\uf06c\uf09e\uf0d8]"  # the last three are Symbol-font bullets of old documents
_NUMBERED = r"[①-⑳㉑-㉟]|[(（][0-9０-９]{1,2}[)）]|[0-9０-９]{1,2}[.．)）](?![0-9０-９])"
_ITEM = lazily(rf"(?:{_BULLET}|{_NUMBERED})(?=\s*\S)")
_LEADING = lazily(rf"(?:[\s　\u200b]|{_BULLET}(?=\s*\S))+")
_GAP = lazily(r"[^\S\n]*[\n\x0b\x0c\r\x85\u2028\u2029][\s　]*|[^\S\n]+")
_KANJI_KANA = "[一-龥々〆ヶァ-ヺーぁ-ん]"
_BEFORE_GAP = lazily(r"[一-龥々ァ-ヺー%％）)」』】〕]$")
_AFTER_GAP = lazily(rf"{_KANJI_KANA}|[「『（(【〔]{_KANJI_KANA}|[0-9０-９]{{1,2}}月")
# `(常時)` or `【委託】` standing alone before a gap labels the words that follow; it is no sentence.
_LABEL = lazily(r"(?:^|[\s　。])[（(【〔<＜][^（()）【】〔〕]*[）)】〕>＞]$")
_LINE_BREAK = lazily(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_CLAUSE_END = lazily(
    r"[、，；;](?![0-9０-９]{3}(?![0-9０-９]))|※|(?<=[^\x00-\x7f：])[\s　]+(?=\S)"
    r"|(?<=[0-9０-９%％件人名回社台席])・"
)


_FIGURE = lazily("[0-9０-９]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a cell: `text` to quote, and the slice `[start, end)` of the raw cell it came from."""

    text: str
    start: int
    end: int


class _Spans:
    """Spans of a text; of thousands not each is looked at for each place."""

    def __init__(self, spans: Sequence[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = list(itertools.accumulate((end for _, end in ordered), max))

    def enclose(self, place: int) -> bool:
        """Whether `place` is between the ends of one, neither of them."""
        before = bisect_left(self._starts, place)
        return before > 0 and place < self._furthest[before - 1]

    def hold(self, place: int) -> bool:
        """Whether `place` is in one, its start among it."""
        before = bisect_right(self._starts, place)
        return before > 0 and place < self._furthest[before - 1]


@lru_cache(maxsize=32_768)
def split(cell: str) -> tuple[Sentence, ...]:
    """Sentences of a raw cell in order. 。 inside a closed bracket, `10,000` and mid-word ・ end nothing."""
    closed = _Spans(_closed_brackets(cell))
    edges = sorted({0, len(cell), *_tag_edges(cell), *_stops(cell, closed), *_gap_edges(cell, closed)})
    slices = (_trimmed(cell, start, end) for start, end in itertools.pairwise(edges))
    tags = _Spans(block_tags(cell))
    return tuple(
        Sentence(_quotable(cell[start:end]), start, end)
        for start, end in slices
        if _says_something(cell[start:end]) and not tags.hold(start)
    )


@dataclass(frozen=True, slots=True)
class Enumeration:
    """Items that stand one below the other in a cell, and the sentence before them, None where none is."""

    lead: Sentence | None
    items: tuple[Sentence, ...]


def enumerations(cell: str) -> tuple[Enumeration, ...]:
    """What a cell lists: sentences in a row that are numbered or that no 。 ends, two at least."""
    every = split(cell)
    runs = itertools.groupby(range(len(every)), key=lambda at: _is_item(every[at].text))
    found = [list(run) for is_item, run in runs if is_item]
    return tuple(
        Enumeration(every[run[0] - 1] if run[0] else None, tuple(every[at] for at in run))
        for run in found
        if len(run) > 1
    )


def _is_item(text: str) -> bool:
    return bool(_ITEM.match(text)) or not _ENDS.search(text[-1:])


def clauses(sentence: str) -> tuple[tuple[int, int], ...]:
    """Spans of a sentence's clauses: cut at 、, ※, gaps, and ・ between figures; never inside `10,000`.

    A remark in brackets （つくば市、大阪市） is of the clause it stands in, unless it gives figures itself.
    """
    closed = _closed_brackets(sentence)
    whole = _Spans([span for span in closed if not _FIGURE.search(sentence[slice(*span)])])
    cuts = [m.span() for m in _CLAUSE_END.finditer(sentence) if not whole.enclose(m.start())]
    starts = [0, *(start if sentence[start] == "※" else end for start, end in cuts)]
    ends = [*(start for start, _ in cuts), len(sentence)]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if start < end)


def _quotable(piece: str) -> str:
    return display(piece) if has_markup(piece) else piece


def _says_something(piece: str) -> bool:
    return any(character.isalnum() for character in piece)


def _trimmed(cell: str, start: int, end: int) -> tuple[int, int]:
    if leading := _LEADING.match(cell, start, end):
        start = leading.end()
    return start, start + len(cell[start:end].rstrip())


def _tag_edges(cell: str) -> list[int]:
    return [edge for span in block_tags(cell) for edge in span]


def _stops(cell: str, closed: _Spans) -> list[int]:
    """Positions after each 。 (or run of them) that stands outside closed brackets."""
    return [stop.end() for stop in _ENDS.finditer(cell) if not closed.enclose(stop.start())]


def _closed_brackets(cell: str) -> list[Span]:
    """Where brackets open and close again on their line; an unclosed one counts for nothing."""
    closed, opened = list[Span](), list[int]()
    for mark in _BRACKETS.finditer(cell):
        if mark[0] == "\n":
            opened.clear()
        elif mark[0] in _OPEN:
            opened.append(mark.start())
        elif opened and cell[opened[-1]] == _PAIR[mark[0]]:
            closed.append((opened.pop(), mark.start()))
    return closed


def _gap_edges(cell: str, closed: _Spans) -> list[int]:
    """Where white space ends a sentence: line breaks, items, and gaps where the published page broke."""
    gaps = _GAP.finditer(cell)
    return [gap.end() for gap in gaps if _breaks(cell, gap, inside=closed.enclose(gap.start()))]


def _breaks(cell: str, gap: re.Match[str], *, inside: bool) -> bool:
    if _LINE_BREAK.search(gap[0]):
        return True
    if inside:
        return False
    before, after = cell[max(0, gap.start() - 40) : gap.start()], cell[gap.end() : gap.end() + 6]
    if _ITEM.match(after):
        return True
    return bool(_BEFORE_GAP.search(before) and _AFTER_GAP.match(after) and not _LABEL.search(before))
