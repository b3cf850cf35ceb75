"""The agent view: prompts to begin with, and a status while an answer is looked for."""

from __future__ import annotations

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.smalltalk import examples
from bot.context import Context, Handler
from bot.slack.answering import ACK_WITHIN, in_thread, within

COMMANDS: dict[str, Handler] = {}
PROMPTS = 4
TITLE_CHARACTERS = 40
GREETING = "事業について、何でもお尋ねください"
STATUS_SECONDS = 1.0  # of which the answer is not held up longer
STATUS = "お調べしています…"


def register(app: AsyncApp, context: Context) -> None:
    """Offer prompts when the messages tab opens; show the status when a question comes in a thread of it."""

    @app.event("app_home_opened", matchers=[_is_messages_tab])
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await within(context, offer(context, client, event), seconds=ACK_WITHIN)


async def offer(context: Context, client: AsyncWebClient, event: dict[str, Any]) -> None:
    """Offer prompts. Raises what Slack's client raises."""
    prompts = await in_thread(context, suggested, context)
    await client.assistant_threads_setSuggestedPrompts(
        channel_id=event["channel"], thread_ts=event.get("thread_ts", ""), title=GREETING, prompts=prompts
    )


def suggested(context: Context) -> list[dict[str, str]]:
    """Questions that the loaded list can answer, as prompts."""
    with context.databases.get().reading() as index:
        asked = examples(index.catalog, PROMPTS)
    return [{"title": _title(question), "message": question} for question in asked]


async def thinking(client: AsyncWebClient, channel: str, thread_ts: str) -> None:
    """Show that the answer is being looked for; Slack clears it when the answer is posted."""
    try:
        async with asyncio.timeout(STATUS_SECONDS):
            await client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread_ts, status=STATUS)
    except (SlackClientError, TimeoutError):
        return  # a plain direct message has no status; the answer comes all the same


async def _is_messages_tab(event: dict[str, Any]) -> bool:
    return event.get("tab") == "messages"


def _title(question: str) -> str:
    return question if len(question) <= TITLE_CHARACTERS else f"{question[: TITLE_CHARACTERS - 1]}…"
