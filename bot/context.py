"""What a listener is given: who asked what and where, and the edges it may touch."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.messages.message import Message
from bot.settings import Settings, reminder_settings
from bot.telemetry import Metrics
from store.database import Databases
from store.evaluation.records import ReminderSettings
from store.talk.write_behind import WriteBehind

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
    unfinished: set[asyncio.Future[Any]] = field(default_factory=set)
    stopping: threading.Event = field(default_factory=threading.Event)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reminders", reminder_settings(self.settings))
        object.__setattr__(self, "later", WriteBehind(self.databases))


Handler = Callable[[SlackRequest, Context], Message]


def now_in_tokyo() -> datetime:
    """The wall clock of city hall, whatever the machine's zone."""
    return datetime.now(TOKYO)
