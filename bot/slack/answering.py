"""The edge between Slack's event loop and our handlers: threads, failures, time limits, the outbound gate."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Literal, TypeVar

from bot.context import Context, SlackRequest
from bot.gateway.client import NoAnswer
from bot.gateway.pages import first_page
from bot.logs import carried, current_id
from bot.messages.message import Message, Payload, pages
from store.database import DatabaseError

log = logging.getLogger(__name__)

PATIENCE_MS = 30 * 60 * 1000  # for whoever writes to the database; a load of a million rows takes minutes
ACK_WITHIN = 2.0  # seconds; Slack gives up after 3

# A Handler, or what hands out a page that passed the gate before.
Answerer = Callable[[SlackRequest, Context], Message | Payload]
Where = Literal["loop", "thread", "patient"]
Pages = tuple[Payload, ...]
AnyHandler = TypeVar("AnyHandler", bound=Callable[..., Any])

_waiting: set[Callable[..., Any]] = set()

SORRY = (
    "申し訳ありません。うまくお答えできませんでした。少し時間をおいて、もう一度お試しください。"
    "続くようでしたら、受付番号 {} を担当者にお伝えください。"
)


async def answer(
    context: Context, handler: Answerer, request: SlackRequest, *, where: Where = "thread"
) -> Payload:
    """The handler's message as one payload Slack accepts; a failure is logged and becomes a kind line.

    It runs in a thread, in one in which it may wait as a handler that `may_wait` does.
    """
    run = patiently if where == "patient" or waits(handler) else in_thread
    return await one_page(context, await run(context, answered, context, handler, request))


async def one_page(context: Context, parts: Pages) -> Payload:
    """The first page of an answer, which leads to the others; they are kept, which may take a moment."""
    return parts[0] if len(parts) == 1 else await in_thread(context, first_page, context, parts)


def may_wait(handler: AnyHandler) -> AnyHandler:
    """Declare that a handler calls Slack or confirms what it wrote: it has a thread in which it may wait."""
    _waiting.add(handler)
    return handler


def waits(handler: Answerer) -> bool:
    """Whether a handler may wait."""
    return handler in _waiting


async def patiently(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run what may wait for Slack or for the database in a thread of those that may."""
    return await asyncio.get_running_loop().run_in_executor(
        context.patient, carried(_with_patience, context, function, *args)
    )


def _with_patience(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    with suppress(DatabaseError, sqlite3.Error):  # of which the handler will tell
        context.databases.get().conn.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    return function(*args)


async def in_thread(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run blocking work in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(context.pool, carried(function, *args))


def answered(context: Context, handler: Answerer, request: SlackRequest) -> Pages:
    """The handler's message in pages; a failure is logged and becomes a kind line."""
    try:
        message = handler(request, context)
        return pages(message) if isinstance(message, Message) else (message,)
    except Exception as error:
        return (failed(context, f"{request.surface} {getattr(handler, '__name__', handler)}", error),)


def failed(context: Context, doing: str, error: Exception | None = None) -> Payload:
    """Log an error (else the one being handled) under the request's id; return the kind line that has it."""
    number = current_id()
    context.metrics.add("jigyo_failures")
    if isinstance(error, NoAnswer):
        log.error("request %s failed: %s: %s", number, doing, error)
    else:
        log.error("request %s failed: %s", number, doing, exc_info=error or True)
    return pages(Message(SORRY.format(number)))[0]


async def within(context: Context, work: Coroutine[Any, Any, Any], *, seconds: float) -> bool:
    """Start `work`, wait for it a while; whether it is done. If not it goes on, and a stop waits for it."""
    task = asyncio.ensure_future(work)
    context.unfinished.add(task)
    task.add_done_callback(context.unfinished.discard)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        task.result()
    else:
        task.add_done_callback(_log_failure)
    return bool(done)


def _log_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        what = "an answer given after its acknowledgement failed"
        log.error("%s: %s", what, error, exc_info=None if isinstance(error, NoAnswer) else error)
