"""The button リンク: a permalink to an answer, to pass on."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import Context, SlackRequest
from bot.messages.builders import action_pattern
from bot.messages.markup import link, mrkdwn
from bot.messages.message import Message, pages
from bot.permissions import rule
from bot.slack import requests
from bot.slack.listeners.core import attend, send


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button to whoever pressed it."""

    @app.action(action_pattern(rule("button", "permalink").name))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        await attend(context, _tell(client, respond, requests.of_action(body)), "the link", respond)


async def _tell(client: AsyncWebClient, respond: AsyncRespond, request: SlackRequest) -> None:
    found = await client.chat_getPermalink(channel=request.channel, message_ts=request.ts)
    told = Message(mrkdwn("この回答へのリンクです: {}", link(found["permalink"], found["permalink"])))
    where = {"thread_ts": request.thread_ts} if request.thread_ts else {}
    await send(respond, {"response_type": "ephemeral", "replace_original": False, **where, **pages(told)[0]})
