"""明日また: who asked to be reminded again on which morning."""

from __future__ import annotations

from datetime import date, datetime

from sqlite_utils import Database

from store.evaluation.reminder_records import Snooze


def snoozes(db: Database) -> list[Snooze]:
    """The latest snooze of every recipient."""
    rows = db.execute('SELECT recipient, until, pressed_at, "by" FROM snoozes')
    return [
        Snooze(recipient, date.fromisoformat(until), datetime.fromisoformat(pressed_at), by)
        for recipient, until, pressed_at, by in rows
    ]


def snooze(db: Database, new: Snooze) -> bool:
    """Keep a snooze; False when the recipient already has one until that day (somebody pressed it first)."""
    done = db.execute(
        """
        INSERT INTO snoozes (recipient, until, pressed_at, "by") VALUES (?, ?, ?, ?)
        ON CONFLICT (recipient) DO UPDATE SET until = excluded.until, pressed_at = excluded.pressed_at,
            "by" = excluded."by" WHERE snoozes.until < excluded.until""",
        [new.recipient, new.until.isoformat(), new.pressed_at.isoformat(), new.by],
    )
    return done.rowcount == 1
