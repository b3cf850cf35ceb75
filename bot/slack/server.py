"""The process that serves Slack: HTTP or Socket Mode, health endpoints, and a clean stop.

uvicorn limits neither heads (with httptools), nor the time in which a request comes, and counts connections
only once their head is there: `BoundedProtocol` does.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from http import HTTPStatus
from time import monotonic
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.context import Context
from bot.delivery import schedule
from bot.settings import SettingsError, require
from bot.slack.app import build_app, build_scheduler
from bot.slack.observing import (
    Check,
    Health,
    IndexInStep,
    MetricsPage,
    Refusals,
    SlackAnswers,
    database_problems,
    lists_behind,
    notes_problems,
    torn_indexes,
)
from bot.slack.requests import RECEIVED, SignedRequests
from bot.slack.socket import SocketMode
from bot.slack.threads import SlackClient, SlackState, session
from bot.slack.workers import STOPPED, STOPPING

log = logging.getLogger(__name__)

EVENTS_PATH, MCP_PATH = "/slack/events", "/mcp"
MAX_HEAD = 16 * 1024  # bytes of request line and headers
RECEIVE_WITHIN = 5.0  # seconds for a whole request, from its first byte; Slack itself waits 3 for the answer
MAX_CONNECTIONS = 256  # of a process
_GARBAGE = (20_000, 20, 50)  # new objects before the collector looks at them: an answer makes thousands
STOP_WITHIN = 15  # seconds for what is being answered
BEHIND_WITHIN = 8  # seconds more for what was acknowledged and goes on behind
TELL_WITHIN = 4  # seconds of these to tell who asked for what was not done
GIVE_UP_AFTER = 25.0  # seconds from the signal to the end, whatever hangs; process managers kill after 30

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def web(
    context: Context, slack: Asgi | None, answers: SlackAnswers, *checks: Check, mcp: Asgi | None = None
) -> Asgi:
    """Slack's requests on /slack/events (none under Socket Mode), health on /livez, /readyz and /healthz.

    Other assistants' on /mcp.

    /readyz says whether this process can answer (`checks` among it), /healthz also whether Slack does, and
    whether the reminders go out.
    """
    ready: tuple[Check, ...] = (database_problems, IndexInStep(), lists_behind, *checks)
    healths = {
        "/readyz": Health(context, ready),
        "/healthz": Health(context, ready, (answers, torn_indexes, notes_problems, schedule.problems)),
    }

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path")
        if path == EVENTS_PATH and slack:
            await slack(scope, receive, send)
        elif path == MCP_PATH and mcp:
            await mcp(scope, receive, send)
        elif path == "/livez":
            await _json(send, 200, {"status": "ok"})
        elif path in healths:
            loop = asyncio.get_running_loop()
            if path == "/healthz":
                await answers.ask()
            problems = await loop.run_in_executor(context.pool, healths[path].problems)
            status = {"status": "ng" if problems else "ok", "problems": problems}
            await _json(send, 503 if problems else 200, status)
        else:
            await _json(send, 404, {"status": "not found"})

    return serve


async def _json(send: Any, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body, ensure_ascii=False).encode()})


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


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The fastest event loop there is on this machine."""
    return uvicorn.Config("", log_config=None).get_loop_factory()


async def serve(
    context: Context,
    listening: socket.socket,
    *,
    is_socket: bool,
    reminders: bool,
    until: int | None = None,
    metrics: socket.socket | None = None,
    mcp: Asgi | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or the end of the file `until`, then finish what is being answered.

    `metrics` is where /metrics is asked for, in the one process that answers it; `mcp` answers other
    assistants. Raises SettingsError when a secret is missing.
    """
    BoundedProtocol.refusals.metrics = context.metrics
    client = SlackClient(context.settings, SlackState(context.clock))
    answers = SlackAnswers(client)
    app = build_app(context, client, is_socket=is_socket)
    socket_mode = SocketMode(app.bolt, context) if is_socket else None
    if socket_mode:
        asgi = web(context, None, answers, socket_mode.problems, mcp=mcp)
    else:
        asgi = web(
            context,
            SignedRequests(
                app.bolt,
                app.commands.answer,
                require(context.settings, "slack_signing_secret"),
                BoundedProtocol.refusals,
            ),
            answers,
            mcp=mcp,
        )
    server = Server(_config(asgi))
    beside = Server(_config(MetricsPage(context, answers))) if metrics else None
    loop = asyncio.get_running_loop()
    is_alone = until is None  # else the process that started this one tells of its stop

    def stop() -> None:
        if server.should_exit:
            return
        if is_alone:
            log.info(STOPPING)
        for each in filter(None, (server, beside)):
            each.should_exit = True
        _end_after(GIVE_UP_AFTER, is_alone=is_alone)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    if until is not None:
        loop.add_reader(until, stop)
    scheduler = build_scheduler(context, client, reminders=reminders)
    gc.freeze()  # what is there now stays: it need not be looked through again and again
    gc.set_threshold(*_GARBAGE)
    gc.enable()
    async with (
        session() as client.session,
        socket_mode.connected() if socket_mode else nullcontext(),
    ):
        scheduler.start()
        if beside and metrics:
            await asyncio.gather(server.serve([listening]), beside.serve([metrics]))
        else:
            await server.serve([listening])
        scheduler.shutdown(wait=False)
        await _finish(context)
    context.later.close(wait=BEHIND_WITHIN)
    for pool in (context.pool, context.patient):
        pool.shutdown(cancel_futures=True)
    if is_alone:
        log.info(STOPPED)


def _config(asgi: Asgi) -> uvicorn.Config:
    return uvicorn.Config(
        asgi, lifespan="off", access_log=False, log_config=None, http=BoundedProtocol, ws="none",
        timeout_graceful_shutdown=STOP_WITHIN, server_header=False, proxy_headers=False,
    )  # fmt: skip


async def _finish(context: Context) -> None:
    """Wait for what goes on behind its acknowledgement; in the end it is left.

    Before that, who still waits for the database's lock gives up, in time to tell whoever asked.
    """
    unfinished = context.unfinished
    if unfinished:
        await asyncio.wait(unfinished, timeout=BEHIND_WITHIN - TELL_WITHIN)
    context.stopping.set()
    if unfinished:
        await asyncio.wait(unfinished, timeout=TELL_WITHIN)
    if unfinished:
        log.error("%d answers were not finished in time", len(unfinished))
    for each in list(unfinished):
        each.cancel()


def _end_after(seconds: float, *, is_alone: bool) -> None:
    """End the process then, should it still be there: a thread in a call that hangs can't be told to stop."""

    def end() -> None:
        log.warning("%.0f seconds after the signal something still hangs; it is left", seconds)
        if is_alone:
            log.info(STOPPED)
        logging.shutdown()
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
