"""A stretch of text around what matched, cut into plain and bold pieces. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]
Piece = tuple[str, bool]  # text, is it bold

LEAD = 24  # characters shown before the first match when the sentence began further away


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text, with `spans` (start, end) bold; spans may overlap or reach outside the text."""
    found: list[Piece] = []
    at = 0
    for start, end in merged(spans):
        found += [(text[at:start], False), (text[max(start, at) : end], True)]
        at = max(at, end)
    return [piece for piece in (*found, (text[at:], False)) if piece[0]]


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same stretches in order, touching and overlapping ones joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def snippet(text: str, spans: Sequence[Span], *, limit: int = 90) -> list[Piece]:
    """At most `limit` characters around where most of `spans` stand, on one line, `…` where it was cut."""
    one_line = text.replace("\n", " ")
    start = _start(one_line, spans, limit)
    end = start + limit
    inside = [(s - start, min(e, end) - start) for s, e in spans if start <= s < end]
    shown = pieces(one_line[start:end], inside)
    head = [("…", False)] if start > 0 else []
    tail = [("…", False)] if end < len(one_line) else []
    return [*head, *shown, *tail]


def _start(text: str, spans: Sequence[Span], limit: int) -> int:
    """Where the window opens: at the sentence of the densest match, or a little before the match."""
    if not spans or len(text) <= limit:
        return 0
    starts = [start for start, _ in spans]
    room = limit - LEAD
    first = max(starts, key=lambda s: (sum(s <= other < s + room for other in starts), -s))
    sentence = max(text.rfind("。", 0, first) + 1, text.rfind(" ", 0, first) + 1)
    return sentence if first - sentence <= LEAD else first - LEAD
