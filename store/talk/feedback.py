"""役に立った / 違う, kept with the question for as long as the settings allow."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's verdict on one answer. `question` and `user` are '' once their days are over."""

    at: str
    is_helpful: bool
    kind: str
    question: str
    citations: tuple[str, ...]
    user: str = ""
    message: str = ""


def add(db: Database, given: Feedback) -> None:
    """Keep a verdict; the same person's earlier one on the same message is replaced."""
    with db.conn:
        db.conn.execute(
            """
            INSERT INTO feedback (at, is_helpful, kind, question, citations, user, message)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (message, user) DO UPDATE SET at = excluded.at, is_helpful = excluded.is_helpful""",
            [
                given.at,
                given.is_helpful,
                given.kind,
                given.question,
                json.dumps(given.citations, ensure_ascii=False),
                given.user,
                given.message,
            ],
        )


def listed(db: Database, *, only_wrong: bool = False) -> list[Feedback]:
    """Every verdict, the latest first."""
    rows = db.execute(
        "SELECT at, is_helpful, kind, coalesce(question, ''), citations, coalesce(user, ''), message"
        " FROM feedback WHERE is_helpful = 0 OR NOT ? ORDER BY at DESC, id DESC",
        [only_wrong],
    )
    return [Feedback(at, bool(ok), kind, q, tuple(json.loads(c)), u, m) for at, ok, kind, q, c, u, m in rows]


def forget(db: Database, *, before: str) -> int:
    """Drop what people typed and who they are from verdicts older than this; the verdict stays."""
    with db.conn:
        return db.conn.execute(
            "UPDATE feedback SET question = NULL, user = NULL WHERE at < ? AND question IS NOT NULL", [before]
        ).rowcount
