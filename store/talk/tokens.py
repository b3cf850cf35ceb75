"""The tokens with which other assistants ask over MCP: shown once when made, kept as their hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from store.database import Database

PREFIX = "jigyo_"
_BYTES = 32  # of chance: nobody guesses one, so that a plain hash is enough


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token; `user` is the Slack id of whom it speaks for, '' for nobody."""

    name: str
    user: str
    added_at: str
    used_on: str = ""  # the last day, ISO 8601


def add(db: Database, name: str, *, user: str, now: str) -> str | None:
    """Make a token of that name, and return it: this once. None where there is one of that name."""
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    with db.state.writing():
        made = db.state.execute(
            'INSERT INTO mcp_tokens (name, hash, "user", added_at) VALUES (?, ?, ?, ?)'
            " ON CONFLICT DO NOTHING",
            [name, _hash(token), user, now],
        ).rowcount
    return token if made else None


def listed(db: Database) -> list[Token]:
    """Every token, by name."""
    rows = db.state.execute('SELECT name, "user", added_at, used_on FROM mcp_tokens ORDER BY name')
    return [Token(*row) for row in rows]


def revoke(db: Database, name: str) -> bool:
    """Make the token of that name worth nothing; whether there was one."""
    with db.state.writing():
        return bool(db.state.execute("DELETE FROM mcp_tokens WHERE name = ?", [name]).rowcount)


def holder(db: Database, token: str) -> Token | None:
    """The token as it was made, or None for what is none of ours, or not any more."""
    row = db.state.execute(
        'SELECT name, "user", added_at, used_on FROM mcp_tokens WHERE hash = ?', [_hash(token)]
    ).fetchone()
    return Token(*row) if row else None


def used(db: Database, name: str, *, on: str) -> None:
    """Note the day on which a token was used last."""
    with db.state.writing():
        db.state.execute("UPDATE mcp_tokens SET used_on = ? WHERE name = ? AND used_on <> ?", [on, name, on])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
