"""What the bot counts while it serves: counts, latencies and gauges in memory that all its processes share.

Every series that there may be is laid out beforehand (labels have a few fixed values), so a count is one
addition to a number, no file is written, and a worker that is started again goes on with its own counts.
"""

from __future__ import annotations

import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal

WORKERS = 16  # processes at most, as `jigyo serve --workers` allows
OTHER = "other"  # the value of a label that is none of those laid out
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # seconds; Slack waits for 3

SURFACES = ("slash", "mention", "dm", "home", "button", "modal", "shortcut", OTHER)
DECIDED = ("search", "question", "talk", "command")
REFUSALS = (
    "not signed", "signature wrong", "body too large", "head too large", "too slow", "too many connections",
    "not HTTP", "unreadable", "sent again", "not allowed", "not possible", OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """Series of one name: its labels with all their values."""

    kind: Literal["counter", "gauge"]
    help: str
    labels: Mapping[str, tuple[str, ...]]

    @property
    def series(self) -> Iterator[tuple[str, ...]]:
        """All label values, series by series."""
        return product(*self.labels.values())


FAMILIES: Mapping[str, Family] = {
    "jigyo_requests": Family(
        "counter", "Requests of Slack that were signed and readable.",
        {"surface": SURFACES, "outcome": ("ok", "error")},
    ),
    "jigyo_request_seconds_sum": Family(
        "counter", "Seconds until requests were acknowledged.", {"surface": SURFACES}
    ),
    "jigyo_request_seconds_bucket": Family(
        "counter", "Requests by the seconds until they were acknowledged.",
        {"surface": SURFACES, "le": (*map(str, BUCKETS), "+Inf")},
    ),
    "jigyo_answers": Family(
        "counter", "What was typed, by what it was taken for and whether anything was found.",
        {"kind": DECIDED, "outcome": ("found", "empty")},
    ),
    "jigyo_failures": Family("counter", "Failures of which somebody was told a receipt number.", {}),
    "jigyo_refusals": Family("counter", "What was refused, by why.", {"why": REFUSALS}),
    "jigyo_snapshot_generation": Family("gauge", "Version of the index in memory.", {}),
    "jigyo_snapshot_read_at": Family("gauge", "When that version was read, in seconds since 1970.", {}),
    "jigyo_notes_waiting": Family("gauge", "Notes of conversations that wait to be written.", {}),
    "jigyo_notes_waited": Family("gauge", "Seconds that the oldest of them has waited.", {}),
}  # fmt: skip

_SLOTS = {
    (name, *values): number
    for number, (name, values) in enumerate(
        (name, values) for name, family in FAMILIES.items() for values in family.series
    )
}
_SUMS = {surface: _SLOTS["jigyo_request_seconds_sum", surface] for surface in SURFACES}
_FIRST_BUCKET = {
    surface: _SLOTS["jigyo_request_seconds_bucket", surface, str(BUCKETS[0])] for surface in SURFACES
}


class Metrics:
    """The series of one bot. Each process writes to its own part of the memory and reads all of it.

    Make one before processes are forked, and give each of them `worker(number)` of it.
    """

    def __init__(self) -> None:
        self._all = memoryview(mmap.mmap(-1, 8 * WORKERS * len(_SLOTS))).cast("d")
        self._lock = threading.Lock()
        self._mine = self._all[: len(_SLOTS)]
        self.workers = 1

    def worker(self, number: int, *, of: int) -> Metrics:
        """The same series, as process `number` (from 0) of `of` writes them."""
        mine = object.__new__(Metrics)
        mine._all, mine._lock, mine.workers = self._all, threading.Lock(), of
        mine._mine = self._all[number * len(_SLOTS) : (number + 1) * len(_SLOTS)]
        return mine

    def add(self, name: str, *values: str, by: float = 1.0) -> None:
        """Count: `values` are those of the labels, in their order."""
        slot = _SLOTS.get((name, *values))
        if slot is None:
            slot = _SLOTS[name, OTHER]
        with self._lock:
            self._mine[slot] += by

    def set(self, name: str, value: float) -> None:
        """Set this process's gauge."""
        self._mine[_SLOTS[(name,)]] = value

    def own(self, name: str) -> float:
        """This process's gauge."""
        return self._mine[_SLOTS[(name,)]]

    def acknowledged(self, surface: str, seconds: float, *, outcome: str) -> None:
        """Count a request and how long its acknowledgement took."""
        counted = _SLOTS["jigyo_requests", surface, outcome]
        bucket = _FIRST_BUCKET[surface] + bisect_left(BUCKETS, seconds)
        with self._lock:
            self._mine[counted] += 1.0
            self._mine[bucket] += 1.0
            self._mine[_SUMS[surface]] += seconds

    def total(self, name: str, *values: str) -> float:
        """The sum over all processes."""
        return sum(self.each(name, *values))

    def each(self, name: str, *values: str) -> list[float]:
        """The value of each process."""
        slot = _SLOTS[(name, *values)]
        return [self._all[slot + number * len(_SLOTS)] for number in range(self.workers)]
