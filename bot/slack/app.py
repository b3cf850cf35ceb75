"""Where things are wired: settings and database -> a Bolt app with every listener, and the clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import TOKYO, Context, Handler
from bot.reminders import jobs
from bot.settings import require
from bot.slack import housekeeping
from bot.slack.identity import Identity
from bot.slack.listeners import (
    agent,
    alike,
    ask,
    channels,
    core,
    files,
    filters,
    home,
    links,
    related,
    search,
    sheets,
    slash,
    usage,
)

# Each module has COMMANDS (first word -> handler) and may have register(app, context).
LISTENERS = (search, alike, sheets, usage, ask, channels, files, home, filters, related, links, agent)

SLASH: Handler = search.find
CONVERSATION: Handler = ask.ask


def commands() -> Mapping[str, Handler]:
    """Every first word that has a handler of its own. Raises ValueError when two modules want one word."""
    found: dict[str, Handler] = {}
    for module in LISTENERS:
        if taken := found.keys() & module.COMMANDS.keys():
            raise ValueError(f"{module.__name__}: {taken} belongs to another module")
        found.update(module.COMMANDS)
    return found


def build_app(context: Context, client: AsyncWebClient, *, is_socket: bool = False) -> AsyncApp:
    """The Bolt app, which answers in the acknowledgement. Raises SettingsError when a secret is missing."""
    identity = Identity(client)
    bolt_log = logging.getLogger("jigyo.bolt")
    # Bolt would log refused requests whole, and warn that a client was given although SLACK_BOT_TOKEN is set.
    bolt_log.setLevel(logging.ERROR)
    routes = core.Routes(commands(), slash=SLASH, conversation=CONVERSATION)
    app = AsyncApp(
        name="jigyo",
        logger=bolt_log,
        client=client,
        before_authorize=slash.Commands(context, routes, client),
        authorize=identity,
        signing_secret="" if is_socket else require(context.settings, "slack_signing_secret"),
        process_before_response=True,
        request_verification_enabled=False,  # bot.slack.http has done it; Socket Mode needs none
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    core.register(app, context, routes, identity)
    for module in LISTENERS:
        if register := getattr(module, "register", None):
            register(app, context)
    return app


def build_scheduler(context: Context, client: AsyncWebClient, *, reminders: bool) -> AsyncIOScheduler:
    """The clock that ticks: housekeeping, and reminders unless told otherwise. Not started yet."""
    scheduler = AsyncIOScheduler(
        timezone=TOKYO, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
    )
    housekeeping.schedule(scheduler, context)
    if reminders:
        jobs.schedule(scheduler, context)
    return scheduler
