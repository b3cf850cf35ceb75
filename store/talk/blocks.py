"""Which of Slack's newer blocks the workspace shows, as far as it was tried: it gets them in its own time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from time import monotonic

from store.database import Database, Databases, writing
from store.talk.write_behind import WriteBehind

TRY_AGAIN = timedelta(days=7)  # after a refusal
READ_AGAIN = 60.0  # seconds: another process may have tried
ASSUMED = frozenset(("context_actions",))  # older than the others: shown unless it was refused


class ShownBlocks:
    """What was tried, kept in the database, read again once a minute."""

    def __init__(self, databases: Databases, later: WriteBehind, clock: Callable[[], datetime]) -> None:
        self._databases, self._later, self._clock = databases, later, clock
        self._tried: dict[str, tuple[bool, datetime]] = {}
        self._read_at = float("-inf")

    def refuses(self, kinds: Collection[str]) -> bool:
        """Whether any of these was refused in the last days."""
        since, tried = self._clock() - TRY_AGAIN, self._read()
        return any(kind in tried and not tried[kind][0] and tried[kind][1] > since for kind in kinds)

    def shows(self, kinds: Collection[str]) -> bool:
        """Whether all of these are sure to be shown: taken when last sent, and not refused since."""
        tried = self._read()
        known = all(kind in ASSUMED or tried.get(kind, (False,))[0] for kind in kinds)
        return known and not self.refuses(kinds)

    def note(self, kinds: Collection[str], *, are_shown: bool) -> None:
        """Keep whether Slack took a message with these."""
        now, tried = self._clock(), self._read()
        for kind in kinds:
            before = tried.get(kind)
            self._tried[kind] = (are_shown, now)
            if before is None or before[0] != are_shown or before[1] < now - TRY_AGAIN:
                self._later.put(("block", kind), are_shown, _write(kind, are_shown, now), wait=0)

    def _read(self) -> dict[str, tuple[bool, datetime]]:
        if monotonic() - self._read_at > READ_AGAIN:
            rows = self._databases.get().execute("SELECT kind, is_shown, at FROM workspace_blocks")
            stored = {kind: (bool(shown), datetime.fromisoformat(at)) for kind, shown, at in rows}
            newer = {
                kind: each
                for kind, each in self._tried.items()
                if kind not in stored or stored[kind][1] < each[1]
            }
            self._tried, self._read_at = stored | newer, monotonic()
        return self._tried


def _write(kind: str, is_shown: bool, now: datetime) -> Callable[[Database], None]:
    def write(db: Database) -> None:
        with writing(db):
            db.conn.execute(
                "INSERT OR REPLACE INTO workspace_blocks (kind, is_shown, at) VALUES (?, ?, ?)",
                [kind, is_shown, now.isoformat()],
            )

    return write
