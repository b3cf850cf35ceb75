"""What the processes that deliver share beside the ledger.

Notices, recipients that Slack turns away, open conversations, heartbeats, the pace of each channel, snoozes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlite_utils import Database

from store.database import writing
from store.evaluation.records import Bundle, Notice, Snooze


def note(db: Database, *, key: str, text: str, at: str, recipient: str = "") -> bool:
    """Put a line in the outbox once, however often it is found; whether it was new."""
    done = db.execute(
        "INSERT OR IGNORE INTO notices (key, text, at, recipient) VALUES (?, ?, ?, ?)",
        [key, text, at, recipient],
    )
    return done.rowcount == 1


def forget_note(db: Database, key: str) -> bool:
    """Take a line back that no message has taken up yet; whether it was there."""
    return db.execute("DELETE FROM notices WHERE key = ? AND bundle = ''", [key]).rowcount == 1


def bundle(db: Database, name: str) -> None:
    """Bind every line that no message has taken up yet to messages whose names begin so."""
    with writing(db):
        db.execute("UPDATE notices SET bundle = ? || ' ' || recipient WHERE bundle = ''", [name])


def bundles(db: Database) -> list[Bundle]:
    """Every message that has no live post yet."""
    rows = db.execute(
        """
        SELECT bundle, recipient, key, text, at FROM notices
        WHERE bundle <> '' AND bundle NOT IN (SELECT rule FROM deliveries WHERE live)
        ORDER BY at, key"""
    )
    found: dict[tuple[str, str], tuple[Notice, ...]] = {}
    for name, recipient, *line in rows:
        found[name, recipient] = (*found.get((name, recipient), ()), Notice(*line))
    return [Bundle(*names, notices) for names, notices in found.items()]


def bundle_of(db: Database, name: str) -> Bundle | None:
    """The lines that were sent under this name; None where there are none."""
    rows = db.execute(
        "SELECT recipient, key, text, at FROM notices WHERE bundle = ? ORDER BY at, key", [name]
    )
    found = rows.fetchall()
    return Bundle(name, found[0][0], tuple(Notice(*line[1:]) for line in found)) if found else None


def untold(db: Database, *, before: str) -> int:
    """How many lines noted before then have not reached anybody."""
    sql = """
        SELECT count(*) FROM notices WHERE at < ? AND bundle NOT IN (
            SELECT d.rule FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE p.state = 'sent')"""
    return int(db.execute(sql, [before]).fetchone()[0])


def turned_away(db: Database, recipient: str, *, reason: str, now: str, ask_again_at: str) -> str:
    """Record that Slack refuses this recipient until `ask_again_at`; return since when it does."""
    with writing(db):
        return str(
            db.execute(
                "INSERT INTO unreachable VALUES (?, ?, ?, ?) ON CONFLICT (recipient) DO UPDATE"
                " SET reason = excluded.reason, ask_again_at = excluded.ask_again_at RETURNING since",
                [recipient, reason, now, ask_again_at],
            ).fetchall()[0][0]
        )


def unreachable(db: Database, now: str, *, far: str = "9999") -> Mapping[str, str]:
    """Recipients to leave alone for now, and why; until after `far` only a wrong clock would have it so."""
    sql = "SELECT recipient, reason FROM unreachable WHERE ask_again_at > ? AND ask_again_at <= ?"
    return dict(db.execute(sql, [now, far]).fetchall())


def reached(db: Database, recipient: str) -> None:
    """A message arrived: whatever was wrong before is over."""
    db.execute("DELETE FROM unreachable WHERE recipient = ?", [recipient])


def direct_channel(db: Database, user: str) -> str:
    """The conversation with this user as Slack last named it; '' when it was never opened."""
    row = db.execute("SELECT channel FROM direct_channels WHERE user = ?", [user]).fetchone()
    return str(row[0]) if row else ""


def keep_direct_channel(db: Database, user: str, channel: str) -> None:
    """Remember the conversation with this user."""
    db.execute("INSERT OR REPLACE INTO direct_channels VALUES (?, ?)", [user, channel])


def forget_direct_channel(db: Database, user: str) -> None:
    """The conversation is of no use any more."""
    db.execute("DELETE FROM direct_channels WHERE user = ?", [user])


def beat(db: Database, owner: str, *, now: str, ticked: bool = False) -> None:
    """Record a heartbeat of this process; `ticked` when a tick has ended."""
    db.execute(
        """
        INSERT INTO heartbeats (owner, started_at, beat_at, ticked_at)
        VALUES (:owner, :now, :now, CASE WHEN :ticked THEN :now ELSE '' END)
        ON CONFLICT (owner) DO UPDATE SET beat_at = :now,
            ticked_at = CASE WHEN :ticked THEN :now ELSE ticked_at END""",
        {"owner": owner, "now": now, "ticked": ticked},
    )


def last_tick(db: Database, *, until: str = "9999") -> str:
    """When any process last finished a tick, by a clock that is not ahead of `until`; '' if none ever did."""
    sql = "SELECT coalesce(max(ticked_at), '') FROM heartbeats WHERE ticked_at <= ?"
    return str(db.execute(sql, [until]).fetchone()[0])


def latest_ahead(db: Database, *, after: str) -> str:
    """The latest moment after then by which a tick ended or something was claimed; '' if none was."""
    sql = """
        SELECT coalesce(max(at), '') FROM (
            SELECT ticked_at AS at FROM heartbeats UNION ALL SELECT claimed_at FROM posts) WHERE at > ?"""
    return str(db.execute(sql, [after]).fetchone()[0])


def noted_at(db: Database, key: str) -> str:
    """When a line of this key was noted; '' if it never was."""
    row = db.execute("SELECT at FROM notices WHERE key = ?", [key]).fetchone()
    return str(row[0]) if row else ""


def forget_beats(db: Database, *, before: str) -> None:
    """Drop the heartbeats of processes not heard of since `before`."""
    db.execute("DELETE FROM heartbeats WHERE beat_at < ?", [before])


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
        _set_free_at(db, channel, at + gap)
    return at


def pause(db: Database, channel: str, *, until: float) -> None:
    """Post nothing to the channel until then, as Slack demands (Retry-After)."""
    with writing(db):
        _set_free_at(db, channel, until)


def count_failure(db: Database, channel: str) -> int:
    """Count one more failure in a row; how many there are now."""
    with writing(db):
        return int(
            db.execute(
                "INSERT INTO pace VALUES (?, 0, 1)"
                " ON CONFLICT (channel) DO UPDATE SET failures = failures + 1 RETURNING failures",
                [channel],
            ).fetchall()[0][0]
        )


def forget_failures(db: Database, channel: str) -> None:
    """Forget the failures of this channel."""
    db.execute("UPDATE pace SET failures = 0 WHERE channel = ? AND failures > 0", [channel])


def _believable(free_at: float, failures: int, *, now: float) -> float:
    """When a channel is free; a time that no post or refusal explains is of a clock since set back."""
    longest = LONGEST_PAUSE if failures else LONGEST_QUEUE
    return max(now, free_at) if free_at - now <= longest else now


def _set_free_at(db: Database, channel: str, free_at: float) -> None:
    db.execute(
        "INSERT INTO pace (channel, free_at) VALUES (?, ?)"
        " ON CONFLICT (channel) DO UPDATE SET free_at = excluded.free_at",
        [channel, free_at],
    )


def snoozes(db: Database) -> list[Snooze]:
    """The latest snooze of every recipient."""
    rows = db.execute('SELECT recipient, until, pressed_at, "by", clock FROM snoozes')
    return [
        Snooze(
            recipient, date.fromisoformat(until), datetime.fromisoformat(pressed_at), by,
            time.fromisoformat(clock) if clock else None,
        )
        for recipient, until, pressed_at, by, clock in rows
    ]  # fmt: skip


def snooze(db: Database, new: Snooze) -> bool:
    """Keep a snooze in place of any before; False when it is there already (somebody pressed it first)."""
    done = db.execute(
        """
        INSERT INTO snoozes (recipient, until, pressed_at, "by", clock) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (recipient) DO UPDATE SET until = excluded.until, pressed_at = excluded.pressed_at,
            "by" = excluded."by", clock = excluded.clock
            WHERE (snoozes.until, snoozes.clock) <> (excluded.until, excluded.clock)""",
        [
            new.recipient,
            new.until.isoformat(),
            new.pressed_at.isoformat(),
            new.by,
            new.clock.isoformat("minutes") if new.clock else "",
        ],
    )
    return done.rowcount == 1
