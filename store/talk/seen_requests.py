"""Signed requests that changed something, so that one sent again by whoever has a copy changes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from store.database import writing

KEPT = timedelta(minutes=10)  # a signature is good for 5 minutes before and after its time


def is_first(db: Database, signature: str, *, now: datetime) -> bool:
    """Whether no process has seen this signature before; from now on it was. `now` is aware."""
    with writing(db):
        db.execute("DELETE FROM seen_requests WHERE seen_at < ?", [(now - KEPT).timestamp()])
        done = db.execute(
            "INSERT OR IGNORE INTO seen_requests (signature, seen_at) VALUES (?, ?)",
            [signature, now.timestamp()],
        )
        return done.rowcount == 1
