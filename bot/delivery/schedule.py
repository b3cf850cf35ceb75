"""The clock's share in the reminders: a tick a minute and one at the start, and an auditor beside it."""

from __future__ import annotations

import logging
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.base import BaseScheduler

from bot.context import TOKYO, Context
from bot.days.calendar import at as at_time
from bot.days.calendar import format_date
from bot.delivery.dispatcher import send_notices, tick
from bot.delivery.outbox import DeliveryContext, about, called, due, morning, open_now
from bot.gateway.posting import build_posting_client
from bot.telemetry import traced
from store.database import Database, DatabaseError, StateAwayError
from store.evaluation import ledger
from store.evaluation.ledger import poster, stamp

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
        try:
            _ticked(delivery)
        except StateAwayError as error:  # the next tick catches up
            log.warning("no reminders: %s", error)


def _ticked(delivery: DeliveryContext) -> None:
    db, clock = delivery.context.databases.get(), delivery.context.clock
    me = f"{socket.gethostname()}:{os.getpid()}"
    ledger.beat(db, me, now=stamp(clock()))
    report = tick(delivery)
    ledger.beat(db, me, now=stamp(clock()), ticked=True)
    ledger.forget_beats(db, before=stamp(clock() - REMEMBERED))
    for what, count in report.counts.items():
        log.info("reminders: %s %s", what, count)


def _audit(delivery: DeliveryContext) -> None:
    with traced(surface="audit"):
        try:
            for line in audit(delivery):
                log.warning("%s", line)
        except StateAwayError as error:
            log.warning("no audit: %s", error)


TOLD_FOR = timedelta(days=1)
ALLOWED = timedelta(minutes=15)  # from the moment a reminder can go until it must be settled

Problem = tuple[str, str]  # what makes it the same finding, and a line about it


def problems(context: Context) -> list[str]:
    """What is wrong with the reminders, in one line each; for /healthz."""
    try:
        return [line for _, line in findings(context)]
    except (DatabaseError, sqlite3.Error) as error:
        return [f"督促の状態を読めません: {error}"]


def audit(delivery: DeliveryContext) -> list[str]:
    """Tell the secretariat once of each late reminder; runs in a thread of its own, should a tick hang."""
    db, now = delivery.context.databases.get(), stamp(delivery.context.clock())
    found = list(findings(delivery.context))
    for key, line in found:
        ledger.note(db, key=key, text=line, at=now)
    with poster(db) as owner:
        send_notices(delivery, owner)
    return [line for _, line in found]


def findings(context: Context) -> Iterator[Problem]:
    """Late reminders, reminders without anybody to go to, claims that hang, outcomes that nobody knows."""
    db, now = context.databases.get(), context.clock()
    for reminder in due(context, now - ALLOWED):
        key = reminder.keys[0].text
        if reminder.recipient:
            to = called(context, reminder.recipient)
            line = f"「{about(reminder)}」を{to}に、予定の時刻を過ぎても送れていません。"
        else:
            line = f"「{about(reminder)}」の宛先がありません。課長かチャンネルか事務局を登録してください。"
        yield f"late {key}", line
    for post in ledger.in_states(db, ("claimed", "ambiguous")):
        what = f"「{post.about}」が{called(context, post.recipient)}に届いたか"
        if post.state == "ambiguous":
            yield f"ambiguous {post.id}", f"{what}分かりません（`jigyo deliveries settle {post.id}`）。"
        elif post.lease_until < stamp(now - ALLOWED):
            yield f"late {post.key}", f"{what}、まだ確認できていません。"
    # What came in the night goes with the morning's messages.
    since = max(morning(context, now), at_time(now.date(), context.reminders.hours_from))
    is_time = open_now(context, now) and now - ALLOWED >= since
    if is_time and (untold := ledger.untold(db, before=stamp(now - ALLOWED))):
        yield f"untold {now.date()}", f"お知らせ{untold}件がまだ届いていません。"
    yield from _clock(db, now)
    last = ledger.last_tick(db, until=stamp(now + ALLOWED))
    if last and last < stamp(now - ALLOWED):
        yield f"silent {last}", f"督促の処理が {last} (UTC) から動いていません。"


def _clock(db: Database, now: datetime) -> Iterator[Problem]:
    """A tick of the future: told for a day, for the reminders go on by the time it is now."""
    ahead = ledger.latest_ahead(db, after=stamp(now + ALLOWED))
    key = f"ahead {ahead}"
    noted = ledger.noted_at(db, key)
    if ahead and (not noted or noted > stamp(now - TOLD_FOR)):
        yield key, clock_words(ahead)


def clock_words(ahead: str) -> str:
    """What is wrong with a clock by which something was done at `ahead` (ISO 8601)."""
    moment = datetime.fromisoformat(ahead).astimezone(TOKYO)
    return (
        f"時計が{format_date(moment.date())} {moment:%H:%M} まで進んで動いた記録があります。"
        "お知らせは今の時刻で続けています。サーバーの時計をご確認ください。"
    )
