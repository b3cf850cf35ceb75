"""`/jigyo` alone, `/jigyo 使い方`: what one can do, with examples from the loaded list."""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.context import Context, SlackRequest
from bot.messages.message import Message
from bot.slack.blocks.help_blocks import help_message
from bot.slack.listeners.core import on_button
from store import projects


def usage(request: SlackRequest, context: Context) -> Message:
    """How to ask, by example."""
    db = context.databases.get()
    return help_message(projects.count(db), projects.fiscal_years(db), projects.examples(db))


def register(app: AsyncApp, context: Context) -> None:
    """Answer the button 使い方を見る."""
    on_button(app, context, "usage", usage)
