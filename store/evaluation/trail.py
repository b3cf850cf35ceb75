"""The audit trail: who changed what, when, from what to what. Only ever added to."""

from __future__ import annotations

from datetime import datetime

from sqlite_utils import Database

from store.evaluation.records import Event


def record(db: Database, event: Event) -> None:
    """Add a line, inside the transaction of the change that it records."""
    db.execute(
        'INSERT INTO changes (at, "by", what, subject, field, before, after, note)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            event.at.isoformat(), event.by, event.what, event.subject, event.field, event.before, event.after,
            event.note,
        ],
    )  # fmt: skip


def events(db: Database, *, what: str = "", subject: str = "") -> list[Event]:
    """Lines of the trail, oldest first; of one kind or one subject where given."""
    rows = db.execute(
        'SELECT at, "by", what, subject, field, before, after, note FROM changes'
        " WHERE ? IN ('', what) AND ? IN ('', subject) ORDER BY id",
        [what, subject],
    )
    return [Event(datetime.fromisoformat(at), *rest) for at, *rest in rows]
