"""What is known of a Slack workspace: the section of a channel, and what users are to it, by Slack's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
    with writing(db):
        db.conn.execute(
            "INSERT OR REPLACE INTO channel_sections VALUES (?, ?, ?, ?, ?, ?)",
            [team, channel, department, section, by, at],
        )


def unset_section(db: Database, team: str, channel: str) -> bool:
    """Take a channel's section off; whether it had one."""
    with writing(db):
        return bool(
            db.conn.execute(
                "DELETE FROM channel_sections WHERE team = ? AND channel = ?", [team, channel]
            ).rowcount
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What Slack said somebody is to the workspace whose id is `own_team`."""

    standing: Literal["staff", "guest", "stranger", "app"]
    own_team: str


def known(db: Database, user: str, *, since: datetime | None = None) -> Known | None:
    """What was last said of a user; None when nothing was, or not since then."""
    sql = "SELECT standing, own_team FROM people WHERE user = ? AND asked_at >= ?"
    row = db.execute(sql, [user, since.timestamp() if since else 0]).fetchone()
    return Known(*row) if row else None


def own_team(db: Database, *, since: datetime) -> str:
    """The workspace of whoever was asked about last; '' when nobody was since then."""
    sql = "SELECT own_team FROM people WHERE asked_at >= ? ORDER BY asked_at DESC LIMIT 1"
    row = db.execute(sql, [since.timestamp()]).fetchone()
    return str(row[0]) if row else ""


def keep_known(db: Database, user: str, *, said: Known, now: datetime) -> None:
    """Keep Slack's answer."""
    with writing(db):
        sql = "INSERT OR REPLACE INTO people (user, standing, own_team, asked_at) VALUES (?, ?, ?, ?)"
        db.execute(sql, [user, said.standing, said.own_team, now.timestamp()])


def prune_known(db: Database, *, before: datetime) -> int:
    """Forget what was asked before then; how many were forgotten."""
    with writing(db):
        return db.execute("DELETE FROM people WHERE asked_at < ?", [before.timestamp()]).rowcount
