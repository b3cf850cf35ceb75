"""Where things are wired: a Bolt app with every listener; the clock, with what it does between requests.

Between requests things are forgotten in time, and a changed list is made ready to search.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.context import TOKYO, Context, Handler
from bot.delivery import dispatcher as reminding
from bot.settings import require
from bot.slack.dispatch import QUICK_PROJECTS, Dispatcher, usage
from bot.slack.listeners import actions, channels, conversation, home, search, sheets
from bot.slack.requests import Commands
from store import projects
from store.database import DatabaseError, Databases, LockError, StateAwayError
from store.evaluation import changes, ledger, registry
from store.index import synonyms, writer
from store.index.meaning import word_vectors
from store.search import relevance
from store.talk import conversations
from store.text import morphology

# Each module has register(app, context).
LISTENERS = (actions, search, sheets, channels)
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
    schedule_housekeeping(scheduler, context)
    if reminders:
        reminding.schedule(scheduler, context)
    return scheduler


ENGINE = "bot.ask.engine"  # what answers questions
EVENTS_FOR = timedelta(days=1)
PAGES_FOR = timedelta(days=30)
PEOPLE_FOR = timedelta(days=7)
BEATS_FOR = timedelta(days=7)
BEAT_EVERY = 1  # minutes
READY_EVERY = 30  # seconds
FIRST = timedelta(seconds=2)  # after the start
LOOK_EVERY = 1  # hours

log = logging.getLogger(__name__)


def prune(context: Context) -> None:
    """Forget what is older than its time."""
    now, db = context.clock(), context.databases.get()
    conversations.prune_events(db, before=(now - EVENTS_FOR).isoformat())
    conversations.prune_values(db, before=(now - PAGES_FOR).isoformat())
    registry.prune_known(db, before=now - PEOPLE_FOR)
    changes.prune(db, before=now - timedelta(days=context.settings.jigyo_trail_days), at=now)
    typed_before = (now - timedelta(days=context.settings.jigyo_keep_days)).isoformat()
    conversations.prune(db, before=typed_before)
    conversations.prune_questions(db, before=typed_before)
    conversations.forget_feedback(db, before=typed_before)
    ledger.forget_beats(db, before=ledger.stamp(now - BEATS_FOR))


def beat(context: Context) -> None:
    """Tell whoever would move the state that a bot uses it; one that can't be written to is not moved."""
    try:
        ledger.beat(context.databases.get(), ledger.me(), now=ledger.stamp(context.clock()))
    except (DatabaseError, sqlite3.Error) as error:
        log.debug("no heartbeat: %s", error)


def read_for_all(databases: Databases) -> None:
    """Read, before processes are forked, what all of them answer from: they share its memory.

    That is Sudachi's dictionary, the meaning of words, the thesaurus, what answers questions, and the list,
    unless it is so long that nobody should wait for it now. No connection stays open, for none may be used
    in two processes.
    """
    morphology.load_dictionary()
    word_vectors()
    synonyms.by_beginning()
    import_module(ENGINE)
    db = databases.get()
    if projects.count(db) <= QUICK_PROJECTS:
        databases.snapshot()
    databases.close()


def take_published(context: Context) -> None:
    """Take the lists that another machine published, where they share a state; note which are newer."""
    if not context.databases.get().state_is_elsewhere:
        return
    from store.copies import publishing

    path, metrics = context.databases.located, context.metrics
    try:
        metrics.set("jigyo_lists_behind", publishing.behind(path))
        publishing.keep_up(path)
        metrics.set("jigyo_lists_behind", publishing.behind(path))
    except LockError:
        pass  # they are being changed
    except StateAwayError as error:
        log.warning("nobody knows whether there are newer lists: %s", error)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        metrics.set("jigyo_lists_behind", max(1, metrics.own("jigyo_lists_behind")))
        log.warning("the newer lists could not be taken: %s", error)


def make_ready(context: Context) -> None:
    """Read a list that was loaded since the last time, so that nobody waits for it; take the gauges.

    What only questions and words that nobody says take is read with it.
    """
    take_published(context)
    snapshot, metrics = context.databases.snapshot(), context.metrics
    db = context.databases.get()
    with db.reading():
        relevance.warm_up(db)
    import_module(ENGINE)
    if snapshot.generation != metrics.own("jigyo_snapshot_generation"):
        metrics.set("jigyo_snapshot_generation", snapshot.generation)
        metrics.set("jigyo_snapshot_read_at", context.clock().timestamp())
        if metrics.own("jigyo_indexes_torn"):  # they may have been made anew
            look_through(context)
    metrics.set("jigyo_notes_waiting", context.later.waiting)
    metrics.set("jigyo_notes_waited", context.later.waited)


def look_through(context: Context) -> None:
    """Read the full-text indexes to their ends, as no request does: /healthz tells of garbage in one."""
    found = writer.torn(context.databases.get())
    context.metrics.set("jigyo_indexes_torn", len(found))
    if found:
        log.error(
            "full-text indexes are damaged: %s; `jigyo index rebuild` makes them anew", ", ".join(found)
        )


def schedule_housekeeping(scheduler: AsyncIOScheduler, context: Context) -> None:
    """Prune every night, look for a changed list now and then, read the indexes at the start and every hour.

    In threads, away from Slack's requests. The first answers read what they need themselves, and wait for
    nothing else.
    """
    now = context.clock()
    scheduler.add_job(
        partial(context.pool.submit, make_ready, context), "interval", seconds=READY_EVERY,
        next_run_time=now + FIRST, id="ready",
    )  # fmt: skip
    scheduler.add_job(
        partial(context.patient.submit, beat, context), "interval", minutes=BEAT_EVERY, id="heartbeat"
    )
    scheduler.add_job(partial(context.pool.submit, prune, context), "cron", hour=3, id="housekeeping")
    scheduler.add_job(
        partial(context.patient.submit, look_through, context), "interval", hours=LOOK_EVERY,
        next_run_time=now + FIRST, id="indexes",
    )  # fmt: skip
