"""From a request of Slack to a handler and back: mentions, direct messages, buttons."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import ClientError
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Asked, Context, Handler
from bot.deadlines.session import REPLAYED
from bot.messages.kit import action_pattern
from bot.messages.message import Message, Payload
from bot.slack import decoding, requests
from bot.slack.answering import ACK_WITHIN, Answerer, answer, failed, in_thread, may_wait, page, within
from bot.slack.client import CALL_SECONDS, NoAnswer
from bot.slack.identity import Identity
from bot.slack.listeners import agent
from bot.slack.payloads import recall
from store.talk import events, seen_requests

log = logging.getLogger(__name__)

Replaces = Literal["never", "private", "always"]

EVENT_LEASE = timedelta(seconds=30)  # an unanswered claim older than this belongs to a process that died
GONE = Message("この続きは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")


@dataclass(frozen=True)
class Routes:
    """Handlers by the first word typed, and what answers everything else on each surface."""

    commands: Mapping[str, Handler]
    slash: Handler
    conversation: Handler

    def find(self, asked: Asked) -> tuple[Handler, Asked]:
        """The handler for what was typed, and the request without the command's word."""
        word, raw = decoding.first_word(asked.raw)
        if handler := self.commands.get(word):
            return handler, replace(asked, raw=raw, text=decoding.as_typed(raw))
        return (self.slash if asked.surface == "slash" else self.conversation), asked


def register(app: AsyncApp, context: Context, routes: Routes, identity: Identity) -> None:
    """Listen for mentions, direct messages and the button 続きを見る."""

    @app.event("app_mention")
    @app.event("message")
    async def spoken(body: dict[str, Any], client: AsyncWebClient) -> None:
        asked = requests.of_event(body, bot_user=await identity.bot_user(body))
        if asked:
            handler, asked = routes.find(asked)
            work = converse(client, context, handler, asked, event_id=body["event_id"])
            await within(context, work, seconds=ACK_WITHIN)

    on_button(app, context, "more", further_page)

    @app.error
    async def listener_failed(
        error: Exception, body: dict[str, Any], respond: AsyncRespond
    ) -> BoltResponse | None:
        payload = failed(f"{body.get('type', 'command')} listener", error)
        if not body.get("response_url"):
            return None  # Slack is told that it failed, and sends an event again
        words = {"response_type": "ephemeral", "replace_original": False, **payload}
        is_told = await send(respond, words)
        return BoltResponse(status=HTTPStatus.OK, body="" if is_told else words)


async def converse(
    client: AsyncWebClient, context: Context, handler: Handler, asked: Asked, *, event_id: str
) -> None:
    """Answer a mention or a direct message where it was said, once however often Slack sends it."""
    if not await in_thread(context, _claim, context, event_id):
        return
    if asked.surface == "dm" and asked.thread_ts:
        await agent.thinking(client, asked.channel, asked.thread_ts)
    payload = await answer(context, handler, asked)
    is_refused = False
    try:
        await post(client, payload, channel=asked.channel, thread_ts=asked.thread_ts)
    except SlackApiError as error:
        is_refused = error.response.status_code in (HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS)
        raise
    except NoAnswer as error:
        is_refused = error.is_unsent
        raise
    finally:
        await in_thread(context, _settle, context, event_id, is_refused)


def _settle(context: Context, event_id: str, is_refused: bool) -> None:
    """Answered, also when the outcome is unknown: better asked again than answered twice; not if refused."""
    answered = partial(events.answered, event_id=event_id, now=context.clock().isoformat())
    released = partial(events.release, event_id=event_id)
    context.later.put(("settled", event_id), True, released if is_refused else answered)


def _claim(context: Context, event_id: str) -> bool:
    """Whether the event is ours to answer; while the database is locked, only this process is asked."""
    if context.later.get(("event", event_id)):
        return False
    now = context.clock()
    before = (now - EVENT_LEASE).isoformat()
    write = partial(events.claim, event_id=event_id, now=now.isoformat(), abandoned_before=before)
    return context.later.put(("event", event_id), True, write) is not False


async def post(client: AsyncWebClient, payload: Payload, *, channel: str, thread_ts: str = "") -> None:
    """Post a payload that passed the gate. Raises SlackApiError when Slack refuses it."""
    words = {key: payload[key] for key in ("text", "blocks") if key in payload}
    await client.chat_postMessage(
        channel=channel, thread_ts=thread_ts or None, unfurl_links=False, unfurl_media=False, **words
    )


def on_button(
    app: AsyncApp,
    context: Context,
    action: str,
    handler: Answerer,
    *,
    replaces: Replaces = "never",
    once: bool = False,
) -> None:
    """Answer presses of `action` with what the handler makes of the button's value (`asked.text`).

    In a direct message the answer is posted; in a channel only the person who pressed sees it (unless it is
    `in_channel`). It may replace the message the button was on: always, or when nobody else sees that one.
    `once` is for what others see, or what is written: the same request sent again does nothing.
    """
    answerer = do_once(handler) if once else handler

    @app.action(action_pattern(action))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        asked = requests.of_action(body)
        work = _answer_press(client, respond, context, answerer, asked, replaces=replaces, body=body)
        await within(context, work, seconds=ACK_WITHIN)


def do_once(handler: Answerer) -> Answerer:
    """A handler that answers one request once, however often somebody who has a copy sends it."""

    def answer_once(asked: Asked, context: Context) -> Message | Payload:
        if is_replayed(context, asked):
            return Message(REPLAYED)
        return handler(asked, context)

    return may_wait(wraps(handler)(answer_once))


def is_replayed(context: Context, asked: Asked) -> bool:
    """Whether this very request was here before, in any process. Waits for the database."""
    db, now = context.databases.get(), context.clock()
    return bool(asked.signature) and not seen_requests.is_first(db, asked.signature, now=now)


async def _answer_press(
    client: AsyncWebClient,
    respond: AsyncRespond,
    context: Context,
    handler: Answerer,
    asked: Asked,
    *,
    replaces: Replaces,
    body: dict[str, Any],
) -> None:
    payload = await answer(context, handler, asked)
    is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    is_dm = asked.channel.startswith("D")
    does_replace = replaces == "always" or (replaces == "private" and (is_ephemeral or is_dm))
    if is_dm and not is_ephemeral and not does_replace:
        await post(client, payload, channel=asked.channel, thread_ts=asked.thread_ts)
        return
    where = {"thread_ts": asked.thread_ts} if asked.thread_ts else {}
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


def further_page(asked: Asked, context: Context) -> Message | Payload:
    """The kept page after the one whose button was pressed."""
    key, _, number = asked.text.partition(" ")
    parts = recall(context, key)
    return page(parts, key, int(number) + 1) if parts else GONE
