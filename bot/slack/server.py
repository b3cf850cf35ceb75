"""The processes that serve Slack: over HTTP or a WebSocket, with health endpoints and a clean stop.

Socket Mode is for cities whose machines take no requests from outside. Over HTTP several processes share one
port, a core for each: started, started again when one dies, stopped together.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from typing import Any, NoReturn

import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.context import Context, observed
from bot.delivery.reconcile import problems as reminder_problems
from bot.settings import require
from bot.slack.app import build_app, build_scheduler
from bot.slack.exchange import SlackClient, SlackState, session, surface_of, without_halves
from bot.slack.http import BoundedProtocol, Server
from bot.slack.observing import (
    Check,
    Health,
    IndexInStep,
    MetricsPage,
    SlackAnswers,
    database_problems,
    lists_behind,
    notes_problems,
    torn_indexes,
)
from bot.slack.requests import SignedRequests

log = logging.getLogger(__name__)

EVENTS_PATH, MCP_PATH = "/slack/events", "/mcp"
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
        "/healthz": Health(context, ready, (answers, torn_indexes, notes_problems, reminder_problems)),
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


CONNECTIONS = 2  # Slack closes each now and then, and sends by the other meanwhile; it allows ten an app
CONNECT_FIRST = 3.0  # seconds to connect before the process says that it listens

_log = logging.getLogger("jigyo.socket_mode")


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave the traceback away: a connection that cannot be had is tried again and again."""
    record.exc_info = None
    return True


_log.addFilter(_in_one_line)
_log.setLevel(logging.WARNING)


class Connection(AsyncSocketModeHandler):
    """A connection whose requests in hand are waited for at a stop."""

    def __init__(self, app: AsyncApp, context: Context) -> None:
        super().__init__(app, require(context.settings, "slack_app_token"), logger=_log)
        self._metrics = context.metrics
        self._unfinished = context.unfinished

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope."""
        req.payload = without_halves(req.payload)
        work = observed(self._metrics, surface_of(req.payload), super().handle(client, req))
        task = asyncio.ensure_future(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        await task

    @property
    def is_open(self) -> bool:
        """Whether Slack can send by it now."""
        session = self.client.current_session
        return session is not None and not session.closed


class SocketMode:
    """Several connections of a process to Slack, which sends each request by any of them.

    Raises SettingsError when SLACK_APP_TOKEN is missing.
    """

    def __init__(self, app: AsyncApp, context: Context) -> None:
        self.connections = [Connection(app, context) for _ in range(CONNECTIONS)]

    def problems(self, _: Context) -> list[str]:
        """Whether there is a connection to Slack."""
        is_open = any(each.is_open for each in self.connections)
        return [] if is_open else ["Slack とつながっていません。つなぎ直しています。"]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connected to Slack inside, or trying to be; closed after.

        Slack may be out of reach for hours: the process still answers its manager and stops when told.
        """
        connecting = [asyncio.create_task(each.client.connect()) for each in self.connections]
        await asyncio.wait(connecting, timeout=CONNECT_FIRST)
        try:
            yield
        finally:
            for each in connecting:
                each.cancel()
            await asyncio.gather(*(each.client.close() for each in self.connections))


log = logging.getLogger(__name__)

STOPPED_BY = (signal.SIGTERM, signal.SIGINT)
REFUSED = 2  # the exit status of a worker that another start would not help
STOPPING, STOPPED = "stopping: finishing what is being answered", "stopped"
PAUSE_SECONDS = 1.0  # before a worker that died is started again

Work = Callable[[int, int], None]  # (the worker's number, a file that ends when the parent does)


def supervise(count: int, work: Work, *, on_stop: Callable[[], None]) -> int:
    """Run `work` in `count` processes until SIGTERM or SIGINT, then stop them; their worst exit status.

    `on_stop` lets go, in this process, of what the workers are to let go of.
    """
    alive_read, alive_write = os.pipe()
    os.set_inheritable(alive_read, True)
    workers: dict[int, int] = {}
    stopping: list[int] = []

    def stop(number: int, frame: object = None) -> None:
        if not stopping:
            log.info(STOPPING)
        stopping.append(number)
        on_stop()
        for pid in workers:
            os.kill(pid, signal.SIGTERM)

    def start(number: int) -> None:
        with _held_back():  # a worker is known before it is to be stopped
            if not stopping:
                workers[_fork(work, number, alive_read, alive_write)] = number

    for stopped_by in STOPPED_BY:
        signal.signal(stopped_by, stop)
    for number in range(count):
        start(number)
    worst = 0
    while workers:
        pid, status = os.wait()
        number, code = workers.pop(pid), os.waitstatus_to_exitcode(status)
        if stopping:
            worst = max(worst, 0 if code == -signal.SIGTERM else abs(code))  # it had not begun to serve
        elif code == REFUSED:
            worst = REFUSED
            stop(signal.SIGTERM)
        else:
            log.error("worker %d ended with status %d; starting it again", number, code)
            time.sleep(PAUSE_SECONDS)
            start(number)
    log.info(STOPPED)
    return worst


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold the signals that stop us back for a moment."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPED_BY)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPED_BY)


def _fork(work: Work, number: int, alive_read: int, alive_write: int) -> int:
    pid = os.fork()
    if pid == 0:
        os.close(alive_write)  # so that the pipe ends with the parent
        _run(work, number, alive_read)
    return pid


def _run(work: Work, number: int, alive_read: int) -> NoReturn:
    """Do the work in this new process and leave it without returning into the parent's code."""
    status = 1
    try:
        for handled in STOPPED_BY:
            signal.signal(handled, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPED_BY)
        work(number, alive_read)
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(status)
