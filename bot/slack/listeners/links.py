"""The button リンク: a permalink to an answer, to pass on."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Asked, Context, Handler
from bot.messages.kit import action_pattern
from bot.messages.markup import link, mrkdwn
from bot.messages.message import Message, pages
from bot.slack import requests
from bot.slack.listeners.core import attend, send

COMMANDS: dict[str, Handler] = {}


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button to whoever pressed it."""

    @app.action(action_pattern("permalink"))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        await attend(context, _tell(client, respond, requests.of_action(body)), "the link", respond)


async def _tell(client: AsyncWebClient, respond: AsyncRespond, asked: Asked) -> None:
    found = await client.chat_getPermalink(channel=asked.channel, message_ts=asked.ts)
    told = Message(mrkdwn("この回答へのリンクです: {}", link(found["permalink"], found["permalink"])))
    where = {"thread_ts": asked.thread_ts} if asked.thread_ts else {}
    await send(respond, {"response_type": "ephemeral", "replace_original": False, **where, **pages(told)[0]})
