"""One tick: settle what was left unconfirmed, see what is due, and for each message claim, post, confirm.

Any number of processes may tick on one database. The order of the steps keeps the promise: the claim is
committed before the post, so that nothing is posted twice; it is released only when Slack certainly does not
have the message, so that nothing is lost. What lies between (a time-out, a crash) is looked up in the
channel's history. The clock ticks once a minute and at the start, and has an auditor beside it.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Literal

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN
from apscheduler.schedulers.base import BaseScheduler

from bot.context import Context, first_page, outbound, traced
from bot.days.calendar import at as at_time
from bot.delivery.outbox import (
    ASK_AGAIN,
    PROCESSING,
    DeliveryContext,
    Outgoing,
    called,
    due,
    find_gone,
    morning,
    note_gone,
    of_notices,
    of_reminder,
    open_now,
    shown_now,
    unreachable,
    uploaded,
)
from bot.delivery.reconcile import ALLOWED, Finding, findings, reconcile
from bot.gateway import (
    GONE_THREAD,
    INVALID_BLOCKS,
    Outcome,
    Posted,
    Refused,
    Unknown,
    build_posting_client,
    change,
    open_direct,
    post,
    readers,
)
from bot.messages.message import Payload, as_older, newer_kinds, pages
from store.database import StateAwayError
from store.evaluation import ledger, registry
from store.evaluation.ledger import Owner, Post, poster, stamp
from store.evaluation.records import Bundle, Reminder

log = logging.getLogger(__name__)

PATIENCE = 5.0  # seconds to wait for a channel; longer waits are left to the next tick
ASK_SECRETARIAT_AGAIN = timedelta(minutes=10)  # nobody is left to go to instead
TROUBLE = 3  # failures in a row until the secretariat gets a notice
ROUNDS = 6  # chief, deputy, channel, secretariat, and twice more
COPIES = 20  # messages that one tick brings up to date
Result = Literal[
    "sent", "taken", "waiting", "turned away", "refused", "unknown", "failed", "stopped", "settled"
]


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did: messages by result, and unconfirmed posts by the finding in the history."""

    results: Counter[Result]
    looked_up: Counter[Finding]

    @property
    def counts(self) -> dict[str, int]:
        """Both together, by name."""
        return {str(what): count for side in (self.results, self.looked_up) for what, count in side.items()}


def tick(delivery: DeliveryContext, *, at: datetime | None = None) -> TickReport:
    """Look up what is unconfirmed, deliver what is due (`at` another time than now), send notices.

    A recipient that is unreachable changes the plan: the next round uses the next one on the route.
    """
    db = delivery.context.databases.get()
    results: Counter[Result] = Counter()
    with poster(db) as owner:
        unconfirmed = ledger.unconfirmed(db, stamp(delivery.context.clock()))
        looked_up = reconcile(delivery, owner, unconfirmed) if unconfirmed else Counter()
        for _ in range(ROUNDS):
            now = delivery.context.clock()
            planned = due(delivery.context, at or now)
            delivery.step("planned")
            tells = not any(each.digest for each in planned)
            if find_gone(delivery, _asked_about(delivery.context, planned, at or now), tells=tells):
                continue  # the plan is another one now
            gone = {"", *unreachable(delivery.context, now)}
            reminders = [each for each in planned if each.recipient not in gone]
            waiting = _waiting(delivery.context, now) if reminders else {}
            outcome = deliver_all(
                delivery,
                owner,
                (of_reminder(each, delivery.context, waiting.get(each.recipient, ())) for each in reminders),
            )
            results += outcome
            if not outcome["turned away"]:
                break
        results += send_notices(delivery, owner)
        bring_up_to_date(delivery)
        delivery.step("told")
    db.state.forget_held(but=(row.owner for row in ledger.in_states(db, ("claimed",))))
    return TickReport(results, looked_up)


def _asked_about(context: Context, planned: Sequence[Reminder], now: datetime) -> list[str]:
    """The recipients; before a digest also those of the morning, and those who are gone: it says who is."""
    more: Sequence[Reminder] = ()
    gone: Iterable[str] = ()
    if any(each.digest for each in planned):
        gone = registry.gone(context.databases.get(), now=now)
        settings = context.reminders
        more = due(context, max(now, at_time(now.date(), max(settings.at, settings.day_of_at))))
    return [*gone, *(each.recipient for each in (*planned, *more))]


