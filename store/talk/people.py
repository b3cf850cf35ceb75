"""What Slack said of people: whether they are guests, or of another workspace; asked again after hours."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from store.database import writing


def is_outsider(db: Database, user: str, *, since: datetime) -> bool | None:
    """Whether the user is no member of the workspace; None when that was not asked since then."""
    sql = "SELECT is_outsider FROM people WHERE user = ? AND asked_at >= ?"
    row = db.execute(sql, [user, since.timestamp()]).fetchone()
    return bool(row[0]) if row else None


def keep(db: Database, user: str, *, is_outsider: bool, now: datetime) -> None:
    """Keep what Slack said."""
    with writing(db):
        sql = "INSERT OR REPLACE INTO people (user, is_outsider, asked_at) VALUES (?, ?, ?)"
        db.execute(sql, [user, is_outsider, now.timestamp()])


def prune(db: Database, *, before: datetime) -> int:
    """Forget what was asked before then; how many were forgotten."""
    with writing(db):
        return db.execute("DELETE FROM people WHERE asked_at < ?", [before.timestamp()]).rowcount
