"""The edge between Slack's event loop and our handlers: threads, failures, time limits, the outbound gate."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from bot.context import Asked, Context
from bot.cutting import text_size
from bot.message import Message, Payload, pages, with_more
from store import kept

log = logging.getLogger(__name__)

# A Handler, or what hands out a page that passed the gate before.
Answerer = Callable[[Asked, Context], Message | Payload]

SORRY = (
    "申し訳ありません。うまくお答えできませんでした。少し時間をおいて、もう一度お試しください。"
    "続くようでしたら、受付番号 {} を担当者にお伝えください。"
)


async def answer(context: Context, handler: Answerer, asked: Asked) -> Payload:
    """The handler's message as one payload Slack accepts; a failure is logged and becomes a kind line."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(context.pool, partial(answer_here, context, handler, asked))


def answer_here(context: Context, handler: Answerer, asked: Asked) -> Payload:
    """The same, in the calling thread."""
    try:
        return outbound(context, handler(asked, context))
    except Exception:
        return failed(f"{asked.surface} {getattr(handler, '__name__', handler)}")


def failed(doing: str) -> Payload:
    """Log the exception being handled under a new id and return the kind line that carries the id."""
    number = secrets.token_hex(4)
    log.exception("request %s failed: %s", number, doing)
    return pages(Message(SORRY.format(number)))[0]


def outbound(context: Context, message: Message | Payload) -> Payload:
    """The first page of a message; further pages are kept in the database for its button 続きを見る."""
    if not isinstance(message, Message):
        return message
    parts = pages(message)
    if len(parts) == 1:
        return parts[0]
    key = kept.keep(context.databases.get(), list(parts), now=context.clock().isoformat())
    return page(list(parts), key, 1)


def page(parts: list[Payload], key: str, number: int) -> Payload:
    """Page `number` (from 1) of kept pages, leading to the next one unless it is the last."""
    if number >= len(parts):
        return parts[-1]
    left = sum(text_size(part.get("blocks", [])) for part in parts[number:])
    return with_more(parts[number - 1], key=key, number=number, of=len(parts), left=left)


async def within(context: Context, work: Coroutine[Any, Any, Any], *, seconds: float) -> bool:
    """Start `work`, wait for it a while; whether it is done. If not it goes on, and a stop waits for it."""
    task = asyncio.ensure_future(work)
    context.unfinished.add(task)
    task.add_done_callback(context.unfinished.discard)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        task.result()
    return bool(done)
