"""What is known of a Slack workspace: the section of a channel, and which users are guests or outsiders."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from store.database import writing


def section_of(db: Database, team: str, channel: str) -> tuple[str, str] | None:
    """The (department, section) of a channel, or None when nobody set one."""
    row = db.execute(
        "SELECT department, section FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
    ).fetchone()
    return (row[0], row[1]) if row else None


def set_section(
    db: Database, team: str, channel: str, department: str, section: str, *, by: str, at: str
) -> None:
    """Set a channel's section, in place of any it had."""
    with db.conn:
        db.conn.execute(
            "INSERT OR REPLACE INTO channel_sections VALUES (?, ?, ?, ?, ?, ?)",
            [team, channel, department, section, by, at],
        )


def unset_section(db: Database, team: str, channel: str) -> bool:
    """Take a channel's section off; whether it had one."""
    with db.conn:
        return bool(
            db.conn.execute(
                "DELETE FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
            ).rowcount
        )


def is_outsider(db: Database, user: str, *, since: datetime) -> bool | None:
    """Whether the user is no member of the workspace; None when that was not asked since then."""
    sql = "SELECT is_outsider FROM people WHERE user = ? AND asked_at >= ?"
    row = db.execute(sql, [user, since.timestamp()]).fetchone()
    return bool(row[0]) if row else None


def keep_outsider(db: Database, user: str, *, is_outsider: bool, now: datetime) -> None:
    """Keep Slack's answer."""
    with writing(db):
        sql = "INSERT OR REPLACE INTO people (user, is_outsider, asked_at) VALUES (?, ?, ?)"
        db.execute(sql, [user, is_outsider, now.timestamp()])


def prune_outsiders(db: Database, *, before: datetime) -> int:
    """Forget what was asked before then; how many were forgotten."""
    with writing(db):
        return db.execute("DELETE FROM people WHERE asked_at < ?", [before.timestamp()]).rowcount
