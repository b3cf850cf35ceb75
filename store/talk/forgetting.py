"""What is kept of one person outside the trail, emptied or deleted when they are to be forgotten."""

from __future__ import annotations

from sqlite_utils import Database

from store.database import writing

_NAMED = (
    ("deadlines", "set_by"), ("sheets", "updated_by"), ("sheets", "extension_decided_by"),
    ("absences", "set_by"), ("admins", "added_by"), ("snoozes", "by"),
    ("channel_sections", "set_by"),
)  # fmt: skip
_OWN = (
    ("recent_questions", "user"),
    ("people", "user"),
    ("direct_channels", "user"),
    ("snoozes", "recipient"),
    ("absences", "user"),
)


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
