"""What a button carries to find its way back: short texts as they are, long ones kept in the database."""

from __future__ import annotations

from sqlite_utils import Database

from store.talk import kept

LONGEST = 1_500  # of a button's 2,000 characters


def carried(db: Database, text: str, *, now: str) -> str:
    """`text` as a button can carry it, in at most 1,501 characters."""
    return f"={text}" if len(text) <= LONGEST else f"@{kept.keep(db, text, now=now)}"


def brought(db: Database, value: str) -> str | None:
    """The text that `carried` packed; None when it was kept too long ago."""
    return value[1:] if value.startswith("=") else kept.recall(db, value[1:])
