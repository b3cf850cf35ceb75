"""Slack over a WebSocket, for cities whose machines take no requests from outside."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.context import Context
from bot.settings import require
from bot.slack.bodies import surface_of, without_halves
from bot.telemetry import observed

CONNECT_FIRST = 3.0  # seconds to connect before the process says that it listens

_log = logging.getLogger("jigyo.socket_mode")


def _in_one_line(record: logging.LogRecord) -> bool:
    """Leave the traceback away: a connection that cannot be had is tried again and again."""
    record.exc_info = None
    return True


_log.addFilter(_in_one_line)
_log.setLevel(logging.WARNING)


class SocketMode(AsyncSocketModeHandler):
    """Socket Mode whose requests in hand are waited for at a stop.

    Raises SettingsError when SLACK_APP_TOKEN is missing.
    """

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

    def problems(self, _: Context) -> list[str]:
        """Whether there is a connection to Slack."""
        session = self.client.current_session
        return [] if session and not session.closed else ["Slack とつながっていません。つなぎ直しています。"]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Connected to Slack inside, or trying to be; closed after.

        Slack may be out of reach for hours: the process still answers its manager and stops when told.
        """
        connecting = asyncio.create_task(self.client.connect())
        await asyncio.wait({connecting}, timeout=CONNECT_FIRST)
        try:
            yield
        finally:
            connecting.cancel()
            await self.client.close()
