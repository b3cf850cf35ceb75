"""Slack's requests: only what it signed and what has its shape is answered; `/jigyo` ahead of Bolt.

Nothing is kept of what is too large, too many or not signed: a body is read only when the head has a fresh
time and a signature to go with it.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from time import monotonic, time
from typing import Any

import orjson
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest, AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, Handler, SlackRequest, current_id, first_page, observed
from bot.messages.markup import as_typed
from bot.messages.message import Message, Payload, as_newer, as_older, newer_kinds, pages
from bot.slack.dispatch import Dispatcher, Where, waits
from bot.slack.exchange import (
    ACK_WITHIN,
    COMMAND_FORM,
    SIGNATURE,
    Body,
    in_a_line,
    in_thread,
    is_readable,
    patiently,
    send,
    surface_of,
    within,
    without_halves,
)
from bot.slack.observing import Refusals
from store.database import DatabaseError, LockError, StateAwayError

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000  # bytes; Slack's largest, a press with its message, are below 200,000
MAX_RECEIVING = 32_000_000  # bytes of bodies that are still coming in, all connections of a process together
SIGNED_WITHIN = 300  # seconds that a signature is good for, as Slack documents

_FOR_BOLT = {b"content-type", b"x-slack-retry-num", b"x-slack-retry-reason"}

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Answering = Callable[[Body], Awaitable[BoltResponse]]
# A Handler, or what hands out a page that passed the gate before.
Answerer = Callable[[SlackRequest, Context], Message | Payload]
Pages = tuple[Payload, ...]

COMMAND = "/jigyo"
PRESS = "payload="  # how the form of a press begins; in a command's the word may stand anywhere

_HALF_SIGN = re.compile(r"(?:\\|%5C)u[dD][89a-fA-F]", re.IGNORECASE)  # one may be in what is written so
_QUOTED = re.compile("(?:%[0-9a-fA-F]{2})+")
QUICK_TEXT = 200  # characters of a command that is decided on the loop
RECEIVED = "jigyo.received"  # in a request's scope: when its head was there, by the monotonic clock
TRY_WITHIN = 1.0  # seconds that a response_url may take before the command is acknowledged without it
BUSY_AFTER = 1.0  # seconds a request may wait for its turn; Slack waits 3 for the answer
BUSY = "ただいま混み合っています。少し待ってから、もう一度お試しください。"
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


class SignedRequests:
    """An ASGI application in front of Bolt, which would look at the body before the signature.

    Commands, which most requests are, it hands on itself: Bolt would look for them among all listeners.
    """

    def __init__(self, bolt: AsyncApp, commands: Answering, signing_secret: str, refusals: Refusals) -> None:
        self._bolt, self._commands = bolt, commands
        self._signing = hmac.new(
            signing_secret.encode(), digestmod="sha256"
        )  # a copy costs a third of a new one
        self._refusals = refusals
        self._receiving = 0  # bytes of bodies that are still coming in

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer 401 to what was not signed just now, 413 or 503 to too much, else as Bolt does."""
        if scope["method"] != "POST":
            await _send(send, _refused(HTTPStatus.NOT_FOUND, "not found"))
            return
        headers = dict(scope["headers"])
        signed_at, signature = _signed_at(headers), headers.get(b"x-slack-signature", b"")
        if signed_at is None or not signature:
            await self._refuse(send, HTTPStatus.UNAUTHORIZED, "not signed")
            return
        if not _is_small(headers.get(b"content-length", b"0")):
            await self._refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body too large")
            return
        body = await self._body(receive)
        if body is None:
            return  # nobody waits for an answer any more
        if isinstance(body, HTTPStatus):
            await self._refuse(send, body, "body too large")
        elif not hmac.compare_digest(self._signature(signed_at, body), signature):
            await self._refuse(send, HTTPStatus.UNAUTHORIZED, "signature wrong")
        else:
            waited = monotonic() - scope.get(RECEIVED, monotonic())
            await _send(send, await self._answer(body, scope["query_string"], headers, waited))

    async def _body(self, receive: Receive) -> bytes | HTTPStatus | None:
        """The whole body; else the status with which it is refused, None when the connection is gone."""
        body, mine, more = b"", 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                if more:
                    self._receiving += len(body) - mine
                    mine = len(body)
                    if self._receiving > MAX_RECEIVING:
                        return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            self._receiving -= mine
        return body

    def _signature(self, signed_at: bytes, body: bytes) -> bytes:
        signing = self._signing.copy()
        signing.update(b"v0:%b:%b" % (signed_at, body))
        return b"v0=" + signing.hexdigest().encode()

    async def _answer(
        self, body: bytes, query: bytes, headers: dict[bytes, bytes], waited: float
    ) -> BoltResponse:
        """What the app answers; a command, which most requests are, without Bolt's own look at it.

        What has waited so long that Slack would give up on its answer, and on those behind it, is not begun:
        a person is asked to come again, an event Slack sends again.
        """
        try:
            text = body.decode()
            command = command_form(text)
            asked = None if command else _for_bolt(text, query, headers)
            if asked and _HALF_SIGN.search(text):
                asked.body = without_halves(asked.body)
            fields: Body = command or (asked.body if asked else {})
            has_shape = command is not None or is_readable(fields)
        # It is no JSON or UTF-8, nested too deeply, or none that Slack would send.
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            has_shape = False
        if not has_shape:
            self._refusals.note("unreadable")
            return _refused(HTTPStatus.BAD_REQUEST, "unreadable request")
        if waited > BUSY_AFTER:
            self._refusals.note("too busy")
            if command:
                return BoltResponse(status=HTTPStatus.OK, body={"text": BUSY})
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "too busy")
        fields[SIGNATURE] = headers[b"x-slack-signature"].decode("ascii", "replace")
        answer = self._bolt.async_dispatch(asked) if asked else self._commands(fields)
        surface = "slash" if command else surface_of(fields)
        return await observed(self._refusals.metrics, surface, answer, waited=waited)

    async def _refuse(self, send: Send, status: HTTPStatus, why: str) -> None:
        """Answer and close the connection: what else comes on it is not read."""
        self._refusals.note(why)
        refusal = _refused(status, why)
        refusal.headers["connection"] = ["close"]
        await _send(send, refusal)


