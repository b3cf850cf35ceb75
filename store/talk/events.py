"""Events of Slack already answered, so that a retried one is answered once."""

from __future__ import annotations

from sqlite_utils import Database


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


def prune(db: Database, *, before: str) -> int:
    """Forget events claimed before this time; how many were forgotten. Slack retries for under an hour."""
    with db.conn:
        return db.conn.execute("DELETE FROM events WHERE claimed_at < ?", [before]).rowcount
