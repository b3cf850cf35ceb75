"""Claims left unconfirmed: looked up by key in the channel's history, or left to a person to settle."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from bot.delivery.dispatcher import DeliveryContext
from bot.delivery.outbox import called
from bot.gateway.posting import Unreadable, keys_in
from store.evaluation import deliveries, delivery_state
from store.evaluation.deliveries import Owner, Post, is_alive, stamp

log = logging.getLogger(__name__)

CLOCK_ERROR = timedelta(days=2)  # how far our clock may have been from Slack's when the claim was made
UNREADABLE_FOR = timedelta(minutes=30)  # a history may fail to answer for so long before a person is asked

Histories = dict[tuple[str, str], Mapping[str, str]]  # by channel and thread
Finding = Literal["arrived", "never arrived", "ambiguous", "not yet"]


def reconcile(delivery: DeliveryContext, owner: Owner) -> Counter[Finding]:
    """Settle every claim whose lease has run out and whose owner is gone."""
    found: Counter[Finding] = Counter()
    histories: Histories = {}
    context = delivery.context
    for post in deliveries.unconfirmed(context.databases.get(), stamp(context.clock())):
        if delivery.is_stopping():
            break
        if is_alive(context.databases.path, post.owner):
            found["not yet"] += 1  # stopped, not dead: it may post as soon as it runs again
        elif mine := _taken_over(delivery, owner, post):
            found[_look_up(delivery, mine, histories, is_future=post.claimed_at > mine.updated_at)] += 1
    return found


def _taken_over(delivery: DeliveryContext, owner: Owner, post: Post) -> Post | None:
    now = delivery.context.clock()
    return deliveries.take_over(
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
        deliveries.confirm(db, post, ts=ts, now=now)
        return "arrived"
    deliveries.release(db, post, reason="not in the channel's history", now=now)
    return "never arrived"


def _unreadable(delivery: DeliveryContext, post: Post, error: Unreadable) -> Finding:
    now = delivery.context.clock()
    if error.passing and now - datetime.fromisoformat(post.claimed_at) < UNREADABLE_FOR:
        delivery.sleep(min(error.wait, 1.0))
        return "not yet"
    db = delivery.context.databases.get()
    deliveries.doubt(db, post, reason=str(error), now=stamp(now))
    log.error("%s: its outcome is unknown (%s); settle it with `jigyo deliveries`", post.key, error)
    to = called(delivery.context, post.recipient)
    text = (
        f"「{post.about}」が{to}に届いたか確認できませんでした（{error}）。"
        f"届いているかご覧になり、`jigyo deliveries settle {post.id}` で記録してください。"
    )
    delivery_state.note(db, key=f"ambiguous {post.id}", text=text, at=stamp(now))
    return "ambiguous"


def _oldest(post: Post) -> float:
    return (datetime.fromisoformat(post.claimed_at) - CLOCK_ERROR).timestamp()
