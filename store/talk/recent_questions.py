"""What a person asked lately, for their App Home; forgotten with age."""

from __future__ import annotations

from typing import NamedTuple

from sqlite_utils import Database

KEPT = 20  # a person


class Recent(NamedTuple):
    """What was typed, and what it was: `search`, `question`, or '' where that was not kept yet."""

    text: str
    kind: str


def remember(db: Database, team: str, user: str, question: str, *, kind: str, now: str) -> None:
    """Put a question or a search in front of the person's recent ones."""
    with db.conn:
        db.conn.execute(
            "INSERT INTO recent_questions (team, user, question, kind, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (team, user, question) DO UPDATE SET at = excluded.at, kind = excluded.kind",
            [team, user, question, kind, now],
        )
        db.conn.execute(
            """
            DELETE FROM recent_questions WHERE team = ?1 AND user = ?2 AND id NOT IN (
                SELECT id FROM recent_questions WHERE team = ?1 AND user = ?2 ORDER BY at DESC LIMIT ?3
            )""",
            [team, user, KEPT],
        )


def latest(db: Database, team: str, user: str, *, limit: int) -> list[Recent]:
    """The person's last questions and searches, the newest first."""
    rows = db.execute(
        "SELECT question, kind FROM recent_questions WHERE team = ? AND user = ?"
        " ORDER BY at DESC, id DESC LIMIT ?",
        [team, user, limit],
    )
    return [Recent(*row) for row in rows]


def of_all(db: Database) -> list[str]:
    """What everybody asked lately, the newest first; not who."""
    return [row[0] for row in db.execute("SELECT question FROM recent_questions ORDER BY at DESC, id DESC")]


def prune(db: Database, *, before: str) -> int:
    """Forget questions asked before this time; how many were forgotten."""
    with db.conn:
        return db.conn.execute("DELETE FROM recent_questions WHERE at < ?", [before]).rowcount
