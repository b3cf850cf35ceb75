"""What an earlier run left unconfirmed is looked up in the channel's history; what is late is found."""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from slack_sdk import WebClient

from bot.context import TOKYO, Context
from bot.days.calendar import at as at_time
from bot.days.calendar import format_date
from bot.delivery.outbox import DeliveryContext, about, called, due, morning, open_now
from bot.gateway import CALL_ERRORS, EVENT_TYPE, Refused, Unknown, outcome_of
from store.database import Database, DatabaseError
from store.evaluation import ledger
from store.evaluation.ledger import Owner, Post, is_alive, stamp

log = logging.getLogger(__name__)

CLOCK_ERROR = timedelta(days=2)  # how far our clock may have been from Slack's when the claim was made
UNREADABLE_FOR = timedelta(minutes=30)  # a history may fail to answer for so long before a person is asked
HISTORY_PAGE = 200
HISTORY_PAGES = 50
Histories = dict[tuple[str, str], Mapping[str, str]]  # by channel and thread
Finding = Literal["arrived", "never arrived", "ambiguous", "not yet"]


def reconcile(delivery: DeliveryContext, owner: Owner, unconfirmed: Iterable[Post]) -> Counter[Finding]:
    """Settle every claim whose lease has run out (these) and whose owner is gone."""
    found: Counter[Finding] = Counter()
    histories: Histories = {}
    context = delivery.context
    for post in unconfirmed:
        if delivery.is_stopping():
            break
        if is_alive(context.databases.get(), post.owner):
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


class Unreadable(Exception):  # noqa: N818 - it says what the history is
    """A channel's history cannot be read; `passing` when it may be later, `wait` seconds from now."""

    def __init__(self, reason: str, *, passing: bool, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.passing, self.wait = passing, wait


def keys_in(client: WebClient, channel: str, *, oldest: float, thread_ts: str = "") -> Mapping[str, str]:
    """Delivery keys of the messages in a channel since `oldest` (seconds since 1970), each with its ts.

    Of a thread its replies are read: a channel's history has none. Raises Unreadable, also when there is
    more to read than `HISTORY_PAGES`.
    """
    found: dict[str, str] = {}
    cursor = ""
    for _ in range(HISTORY_PAGES):
        page = _history(client, channel, oldest, cursor, thread_ts)
        for message in page["messages"]:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE:
                found[metadata.get("event_payload", {}).get("key", "")] = message["ts"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return found
    raise Unreadable("履歴が長すぎます", passing=False)


def _history(client: WebClient, channel: str, oldest: float, cursor: str, thread_ts: str) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "channel": channel, "oldest": f"{oldest:.6f}", "inclusive": True, "include_all_metadata": True,
        "limit": HISTORY_PAGE, "cursor": cursor or None,
    }  # fmt: skip
    try:
        if thread_ts:
            answer = client.conversations_replies(ts=thread_ts, **asked)
        else:
            answer = client.conversations_history(**asked)
    except CALL_ERRORS as error:
        outcome = outcome_of(error)
        passing = isinstance(outcome, Unknown) or outcome.kind == "busy"
        wait = outcome.wait if isinstance(outcome, Refused) else 0.0
        raise Unreadable(outcome.reason, passing=passing, wait=wait) from error
    if not isinstance(answer.data, dict) or not isinstance(answer.data.get("messages"), list):
        raise Unreadable("履歴の形が違います", passing=True)
    return dict(answer.data)


TOLD_FOR = timedelta(days=1)
ALLOWED = timedelta(minutes=15)  # from the moment a reminder can go until it must be settled

Problem = tuple[str, str]  # what makes it the same finding, and a line about it


def problems(context: Context) -> list[str]:
    """What is wrong with the reminders, in one line each; for /healthz."""
    try:
        return [line for _, line in findings(context)]
    except (DatabaseError, sqlite3.Error) as error:
        return [f"督促の状態を読めません: {error}"]


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
