"""Projects like another one: `/jigyo 似ている 11`, and the button of a card."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.messages import builders
from bot.messages.markup import code, mrkdwn
from bot.messages.message import Message
from bot.slack.blocks.nothing_found import typed
from bot.slack.blocks.result_blocks import similar_message
from bot.slack.listeners.core import on_button
from bot.slack.listeners.search import GONE, project_of
from bot.slack.router import named
from store import projects
from store.database import Database
from store.search.pipeline import similar

AMONG = 5  # hits for a name; more of them say parts of it


def like(request: SlackRequest, context: Context) -> Message:
    """Projects like the one of that number or name."""
    db = context.databases.get()
    with db.reading() as index:
        meant = named(request.text, index.catalog) if request.text else []
    if len(meant) != 1:
        return _unknown(db, request.text)
    (project,) = projects.by_ids(db, [meant[0].id])
    return similar_message(project, similar(db, project))


def pressed(request: SlackRequest, context: Context) -> Message:
    """Projects like the one a button names."""
    db = context.databases.get()
    project = project_of(db, request.text)
    return similar_message(project, similar(db, project)) if project else GONE


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 似ている事業."""
    on_button(app, context, "similar", pressed)


def _unknown(db: Database, text: str) -> Message:
    examples = projects.examples(db, limit=1)
    way = code(f"/jigyo 似ている {examples[0].number if examples else '11'}")
    told = f"「{typed(text)}」がどの事業か分かりませんでした。" if text else ""
    line = mrkdwn("{}似ている事業は、{} のように、事業番号を続けるとお探しできます。", told, way)
    return Message(line, (builders.section(line),))
