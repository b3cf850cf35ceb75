"""What is said to the bot: mentions, direct messages, and the agent view with its prompts and status."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask.intents.asides import examples
from bot.context import Context, SlackRequest
from bot.gateway import NoAnswer
from bot.messages.message import Payload
from bot.slack import bodies
from bot.slack.dispatch import Dispatcher, Where
from bot.slack.listeners.actions import post
from bot.slack.requests import answer, failed
from bot.slack.threads import ACK_WITHIN, in_a_line, in_thread, is_for_good, send, within
from store.talk import conversations

log = logging.getLogger(__name__)

EVENT_LEASE = timedelta(seconds=30)  # an unanswered claim older than this belongs to a process that died
PROMPTS = 4
TITLE_CHARACTERS = 40
GREETING = "事業について、何でもお尋ねください"
STATUS_AFTER = 1.0  # seconds that people wait for an answer before they are shown that it is looked for
STATUS_SECONDS = 1.0  # of which the answer is not held up longer
STATUS = "お調べしています…"


class Identity(AsyncAuthorize):
    """The app's one installation, known without a call: Bolt's own asks Slack before it answers anything."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._installation = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=client.token)
        self._bot_user = ""

    async def __call__(self, **_: object) -> AuthorizeResult:
        """What Bolt is to answer any request with."""
        return self._installation

    async def bot_user(self, event: dict[str, Any]) -> str:
        """The bot's user id: as the event's envelope says, else as Slack says, which is asked once.

        Raises what Slack's client raises when Slack has to be asked and cannot be.
        """
        for each in event.get("authorizations") or ():
            if each.get("is_bot") and each.get("user_id"):
                return str(each["user_id"])
        if not self._bot_user:
            self._bot_user = str((await self._client.auth_test())["user_id"])
        return self._bot_user


def register(app: AsyncApp, context: Context, dispatcher: Dispatcher, identity: Identity) -> None:
    """Listen for mentions, direct messages, and the agent view's opening; tell when a listener failed."""

    @app.event("app_mention")
    @app.event("message")
    async def spoken(body: dict[str, Any], client: AsyncWebClient) -> None:
        request = bodies.of_event(body, bot_user=await identity.bot_user(body))
        if request:
            work = converse(client, context, dispatcher, request, event_id=body["event_id"])
            await within(context, work, seconds=ACK_WITHIN)

    @app.event("app_home_opened", matchers=[_is_messages_tab])
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await within(context, offer(context, client, event), seconds=ACK_WITHIN)

    @app.error
    async def listener_failed(
        error: Exception, body: dict[str, Any], respond: AsyncRespond
    ) -> BoltResponse | None:
        payload = failed(context, f"{body.get('type', 'command')} listener", error)
        if not body.get("response_url"):
            # Slack is told that it failed, and sends an event again; where that is of no use, it is taken.
            return BoltResponse(status=HTTPStatus.OK, body="") if is_for_good(error) else None
        words = {"response_type": "ephemeral", "replace_original": False, **payload}
        is_told = await send(respond, words)
        return BoltResponse(status=HTTPStatus.OK, body="" if is_told else words)


async def converse(
    client: AsyncWebClient, context: Context, dispatcher: Dispatcher, request: SlackRequest, *, event_id: str
) -> None:
    """Answer a mention or a direct message where it was said, once however often Slack sends it."""
    if not await in_thread(context, _claim, context, event_id):
        return
    answering = asyncio.ensure_future(_answered(context, dispatcher, request))
    if not (await asyncio.wait({answering}, timeout=STATUS_AFTER))[0]:
        await thinking(client, request.channel, request.thread_ts)
    payload = await answering
    is_refused = False
    try:
        await post(context, client, payload, channel=request.channel, thread_ts=request.thread_ts)
    except SlackApiError as error:
        is_refused = error.response.status_code in (HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS)
        raise
    except NoAnswer as error:
        is_refused = error.is_unsent
        raise
    finally:
        await in_thread(context, _settle, context, event_id, is_refused)


async def _answered(context: Context, dispatcher: Dispatcher, request: SlackRequest) -> Payload:
    try:
        decision = await in_thread(context, dispatcher.decide, request, context)
    except Exception as error:
        return failed(context, f"{request.surface} decision", error)
    where: Where = "patient" if dispatcher.may_wait(decision) else "thread"
    return await answer(context, partial(dispatcher.run, decision), request, where=where)


def _settle(context: Context, event_id: str, is_refused: bool) -> None:
    """Answered, also when the outcome is unknown: better asked again than answered twice; not if refused."""
    answered = partial(conversations.answered, event_id=event_id, now=context.clock().isoformat())
    released = partial(conversations.release, event_id=event_id)
    context.later.put(("settled", event_id), True, released if is_refused else answered)


def _claim(context: Context, event_id: str) -> bool:
    """Whether the event is ours to answer; while the database is locked, only this process is asked."""
    if context.later.get(("event", event_id)):
        return False
    now = context.clock()
    before = (now - EVENT_LEASE).isoformat()
    write = partial(conversations.claim, event_id=event_id, now=now.isoformat(), abandoned_before=before)
    return context.later.put(("event", event_id), True, write) is not False


async def offer(context: Context, client: AsyncWebClient, event: dict[str, Any]) -> None:
    """Offer prompts for the messages tab; where Slack takes none, there are none.

    Without `thread_ts`: they are for every thread that is opened there, and an empty one is refused.
    """
    prompts = await in_thread(context, suggested, context)
    try:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=event["channel"], title=GREETING, prompts=prompts
        )
    except SlackClientError as error:
        log.warning("no prompts were offered: %s", in_a_line(error) or error)


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