def send_notices(delivery: DeliveryContext, owner: Owner) -> Counter[Result]:
    """Send the lines noted for the secretariat and for others, one message to each.

    Who gets a reminder or a digest later in the morning has them with that one.
    """
    context, now = delivery.context, delivery.context.clock()
    if not open_now(context, now):
        return Counter()
    find_gone(delivery, (each.recipient for found in _waiting(context, now).values() for each in found))
    until = morning(context, now)
    later = {each.recipient for each in due(context, until)} if now < until else set()
    outgoing = [
        of_notices(bundle, to, context, now)
        for to, found in _waiting(context, now).items()
        for bundle in found
        if to not in later
    ]
    return deliver_all(delivery, owner, outgoing)


def _waiting(context: Context, now: datetime) -> dict[str, list[Bundle]]:
    """The lines that wait, by recipient; what is for somebody who left is for the secretariat to know."""
    db, secretariat = context.databases.get(), context.settings.jigyo_secretariat
    ledger.bundle(db, stamp(now))
    gone, found = unreachable(context, now), dict[str, list[Bundle]]()
    for bundle in ledger.bundles(db):
        to = secretariat if bundle.recipient in ("", *gone) else bundle.recipient
        if to and to not in gone:
            found.setdefault(to, []).append(bundle)
    return found


def bring_up_to_date(delivery: DeliveryContext) -> int:
    """Show in earlier messages what holds now: every copy follows the state; how many were changed."""
    db, done = delivery.context.databases.get(), 0
    for shown in ledger.outdated(db, limit=COPIES):
        since = stamp(delivery.context.clock())
        if delivery.is_stopping() or not wait_for_turn(delivery, shown.channel):
            continue
        message = shown_now(delivery.context, shown.channel, shown.ts)
        if message is None:  # nothing is known of it any more
            ledger.is_current(db, shown.channel, shown.ts, since=since)
            continue
        payload = outbound(delivery.context, message)
        outcome = change(delivery.client, channel=shown.channel, ts=shown.ts, payload=payload)
        if isinstance(outcome, Posted) or (isinstance(outcome, Refused) and outcome.kind != "busy"):
            ledger.is_current(db, shown.channel, shown.ts, since=since)  # one that is gone needs nothing
        done += isinstance(outcome, Posted)
    return done


def deliver_all(delivery: DeliveryContext, owner: Owner, outgoing: Iterable[Outgoing]) -> Counter[Result]:
    """Deliver each; several recipients at once, one recipient's messages one after the other."""
    queues: dict[str, list[Outgoing]] = defaultdict(list)
    for each in outgoing:
        queues[each.recipient].append(each)

    def work(queue: Sequence[Outgoing]) -> list[Result]:
        return [_deliver_or_log(delivery, owner, each) for each in queue]

    with ThreadPoolExecutor(delivery.threads, "reminders") as pool:
        return Counter(result for results in pool.map(work, queues.values()) for result in results)


def _deliver_or_log(delivery: DeliveryContext, owner: Owner, outgoing: Outgoing) -> Result:
    """Deliver one message; log a failure, which must not stop the others. The next tick looks it up."""
    try:
        return deliver(delivery, owner, outgoing)
    except Exception:
        log.exception("%s", outgoing.key)
        return "failed"


