"""HTTP with limits: uvicorn's protocol and server, and the sockets that they listen on.

uvicorn limits neither heads (with httptools), nor the time in which a request comes, and counts connections
only once their head is there: `BoundedProtocol` does.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from time import monotonic
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.settings import SettingsError
from bot.slack.observing import (
    Refusals,
)
from bot.slack.requests import RECEIVED

MAX_HEAD = 16 * 1024  # bytes of request line and headers
RECEIVE_WITHIN = 5.0  # seconds for a whole request, from its first byte; Slack itself waits 3 for the answer
MAX_CONNECTIONS = 256  # of a process


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
        cast(dict[str, Any], self.scope)[RECEIVED] = monotonic()

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


async def watch(connections: Iterable[object], refusals: Refusals) -> None:
    """Close what is too slow and tell of what was refused, until cancelled."""
    while True:
        await asyncio.sleep(0.5)
        for each in list(connections):
            if isinstance(each, BoundedProtocol):
                each.refuse_if_slow()
        refusals.tell()


class Server(uvicorn.Server):
    """uvicorn, leaving signals to us: it would die of the SIGTERM it was stopped with."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, with an eye on connections that are too slow."""
        watching = asyncio.create_task(watch(self.server_state.connections, BoundedProtocol.refusals))
        try:
            await super().serve(sockets)
        finally:
            watching.cancel()
            BoundedProtocol.refusals.tell(at_once=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, hear those that have not yet said anything, then stop as uvicorn does.

        The system has connections that were not accepted yet: closing its socket would reset them.
        """
        loop = asyncio.get_running_loop()
        waiting = [taken for listening in sockets or [] for taken in _backlog(listening)]
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for taken in waiting:
            await loop.connect_accepted_socket(self._protocol, taken)
        while any(map(_is_unheard, self.server_state.connections)):  # the slow ones are closed by `watch`
            await asyncio.sleep(0.01)
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        return BoundedProtocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def _backlog(listening: socket.socket) -> Iterator[socket.socket]:
    """The connections that wait to be accepted."""
    listening.setblocking(False)
    while True:
        try:
            yield listening.accept()[0]
        except OSError:  # there is none, or whoever connected is gone
            return


def _is_unheard(connection: object) -> bool:
    """Whether a connection's first request is still to come."""
    return getattr(connection, "cycle", None) is None


def listen(host: str, port: int, *, count: int = 1, variable: str = "PORT か --port") -> list[socket.socket]:
    """Sockets listening on one port (0: any free one), between which the system shares what comes in.

    Raises SettingsError when the port cannot be had, and names the `variable` that says which.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as probe:  # is it ours alone?
            port = probe.getsockname()[1]
        return [
            socket.create_server((host, port), family=family, backlog=2048, reuse_port=count > 1)
            for _ in range(count)
        ]
    except OSError as error:
        raise SettingsError(
            f"{host}:{port} で待ち受けられません（{os.strerror(error.errno or 0)}）。"
            f"{variable} を変えてください。"
        ) from error
