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
from bot.delivery.outbox import Outgoing, pictures
from bot.gateway.pages import outbound
from bot.gateway.posting import (
    PROCESSING,
    Outcome,
    Picture,
    Posted,
    Refused,
    Unknown,
    open_direct,
    post,
    uploaded,
)
from bot.messages.message import Payload
from store.evaluation import deliveries, delivery_state, sheets
from store.evaluation.deliveries import Owner, Post, stamp
from store.evaluation.records import Digest

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # several times as long as a call may take

# The steps at which a process may die; `Poster.step` hears of each.
STEPS = ("looked up", "planned", "opened", "claimed", "posted", "confirmed", "released", "told")


@dataclass(frozen=True)
class Poster:
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
ASK_AGAIN = timedelta(days=1)  # a recipient that is gone is tried again the next day
ASK_SECRETARIAT_AGAIN = timedelta(minutes=10)  # nobody is left to go to instead
TROUBLE = 3  # failures in a row of which the secretariat is told

Result = Literal[
    "sent", "taken", "waiting", "turned away", "refused", "unknown", "failed", "stopped", "settled"
]


def deliver_all(poster: Poster, owner: Owner, outgoing: Iterable[Outgoing]) -> Counter[Result]:
    """Deliver each; several recipients at once, one recipient's messages one after the other."""
    queues: dict[str, list[Outgoing]] = defaultdict(list)
    for each in outgoing:
        queues[each.recipient].append(each)

    def work(queue: Sequence[Outgoing]) -> list[Result]:
        return [_deliver_or_log(poster, owner, each) for each in queue]

    with ThreadPoolExecutor(poster.threads, "reminders") as pool:
        return Counter(result for results in pool.map(work, queues.values()) for result in results)


def _deliver_or_log(poster: Poster, owner: Owner, outgoing: Outgoing) -> Result:
    """One that fails must not hold up the others; whether it was posted, the next tick looks up."""
    try:
        return deliver(poster, owner, outgoing)
    except Exception:
        log.exception("%s", outgoing.key)
        return "failed"


def deliver(poster: Poster, owner: Owner, outgoing: Outgoing) -> Result:
    """Claim, post, confirm; or release, or leave claimed what nobody can tell yet."""
    channel = _channel(poster, outgoing.recipient)
    poster.step("opened")
    if isinstance(channel, Refused):
        return _turned_away(poster, outgoing.recipient, channel)
    if isinstance(channel, Unknown) or not _wait_for_turn(poster, channel):
        return "waiting"
    if poster.is_stopping():
        return "stopped"
    if outgoing.sheets and not sheets.any_open(poster.context.databases.get(), outgoing.sheets):
        return "settled"  # all came in while it waited
    forms = _forms(poster, outgoing)
    claim = _claim(poster, owner, outgoing, channel)
    if claim is None:
        return "taken"
    poster.step("claimed")
    for payload in forms:
        outcome = post(poster.client, channel=channel, payload=payload, key=outgoing.key)
        if not (isinstance(outcome, Refused) and outcome.kind == "content"):
            break
        log.error("%s: %s; a plainer form goes instead", outgoing.key, outcome.reason)
    poster.step("posted")
    return _settle(poster, claim, outcome)


def _forms(poster: Poster, outgoing: Outgoing) -> list[Payload]:
    """The message with its pictures, then plainer ones in case Slack does not take it."""
    payload = outbound(poster.context, outgoing.message())
    forms = [payload, {"text": payload["text"]}]
    drawn = poster.draw(poster.context, outgoing.digest) if outgoing.digest else []
    if images := uploaded(poster.client, drawn):
        poster.sleep(PROCESSING)
        forms.insert(0, payload | {"blocks": [*payload.get("blocks", ()), *images]})
    return forms


def _claim(poster: Poster, owner: Owner, outgoing: Outgoing, channel: str) -> Post | None:
    now = poster.context.clock()
    return deliveries.claim(
        poster.context.databases.get(),
        outgoing.deliveries,
        about=outgoing.about,
        recipient=outgoing.recipient,
        channel=channel,
        owner=owner.id,
        now=stamp(now),
        lease_until=stamp(now + poster.lease),
    )


def _settle(poster: Poster, claim: Post, outcome: Outcome) -> Result:
    db, now = poster.context.databases.get(), stamp(poster.context.clock())
    if isinstance(outcome, Unknown):
        log.warning("%s: %s; its outcome will be looked up", claim.key, outcome.reason)
        return "unknown"
    if isinstance(outcome, Posted):
        deliveries.confirm(db, claim, ts=outcome.ts, now=now)
        poster.step("confirmed")
        delivery_state.forget_failures(db, claim.channel)
        delivery_state.reached(db, claim.recipient)
        return "sent"
    deliveries.release(db, claim, reason=outcome.reason, now=now)
    poster.step("released")
    return _turned_away(poster, claim.recipient, outcome, channel=claim.channel)


def _turned_away(poster: Poster, recipient: str, refusal: Refused, *, channel: str = "") -> Result:
    """Leave a recipient alone for as long as Slack says, or a while, or a day when it is gone for good."""
    db, now = poster.context.databases.get(), poster.context.clock()
    log.warning("%s: %s", recipient, refusal.reason)
    if refusal.kind == "recipient":
        delivery_state.forget_direct_channel(db, recipient)
        is_last = recipient == poster.context.settings.jigyo_secretariat
        again = stamp(now + (ASK_SECRETARIAT_AGAIN if is_last else ASK_AGAIN))
        since = delivery_state.turned_away(
            db, recipient, reason=refusal.reason, now=stamp(now), ask_again_at=again
        )
        text = f"{recipient} に届けられませんでした（{refusal.reason}）。宛先の登録をご確認ください。"
        delivery_state.note(db, key=f"unreachable {recipient} {since}", text=text, at=stamp(now))
        return "turned away"
    channel = channel or recipient
    failures = delivery_state.count_failure(db, channel)
    wait = timedelta(seconds=refusal.wait or min(30.0 * 2**failures, delivery_state.LONGEST_PAUSE))
    delivery_state.pause(db, channel, until=(now + wait).timestamp())
    if failures == TROUBLE and refusal.kind != "busy":
        text = f"{recipient} への送信が{failures}回続けて断られています（{refusal.reason}）。"
        delivery_state.note(db, key=f"trouble {recipient} {stamp(now)}", text=text, at=stamp(now))
    return "refused"


def _channel(poster: Poster, recipient: str) -> str | Refused | Unknown:
    """The conversation in which the message will stand: history is read there."""
    if not recipient.startswith(("U", "W")):
        return recipient
    db = poster.context.databases.get()
    if known := delivery_state.direct_channel(db, recipient):
        return known
    if not _wait_for_turn(poster, recipient):
        return Unknown("paused")
    opened = open_direct(poster.client, recipient)
    if isinstance(opened, str):
        delivery_state.keep_direct_channel(db, recipient, opened)
    return opened


def _wait_for_turn(poster: Poster, channel: str) -> bool:
    """Wait until the channel and the workspace may be posted to; False when that is too long from now."""
    db = poster.context.databases.get()
    for name, gap in ((channel, poster.gap), (delivery_state.WORKSPACE, poster.workspace_gap)):
        now = poster.context.clock().timestamp()
        at = delivery_state.slot(db, name, now=now, gap=gap, patience=PATIENCE)
        if at is None:
            return False
        if at > now:
            poster.sleep(at - now)
    return True
