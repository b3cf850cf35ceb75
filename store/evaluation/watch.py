"""What people should know: recipients Slack turns away, lines for the secretariat, who is at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from store.database import writing


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for somebody; `key` is what makes it the same line when it is found again."""

    key: str
    text: str
    at: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lines that go to one recipient ('' is the secretariat) in one message of this name."""

    name: str
    recipient: str
    notices: tuple[Notice, ...]


def note(db: Database, *, key: str, text: str, at: str, recipient: str = "") -> bool:
    """Put a line in the outbox once, however often it is found; whether it was new."""
    done = db.execute(
        "INSERT OR IGNORE INTO notices (key, text, at, recipient) VALUES (?, ?, ?, ?)",
        [key, text, at, recipient],
    )
    return done.rowcount == 1


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


def untold(db: Database, *, before: str) -> int:
    """How many lines noted before then have not reached anybody."""
    sql = """
        SELECT count(*) FROM notices WHERE at < ? AND bundle NOT IN (
            SELECT d.rule FROM deliveries d JOIN posts p ON p.id = d.post_id WHERE p.state = 'sent')"""
    return int(db.execute(sql, [before]).fetchone()[0])


def turned_away(db: Database, recipient: str, *, reason: str, now: str, ask_again_at: str) -> str:
    """Slack says this recipient is gone: leave it alone until `ask_again_at`. Since when it has been so."""
    with writing(db):
        return str(
            db.execute(
                "INSERT INTO unreachable VALUES (?, ?, ?, ?) ON CONFLICT (recipient) DO UPDATE"
                " SET reason = excluded.reason, ask_again_at = excluded.ask_again_at RETURNING since",
                [recipient, reason, now, ask_again_at],
            ).fetchall()[0][0]
        )


def unreachable(db: Database, now: str) -> Mapping[str, str]:
    """Recipients to leave alone for now, and why."""
    return dict(
        db.execute("SELECT recipient, reason FROM unreachable WHERE ask_again_at > ?", [now]).fetchall()
    )


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
    """Say that this process is at work; `ticked` when a tick came to its end."""
    db.execute(
        """
        INSERT INTO heartbeats (owner, started_at, beat_at, ticked_at)
        VALUES (:owner, :now, :now, CASE WHEN :ticked THEN :now ELSE '' END)
        ON CONFLICT (owner) DO UPDATE SET beat_at = :now,
            ticked_at = CASE WHEN :ticked THEN :now ELSE ticked_at END""",
        {"owner": owner, "now": now, "ticked": ticked},
    )


def last_tick(db: Database) -> str:
    """When any process last finished a tick; '' if none ever did."""
    return str(db.execute("SELECT coalesce(max(ticked_at), '') FROM heartbeats").fetchone()[0])


def forget_beats(db: Database, *, before: str) -> None:
    """Drop the heartbeats of processes not heard of since `before`."""
    db.execute("DELETE FROM heartbeats WHERE beat_at < ?", [before])
