"""Where a handler runs: on the event loop when it only reads and is soon over, else in a worker thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

# Python switches threads every 5 ms: what computes for less holds up the loop from a thread just as on it,
# and the hand-over comes on top. What may wait for a lock of the database is never run on the loop.
QUICK_SECONDS = 0.003
LONGEST_TEXT = 200
UNKNOWN_SECONDS = 1.0  # the first calls load dictionaries
FASTER_SHARE, SLOWER_SHARE = 0.2, 0.02  # of the newest time in the average: a busy machine slows any call

AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

_readers: set[Callable[..., Any]] = set()


def reads_only(handler: AnyHandler) -> AnyHandler:
    """Declare that a handler writes nothing to the database and waits for nothing."""
    _readers.add(handler)
    return handler


class Tempo:
    """Running averages of the seconds a handler takes, by handler and what kind of text was asked."""

    def __init__(self) -> None:
        self._usual: dict[Hashable, float] = {}

    def is_quick(self, handler: Callable[..., Any], text: str) -> bool:
        """Whether this may run on the event loop."""
        if handler not in _readers or len(text) > LONGEST_TEXT:
            return False
        return self._usual.get(_kind(handler, text), UNKNOWN_SECONDS) < QUICK_SECONDS

    def took(self, handler: Callable[..., Any], text: str, seconds: float) -> None:
        """Take note of one call."""
        kind = _kind(handler, text)
        usual = self._usual.get(kind, UNKNOWN_SECONDS)
        share = FASTER_SHARE if seconds < usual else SLOWER_SHARE
        self._usual[kind] = usual + share * (seconds - usual)


def _kind(handler: Callable[..., Any], text: str) -> Hashable:
    """Texts that end as questions do are a kind of their own: they take longer than words to look for."""
    end = text[-1:]
    return handler, min(len(text), LONGEST_TEXT) // 50, "ぁ" <= end <= "ん" or end in ("?", "？")
