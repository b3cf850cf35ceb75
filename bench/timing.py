"""How long a call takes: percentiles in milliseconds, engines taking turns on the same machine.

All queries go to one engine, then to the next: a fast one would pay for the caches that a slow one empties.
Each is asked once, since what was asked before may be remembered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds at the median, and that 95 and 99 of 100 calls stay below."""

    p50: float
    p95: float
    p99: float

    def __str__(self) -> str:
        return f"{self.p50:.2f} / {self.p95:.2f} / {self.p99:.2f}"


Clock = Callable[[], float]

CLOCKS: Mapping[str, Clock] = {"wall": time.perf_counter, "cpu": time.thread_time}
"""Seconds as they pass, or only those that this thread was computing."""


def in_turns(
    calls: Sequence[Callable[[str], object]], queries: Sequence[str], clock: Clock = time.perf_counter
) -> list[list[float]]:
    """Put all queries to one engine, each once, then to the next; the milliseconds of each call of each."""
    return [list(_times(call, queries, clock)) for call in calls]


def _times(call: Callable[[str], object], queries: Sequence[str], clock: Clock) -> Iterator[float]:
    for query in queries:
        started = clock()
        call(query)
        yield (clock() - started) * 1000


def percentiles(times: Sequence[float]) -> Latency:
    """Percentiles of at least one measured time, by nearest rank."""
    ordered = sorted(times)

    def rank(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return Latency(rank(0.5), rank(0.95), rank(0.99))
