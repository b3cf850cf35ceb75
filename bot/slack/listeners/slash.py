"""The slash command: its answer travels back in the acknowledgement itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, Handler, SlackRequest
from bot.messages.message import Payload
from bot.slack import requests
from bot.slack.answering import ACK_WITHIN, Where, answer, within
from bot.slack.listeners.actions import send
from bot.slack.listeners.dispatch import Dispatcher
from store.database import DatabaseError

COMMAND = "/jigyo"
QUICK_TEXT = 200  # characters
WAIT = "お調べしています。少しお待ちください。"
WAIT_TO_WRITE = "お預かりしました。済みしだい、ここでお知らせします。少しお待ちください。"


class Commands(AsyncMiddleware):
    """`/jigyo` as a middleware of Bolt's, ahead of its authorization, which serves those who call Slack.

    A listener is given its arguments by their names, looked up twice a request; most requests are commands,
    which need none of them.
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
        if req.body.get("command") != COMMAND:
            req.context["client"] = self._client  # Bolt's own would not have its limits
            await next()
            return None
        return acknowledgement(await self._answer(req, requests.of_command(req.body)))

    async def _answer(self, req: AsyncBoltRequest, request: SlackRequest) -> Payload:
        """What to acknowledge a command with: its answer, which is sent after if Slack won't wait for it."""
        handler, where = self._way(request)
        if where == "loop":
            return await answer(self._context, handler, request, where=where)
        answered: list[Payload] = []
        waits = True

        async def work() -> None:
            payload = await answer(self._context, handler, request, where=where)
            if waits:
                answered.append(payload)
            elif respond := req.context.respond:
                await send(respond, {"replace_original": True, **payload})

        if await within(self._context, work(), seconds=ACK_WITHIN):
            return answered[0]
        waits = False
        return {"text": WAIT_TO_WRITE if where == "patient" else WAIT}

    def _way(self, request: SlackRequest) -> tuple[Handler, Where]:
        """How to answer, and where. What is long is decided in a thread, as what cannot be decided here."""
        if len(request.text) > QUICK_TEXT:
            return self._dispatcher, "thread"
        try:
            decision = self._dispatcher.decide(request, self._context)
            where = self._dispatcher.where(decision, self._context)
        except (sqlite3.Error, DatabaseError):
            return self._dispatcher, "thread"
        return partial(self._dispatcher.run, decision), where


def acknowledgement(payload: Payload) -> BoltResponse:
    """A payload as the answer to Slack's request: UTF-8, half as long as the ASCII that Bolt would make."""
    try:
        body = orjson.dumps(payload).decode()
    except TypeError:  # half a character, which has no UTF-8
        body = json.dumps(payload)
    return BoltResponse(status=HTTPStatus.OK, body=body)
