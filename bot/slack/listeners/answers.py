"""The buttons of an answer: more, why, feedback, and what is taken out of it.

That is a link, its chart as a picture, its hits as a CSV file safe to open.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.ask.answers import why_message
from bot.context import Context, SlackRequest
from bot.messages import charts
from bot.messages.builders import action_pattern
from bot.messages.markup import link, mrkdwn
from bot.messages.message import Message, pages
from bot.messages.result_blocks import Shown, sharer_line
from bot.permissions import rule
from bot.slack import bodies
from bot.slack.dispatch import answer_message, answered, last_turn, remember, section_here, unpack, usage
from bot.slack.listeners.actions import attend, is_replayed, on_button
from bot.slack.threads import in_thread, patiently, send
from store import projects
from store.lists.cells import csv_text
from store.records import FIELD_LABELS, Project
from store.talk import conversations
from store.talk.conversations import BY_MEANING, Feedback

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


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons."""
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
        request = bodies.of_action(body)
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
        await attend(context, _tell(client, respond, bodies.of_action(body)), "the link", respond)


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

    given = fields.of_project(project, (field,), why="ボタンで選ばれた事業です")
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
    said = answered(db, question, last=last, here=section_here(db, request)).message()
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
