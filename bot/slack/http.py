"""Slack's requests over HTTP. Nothing is kept of what is too large, too slow, too many or not signed.

uvicorn limits neither heads (with httptools), bodies, nor the time in which they come, and counts connections
only once their head is there: `BoundedProtocol` does. What it lets through is a head of at most `MAX_HEAD`
bytes; `SignedRequests` reads a body only when the head has a fresh time and a signature to go with it.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from time import monotonic, time
from typing import Any

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.metrics import Metrics
from bot.slack import requests
from bot.slack.app import SlackApp
from bot.slack.observing import observed

log = logging.getLogger(__name__)

MAX_HEAD = 16 * 1024  # bytes of request line and headers
MAX_BODY = 1_000_000  # bytes; Slack's largest, a press with its message, are below 200,000
MAX_RECEIVING = 32_000_000  # bytes of bodies that are still coming in, all connections of a process together
RECEIVE_WITHIN = 5.0  # seconds for a whole request, from its first byte; Slack itself waits 3 for the answer
MAX_CONNECTIONS = 256  # of a process
SIGNED_WITHIN = 300  # seconds that a signature is good for, as Slack documents
TELL_EVERY = 60.0  # seconds between two lines of the log about what was refused

_FOR_BOLT = {b"content-type", b"x-slack-retry-num", b"x-slack-retry-reason"}

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Refusals:
    """Counts what was refused, and tells of it in at most one line a minute."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._told_at = float("-inf")
        self.metrics = Metrics()

    def note(self, why: str) -> None:
        """Count one."""
        self._counts[why] += 1
        self.metrics.add("jigyo_refusals", why)

    def tell(self, *, at_once: bool = False) -> None:
        """Log the counts since the last line, unless that was less than a minute ago."""
        if self._counts and (at_once or monotonic() - self._told_at >= TELL_EVERY):
            log.warning("refused: %s", ", ".join(f"{why} {n}" for why, n in self._counts.most_common()))
            self._counts.clear()
            self._told_at = monotonic()


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP with limits. `began` is when the request that is still coming in began, None if none is.

    A connection that was only opened is a request that is still to come.
    """

    refusals = Refusals()
    began: float | None = None
    _late: float | None = None  # `began` of the request that was found to be slow
    _head: int | None = 0  # bytes of the head so far; None when it is complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection; when there are too many, in the place of the one that is slowest to speak."""
        super().connection_made(transport)
        self.began = self.loop.time()
        if len(self.connections) > MAX_CONNECTIONS:
            others = [each for each in self.connections if isinstance(each, BoundedProtocol)]
            slowest = min(others, key=BoundedProtocol._patience)
            slowest.refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections")

    def _patience(self) -> float:
        """Which of several to close first: requests coming in, the oldest of them first; then idle ones."""
        if self.began is not None:
            return self.began
        is_idle = self.cycle is None or self.cycle.response_complete
        return 1e15 if is_idle else 1e16

    def data_received(self, data: bytes) -> None:
        """Feed the parser, never more of a head than it may have."""
        if self.began is None:
            self.began = self.loop.time()
        if self._head is None or self._head + len(data) <= MAX_HEAD:
            super().data_received(data)
            if self._head is not None:
                self._head += len(data)
            return
        room = MAX_HEAD - self._head
        super().data_received(data[:room])
        if self._head is not None:
            self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "head too large")
        elif not self.transport.is_closing():
            super().data_received(data[room:])

    def on_headers_complete(self) -> None:
        """The rest is body."""
        self._head = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is here; the next one begins with the next byte."""
        self._head, self.began = 0, None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self.refuse(HTTPStatus.BAD_REQUEST, "not HTTP")

    def refuse_if_slow(self) -> None:
        """Close a connection whose request has not come in time, at the second look that finds it so.

        After a moment in which the process stood still its bytes may only wait to be read.
        """
        if self.began is None or self.loop.time() - self.began <= RECEIVE_WITHIN:
            return
        if self._late == self.began:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, "too slow")
        self._late = self.began

    def refuse(self, status: HTTPStatus, why: str) -> None:
        """Close the connection, with a status unless an answer has begun."""
        if self.transport.is_closing():
            return
        self.refusals.note(why)
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            line = f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            self.transport.write(f"{line}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        self.transport.close()


class SignedRequests:
    """An ASGI application in front of Bolt, which would look at the body before the signature.

    Commands, which most requests are, it hands on itself: Bolt would look for them among all listeners.
    """

    def __init__(self, app: SlackApp, signing_secret: str, refusals: Refusals) -> None:
        self._app, self._secret, self._refusals = app, signing_secret.encode(), refusals
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
            await _send(send, await self._answer(body, scope["query_string"], headers))

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
        digest = hmac.digest(self._secret, b"v0:%b:%b" % (signed_at, body), "sha256")
        return b"v0=" + digest.hex().encode()

    async def _answer(self, body: bytes, query: bytes, headers: dict[bytes, bytes]) -> BoltResponse:
        """What the app answers; a command, which most requests are, without Bolt's own look at it."""
        try:
            text = body.decode()
            command = requests.command_form(text)
            asked = None if command else _for_bolt(text, query, headers)
            fields: requests.Body = command or (asked.body if asked else {})
            is_readable = requests.is_readable(fields)
        # It is no JSON or UTF-8, nested too deeply, or none that Slack would send.
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            is_readable = False
        if not is_readable:
            self._refusals.note("unreadable")
            return _refused(HTTPStatus.BAD_REQUEST, "unreadable request")
        fields[requests.SIGNATURE] = headers[b"x-slack-signature"].decode("ascii", "replace")
        answer = self._app.bolt.async_dispatch(asked) if asked else self._app.commands.answer(fields)
        return await observed(self._refusals.metrics, fields, answer)

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
    if body.lstrip().startswith(("{", "[", requests.PRESS)):
        return body
    return body.replace("payload", "%70ayload")


async def watch(connections: Iterable[object], refusals: Refusals) -> None:
    """Close what is too slow and tell of what was refused, until cancelled."""
    while True:
        await asyncio.sleep(0.5)
        for each in list(connections):
            if isinstance(each, BoundedProtocol):
                each.refuse_if_slow()
        refusals.tell()
