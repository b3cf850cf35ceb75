"""What a button carries to find its way back: short texts as they are, long ones kept in the database."""

from __future__ import annotations

from bot.context import Context
from bot.gateway.pages import keep, recall

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
