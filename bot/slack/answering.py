"""The edge between Slack's event loop and our handlers: `/jigyo`, threads, failures, time limits, gate."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import ClientError
from slack_bolt.async_app import AsyncBoltRequest, AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, Handler, SlackRequest
from bot.gateway.client import CALL_SECONDS, in_a_line
from bot.gateway.posting import first_page
from bot.messages.message import Message, Payload, pages
from bot.slack.dispatch import Dispatcher, Where, waits
from bot.slack.requests import COMMAND, Body, of_command
from bot.telemetry import carried, current_id
from store.database import DatabaseError, LockError, Patience

log = logging.getLogger(__name__)

PATIENCE = 30 * 60.0  # seconds for whoever writes to the database; a load of a million rows takes minutes
ACK_WITHIN = 2.0  # seconds; Slack gives up after 3

# A Handler, or what hands out a page that passed the gate before.
Answerer = Callable[[SlackRequest, Context], Message | Payload]
Pages = tuple[Payload, ...]

QUICK_TEXT = 200  # characters of a command that is decided on the loop
WAIT = "お調べしています。少しお待ちください。"
WAIT_TO_WRITE = "お預かりしました。済みしだい、ここでお知らせします。少しお待ちください。"
NOT_DONE = (
    "申し訳ありません。ほかの処理を待つあいだにボットが停止するため、行いませんでした。"
    "何も変わっていません。お手数ですが、数分後にもう一度お試しください。"
)
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


def answered(context: Context, handler: Answerer, request: SlackRequest) -> Pages:
    """The handler's message in pages; a failure is logged and becomes a kind line."""
    try:
        message = handler(request, context)
        return pages(message) if isinstance(message, Message) else (message,)
    except Exception as error:
        return (failed(context, f"{request.surface} {getattr(handler, '__name__', handler)}", error),)


def failed(context: Context, doing: str, error: Exception | None = None) -> Payload:
    """Log an error (else the one being handled) under the request's id; return the kind line that has it.

    What was called off because the process stops is no failure, but nor was it done, and that is told.
    """
    number = current_id()
    if isinstance(error or sys.exception(), LockError):
        log.warning("request %s was called off: %s", number, doing)
        return pages(Message(NOT_DONE))[0]
    context.metrics.add("jigyo_failures")
    if line := in_a_line(error):
        log.error("request %s failed: %s: %s", number, doing, line)
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
        log.error("%s: %s", what, in_a_line(error) or error, exc_info=None if in_a_line(error) else error)


async def send(respond: AsyncRespond, body: Payload) -> bool:
    """Post to a response_url; whether it took it: it may have expired (five uses, thirty minutes)."""
    if not respond.response_url:
        log.warning("there is no response_url to answer to")
        return False
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await respond(body)
    except (ClientError, OSError, ValueError) as error:  # among them TimeoutError
        log.warning("a response_url cannot be reached: %r", error)
        return False
    if answer.status_code != HTTPStatus.OK:
        log.warning("a response_url took no answer: %s %s", answer.status_code, answer.body[:200])
    return answer.status_code == HTTPStatus.OK


class Commands(AsyncMiddleware):
    """Answers `/jigyo`, over HTTP ahead of Bolt and in Socket Mode as its first middleware.

    Bolt would look for the listener, and give it its arguments by their names, looked up twice a request; a
    command needs none of it.
    """

    def __init__(self, context: Context, dispatcher: Dispatcher, client: AsyncWebClient) -> None:
        self._context, self._dispatcher, self._client = context, dispatcher, client

    async def async_process(  # the signature is Bolt's
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[Any]],  # noqa: A002
    ) -> BoltResponse | None:
        """Answer the command; hand anything else on."""
        if req.body.get("command") == COMMAND:
            return await self.answer(req.body)
        req.context["client"] = self._client  # Bolt's own would not have its limits
        await next()
        return None

    async def answer(self, body: Body) -> BoltResponse:
        """The acknowledgement of a command: its answer, which is sent after it if Slack won't wait for it."""
        request = of_command(body)
        handler, where, parts = self._at_once(request)
        if parts:
            return acknowledgement(await one_page(self._context, parts))
        done: list[Payload] = []
        waits = True

        async def work() -> None:
            payload = await answer(self._context, handler, request, where=where)
            if waits:
                done.append(payload)
            else:
                await send(self._respond(body), {"replace_original": True, **payload})

        if await within(self._context, work(), seconds=ACK_WITHIN):
            return acknowledgement(done[0])
        waits = False
        return acknowledgement({"text": WAIT_TO_WRITE if where == "patient" else WAIT})

    def _at_once(self, request: SlackRequest) -> tuple[Handler, Where, Pages]:
        """How to answer, and where; on the loop it is answered here, in one transaction with the decision.

        What is long is decided in a thread, as what cannot be decided here.
        """
        if len(request.text) > QUICK_TEXT:
            return self._dispatcher, "thread", ()
        with suppress(sqlite3.Error, DatabaseError), self._context.databases.get().reading() as index:
            decision = self._dispatcher.decide(request, self._context)
            handler, where = partial(self._dispatcher.run, decision), self._dispatcher.where(decision, index)
            parts = answered(self._context, handler, request) if where == "loop" else ()
            return handler, where, parts
        return self._dispatcher, "thread", ()

    def _respond(self, body: Body) -> AsyncRespond:
        return AsyncRespond(
            response_url=body.get("response_url"), proxy=self._client.proxy, ssl=self._client.ssl
        )


def acknowledgement(payload: Payload) -> BoltResponse:
    """A payload as the answer to Slack's request: UTF-8, half as long as the ASCII that Bolt would make."""
    try:
        body = orjson.dumps(payload).decode()
    except TypeError:  # half a character, which has no UTF-8
        body = json.dumps(payload)
    return BoltResponse(status=HTTPStatus.OK, body=body)
