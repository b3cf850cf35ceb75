"""What is known of a Slack workspace: the section of a channel, and what users are to it, by Slack's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlite_utils import Database

from store.database import writing

_NAMED = (
    ("deadlines", "set_by"), ("sheets", "updated_by"), ("sheets", "extension_decided_by"),
    ("absences", "set_by"), ("absences", "deputy"), ("nudges", "by"), ("admins", "added_by"),
    ("snoozes", "by"), ("channel_sections", "set_by"),
)  # fmt: skip
_OWN = (
    ("recent_questions", "user"),
    ("people", "user"),
    ("direct_channels", "user"),
    ("snoozes", "recipient"),
    ("absences", "user"),
    ("mcp_tokens", "user"),
)


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
    """What Slack said somebody is to the workspace whose id is `own_team`.

    `gone` is why they would read nothing: `deleted`, `guest`, `app`, `elsewhere`, `user_not_found`; else ''.
    """

    standing: Literal["staff", "guest", "stranger", "app"]
    own_team: str
    name: str = ""
    gone: str = ""


def known(
    db: Database, user: str, *, since: datetime | None = None, now: datetime | None = None
) -> Known | None:
    """What was last said of a user; None when nothing was, or not since then and before now."""
    sql = "SELECT standing, own_team, name, gone FROM people WHERE user = ? AND asked_at BETWEEN ? AND ?"
    span = [since.timestamp() if since else 0, now.timestamp() if now else float("inf")]
    row = db.execute(sql, [user, *span]).fetchone()
    return Known(*row) if row else None


def gone(db: Database, *, now: datetime) -> dict[str, tuple[str, str]]:
    """Everybody who by what was last said reads no messages: (name, why) by user."""
    sql = "SELECT user, name, gone FROM people WHERE gone <> '' AND asked_at <= ?"
    rows = db.execute(sql, [now.timestamp()])
    return {user: (name, why) for user, name, why in rows}


def is_known(db: Database, user: str) -> bool:
    """Whether anything was ever said of a user, or they are registered for a section or as secretariat."""
    return bool(
        db.execute(
            """
            SELECT EXISTS (SELECT 1 FROM people WHERE user = ?1)
                OR EXISTS (SELECT 1 FROM admins WHERE user = ?1)
                OR EXISTS (SELECT 1 FROM section_contacts WHERE instr(
                    printf(' %s %s %s %s ', chief, deputy, director, members), printf(' %s ', ?1)))""",
            [user],
        ).fetchone()[0]
    )


def own_team(db: Database, *, since: datetime) -> str:
    """The workspace of whoever was asked about last; '' when nobody was since then."""
    sql = "SELECT own_team FROM people WHERE asked_at >= ? ORDER BY asked_at DESC LIMIT 1"
    row = db.execute(sql, [since.timestamp()]).fetchone()
    return str(row[0]) if row else ""


def keep_known(db: Database, user: str, *, said: Known, now: datetime) -> None:
    """Keep Slack's answer."""
    with writing(db):
        db.execute(
            "INSERT OR REPLACE INTO people (user, standing, own_team, name, gone, asked_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [user, said.standing, said.own_team, said.name, said.gone, now.timestamp()],
        )


def prune_known(db: Database, *, before: datetime) -> int:
    """Forget what was asked before then; how many were forgotten."""
    with writing(db):
        return db.execute("DELETE FROM people WHERE asked_at < ?", [before.timestamp()]).rowcount


def forget(db: Database, user: str) -> int:
    """Empty or delete all that bears the name of a user; how many rows that were.

    Who asked for an extension stays until it is decided, for they are told; the ledger of deliveries keeps
    its recipients, lest something be sent twice.
    """
    with writing(db):
        done = sum(
            db.execute(f'UPDATE {table} SET "{column}" = \'\' WHERE "{column}" = ?', [user]).rowcount
            for table, column in _NAMED
        )
        done += db.execute(
            "UPDATE sheets SET extension_by = '' WHERE extension_by = ? AND extension_state <> '申請中'",
            [user],
        ).rowcount
        done += db.execute("UPDATE feedback SET user = NULL, question = NULL WHERE user = ?", [user]).rowcount
        return done + sum(
            db.execute(f"DELETE FROM {table} WHERE {column} = ?", [user]).rowcount for table, column in _OWN
        )


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
