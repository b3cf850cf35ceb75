"""What a listener is given: who asked what and where, and the edges it may touch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.messages.message import Message, Payload, pages, with_more
from bot.messages.truncation import text_size
from bot.settings import Settings, reminder_settings
from bot.telemetry import Metrics
from store.database import Databases
from store.evaluation.records import ReminderSettings
from store.talk import WriteBehind, conversations
from store.talk.conversations import ShownBlocks

TOKYO = ZoneInfo("Asia/Tokyo")
THREADS = 4  # a search is shorter than a switch of threads; more of them would only queue for one lock
PATIENT_THREADS = 16  # for what may wait: for Slack, or for whoever writes to the database

Surface = Literal["slash", "mention", "dm", "home", "modal", "button", "shortcut", "search", "ask"]


@dataclass(frozen=True, slots=True)
class SlackRequest:
    """One request of one person; ids are Slack's, '' if unknown.

    `text` is what the person meant to type: Slack's escapes undone, mentions of the bot and the command's
    word taken off. `raw` is the same stretch as Slack sent it, with `<@U…>` and `<#C…|name>` still in it.
    `stranger` marks someone of another workspace (Slack Connect): may search, may not administer.
    `signature` is that of the request over HTTP, by which one sent again is known. `is_shared` marks an event
    in a channel that other organisations read too.
    """

    text: str
    raw: str = ""
    user: str = ""
    channel: str = ""
    team: str = ""
    thread_ts: str = ""
    ts: str = ""
    trigger_id: str = ""
    surface: Surface = "slash"
    stranger: bool = False
    signature: str = ""
    is_shared: bool = False


@dataclass(frozen=True)
class Context:
    """The edges: a connection for this thread, the clock (aware, Asia/Tokyo), the settings, worker threads.

    `patient` threads are for what may wait for Slack or for a lock of the database, so that no search waits
    behind it. `reminders` are the settings' times and offsets. `later` takes what an answer leaves to be
    written. `unfinished` holds what goes on after its request was acknowledged; a clean stop waits for it,
    and sets `stopping` when what still waits is to give up. `metrics` are what it counts.
    """

    databases: Databases
    clock: Callable[[], datetime]
    settings: Settings
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "jigyo"))
    patient: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(PATIENT_THREADS, "jigyo-patient")
    )
    reminders: ReminderSettings = field(init=False)
    later: WriteBehind = field(init=False)
    shown: ShownBlocks = field(init=False)
    unfinished: set[asyncio.Future[Any]] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reminders", reminder_settings(self.settings))
        object.__setattr__(self, "later", WriteBehind(self.databases))
        object.__setattr__(self, "shown", ShownBlocks(self.databases, self.later, self.clock))


Handler = Callable[[SlackRequest, Context], Message]


def now_in_tokyo() -> datetime:
    """The wall clock of city hall, whatever the machine's zone."""
    return datetime.now(TOKYO)


def clock_of(databases: Databases) -> Callable[[], datetime]:
    """The clock of city hall, by that of the database where several machines share one: theirs may differ."""
    state = databases.get().state
    return lambda: now_in_tokyo() - state.clock_ahead


def outbound(context: Context, message: Message) -> Payload:
    """A message as one payload, from a worker thread: what is over a page is kept in the database."""
    parts = pages(message)
    return parts[0] if len(parts) == 1 else first_page(context, parts)


def first_page(context: Context, parts: tuple[Payload, ...]) -> Payload:
    """The first page; the others are kept in the database for its button 続きを見る."""
    return page(list(parts), keep(context, list(parts)), 1)


def page(parts: list[Payload], key: str, number: int) -> Payload:
    """Page `number` (from 1) of kept pages, leading to the next one unless it is the last."""
    if number >= len(parts):
        return parts[-1]
    left = sum(text_size(part.get("blocks", [])) for part in parts[number:])
    return with_more(parts[number - 1], key=key, number=number, of=len(parts), left=left)


def keep(context: Context, value: Any) -> str:
    """Keep a JSON value for a later press; its key. It is written when the database is free."""
    key = conversations.new_key()
    write = partial(conversations.keep_value, key=key, value=value, now=context.clock().isoformat())
    context.later.put(("kept", key), value, write)
    return key


def recall(context: Context, key: str) -> Any | None:
    """The value kept under `key`, or None when it was kept too long ago or never was."""
    waiting = context.later.get(("kept", key))
    return conversations.recall_value(context.databases.get(), key) if waiting is None else waiting