def deliver(delivery: DeliveryContext, owner: Owner, outgoing: Outgoing) -> Result:
    """Claim, post, confirm; or release; or leave claimed what has an unknown outcome."""
    channel = _channel(delivery, outgoing.recipient)
    delivery.step("opened")
    if isinstance(channel, Refused):
        return _turned_away(delivery, outgoing.recipient, channel)
    if isinstance(channel, Unknown) or not wait_for_turn(delivery, channel):
        return "waiting"
    if (seen := _refused_to_show(delivery, outgoing.recipient)) is not None:
        return "waiting" if isinstance(seen, Unknown) else _turned_away(delivery, outgoing.recipient, seen)
    if delivery.is_stopping():
        return "stopped"
    if outgoing.sheets and not registry.any_open(delivery.context.databases.get(), outgoing.sheets):
        return "settled"  # all came in while it waited
    forms = _forms(delivery, outgoing)
    forms = chain((next(forms),), forms)  # what it takes to make the first is over before the lease begins
    claim = _claim(delivery, owner, outgoing, channel)
    if claim is None:
        return "taken"
    delivery.step("claimed")
    thread_ts, refused = claim.thread_ts, frozenset[str]()
    for payload in forms:
        if not _in_time(delivery, claim):
            return "taken"
        outcome = post(
            delivery.client, channel=channel, payload=payload, key=outgoing.key, thread_ts=thread_ts
        )
        if thread_ts and isinstance(outcome, Refused) and outcome.reason in GONE_THREAD:
            thread_ts = ""
            ledger.out_of_thread(delivery.context.databases.get(), claim)
            outcome = post(delivery.client, channel=channel, payload=payload, key=outgoing.key)
        if not (isinstance(outcome, Refused) and outcome.kind == "content"):
            if isinstance(outcome, Posted) and (refused or newer_kinds(payload)):
                delivery.context.shown.note(refused, are_shown=False)
                delivery.context.shown.note(newer_kinds(payload), are_shown=True)
            break
        if outcome.reason == INVALID_BLOCKS:
            refused |= newer_kinds(payload)
        log.error("%s: %s; a plainer form goes instead", outgoing.key, outcome.reason)
    delivery.step("posted")
    return _settle(delivery, claim, outcome)


def _in_time(delivery: DeliveryContext, claim: Post) -> bool:
    """Whether there is time to post before the lease is over, or it was renewed: nobody looks it up then.

    Whoever held a name held it on a server that is gone; then the lease alone keeps others away.
    """
    now = delivery.context.clock()
    if stamp(now + delivery.lease / 2) < claim.lease_until:
        return True
    until = stamp(now + delivery.lease)
    return ledger.renew(delivery.context.databases.get(), claim, now=stamp(now), lease_until=until)


def _forms(delivery: DeliveryContext, outgoing: Outgoing) -> Iterator[Payload]:
    """The message with Slack's own charts and tables, with pictures, and plainer: as Slack refuses them."""
    drawn = delivery.draw(delivery.context, outgoing.digest) if outgoing.digest else []
    message = outgoing.message()
    charts = [each.chart for each in drawn if each.chart]
    first, *more = pages(replace(message, blocks=(*message.blocks, *charts)) if charts else message)
    payload = first_page(delivery.context, (first, *more)) if more else first
    kinds = newer_kinds(payload)
    if kinds and not delivery.context.shown.refuses(kinds):
        yield payload
    plainer = as_older(payload)
    if images := uploaded(delivery.client, drawn):
        delivery.sleep(PROCESSING)
        yield plainer | {"blocks": [*plainer.get("blocks", ()), *images]}
    yield plainer
    yield {"text": payload["text"]}


def _claim(delivery: DeliveryContext, owner: Owner, outgoing: Outgoing, channel: str) -> Post | None:
    now = delivery.context.clock()
    return ledger.claim(
        delivery.context.databases.get(),
        outgoing.deliveries,
        about=outgoing.about,
        recipient=outgoing.recipient,
        channel=channel,
        owner=owner.id,
        now=stamp(now),
        lease_until=stamp(now + delivery.lease),
        thread_ts=_thread(delivery, outgoing, channel),
    )


SEASON = timedelta(days=200)  # a round's messages of last year are no thread of this one


def _thread(delivery: DeliveryContext, outgoing: Outgoing, channel: str) -> str:
    """Follow-ups in a channel go to the thread of the round's first message there, lest it be filled."""
    first = outgoing.deliveries[0]
    if not channel.startswith(("C", "G")) or outgoing.digest or not first.key.section:
        return ""
    since = stamp(delivery.context.clock() - SEASON)
    return ledger.thread_of(delivery.context.databases.get(), channel, first, since=since)


def _settle(delivery: DeliveryContext, claim: Post, outcome: Outcome) -> Result:
    db, now = delivery.context.databases.get(), stamp(delivery.context.clock())
    if isinstance(outcome, Unknown):
        log.warning("%s: %s; its outcome will be looked up", claim.key, outcome.reason)
        return "unknown"
    if isinstance(outcome, Posted):
        ledger.confirm(db, claim, ts=outcome.ts, now=now)
        delivery.step("confirmed")
        ledger.forget_failures(db, claim.channel)
        registry.reached(db, claim.recipient)
        return "sent"
    ledger.release(db, claim, reason=outcome.reason, now=now)
    delivery.step("released")
    return _turned_away(delivery, claim.recipient, outcome, channel=claim.channel)


