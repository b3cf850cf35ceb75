"""What was delivered, looked up by who was told about which round of which section. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

from store.evaluation.reminder_records import Delivered, DeliveryKey

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Thread(NamedTuple):
    """Who is told of what: a round, a section (`部/課`), a recipient, and whether as its director."""

    fiscal_year: int
    kind: str
    section: str
    recipient: str
    director: bool


class History:
    """Deliveries in the order of claiming; the clock they were made by is not trusted, their order is."""

    def __init__(self, delivered: Iterable[Delivered]) -> None:
        self._all = tuple(delivered)
        self._keys = {each.key for each in self._all}
        self._threads: dict[Thread, list[Delivered]] = defaultdict(list)
        for each in self._all:
            self._threads[_thread(each)].append(each)

    def taken(self, key: DeliveryKey) -> bool:
        """Whether this very key is claimed, sent or ambiguous."""
        return key in self._keys

    def told_before(self, thread: Thread, token: str = "") -> bool:
        """Whether this recipient has had any word of this round, or of this deadline version in it."""
        return any(not token or each.key.deadline == token for each in self._threads.get(thread, ()))

    def sections_told(self) -> frozenset[tuple[int, str, str]]:
        """The (fiscal year, kind, `部/課`) of which anybody has had word."""
        return frozenset((each.fiscal_year, each.kind, each.section) for each in self._threads)

    def last_due(self, thread: Thread) -> date | None:
        """The section's due date that this recipient was told last."""
        return self._threads[thread][-1].due if thread in self._threads else None

    def reached(self, thread: Thread, kind: str = "") -> datetime:
        """The latest moment whose rule (of that kind, or any) was delivered: nothing older is sent again."""
        moments = (
            each.moment for each in self._threads.get(thread, ()) if not kind or each.key.rule_kind == kind
        )
        return max(moments, default=LONG_AGO)

    def last_digest(self) -> datetime:
        """The moment of the latest morning digest."""
        mornings = (each.moment for each in self._all if each.key.rule_kind == "digest")
        return max(mornings, default=LONG_AGO)

    def ambiguous(self) -> tuple[Delivered, ...]:
        """Deliveries whose outcome is unknown."""
        return tuple(each for each in self._all if each.status == "ambiguous")


def _thread(each: Delivered) -> Thread:
    director = each.key.rule_kind == "director"
    return Thread(each.fiscal_year, each.kind, each.key.section, each.key.recipient, director)
