"""What is said to the bot, and the buttons of an answer.

That is mentions, direct messages, and the agent view with its prompts. The buttons are more, why, feedback,
and what is taken out of an answer: a link, its chart as a picture, its hits as a CSV file safe to open.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask import wording
from bot.ask.answers import why_message
from bot.ask.intents.asides import examples
from bot.context import Context, SlackRequest
from bot.gateway import NoAnswer
from bot.messages import charts
from bot.messages.builders import action_pattern
from bot.messages.markup import link, mrkdwn
from bot.messages.message import Message, Payload, pages
from bot.messages.result_blocks import Shown, sharer_line
from bot.permissions import rule
from bot.slack import exchange
from bot.slack.dispatch import (
    Dispatcher,
    Where,
    answer_message,
    answered,
    last_turn,
    remember,
    section_here,
    unpack,
    usage,
)
from bot.slack.exchange import ACK_WITHIN, in_a_line, in_thread, is_for_good, patiently, send, within
from bot.slack.listeners.actions import attend, is_replayed, on_button, post
from bot.slack.requests import answer, failed
from store import projects
from store.lists.cells import csv_text
from store.records import FIELD_LABELS, Project
from store.talk import MOMENT, conversations
from store.talk.conversations import BY_MEANING, Feedback

log = logging.getLogger(__name__)

EVENT_LEASE = timedelta(seconds=30)  # an unanswered claim older than this belongs to a process that died
CLAIM_OF_MACHINES = 5.0  # seconds that a claim of a shared state is waited for; a first connection takes one
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
    """Listen for what is said, the agent view's opening and buttons; tell when a listener failed."""
    register_buttons(app, context)

    @app.event("app_mention")
    @app.event("message")
    async def spoken(body: dict[str, Any], client: AsyncWebClient) -> None:
        request = exchange.of_event(body, bot_user=await identity.bot_user(body))
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
    """Whether the event is ours to answer; while the database is locked, only this process is asked.

    Machines with one state wait longer for it: Slack may have told the other one too.
    """
    if context.later.get(("event", event_id)):
        return False
    now = context.clock()
    before = (now - EVENT_LEASE).isoformat()
    write = partial(conversations.claim, event_id=event_id, now=now.isoformat(), abandoned_before=before)
    wait = CLAIM_OF_MACHINES if context.databases.is_shared else MOMENT
    return context.later.put(("event", event_id), True, write, wait=wait) is not False


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
        asked = [question.text for question in examples(index.catalog, PROMPTS)]
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


OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")
TITLE = "事務事業の検索結果"
COLUMNS = (
    "fiscal_year", "number", "name", "organization", "department", "section",
    "purpose", "overview", "outcome",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it is handed to Slack; `alt` are a picture's words for those who cannot see it."""

    name: str
    title: str
    content: bytes
    comment: str = ""
    alt: str = ""


Attach = Callable[[Context, SlackRequest], list[Attachment] | None]


def register_buttons(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of an answer."""
    on_button(app, context, "ask_more", more)
    on_button(app, context, "ask_of", of_project)
    on_button(app, context, "why", why)
    on_button(app, context, "share_answer", share, once=True)
    on_button(app, context, "feedback", verdict, once=True)
    on_button(app, context, "usage", usage)
    _register_link(app, context)
    for action, attach in (("csv", table), ("chart", drawn)):
        _register_files(app, context, action, attach)


def _register_files(app: AsyncApp, context: Context, action: str, attach: Attach) -> None:
    """Answer a button with the files that `attach` makes of its value."""

    @app.action(action_pattern(rule("button", action).name))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        request = exchange.of_action(body)
        is_ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
        work = deliver(context, client, request, attach, is_ephemeral=is_ephemeral)
        await attend(context, work, action, respond)


async def deliver(
    context: Context, client: AsyncWebClient, request: SlackRequest, attach: Attach, *, is_ephemeral: bool
) -> None:
    """Upload the files where the question was asked; privately when only the asker saw the answer."""
    if await patiently(context, is_replayed, context, request):
        return
    found = await in_thread(context, attach, context, request)
    if found is None:
        await client.chat_postEphemeral(channel=request.channel, user=request.user, text=OLD_BUTTON.text)
        return
    channel, thread = request.channel, request.thread_ts or request.ts
    if is_ephemeral:
        opened = await client.conversations_open(users=[request.user])
        channel, thread = opened["channel"]["id"], ""
    for file in found:
        await client.files_upload_v2(
            channel=channel,
            thread_ts=thread or None,
            content=file.content,
            filename=file.name,
            title=file.title,
            alt_txt=file.alt or None,
            initial_comment=file.comment or None,
        )


def table(context: Context, request: SlackRequest) -> list[Attachment] | None:
    """The projects whose keys the button carries as a CSV file; None when it is too old."""
    keys, db = unpack(context, request.text), context.databases.get()
    if keys is None:
        return None
    found = as_csv(p for year, number in json.loads(keys) if (p := projects.get(db, year, number)))
    return [Attachment("jigyo.csv", TITLE, found, "検索結果のCSVファイルです。")]


def drawn(context: Context, request: SlackRequest) -> list[Attachment] | None:
    """The charts that the button carries as pictures; None when it is too old."""
    kept = unpack(context, request.text)
    if kept is None:
        return None
    found = map(charts.chart_of, json.loads(kept))
    return [Attachment("graph.png", each.title, charts.png(each), alt=charts.words(each)) for each in found]


def _register_link(app: AsyncApp, context: Context) -> None:
    """Answer the button to whoever pressed it."""

    @app.action(action_pattern(rule("button", "permalink").name))
    async def pressed(
        ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, respond: AsyncRespond
    ) -> None:
        await ack()
        await attend(context, _tell(client, respond, exchange.of_action(body)), "the link", respond)


async def _tell(client: AsyncWebClient, respond: AsyncRespond, request: SlackRequest) -> None:
    found = await client.chat_getPermalink(channel=request.channel, message_ts=request.ts)
    told = Message(mrkdwn("この回答へのリンクです: {}", link(found["permalink"], found["permalink"])))
    where = {"thread_ts": request.thread_ts} if request.thread_ts else {}
    await send(respond, {"response_type": "ephemeral", "replace_original": False, **where, **pages(told)[0]})


def as_csv(projects: Iterable[Project]) -> bytes:
    """The projects with every published column, as published but for what a spreadsheet would run."""
    listed = list(projects)
    others = dict.fromkeys(heading for project in listed for heading in project.other_columns)
    heads = [*(FIELD_LABELS[name] for name in COLUMNS), *others]
    rows = (
        [
            *(getattr(each, name) for name in COLUMNS),
            *(each.other_columns.get(heading, "") for heading in others),
        ]
        for each in listed
    )
    return csv_text([heads, *rows]).encode("utf-8-sig")


THANKS = "ご意見をありがとうございます。回答の改善に役立てます。"


def more(request: SlackRequest, context: Context) -> Message:
    """The button もっと: what answers that word in this place."""
    db = context.databases.get()
    last = last_turn(db, request, context)
    given = answered(db, "もっと", last=last)
    remember(request, context, last, given)
    return answer_message(request, context, given, "もっと")


def of_project(request: SlackRequest, context: Context) -> Message:
    """The button of a project that was asked back about: `year number field`."""
    db = context.databases.get()
    year, _, rest = request.text.partition(" ")
    number, _, field = rest.rpartition(" ")
    project = projects.get(db, int(year), number)
    if project is None:
        return OLD_BUTTON
    from bot.ask.intents import fields

    given = fields.of_project(project, (field,), why=wording.BY_BUTTON)
    remember(request, context, last_turn(db, request, context), given)
    return answer_message(request, context, given, project.name)


def why(request: SlackRequest, context: Context) -> Message:
    """The button なぜこの回答か."""
    return why_message(request.text.split("\n"))


def share(request: SlackRequest, context: Context) -> Message:
    """What a person sees alone, answered again for the channel with that person's name."""
    db = context.databases.get()
    question = unpack(context, request.text)
    if question is None:
        return OLD_BUTTON
    last = last_turn(db, request, context)
    here, today = section_here(db, request), context.clock().date()
    said = answered(db, question, last=last, here=here, today=today).message()
    return Message(said.text, (*sharer_line(Shown(sharer=request.user)), *said.blocks), in_channel=True)


def verdict(request: SlackRequest, context: Context) -> Message:
    """役に立った or 違う: kept with the question; each project near in meaning has a verdict of its own."""
    kept = json.loads(request.text[1:])
    of_project = kept["c"] if kept["k"] == BY_MEANING else ()
    given = Feedback(
        at=context.clock().isoformat(),
        is_helpful=request.text[0] == "1",
        kind=kept["k"],
        question=kept["q"],
        citations=tuple(kept["c"]),
        user=request.user,
        message=" ".join((request.channel, request.ts, *of_project)),
    )
    conversations.add(context.databases.get(), given)
    return Message(THANKS)