def _turned_away(delivery: DeliveryContext, recipient: str, refusal: Refused, *, channel: str = "") -> Result:
    """Pause a recipient for Slack's Retry-After or a growing while, or for a day when it is unreachable."""
    db, now = delivery.context.databases.get(), delivery.context.clock()
    log.warning("%s: %s", recipient, refusal.reason)
    if refusal.kind == "recipient":
        ledger.forget_direct_channel(db, recipient)
        is_last = recipient == delivery.context.settings.jigyo_secretariat
        again = stamp(now + (ASK_SECRETARIAT_AGAIN if is_last else ASK_AGAIN))
        since = registry.turned_away(db, recipient, reason=refusal.reason, now=stamp(now), ask_again_at=again)
        note_gone(delivery.context, recipient, refusal.reason, key=f"unreachable {recipient} {since}")
        return "turned away"
    channel = channel or recipient
    failures = ledger.count_failure(db, channel)
    wait = timedelta(seconds=refusal.wait or min(30.0 * 2**failures, ledger.LONGEST_PAUSE))
    ledger.pause(db, channel, until=(now + wait).timestamp())
    if failures == TROUBLE and refusal.kind != "busy":
        to = called(delivery.context, recipient)
        text = f"{to}への送信が{failures}回続けて Slack に断られています（{refusal.reason}）。"
        ledger.note(db, key=f"trouble {recipient} {stamp(now)}", text=text, at=stamp(now))
    return "refused"


def _channel(delivery: DeliveryContext, recipient: str) -> str | Refused | Unknown:
    """The channel to post to, opened for a user; its history is where a post is looked up."""
    if not recipient.startswith(("U", "W")):
        return recipient
    db = delivery.context.databases.get()
    if known := ledger.direct_channel(db, recipient):
        return known
    if not wait_for_turn(delivery, recipient):
        return Unknown("paused")
    opened = open_direct(delivery.client, recipient)
    if isinstance(opened, str):
        ledger.keep_direct_channel(db, recipient, opened)
    return opened


def _refused_to_show(delivery: DeliveryContext, recipient: str) -> Refused | Unknown | None:
    """Why a channel gets nothing of sheets: others read it, or nobody knows; None where it may have it."""
    if recipient.startswith(("U", "W")) or delivery.context.settings.jigyo_progress_for == "everyone":
        return None
    told = readers(delivery.client, recipient)
    if told == "others":
        return Refused("shared_with_others", "recipient")
    return None if told == "ours" else told


def wait_for_turn(delivery: DeliveryContext, channel: str) -> bool:
    """Wait until the channel and the workspace may be posted to; False when that is too long from now."""
    db = delivery.context.databases.get()
    for name, gap in ((channel, delivery.gap), (ledger.WORKSPACE, delivery.workspace_gap)):
        now = delivery.context.clock().timestamp()
        at = ledger.slot(db, name, now=now, gap=gap, patience=PATIENCE)
        if at is None:
            return False
        if at > now:
            delivery.sleep(at - now)
    return True


AUDIT_MINUTES = 5


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
    report = tick(delivery)
    ledger.beat(db, ledger.me(), now=stamp(clock()), ticked=True)
    for what, count in report.counts.items():
        log.info("reminders: %s %s", what, count)


def _audit(delivery: DeliveryContext) -> None:
    with traced(surface="audit"):
        try:
            for line in audit(delivery):
                log.warning("%s", line)
        except StateAwayError as error:
            log.warning("no audit: %s", error)


def audit(delivery: DeliveryContext) -> list[str]:
    """Tell the secretariat once of each late reminder; runs in a thread of its own, should a tick hang."""
    db, now = delivery.context.databases.get(), stamp(delivery.context.clock())
    found = list(findings(delivery.context))
    for key, line in found:
        ledger.note(db, key=key, text=line, at=now)
    with poster(db) as owner:
        send_notices(delivery, owner)
    return [line for _, line in found]
