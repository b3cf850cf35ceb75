"""Slack over a WebSocket, for cities whose machines take no requests from outside."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.context import Context
from bot.settings import require


class SocketMode(AsyncSocketModeHandler):
    """Socket Mode whose requests in hand are waited for at a stop."""

    def __init__(self, app: AsyncApp, token: str, unfinished: set[asyncio.Future[Any]]) -> None:
        super().__init__(app, token)
        self._unfinished = unfinished

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one envelope."""
        task = asyncio.ensure_future(super().handle(client, req))
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        await task


@asynccontextmanager
async def connected(app: AsyncApp, context: Context) -> AsyncIterator[None]:
    """Connected to Slack inside, closed after. Raises SettingsError when SLACK_APP_TOKEN is missing."""
    socket_mode = SocketMode(app, require(context.settings, "slack_app_token"), context.unfinished)
    await socket_mode.client.connect()
    try:
        yield
    finally:
        await socket_mode.client.close()
