"""Questions from Slack: mentions and direct messages answered, follow-ups remembered, feedback, help."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.ask import follow_ups
from bot.ask.answer_blocks import Below, controls, why_message
from bot.ask.answers import Answer
from bot.ask.engine import answer as answer_question
from bot.ask.intents import fields
from bot.context import Context, SlackRequest
from bot.messages.message import Message
from bot.slack import replies
from bot.slack.blocks.help_blocks import help_message
from bot.slack.blocks.result_blocks import PAGE, Shown, sharer_line, with_near
from bot.slack.button_values import pack, unpack
from bot.slack.listeners import search
from bot.slack.listeners.actions import on_button
from bot.slack.replies import Reply
from bot.slack.router import Decision
from store import projects
from store.database import Database
from store.talk import conversations, feedback, workspace
from store.talk.conversations import Turn
from store.talk.feedback import Feedback

log = logging.getLogger(__name__)

RECENT_TEXT = 200  # characters
REMEMBERED = timedelta(hours=12)  # a thread left for longer starts anew
OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")
THANKS = "ご意見をありがとうございます。回答の改善に役立てます。"


def respond(decision: Decision, request: SlackRequest, context: Context) -> Message:
    """What was decided to be a search, a question or small talk, with what its thread last showed in mind."""
    db = context.databases.get()
    # What is typed to the command stands alone, unless it says that it does not.
    is_alone = decision.kind == "search" and request.surface == "slash"
    with db.reading() as index:
        if not index.project_count:
            return usage(request, context)
        last = last_turn(db, request, context) if decision.goes_on or request.surface != "slash" else None
        here = section_here(db, request) if decision.kind == "question" else ""
        given = replies.reply(db, decision, last=last, here=here, limit=PAGE if is_alone else replies.LISTED)
    noted(context, given)
    if not is_alone:
        _remember(request, context, last, given.shown)
        note_recent(request, context, decision)
    return _shown(request, context, given)


def noted(context: Context, given: Reply) -> None:
    """Count what was typed by what it was taken for, and whether anything was found."""
    kind, outcome = given.decision.kind, "empty" if given.is_empty else "found"
    context.metrics.add("jigyo_answers", kind, outcome)
    if log.isEnabledFor(logging.DEBUG):
        by = given.result.answered_by if given.result else given.answer.kind if given.answer else ""
        log.debug("answered", extra={"kind": kind, "outcome": outcome, "by": by})


def _shown(request: SlackRequest, context: Context, given: Reply) -> Message:
    result = replies.first_page(given.result, PAGE) if given.result else None
    if given.answer is None:
        return search.shown(request, context, given.decision.words, result) if result else Message("")
    said = _message(request, context, given.answer, given.decision.text)
    if result is None:
        return said
    return with_near(said, result)


def more(request: SlackRequest, context: Context) -> Message:
    """The button もっと: what answers that word in this place."""
    db = context.databases.get()
    last = last_turn(db, request, context)
    given = answer_question(db, "もっと", last=last)
    _remember(request, context, last, given)
    return _message(request, context, given, "もっと")


def of_project(request: SlackRequest, context: Context) -> Message:
    """The button of a project that was asked back about: `year number field`."""
    db = context.databases.get()
    year, _, rest = request.text.partition(" ")
    number, _, field = rest.rpartition(" ")
    project = projects.get(db, int(year), number)
    if project is None:
        return OLD_BUTTON
    given = fields.of_project(project, (field,), why="ボタンで選ばれた事業です")
    _remember(request, context, last_turn(db, request, context), given)
    return _message(request, context, given, project.name)


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
    said = answer_question(db, question, last=last, here=section_here(db, request)).message()
    return Message(said.text, (*sharer_line(Shown(sharer=request.user)), *said.blocks), in_channel=True)


def verdict(request: SlackRequest, context: Context) -> Message:
    """役に立った or 違う: kept with the question."""
    kept = json.loads(request.text[1:])
    given = Feedback(
        at=context.clock().isoformat(),
        is_helpful=request.text[0] == "1",
        kind=kept["k"],
        question=kept["q"],
        citations=tuple(kept["c"]),
        user=request.user,
        message=f"{request.channel} {request.ts}",
    )
    feedback.add(context.databases.get(), given)
    return Message(THANKS)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of answers."""
    on_button(app, context, "ask_more", more)
    on_button(app, context, "ask_of", of_project)
    on_button(app, context, "why", why)
    on_button(app, context, "share_answer", share, once=True)
    on_button(app, context, "feedback", verdict, once=True)
    on_button(app, context, "usage", usage)


def section_here(db: Database, request: SlackRequest) -> str:
    """The section of the channel, '' where none is set."""
    held = workspace.section_of(db, request.team, request.channel)
    return held[1] if held else ""


def last_turn(db: Database, request: SlackRequest, context: Context) -> Turn | None:
    """What was last shown where the request was made; None where that is too long ago."""
    waiting: Turn | None = context.later.get(("turn", place(request)))
    since = (context.clock() - REMEMBERED).isoformat()
    return waiting or conversations.recall(db, place(request), since=since)


def _remember(request: SlackRequest, context: Context, last: Turn | None, given: Answer) -> None:
    """Leave what this place was shown to be written."""
    turn = follow_ups.next_turn(last, given)
    if turn and turn != last:
        now = context.clock().isoformat()
        write = partial(conversations.remember, place=place(request), turn=turn, now=now)
        context.later.put(("turn", place(request)), turn, write)


def note_recent(request: SlackRequest, context: Context, decision: Decision, *, wait: float = 0) -> None:
    """Put what was typed among the person's recent ones, with what it was."""
    if request.user and decision.kind in ("search", "question"):
        text = decision.text[:RECENT_TEXT]
        write = partial(
            conversations.remember_question, team=request.team, user=request.user, question=text,
            kind=decision.kind, now=context.clock().isoformat(),
        )  # fmt: skip
        context.later.put(("recent", request.team, request.user, text), True, write, wait=wait)


def place(request: SlackRequest) -> str:
    """Where a conversation goes on: a thread, a direct message, or one person's asking in a channel."""
    is_shared = request.thread_ts or request.channel.startswith("D")
    return f"{request.team} {request.channel} {request.thread_ts if is_shared else request.user}"


def _message(request: SlackRequest, context: Context, given: Answer, question: str) -> Message:
    """The answer with its buttons."""
    keys = json.dumps([*given.shown, *given.rest], ensure_ascii=False)
    in_channel = request.surface == "mention" or request.channel.startswith("D")
    packed, listed = (pack(context, value) for value in (question, keys))
    return given.message(*controls(given, Below(question, packed, listed, is_private=not in_channel)))


def usage(request: SlackRequest, context: Context) -> Message:
    """How to ask, by example."""
    db = context.databases.get()
    return help_message(projects.count(db), projects.fiscal_years(db), projects.examples(db))
