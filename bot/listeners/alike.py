"""Projects like another one: `/jigyo 似ている 11`, and the button of a card."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp
from sqlite_utils import Database

from bot.blocks.nothing_found import typed
from bot.blocks.result_blocks import one_line, similar_message
from bot.context import Asked, Context
from bot.listeners.core import on_button
from bot.listeners.search import GONE, named
from bot.messages import kit
from bot.messages.markup import code, mrkdwn
from bot.messages.message import Message
from bot.query import parse
from store import projects
from store.records import Project
from store.search import search, similar

AMONG = 5  # hits for a name; more of them say parts of it


def like(asked: Asked, context: Context) -> Message:
    """Projects like the one that is named by its number or name."""
    db = context.databases.get()
    project = _meant(db, asked.text) if asked.text else None
    return similar_message(project, similar(db, project)) if project else _unknown(db, asked.text)


def pressed(asked: Asked, context: Context) -> Message:
    """Projects like the one a button names."""
    db = context.databases.get()
    project = named(db, asked.text)
    return similar_message(project, similar(db, project)) if project else GONE


COMMANDS = dict.fromkeys(("似ている", "似ている事業", "似た事業", "類似", "類似事業"), like)


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 似ている事業."""
    on_button(app, context, "similar", pressed)


def _meant(db: Database, text: str) -> Project | None:
    """The project of this number, of just this name, or the only one found."""
    if project := projects.find(db, text):
        return project
    result = search(db, parse(text, limit=AMONG))
    found = [hit.project for hit in result.hits if not hit.missing]
    of_name = [project for project in found if one_line(project.name) == text]
    return next(iter(of_name if result.total > 1 else found), None)


def _unknown(db: Database, text: str) -> Message:
    examples = projects.examples(db, limit=1)
    way = code(f"/jigyo 似ている {examples[0].number if examples else '11'}")
    told = f"「{typed(text)}」がどの事業か分かりませんでした。" if text else ""
    line = mrkdwn("{}似ている事業は、{} のように、事業番号を続けるとお探しできます。", told, way)
    return Message(line, (kit.section(line),))
