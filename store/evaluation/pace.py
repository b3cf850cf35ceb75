"""One message a second a channel, for all processes together; Slack's Retry-After goes there too."""

from __future__ import annotations

from sqlite_utils import Database

from store.database import writing

WORKSPACE = "*"
LONGEST_QUEUE = 60.0  # seconds
LONGEST_PAUSE = 3600.0


def slot(db: Database, channel: str, *, now: float, gap: float, patience: float) -> float | None:
    """Take the next moment at which this channel may be posted to; None if it is more than `patience` away.

    Moments are seconds since 1970, `gap` is the seconds a post takes up.
    """
    with writing(db):
        row = db.execute("SELECT free_at, failures FROM pace WHERE channel = ?", [channel]).fetchone()
        at = _believable(*row, now=now) if row else now
        if at - now > patience:
            return None
        _write(db, channel, at + gap)
    return at


def pause(db: Database, channel: str, *, until: float) -> None:
    """Leave the channel alone until then: Slack said so."""
    with writing(db):
        _write(db, channel, until)


def failed(db: Database, channel: str) -> int:
    """Count one more failure in a row; how many there are now."""
    with writing(db):
        return int(
            db.execute(
                "INSERT INTO pace VALUES (?, 0, 1)"
                " ON CONFLICT (channel) DO UPDATE SET failures = failures + 1 RETURNING failures",
                [channel],
            ).fetchall()[0][0]
        )


def succeeded(db: Database, channel: str) -> None:
    """Forget the failures of this channel."""
    db.execute("UPDATE pace SET failures = 0 WHERE channel = ? AND failures > 0", [channel])


def _believable(free_at: float, failures: int, *, now: float) -> float:
    """When a channel is free; a time that no post or refusal explains is of a clock since set back."""
    longest = LONGEST_PAUSE if failures else LONGEST_QUEUE
    return max(now, free_at) if free_at - now <= longest else now


def _write(db: Database, channel: str, free_at: float) -> None:
    db.execute(
        "INSERT INTO pace (channel, free_at) VALUES (?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET free_at = excluded.free_at",
        [channel, free_at],
    )
