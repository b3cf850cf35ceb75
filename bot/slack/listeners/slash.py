"""The slash command: its answer travels back in the acknowledgement itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

import orjson
from slack_bolt.async_app import AsyncBoltRequest, AsyncRespond
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, Handler, SlackRequest
from bot.messages.message import Payload
from bot.slack import requests
from bot.slack.answering import ACK_WITHIN, Pages, Where, answer, answered, one_page, within
from bot.slack.listeners.actions import send
from bot.slack.listeners.dispatch import Dispatcher
from store.database import DatabaseError

QUICK_TEXT = 200  # characters
WAIT = "お調べしています。少しお待ちください。"
WAIT_TO_WRITE = "お預かりしました。済みしだい、ここでお知らせします。少しお待ちください。"


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
        if req.body.get("command") == requests.COMMAND:
            return await self.answer(req.body)
        req.context["client"] = self._client  # Bolt's own would not have its limits
        await next()
        return None

    async def answer(self, body: requests.Body) -> BoltResponse:
        """The acknowledgement of a command: its answer, which is sent after it if Slack won't wait for it."""
        request = requests.of_command(body)
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

    def _respond(self, body: requests.Body) -> AsyncRespond:
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