def _signed_at(headers: dict[bytes, bytes]) -> bytes | None:
    """The time of a signature as Slack sent it, None when it is none of the last five minutes."""
    sent = headers.get(b"x-slack-request-timestamp", b"")
    if not sent.isdigit() or len(sent) > 12 or abs(time() - int(sent)) > SIGNED_WITHIN:
        return None
    return sent


def _is_small(length: bytes) -> bool:
    return length.isdigit() and len(length) < 12 and int(length) <= MAX_BODY


def _refused(status: HTTPStatus, why: str) -> BoltResponse:
    return BoltResponse(status=status, body={"error": why})


async def _send(send: Send, response: BoltResponse) -> None:
    body = response.body.encode()
    headers = [(name.encode(), each.encode()) for name, values in response.headers.items() for each in values]
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _for_bolt(body: str, query: bytes, headers: dict[bytes, bytes]) -> AsyncBoltRequest:
    return AsyncBoltRequest(
        body=_readable(body),
        query=query.decode(),
        headers={name.decode(): headers[name].decode() for name in _FOR_BOLT & headers.keys()},
    )


def _readable(body: str) -> str:
    """The same; but Bolt takes a form with "payload" in it, even as what is looked for, for a press."""
    if body.lstrip().startswith(("{", "[", PRESS)):
        return body
    return body.replace("payload", "%70ayload")


def command_form(body: str) -> Body | None:
    """The fields of a form that is our command's, all that it has to have among them; else None."""
    if "command=" not in body or body.lstrip().startswith(("{", "[", PRESS)):
        return None
    fields: Body = {}
    for pair in body.split("&"):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = _unquoted(name), _unquoted(value)
        fields[name] = value
    is_ours = fields.get("command") == COMMAND and "ssl_check" not in fields
    return fields if is_ours and COMMAND_FORM.keys() <= fields.keys() else None


def _unquoted(text: str) -> str:
    """A form's name or value decoded, as `urllib.parse.unquote_plus` does byte by byte."""
    text = text.replace("+", " ")
    return _QUOTED.sub(_decoded, text) if "%" in text else text


def _decoded(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "replace")


def of_command(body: Body) -> SlackRequest:
    """What a slash command asks."""
    raw = body.get("text", "").strip()
    return SlackRequest(
        text=as_typed(raw), raw=raw, user=body["user_id"], channel=body["channel_id"],
        team=body.get("team_id", ""), trigger_id=body.get("trigger_id", ""), surface="slash",
        signature=body.get(SIGNATURE, ""),
    )  # fmt: skip


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
            return await self._acknowledged(await one_page(self._context, parts), body)
        done: list[Payload] = []
        waits = True

        async def work() -> None:
            payload = await answer(self._context, handler, request, where=where)
            if waits:
                done.append(payload)
            else:
                await send(self._respond(body), {"replace_original": True, **payload}, self._context.shown)

        if await within(self._context, work(), seconds=ACK_WITHIN):
            return await self._acknowledged(done[0], body)
        waits = False
        return acknowledgement({"text": WAIT_TO_WRITE if where == "patient" else WAIT})

    async def _acknowledged(self, payload: Payload, body: Body) -> BoltResponse:
        """The acknowledgement with the answer in it, in the form that the workspace is known to show.

        Slack does not say that it could not show an acknowledgement: the first answer with newer blocks goes
        to the response_url, which does, and what it says is kept.
        """
        kinds, shown = newer_kinds(payload), self._context.shown
        if not kinds or shown.refuses(kinds):
            return acknowledgement(as_older(payload))
        if shown.shows(kinds):
            return acknowledgement(as_newer(payload))
        told: list[bool] = []

        async def tried() -> None:
            told.append(await send(self._respond(body), {"response_type": "ephemeral", **payload}, shown))

        if await within(self._context, tried(), seconds=TRY_WITHIN) and not told[0]:
            return acknowledgement(as_older(payload))
        return BoltResponse(status=HTTPStatus.OK, body="")

    def _at_once(self, request: SlackRequest) -> tuple[Handler, Where, Pages]:
        """How to answer, and where; on the loop it is answered here, in one transaction with the decision.

        What is long is decided in a thread, as what cannot be decided here.
        """
        if len(request.text) > QUICK_TEXT:
            return self._dispatcher, "thread", ()
        try:
            with self._context.databases.get().reading() as index:
                decision = self._dispatcher.decide(request, self._context)
                where = self._dispatcher.where(decision, index)
                handler = partial(self._dispatcher.run, decision)
                return handler, where, answered(self._context, handler, request) if where == "loop" else ()
        except (sqlite3.Error, DatabaseError):
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
    if isinstance(told := error or sys.exception(), StateAwayError):
        log.warning("request %s failed, for the state is away: %s", number, doing)
        return pages(Message(str(told)))[0]
    context.metrics.add("jigyo_failures")
    if line := in_a_line(error):
        log.error("request %s failed: %s: %s", number, doing, line)
    else:
        log.error("request %s failed: %s", number, doing, exc_info=error or True)
    return pages(Message(SORRY.format(number)))[0]
