"""What a button carries to find its way back: short texts as they are, long ones kept in the database."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.context import Context
from store.talk import kept

LONGEST = 1_500  # characters of a button's 2,000


def pack(context: Context, text: str) -> str:
    """`text` as a button can carry it, in at most 1,501 characters."""
    return f"={text}" if len(text) <= LONGEST else f"@{keep(context, text)}"


def unpack(context: Context, value: str) -> str | None:
    """The text that `pack` packed; None when it was kept too long ago."""
    if value.startswith("="):
        return value[1:]
    text = recall(context, value[1:])
    return text if isinstance(text, str) else None


def keep(context: Context, value: Any) -> str:
    """Keep a JSON value for a later press; its key. It is written when the database is free."""
    key = kept.new_key()
    write = partial(kept.keep, key=key, value=value, now=context.clock().isoformat())
    context.later.put(("kept", key), value, write)
    return key


def recall(context: Context, key: str) -> Any | None:
    """The value kept under `key`, or None when it was kept too long ago or never was."""
    waiting = context.later.get(("kept", key))
    return kept.recall(context.databases.get(), key) if waiting is None else waiting
