"""Presses of buttons answered, and what is sent to Slack in answer to anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, SlackRequest
from bot.gateway.client import CALL_SECONDS
from bot.gateway.pages import page, recall
from bot.messages.builders import action_pattern
from bot.messages.message import Message, Payload
from bot.permissions import rule
from bot.sheets.roles import REPLAYED
from bot.slack import requests
from bot.slack.answering import ACK_WITHIN, Answerer, answer, failed, may_wait, within
from store.talk import seen_requests

log = logging.getLogger(__name__)

Replaces = Literal["never", "private", "always"]

GONE = Message("この続きは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")


async def post(client: AsyncWebClient, payload: Payload, *, channel: str, thread_ts: str = "") -> None:
    """Post a payload that passed the gate. Raises SlackApiError when Slack refuses it."""
    words = {key: payload[key] for key in ("text", "blocks") if key in payload}
    await client.chat_postMessage(
        channel=channel, thread_ts=thread_ts or None, unfurl_links=False, unfurl_media=False, **words
    )


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 続きを見る."""
    on_button(app, context, "more", further_page)


def on_button(
    app: AsyncApp,
    context: Context,
    action: str,
    handler: Answerer,
    *,
    replaces: Replaces = "never",
    once: bool = False,
) -> None:
    """Answer presses of `action` with what the handler makes of the button's value (`request.text`).

    In a direct message the answer is posted; in a channel only the actor who pressed sees it (unless it is
    `in_channel`). It may replace the message the button was on: always, or when nobody else sees that one.
    `once` is for what others see, or what is written: the same request sent again does nothing.
    """
    rule("button", action)  # which says who may; KeyError where nothing does
    answerer = do_once(handler) if once else handler

    @app.action(action_pattern(action))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        request = requests.of_action(body)
        work = _answer_press(client, respond, context, answerer, request, replaces=replaces, body=body)
        await within(context, work, seconds=ACK_WITHIN)


def do_once(handler: Answerer) -> Answerer:
    """A handler that answers one request once, however often somebody who has a copy sends it."""

    def answer_once(request: SlackRequest, context: Context) -> Message | Payload:
        if is_replayed(context, request):
            return Message(REPLAYED)
        return handler(request, context)

    return may_wait(wraps(handler)(answer_once))


def is_replayed(context: Context, request: SlackRequest) -> bool:
    """Whether this very request was here before, in any process. Waits for the database."""
    db, now = context.databases.get(), context.clock()
    return bool(request.signature) and not seen_requests.is_first(db, request.signature, now=now)


async def _answer_press(
    client: AsyncWebClient,
    respond: AsyncRespond,
    context: Context,
    handler: Answerer,
    request: SlackRequest,
    *,
    replaces: Replaces,
    body: dict[str, Any],
) -> None:
    payload = await answer(context, handler, request)
    is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    is_dm = request.channel.startswith("D")
    does_replace = replaces == "always" or (replaces == "private" and (is_ephemeral or is_dm))
    if is_dm and not is_ephemeral and not does_replace:
        await post(client, payload, channel=request.channel, thread_ts=request.thread_ts)
        return
    where = {"thread_ts": request.thread_ts} if request.thread_ts else {}
    await send(respond, {"response_type": "ephemeral", "replace_original": does_replace, **where, **payload})


async def attend(
    context: Context, work: Coroutine[Any, Any, Any], doing: str, respond: AsyncRespond | None = None
) -> None:
    """Do what a press asks of Slack; after `ACK_WITHIN` it goes on behind its acknowledgement.

    Whoever pressed is told when it fails, where there is a way to tell.
    """

    async def told() -> None:
        try:
            await work
        except Exception as error:
            payload = failed(doing, error)
            if respond:
                await send(respond, {"response_type": "ephemeral", "replace_original": False, **payload})

    await within(context, told(), seconds=ACK_WITHIN)


async def send(respond: AsyncRespond, body: Payload) -> bool:
    """Post to a response_url; whether it took it: it may have expired (five uses, thirty minutes)."""
    if not respond.response_url:
        log.warning("there is no response_url to answer to")
        return False
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await respond(body)
    except (ClientError, OSError, ValueError) as error:  # among them TimeoutError
        log.warning("a response_url cannot be reached: %r", error)
        return False
    if answer.status_code != HTTPStatus.OK:
        log.warning("a response_url took no answer: %s %s", answer.status_code, answer.body[:200])
    return answer.status_code == HTTPStatus.OK


def further_page(request: SlackRequest, context: Context) -> Message | Payload:
    """The kept page after the one whose button was pressed."""
    key, _, number = request.text.partition(" ")
    parts = recall(context, key)
    return page(parts, key, int(number) + 1) if parts else GONE
