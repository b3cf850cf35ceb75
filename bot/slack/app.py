"""Where things are wired: settings and database -> a Bolt app with every listener, and the clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import TOKYO, Context, Handler
from bot.delivery import schedule
from bot.settings import require
from bot.slack import housekeeping
from bot.slack.dispatch import Dispatcher, usage
from bot.slack.listeners import (
    actions,
    ask,
    channels,
    conversation,
    home,
    search,
    sharing,
    sheets,
)
from bot.slack.requests import Commands

# Each module has register(app, context).
LISTENERS = (actions, search, sheets, ask, sharing, channels)
COMMANDS: Mapping[str, Handler] = {
    "usage": usage, "similar": search.like, "settings": channels.settings, "deadline": sheets.deadline,
    "report": sheets.report, "send_back": sheets.send_back, "extend": sheets.extend,
    "progress": sheets.progress, "absence": channels.absence, "undo": sheets.undo, "history": sheets.history,
    "send_now": sheets.send_now,
}  # fmt: skip
"""The handlers of the router's COMMANDS."""


class SlackApp(NamedTuple):
    """What answers Slack: commands, which need nothing of Bolt's, and Bolt's app for everything else."""

    bolt: AsyncApp
    commands: Commands


def build_app(context: Context, client: AsyncWebClient, *, is_socket: bool = False) -> SlackApp:
    """The app, which answers in the acknowledgement. Raises SettingsError when a secret is missing."""
    identity = conversation.Identity(client)
    bolt_log = logging.getLogger("jigyo.bolt")
    # Bolt would log refused requests whole, and warn that a client was given although SLACK_BOT_TOKEN is set.
    bolt_log.setLevel(logging.ERROR)
    dispatcher = Dispatcher(COMMANDS)
    commands = Commands(context, dispatcher, client)
    app = AsyncApp(
        name="jigyo",
        logger=bolt_log,
        client=client,
        before_authorize=commands,
        authorize=identity,
        signing_secret="" if is_socket else require(context.settings, "slack_signing_secret"),
        process_before_response=True,
        request_verification_enabled=False,  # SignedRequests has done it; Socket Mode needs none
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    conversation.register(app, context, dispatcher, identity)
    home.register(app, context, dispatcher)
    for module in LISTENERS:
        module.register(app, context)
    return SlackApp(app, commands)


def build_scheduler(context: Context, client: AsyncWebClient, *, reminders: bool) -> AsyncIOScheduler:
    """The clock that ticks: housekeeping, and reminders unless told otherwise. Not started yet."""
    scheduler = AsyncIOScheduler(
        timezone=TOKYO, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    housekeeping.schedule(scheduler, context)
    if reminders:
        schedule.schedule(scheduler, context)
    return scheduler
