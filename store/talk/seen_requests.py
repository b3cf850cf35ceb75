"""Requests and events of Slack that were seen before, so that what is sent again is answered once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlite_utils import Database

from store.database import writing


def claim(db: Database, event_id: str, *, now: str, abandoned_before: str) -> bool:
    """Whether this process is to answer the event.

    False when it was answered, or another process claimed it after `abandoned_before` (it may still be at
    it; older claims belong to a process that died, and are taken over). Times are ISO 8601 of one zone.
    """
    with db.conn:
        cursor = db.conn.execute(
            """
            INSERT INTO events (event_id, claimed_at) VALUES (?, ?)
            ON CONFLICT (event_id) DO UPDATE SET claimed_at = excluded.claimed_at
            WHERE answered_at IS NULL AND claimed_at < ?""",
            [event_id, now, abandoned_before],
        )
        return cursor.rowcount == 1


def answered(db: Database, event_id: str, *, now: str) -> None:
    """Record that the event has its answer."""
    with db.conn:
        db.conn.execute("UPDATE events SET answered_at = ? WHERE event_id = ?", [now, event_id])


def release(db: Database, event_id: str) -> None:
    """Give up a claim: whoever gets the event next answers it."""
    with db.conn:
        db.conn.execute("DELETE FROM events WHERE event_id = ? AND answered_at IS NULL", [event_id])


def prune_events(db: Database, *, before: str) -> int:
    """Forget events claimed before this time; how many were forgotten. Slack retries for under an hour."""
    with db.conn:
        return db.conn.execute("DELETE FROM events WHERE claimed_at < ?", [before]).rowcount


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
