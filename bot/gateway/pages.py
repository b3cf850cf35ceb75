"""A long message in pages: the first goes out, the others wait in the database for the button 続きを見る."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.context import Context
from bot.messages.message import Message, Payload, pages, with_more
from bot.messages.truncation import text_size
from store.talk import conversations


def outbound(context: Context, message: Message) -> Payload:
    """A message as one payload, from a worker thread: what is over a page is kept in the database."""
    parts = pages(message)
    return parts[0] if len(parts) == 1 else first_page(context, parts)


def first_page(context: Context, parts: tuple[Payload, ...]) -> Payload:
    """The first page; the others are kept in the database for its button 続きを見る."""
    return page(list(parts), keep(context, list(parts)), 1)


def page(parts: list[Payload], key: str, number: int) -> Payload:
    """Page `number` (from 1) of kept pages, leading to the next one unless it is the last."""
    if number >= len(parts):
        return parts[-1]
    left = sum(text_size(part.get("blocks", [])) for part in parts[number:])
    return with_more(parts[number - 1], key=key, number=number, of=len(parts), left=left)


def keep(context: Context, value: Any) -> str:
    """Keep a JSON value for a later press; its key. It is written when the database is free."""
    key = conversations.new_key()
    write = partial(conversations.keep_value, key=key, value=value, now=context.clock().isoformat())
    context.later.put(("kept", key), value, write)
    return key


def recall(context: Context, key: str) -> Any | None:
    """The value kept under `key`, or None when it was kept too long ago or never was."""
    waiting = context.later.get(("kept", key))
    return conversations.recall_value(context.databases.get(), key) if waiting is None else waiting
