"""Questions from Slack: mentions and direct messages answered, follow-ups remembered, feedback, help."""

from __future__ import annotations

import json
import logging

from slack_bolt.async_app import AsyncApp

from bot.ask.answer_blocks import why_message
from bot.context import Context, SlackRequest
from bot.messages.message import Message
from bot.messages.result_blocks import Shown, sharer_line
from bot.slack.dispatch import answer_message, answered, last_turn, remember, section_here, unpack, usage
from bot.slack.listeners.actions import on_button
from store import projects
from store.talk import conversations
from store.talk.conversations import BY_MEANING, Feedback

log = logging.getLogger(__name__)

OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")
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


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of answers."""
    on_button(app, context, "ask_more", more)
    on_button(app, context, "ask_of", of_project)
    on_button(app, context, "why", why)
    on_button(app, context, "share_answer", share, once=True)
    on_button(app, context, "feedback", verdict, once=True)
    on_button(app, context, "usage", usage)
