"""Questions from Slack: mentions and direct messages answered, follow-ups remembered, summaries, feedback."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial

from slack_bolt.async_app import AsyncApp

from bot.answers import Answer, fields, following
from bot.answers import answer as answer_question
from bot.answers.answer_blocks import Below, controls, why_message
from bot.answers.telling import is_told
from bot.context import Asked, Context
from bot.messages.message import Message
from bot.slack.blocks.result_blocks import Shown, sharer_line
from bot.slack.listeners import usage
from bot.slack.listeners.core import on_button
from bot.slack.payloads import LONGEST, brought, carried
from store import projects
from store.database import Database
from store.talk import channel_sections, conversations, feedback, recent_questions, write_behind
from store.talk.conversations import Turn
from store.talk.feedback import Feedback

log = logging.getLogger(__name__)

REMEMBERED = timedelta(hours=12)  # a thread left for longer starts anew
OLD_BUTTON = Message("このボタンは保存期間を過ぎました。お手数ですが、もう一度お尋ねください。")
THANKS = "ご意見をありがとうございます。回答の改善に役立てます。"


def ask(asked: Asked, context: Context) -> Message:
    """Answer what was said, with what its thread last showed in mind."""
    db = context.databases.get()
    if not asked.text or not projects.count(db):
        return usage.usage(asked, context)
    given = _answer(db, asked, context, asked.text)
    _remember(db, asked, context, given)
    return _message(db, asked, context, given, asked.text)


def surely(asked: Asked, context: Context) -> Message | None:
    """The answer to what was typed to be searched, if it is a question that has a sure one.

    Runs on the event loop, so it only reads; what is to be remembered is written later.
    """
    db = context.databases.get()
    given = _answer(db, asked, context, asked.text)
    if not is_told(given):
        return None
    _remember(db, asked, context, given, wait=0)
    return _message(db, asked, context, given, asked.text, only_reads=True)


def summary(asked: Asked, context: Context) -> Message:
    """`/jigyo まとめ 企画経営課`, or of this channel's section when nothing is named."""
    of_what = asked.text or "このチャンネルの課"
    return ask(replace(asked, text=f"{of_what}をまとめて"), context)


def more(asked: Asked, context: Context) -> Message:
    """The button もっと, as if it was said."""
    return ask(replace(asked, text="もっと"), context)


def of_project(asked: Asked, context: Context) -> Message:
    """The button of a project that was asked back about: `year number field`."""
    db = context.databases.get()
    year, _, rest = asked.text.partition(" ")
    number, _, field = rest.rpartition(" ")
    project = projects.get(db, int(year), number)
    if project is None:
        return OLD_BUTTON
    given = fields.of_project(project, (field,), why="ボタンで選ばれた事業です")
    _remember(db, asked, context, given)
    return _message(db, asked, context, given, project.name)


def why(asked: Asked, context: Context) -> Message:
    """The button なぜこの回答か."""
    return why_message(asked.text.split("\n"))


def share(asked: Asked, context: Context) -> Message:
    """What a person sees alone, answered again for the channel with that person's name."""
    db = context.databases.get()
    question = brought(context, asked.text)
    if question is None:
        return OLD_BUTTON
    given = _answer(db, asked, context, question)
    said = given.message()
    return Message(said.text, (*sharer_line(Shown(sharer=asked.user)), *said.blocks), in_channel=True)


def verdict(asked: Asked, context: Context) -> Message:
    """役に立った or 違う: kept with the question."""
    kept = json.loads(asked.text[1:])
    given = Feedback(
        at=context.clock().isoformat(),
        is_helpful=asked.text[0] == "1",
        kind=kept["k"],
        question=kept["q"],
        citations=tuple(kept["c"]),
        user=asked.user,
        message=f"{asked.channel} {asked.ts}",
    )
    feedback.add(context.databases.get(), given)
    return Message(THANKS)


COMMANDS = {"まとめ": summary, "要約": summary, "質問": ask, "ask": ask}


def register(app: AsyncApp, context: Context) -> None:
    """Answer the buttons of answers."""
    on_button(app, context, "ask_more", more)
    on_button(app, context, "ask_of", of_project)
    on_button(app, context, "why", why)
    on_button(app, context, "share_answer", share, once=True)
    on_button(app, context, "feedback", verdict, once=True)


def _answer(db: Database, asked: Asked, context: Context, question: str) -> Answer:
    last = _last_turn(db, asked, context)
    here = channel_sections.section_of(db, asked.team, asked.channel)
    return answer_question(db, question, last=last, here=here[1] if here else "")


def _last_turn(db: Database, asked: Asked, context: Context) -> Turn | None:
    waiting: Turn | None = context.later.get(("turn", place(asked)))
    since = (context.clock() - REMEMBERED).isoformat()
    return waiting or conversations.recall(db, place(asked), since=since)


def _remember(
    db: Database, asked: Asked, context: Context, given: Answer, *, wait: float = write_behind.MOMENT
) -> None:
    """Leave what this thread was shown, and what was asked, to be written."""
    now = context.clock().isoformat()
    last = _last_turn(db, asked, context)
    turn = following.next_turn(last, given)
    if asked.user and given.kind not in ("smalltalk", "help"):
        question = asked.text[:200]
        recent = partial(
            recent_questions.remember, team=asked.team, user=asked.user, question=question, now=now
        )
        context.later.put(("recent", asked.team, asked.user, question), True, recent, wait=0)
    if turn and turn != last:
        write = partial(conversations.remember, place=place(asked), turn=turn, now=now)
        context.later.put(("turn", place(asked)), turn, write, wait=wait)


def place(asked: Asked) -> str:
    """Where a conversation goes on: a thread, a direct message, or one person's asking in a channel."""
    is_shared = asked.thread_ts or asked.channel.startswith("D")
    return f"{asked.team} {asked.channel} {asked.thread_ts if is_shared else asked.user}"


def _message(
    db: Database, asked: Asked, context: Context, given: Answer, question: str, *, only_reads: bool = False
) -> Message:
    """The answer with its buttons; `only_reads` leaves out those whose values a button can't carry."""
    keys = json.dumps([*given.shown, *given.rest], ensure_ascii=False)
    is_private = asked.surface == "slash" or (asked.surface == "button" and not asked.channel.startswith("D"))
    values = (question, keys)
    kept = ("" if only_reads and len(value) > LONGEST else carried(context, value) for value in values)
    asked_for, listed = kept
    below = Below(question, asked_for, listed, is_private)
    return given.message(*controls(given, below))
