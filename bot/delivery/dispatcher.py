"""One message at a time: wait for its turn, claim, post, confirm; or release, or leave it to be looked up."""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from slack_sdk import WebClient

from bot.context import Context
from bot.delivery.outbox import ASK_AGAIN, Outgoing, called, pictures
from bot.gateway.posting import (
    GONE_THREAD,
    PROCESSING,
    Outcome,
    Picture,
    Posted,
    Refused,
    Unknown,
    open_direct,
    outbound,
    post,
    readers,
    uploaded,
)
from bot.messages.message import Payload
from bot.messages.reminders import gone_words
from bot.sheets import roles
from store.evaluation import ledger, registry
from store.evaluation.ledger import Owner, Post, stamp
from store.evaluation.records import Digest

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # several times as long as a call may take

# The steps at which a process may die; `DeliveryContext.step` is called at each.
STEPS = ("looked up", "planned", "opened", "claimed", "posted", "confirmed", "released", "told")


@dataclass(frozen=True)
class DeliveryContext:
    """The edges of a tick. `gap` and `workspace_gap` are seconds between posts to a channel, and to any."""

    context: Context
    client: WebClient
    sleep: Callable[[float], object] = time.sleep
    is_stopping: Callable[[], bool] = lambda: False
    step: Callable[[str], object] = log.debug
    lease: timedelta = LEASE
    gap: float = 1.0
    workspace_gap: float = 0.2
    threads: int = 8
    draw: Callable[[Context, Digest], list[Picture]] = pictures


PATIENCE = 5.0  # seconds to wait for a channel; longer waits are left to the next tick
ASK_SECRETARIAT_AGAIN = timedelta(minutes=10)  # nobody is left to go to instead
TROUBLE = 3  # failures in a row until the secretariat gets a notice

Result = Literal[
    "sent", "taken", "waiting", "turned away", "refused", "unknown", "failed", "stopped", "settled"
]


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
    claim = _claim(delivery, owner, outgoing, channel)
    if claim is None:
        return "taken"
    delivery.step("claimed")
    thread_ts = claim.thread_ts
    for payload in forms:
        outcome = post(
            delivery.client, channel=channel, payload=payload, key=outgoing.key, thread_ts=thread_ts
        )
        if thread_ts and isinstance(outcome, Refused) and outcome.reason in GONE_THREAD:
            thread_ts = ""
            ledger.out_of_thread(delivery.context.databases.get(), claim)
            outcome = post(delivery.client, channel=channel, payload=payload, key=outgoing.key)
        if not (isinstance(outcome, Refused) and outcome.kind == "content"):
            break
        log.error("%s: %s; a plainer form goes instead", outgoing.key, outcome.reason)
    delivery.step("posted")
    return _settle(delivery, claim, outcome)


def _forms(delivery: DeliveryContext, outgoing: Outgoing) -> list[Payload]:
    """The message with its pictures, then plainer ones in case Slack does not take it."""
    payload = outbound(delivery.context, outgoing.message())
    forms = [payload, {"text": payload["text"]}]
    drawn = delivery.draw(delivery.context, outgoing.digest) if outgoing.digest else []
    if images := uploaded(delivery.client, drawn):
        delivery.sleep(PROCESSING)
        forms.insert(0, payload | {"blocks": [*payload.get("blocks", ()), *images]})
    return forms


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
        ledger.reached(db, claim.recipient)
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
        since = ledger.turned_away(db, recipient, reason=refusal.reason, now=stamp(now), ask_again_at=again)
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


def find_gone(delivery: DeliveryContext, recipients: Iterable[str], *, tells: bool = True) -> bool:
    """Ask about each person of whom Slack said nothing for hours; whether any left, or is back.

    Slack accepts messages to those who were deactivated, which nobody will read. Unless the secretariat's
    digest is about to say so, it gets a line of it.
    """
    context, changed = delivery.context, False
    db = context.databases.get()
    for recipient in dict.fromkeys(recipients):
        now = context.clock()
        if not recipient.startswith(("U", "W")):
            continue
        was_gone = recipient in registry.gone(db, now=now)
        is_here = roles.asked_whether_here(context, delivery.client, recipient, now)
        if tells and not (is_here or was_gone):
            known = registry.known(db, recipient)
            reason = known.gone if known else ""
            note_gone(context, recipient, reason, key=f"gone {recipient} {reason}")
        changed |= is_here == was_gone
    return changed


def note_gone(context: Context, recipient: str, reason: str, *, key: str) -> None:
    """Tell the secretariat that somebody is not reached any more, and what happens instead."""
    words = gone_words(reason)
    text = f"{called(context, recipient)}{words}。代理、課のチャンネル、事務局の順に代わりへお送りします。"
    ledger.note(
        context.databases.get(),
        key=key,
        text=f"{text}宛先の登録をご確認ください。",
        at=stamp(context.clock()),
    )


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
