"""What is done between requests: things are forgotten in time, a changed list is made ready to search."""

from __future__ import annotations

import logging
import sqlite3
from datetime import timedelta
from functools import partial
from importlib import import_module

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.context import Context
from bot.slack.dispatch import QUICK_PROJECTS
from store import projects
from store.database import DatabaseError, Databases, StateAwayError
from store.evaluation import registry, trail
from store.index import synonyms, writer
from store.index.meaning import word_vectors
from store.search import relevance
from store.talk import conversations
from store.text import morphology

ENGINE = "bot.ask.engine"  # what answers questions
EVENTS_FOR = timedelta(days=1)
PAGES_FOR = timedelta(days=30)
PEOPLE_FOR = timedelta(days=7)
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
    trail.prune(db, before=now - timedelta(days=context.settings.jigyo_trail_days), at=now)
    typed_before = (now - timedelta(days=context.settings.jigyo_keep_days)).isoformat()
    conversations.prune(db, before=typed_before)
    conversations.prune_questions(db, before=typed_before)
    conversations.forget_feedback(db, before=typed_before)


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
    """Take the lists that another machine published, where they share a state; note whether that failed."""
    if not context.databases.get().state_is_elsewhere:
        return
    from store.copies.publishing import fetch

    try:
        fetch(context.databases.located)
        context.metrics.set("jigyo_lists_behind", 0)
    except StateAwayError as error:
        log.warning("nobody knows whether there are newer lists: %s", error)
    except (DatabaseError, sqlite3.Error, OSError) as error:
        context.metrics.set("jigyo_lists_behind", 1)
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


def schedule(scheduler: AsyncIOScheduler, context: Context) -> None:
    """Prune every night, look for a changed list now and then, read the indexes at the start and every hour.

    In threads, away from Slack's requests. The first answers read what they need themselves, and wait for
    nothing else.
    """
    now = context.clock()
    scheduler.add_job(
        partial(context.pool.submit, make_ready, context), "interval", seconds=READY_EVERY,
        next_run_time=now + FIRST, id="ready",
    )  # fmt: skip
    scheduler.add_job(partial(context.pool.submit, prune, context), "cron", hour=3, id="housekeeping")
    scheduler.add_job(
        partial(context.patient.submit, look_through, context), "interval", hours=LOOK_EVERY,
        next_run_time=now + FIRST, id="indexes",
    )  # fmt: skip
