"""How long each handler took lately, and so where it runs: on the event loop or in a thread."""

from __future__ import annotations

from collections.abc import Callable, Hashable

# Python switches threads every 5 ms: what is over sooner holds up the loop from a thread as it would on it,
# and the hand-over comes on top.
QUICK_SECONDS = 0.005
UNKNOWN_SECONDS = 1.0  # the first calls load dictionaries
NEW_SHARE = 0.2  # of the newest time in the running average


class Tempo:
    """Running averages of the seconds a handler takes, by handler and length of what was asked."""

    def __init__(self) -> None:
        self._usual: dict[Hashable, float] = {}

    def is_quick(self, handler: Callable[..., object], text: str) -> bool:
        """Whether this is over before a thread would get its turn."""
        return self._usual.get(_kind(handler, text), UNKNOWN_SECONDS) < QUICK_SECONDS

    def took(self, handler: Callable[..., object], text: str, seconds: float) -> None:
        """Take note of one call."""
        kind = _kind(handler, text)
        usual = self._usual.get(kind, UNKNOWN_SECONDS)
        self._usual[kind] = usual + NEW_SHARE * (seconds - usual)


def _kind(handler: Callable[..., object], text: str) -> Hashable:
    return handler, min(len(text), 2_000) // 50
