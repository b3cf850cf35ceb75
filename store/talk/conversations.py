"""What a thread was last shown, so that その成果は？ and 2番目 can be understood. Forgotten with age."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of a conversation: the project spoken of, the last list shown, what もっと would show.

    `terms` are the words that list was chosen by, `why` how the last answer was matched. No question is kept.
    """

    topic: Key | None = None
    listed: tuple[Key, ...] = ()
    rest: tuple[Key, ...] = ()
    terms: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def remember(db: Database, place: str, turn: Turn, *, now: str) -> None:
    """Keep the turn of a place (a thread, or a person in a channel), in place of the one before."""
    with db.conn:
        db.conn.execute(
            "INSERT OR REPLACE INTO conversations (place, turn, at) VALUES (?, ?, ?)",
            [place, json.dumps(asdict(turn), ensure_ascii=False), now],
        )


def recall(db: Database, place: str, *, since: str) -> Turn | None:
    """The turn of a place unless it is older than `since`."""
    row = db.execute("SELECT turn FROM conversations WHERE place = ? AND at >= ?", [place, since]).fetchone()
    return _turn(json.loads(row[0])) if row else None


def prune(db: Database, *, before: str) -> int:
    """Forget turns older than `before`; how many were forgotten."""
    with db.conn:
        return db.conn.execute("DELETE FROM conversations WHERE at < ?", [before]).rowcount


def _turn(kept: dict[str, Any]) -> Turn:
    return Turn(
        topic=_key(kept["topic"]) if kept["topic"] else None,
        listed=tuple(map(_key, kept["listed"])),
        rest=tuple(map(_key, kept["rest"])),
        terms=tuple(kept["terms"]),
        why=tuple(kept.get("why", ())),
    )


def _key(kept: tuple[int, str]) -> Key:
    year, number = kept
    return year, number
