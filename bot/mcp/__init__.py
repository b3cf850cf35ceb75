"""`/mcp` of `jigyo serve`: who may call it, and how much they may send. The SDK is loaded at the first call.

Nobody is let in without Slack's signature (its own assistant, as a user) or a token (`jigyo mcp token`):
behind a proxy everybody comes from this machine.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import urlsplit

from slack_sdk.signature import SignatureVerifier

from bot.context import Context
from store.talk import conversations

log = logging.getLogger(__name__)

MOST_BODY = 100_000  # bytes; a question of 1,000 characters is below 10,000
CALLER = "jigyo.caller"  # in the scope of a request that was let in
NEEDED = "a bearer token (jigyo mcp token add) or Slack's signature is needed"
NOT_INSTALLED = "MCP は入っていません。pip install 'jigyo-bot[mcp]' で使えるようになります。"

Asgi = Callable[[Any, Any, Any], Awaitable[None]]
Serving = tuple[Asgi, AbstractAsyncContextManager[None]]  # an app, and what runs while it is called


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: Slack's assistant for a user, the holder of a token, or whoever started the process.

    `user` is the Slack id of the person for whom it is, '' for nobody.
    """

    kind: Literal["slack", "token", "local"]
    user: str = ""
    team: str = ""


class McpEndpoint:
    """An ASGI application that lets callers in and hands their requests to the one that `load` gives."""

    def __init__(self, context: Context, load: Callable[[Context], Serving]) -> None:
        secret = context.settings.slack_signing_secret
        self._context, self._load = context, load
        self._verifier = SignatureVerifier(secret.get_secret_value()) if secret else None
        self._app: asyncio.Task[Asgi] | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer 401 to who is not known, 413 to too much, else as the SDK does."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if not _is_same_origin(headers):
            await _refuse(send, HTTPStatus.FORBIDDEN, "another origin")
            return
        if not (headers.get(b"authorization") or headers.get(b"x-slack-signature")):
            await self._refuse_unknown(send)  # nothing is read of it
            return
        body = await _body(headers, receive)
        if isinstance(body, HTTPStatus):
            await _refuse(send, body, f"at most {MOST_BODY} bytes")
            return
        caller = await self._caller(headers, body)
        if caller is None:
            await self._refuse_unknown(send)
            return
        try:
            app = await self._started()
        except ImportError:
            log.warning(NOT_INSTALLED)
            await _refuse(send, HTTPStatus.NOT_IMPLEMENTED, NOT_INSTALLED)
            return
        await app({**scope, CALLER: caller}, _replayed(body, receive), send)

    async def _refuse_unknown(self, send: Any) -> None:
        self._context.metrics.add("jigyo_refusals", "mcp not authorised")
        await _refuse(
            send, HTTPStatus.UNAUTHORIZED, NEEDED,
            [(b"www-authenticate", b'Bearer realm="jigyo"')],
        )  # fmt: skip

    async def _caller(self, headers: dict[bytes, str], body: bytes) -> Caller | None:
        signature = headers.get(b"x-slack-signature")
        if signature:
            timestamp = headers.get(b"x-slack-request-timestamp", "")
            is_ours = timestamp.isdigit() and len(timestamp) < 13 and self._verifier
            if not (is_ours and self._verifier and self._verifier.is_valid(body, timestamp, signature)):
                return None
            return Caller("slack", *_identity(body))
        kind, _, token = headers.get(b"authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.startswith(conversations.TOKEN_PREFIX):
            return None
        held = await asyncio.get_running_loop().run_in_executor(self._context.pool, self._held, token.strip())
        return Caller("token", held.user) if held else None

    def _held(self, token: str) -> conversations.Token | None:
        held = conversations.token_holder(self._context.databases.get(), token)
        today = self._context.clock().date().isoformat()
        if held and held.used_on != today:
            write = partial(conversations.note_token_used, name=held.name, on=today)
            self._context.later.put(("token", held.name), today, write, wait=0)
        return held

    async def _started(self) -> Asgi:
        """The SDK's application, which is begun once."""
        if self._app is None:
            self._app = asyncio.ensure_future(self._start())
        try:
            return await asyncio.shield(self._app)
        except BaseException:
            if self._app.done():
                self._app = None  # it is tried again
            raise

    async def _start(self) -> Asgi:
        loop = asyncio.get_running_loop()
        app, running = await loop.run_in_executor(self._context.pool, self._load, self._context)
        begun: asyncio.Future[None] = loop.create_future()

        async def run() -> None:
            async with running:
                begun.set_result(None)
                await asyncio.Event().wait()  # until the loop ends

        task = loop.create_task(run())
        self._running.add(task)
        await asyncio.wait({task, begun}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        return app


def _identity(body: bytes) -> tuple[str, str]:
    """The user and the team for whom Slack calls, as the signed `_meta.slack` says; '' where it does not."""
    try:
        told: Any = json.loads(body)["params"]["_meta"]["slack"]
        user, team = told.get("user_id"), told.get("team_id")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "", ""
    return (user, team) if isinstance(user, str) and isinstance(team, str) else ("", "")


def _is_same_origin(headers: dict[bytes, str]) -> bool:
    """Whether no web page, or one of this very host, makes the request."""
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")


async def _body(headers: dict[bytes, str], receive: Any) -> bytes | HTTPStatus:
    length = headers.get(b"content-length", "0")
    if not (length.isdigit() and len(length) < 12 and int(length) <= MOST_BODY):
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return HTTPStatus.BAD_REQUEST
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BODY:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return body


def _replayed(body: bytes, receive: Any) -> Callable[[], Awaitable[Any]]:
    """What gives a body that was read once more, then what comes after it."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Any:
        return waiting.pop() if waiting else await receive()

    return again


async def _refuse(
    send: Any, status: HTTPStatus, why: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    error = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": why}}
    body = json.dumps(error, ensure_ascii=False).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)), *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
