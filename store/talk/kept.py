"""Values kept for a later press of a button: further pages of a long message, state too long for a button."""

from __future__ import annotations

import json
import secrets
from typing import Any

from sqlite_utils import Database


def new_key() -> str:
    """A key for a value, 16 characters nobody can guess."""
    return secrets.token_urlsafe(12)


def keep(db: Database, key: str, value: Any, *, now: str) -> None:
    """Store a JSON value under a new key."""
    db.execute("INSERT INTO kept VALUES (?, ?, ?)", [key, json.dumps(value, ensure_ascii=False), now])
    db.conn.commit()


def recall(db: Database, key: str) -> Any | None:
    """The value kept under `key`, or None when it was pruned or never was."""
    row = db.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
    return json.loads(row[0]) if row else None


def prune(db: Database, *, before: str) -> int:
    """Forget what was kept before this time; how many were forgotten."""
    with db.conn:
        return db.conn.execute("DELETE FROM kept WHERE kept_at < ?", [before]).rowcount
