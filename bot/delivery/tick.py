"""One tick: settle what was left unconfirmed, see what is due, and for each message claim, post, confirm.

Any number of processes may tick on one database. The order of the steps keeps the promise: the claim is
committed before the post, so that nothing is posted twice; it is released only when Slack certainly does not
have the message, so that nothing is lost. What lies between (a time-out, a crash) is looked up in the
channel's history.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.context import Context
from bot.days.calendar import at as at_time
from bot.delivery.dispatcher import DeliveryContext, Result, deliver_all, find_gone, wait_for_turn
from bot.delivery.outbox import called, due, of_notices, of_reminder, open_now, shown_now, unreachable
from bot.gateway.posting import Posted, Refused, Unreadable, change, keys_in, outbound
from store.evaluation import ledger, registry
from store.evaluation.ledger import Owner, Post, is_alive, stamp, sweep
from store.evaluation.records import Reminder

ROUNDS = 6  # chief, deputy, channel, secretariat, and twice more
COPIES = 20  # messages that one tick brings up to date
log = logging.getLogger(__name__)
CLOCK_ERROR = timedelta(days=2)  # how far our clock may have been from Slack's when the claim was made
UNREADABLE_FOR = timedelta(minutes=30)  # a history may fail to answer for so long before a person is asked
Histories = dict[tuple[str, str], Mapping[str, str]]  # by channel and thread
Finding = Literal["arrived", "never arrived", "ambiguous", "not yet"]


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
    db, path = delivery.context.databases.get(), delivery.context.databases.path
    results: Counter[Result] = Counter()
    with Owner(path) as owner:
        looked_up = reconcile(delivery, owner)
        for _ in range(ROUNDS):
            now = delivery.context.clock()
            planned = due(delivery.context, at or now)
            delivery.step("planned")
            tells = not any(each.digest for each in planned)
            if find_gone(delivery, _asked_about(delivery.context, planned, at or now), tells=tells):
                continue  # the plan is another one now
            gone = {"", *unreachable(delivery.context, now)}
            reminders = [each for each in planned if each.recipient not in gone]
            outcome = deliver_all(
                delivery, owner, (of_reminder(each, delivery.context) for each in reminders)
            )
            results += outcome
            if not outcome["turned away"]:
                break
        results += send_notices(delivery, owner)
        bring_up_to_date(delivery)
        delivery.step("told")
    sweep(path, (row.owner for row in ledger.in_states(db, ("claimed",))))
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
    """Send the lines noted for the secretariat and for others, one message to each."""
    db, now = delivery.context.databases.get(), delivery.context.clock()
    if not open_now(delivery.context, now):
        return Counter()
    ledger.bundle(db, stamp(now))
    secretariat = delivery.context.settings.jigyo_secretariat
    waiting = ledger.bundles(db)
    find_gone(delivery, (bundle.recipient for bundle in waiting))
    gone = unreachable(delivery.context, now)
    # What is for somebody who left is for the secretariat to know.
    addressed = (
        (secretariat if bundle.recipient in ("", *gone) else bundle.recipient, bundle) for bundle in waiting
    )
    return deliver_all(
        delivery,
        owner,
        [of_notices(bundle, to, delivery.context, now) for to, bundle in addressed if to and to not in gone],
    )


def bring_up_to_date(delivery: DeliveryContext) -> int:
    """Show in earlier messages what holds now: every copy follows the state; how many were changed."""
    db, done = delivery.context.databases.get(), 0
    for post in ledger.outdated(db, limit=COPIES):
        since = stamp(delivery.context.clock())
        if delivery.is_stopping() or not wait_for_turn(delivery, post.channel):
            continue
        message = shown_now(delivery.context, post.channel, post.ts)
        if message is None:  # nothing is known of it any more
            ledger.is_current(db, post.channel, post.ts, since=since)
            continue
        payload = outbound(delivery.context, message)
        outcome = change(delivery.client, channel=post.channel, ts=post.ts, payload=payload)
        if isinstance(outcome, Posted) or (isinstance(outcome, Refused) and outcome.kind != "busy"):
            ledger.is_current(db, post.channel, post.ts, since=since)  # one that is gone needs nothing
        done += isinstance(outcome, Posted)
    return done


def reconcile(delivery: DeliveryContext, owner: Owner) -> Counter[Finding]:
    """Settle every claim whose lease has run out and whose owner is gone."""
    found: Counter[Finding] = Counter()
    histories: Histories = {}
    context = delivery.context
    for post in ledger.unconfirmed(context.databases.get(), stamp(context.clock())):
        if delivery.is_stopping():
            break
        if is_alive(context.databases.path, post.owner):
            found["not yet"] += 1  # stopped, not dead: it may post as soon as it runs again
        elif mine := _taken_over(delivery, owner, post):
            found[_look_up(delivery, mine, histories, is_future=post.claimed_at > mine.updated_at)] += 1
    return found


def _taken_over(delivery: DeliveryContext, owner: Owner, post: Post) -> Post | None:
    now = delivery.context.clock()
    return ledger.take_over(
        delivery.context.databases.get(),
        post,
        owner=owner.id,
        now=stamp(now),
        lease_until=stamp(now + delivery.lease),
    )


def _look_up(delivery: DeliveryContext, post: Post, histories: Histories, *, is_future: bool) -> Finding:
    """Look a claim up in the history. A claim from the future (a clock set back) waits for its new lease."""
    if is_future:
        return "not yet"
    db = delivery.context.databases.get()
    try:
        place = (post.channel, post.thread_ts)
        if place not in histories:
            histories[place] = keys_in(
                delivery.client, post.channel, oldest=_oldest(post), thread_ts=post.thread_ts
            )
    except Unreadable as error:
        return _unreadable(delivery, post, error)
    delivery.step("looked up")
    now = stamp(delivery.context.clock())
    if ts := histories[place].get(post.key):
        ledger.confirm(db, post, ts=ts, now=now)
        return "arrived"
    ledger.release(db, post, reason="not in the channel's history", now=now)
    return "never arrived"


def _unreadable(delivery: DeliveryContext, post: Post, error: Unreadable) -> Finding:
    now = delivery.context.clock()
    if error.passing and now - datetime.fromisoformat(post.claimed_at) < UNREADABLE_FOR:
        delivery.sleep(min(error.wait, 1.0))
        return "not yet"
    db = delivery.context.databases.get()
    ledger.doubt(db, post, reason=str(error), now=stamp(now))
    log.error("%s: its outcome is unknown (%s); settle it with `jigyo deliveries`", post.key, error)
    to = called(delivery.context, post.recipient)
    text = (
        f"「{post.about}」が{to}に届いたか確認できませんでした（{error}）。"
        f"届いているかご覧になり、`jigyo deliveries settle {post.id}` で記録してください。"
    )
    ledger.note(db, key=f"ambiguous {post.id}", text=text, at=stamp(now))
    return "ambiguous"


def _oldest(post: Post) -> float:
    return (datetime.fromisoformat(post.claimed_at) - CLOCK_ERROR).timestamp()
