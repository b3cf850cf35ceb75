"""Work beside the event loop: in threads, within Slack's time, and what is sent when that is over."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError
from slack_bolt.async_app import AsyncRespond

from bot.context import Context
from bot.gateway.client import in_a_line
from bot.gateway.posting import CALL_SECONDS, INVALID_BLOCKS
from bot.messages.message import Payload, as_newer, as_older, newer_kinds
from bot.telemetry import carried
from store.database import DatabaseError, Patience
from store.talk.blocks import ShownBlocks

log = logging.getLogger(__name__)

PATIENCE = 30 * 60.0  # seconds for whoever writes to the database; a load of a million rows takes minutes
ACK_WITHIN = 2.0  # seconds; Slack gives up after 3


async def patiently(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run what may wait for Slack or for the database in a thread of those that may."""
    return await asyncio.get_running_loop().run_in_executor(
        context.patient, carried(_with_patience, context, function, *args)
    )


def _with_patience(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    with suppress(DatabaseError, sqlite3.Error):  # of which the handler will tell
        context.databases.get().patience = Patience(PATIENCE, context.stopping)
    return function(*args)


async def in_thread(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run blocking work in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(context.pool, carried(function, *args))


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
        log.error("%s: %s", what, in_a_line(error) or error, exc_info=None if in_a_line(error) else error)


async def send(respond: AsyncRespond, body: Payload, shown: ShownBlocks | None = None) -> bool:
    """Post to a response_url; whether it took it: it may have expired (five uses, thirty minutes).

    Newer blocks are sent where they are `shown`, or may be; what they are is kept.
    """
    if not respond.response_url:
        log.warning("there is no response_url to answer to")
        return False
    kinds = newer_kinds(body)
    if kinds and shown and not shown.refuses(kinds):
        answer = await _sent(respond, as_newer(body))
        if answer is None or INVALID_BLOCKS not in answer:
            if answer == "":
                shown.note(kinds, are_shown=True)
            return answer == ""
        if await _sent(respond, as_older(body)) != "":
            return False
        shown.note(kinds, are_shown=False)
        return True
    return await _sent(respond, as_older(body)) == ""


async def _sent(respond: AsyncRespond, body: Payload) -> str | None:
    """What a response_url says of a post: '' where it took it, None where there is no answer."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await respond(body)
    except (ClientError, OSError, ValueError) as error:  # among them TimeoutError
        log.warning("a response_url cannot be reached: %r", error)
        return None
    if answer.status_code != HTTPStatus.OK:
        log.warning("a response_url took no answer: %s %s", answer.status_code, answer.body[:200])
        return answer.body[:200] or str(answer.status_code)
    return ""
