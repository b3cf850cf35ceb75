"""The clock's share in the reminders: a tick a minute and one at the start, and an auditor beside it."""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import timedelta
from functools import partial

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.base import BaseScheduler

from bot.context import Context
from bot.delivery.audit import ALLOWED, audit
from bot.delivery.dispatcher import DeliveryContext
from bot.delivery.tick import tick
from bot.gateway.posting import build_posting_client
from bot.telemetry import traced
from store.evaluation import delivery_state
from store.evaluation.deliveries import stamp

AUDIT_MINUTES = 5
REMEMBERED = timedelta(days=7)  # heartbeats

log = logging.getLogger(__name__)


def schedule(scheduler: BaseScheduler, context: Context) -> None:
    """Tick now and every minute: what is due is computed from our own tables each time.

    A stop lets the post in hand finish and begins no other.
    """
    stop = threading.Event()
    scheduler.add_listener(lambda event: stop.set(), EVENT_SCHEDULER_SHUTDOWN)
    client = build_posting_client(context.settings)
    delivery = DeliveryContext(context, client, sleep=stop.wait, is_stopping=stop.is_set)
    now = context.clock()
    scheduler.add_job(partial(_tick, delivery), "interval", minutes=1, next_run_time=now, id="reminders")
    scheduler.add_job(
        partial(_audit, delivery), "interval", minutes=AUDIT_MINUTES, next_run_time=now + ALLOWED, id="audit"
    )


def _tick(delivery: DeliveryContext) -> None:
    with traced(surface="tick"):
        _ticked(delivery)


def _ticked(delivery: DeliveryContext) -> None:
    db, clock = delivery.context.databases.get(), delivery.context.clock
    me = f"{socket.gethostname()}:{os.getpid()}"
    delivery_state.beat(db, me, now=stamp(clock()))
    report = tick(delivery)
    delivery_state.beat(db, me, now=stamp(clock()), ticked=True)
    delivery_state.forget_beats(db, before=stamp(clock() - REMEMBERED))
    for what, count in report.counts.items():
        log.info("reminders: %s %s", what, count)


def _audit(delivery: DeliveryContext) -> None:
    with traced(surface="audit"):
        for line in audit(delivery):
            log.warning("%s", line)
