"""What a request is handled with: who asked what and where, the edges it may touch, its id in the log.

The log is JSON lines under a request's id. Every series of counts that there may be is laid out beforehand
(labels have a few fixed values), so a count is one addition to a number, no file is written, and a worker
that is started again goes on with its own.
"""

from __future__ import annotations

import asyncio
import logging
import mmap
import re
import sys
import threading
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import product
from random import getrandbits
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import orjson
import structlog
from pydantic import SecretStr
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

from bot.messages.message import Message, Payload, pages, with_more
from bot.messages.truncation import text_size
from bot.settings import Settings, reminder_settings
from store.database import Databases
from store.evaluation.records import ReminderSettings
from store.talk import WriteBehind, conversations
from store.talk.conversations import ShownBlocks
from store.text.display import HARMFUL

if TYPE_CHECKING:
    from slack_bolt.response import BoltResponse

log = logging.getLogger(__name__)

SLOW = 2.5  # seconds to an acknowledgement, of Slack's 3, from which on the log has a line about it
ID_HEADER = "x-request-id"
Answered = TypeVar("Answered", bound="BoltResponse | None")

# Slack's tokens, response_urls and trigger ids are secrets even when they are not ours.
_SECRET_SHAPES = (
    r"x(?:ox[a-z]|app)-[\w-]+",
    r"https://hooks\.slack\.com/[^\s\"'\\<>]+",
    r"v0=[0-9a-f]{64}",
    r"(?<=token=)[\w-]+",
)
BLOT = "［秘密］"
REQUEST = "request"  # the id's name in a line

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def _to_json(event: EventDict, **_: Any) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except TypeError:  # half a character, which has no UTF-8, or a number too large
        return orjson.dumps({key: ascii(value) for key, value in event.items()}).decode()


_SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_LAST: tuple[Processor, ...] = (
    ProcessorFormatter.remove_processors_meta,
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(serializer=_to_json),
)


class Blotting(ProcessorFormatter):
    """A formatter of JSON lines whose whole output, tracebacks included, has its secrets blotted out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__(foreign_pre_chain=_SHARED, processors=_LAST)
        known = [re.escape(secret) for secret in secrets if secret]
        self._secret = re.compile("|".join([*known, *_SECRET_SHAPES]))

    def format(self, record: logging.LogRecord) -> str:
        """The line as logged, without secrets."""
        line = HARMFUL.sub(lambda each: f"\\u{ord(each[0]):04x}", super().format(record))
        return self._secret.sub(BLOT, line)


def start_logging(settings: Settings) -> None:
    """Send everything from JIGYO_LOG's level on to stderr; Slack's libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    values = (getattr(settings, name) for name in type(settings).model_fields)
    handler.setFormatter(Blotting(v.get_secret_value() for v in values if isinstance(v, SecretStr)))
    logging.basicConfig(level=settings.jigyo_log.upper(), handlers=[handler], force=True)
    for noisy in (
        "slack_bolt",
        "slack_sdk",
        "apscheduler",
        "aiohttp",
        "uvicorn",
        "asyncio",
        "matplotlib",
        "mcp",
    ):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It would write a line for each malformed request; these are counted (bot.slack.observing.Refusals).
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)


def new_id() -> str:
    """An id of eight characters, which a person can read out."""
    return f"{getrandbits(32):08x}"  # told apart by it and no secret; another process begins elsewhere


def traced(**values: str) -> AbstractContextManager[None]:
    """Inside, every line that is logged carries these values, a new id among them if none is given."""
    return bound_contextvars(**{REQUEST: new_id(), **values})


def current_id() -> str:
    """The id of what is being done; a new one outside of `traced`."""
    return str(get_contextvars().get(REQUEST) or new_id())


def carried(
    function: Callable[Parameters, Result], *args: Parameters.args, **more: Parameters.kwargs
) -> Callable[[], Result]:
    """The call for another thread, which logs as this one does."""
    return partial(copy_context().run, partial(function, *args, **more))


WORKERS = 16  # processes at most, as `jigyo serve --workers` allows
OTHER = "other"  # the value of a label that is none of those laid out
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # seconds; Slack waits for 3

SURFACES = ("slash", "mention", "dm", "home", "button", "modal", "shortcut", OTHER)
DECIDED = ("search", "question", "talk", "command", "mcp")
REFUSALS = (
    "not signed", "signature wrong", "body too large", "head too large", "too slow", "too many connections",
    "too busy", "not HTTP", "unreadable", "sent again", "not allowed", "not possible",
    "mcp not authorised", OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Family:
    """Series of one name: its labels with all their values."""

    kind: Literal["counter", "gauge"]
    help: str
    labels: Mapping[str, tuple[str, ...]]

    @property
    def series(self) -> Iterator[tuple[str, ...]]:
        """All label values, series by series."""
        return product(*self.labels.values())


FAMILIES: Mapping[str, Family] = {
    "jigyo_requests": Family(
        "counter", "Requests of Slack that were signed and readable.",
        {"surface": SURFACES, "outcome": ("ok", "error")},
    ),
    "jigyo_request_seconds_sum": Family(
        "counter", "Seconds until requests were acknowledged.", {"surface": SURFACES}
    ),
    "jigyo_request_seconds_bucket": Family(
        "counter", "Requests by the seconds until they were acknowledged.",
        {"surface": SURFACES, "le": (*map(str, BUCKETS), "+Inf")},
    ),
    "jigyo_answers": Family(
        "counter", "What was typed, by what it was taken for and whether anything was found.",
        {"kind": DECIDED, "outcome": ("found", "empty")},
    ),
    "jigyo_failures": Family("counter", "Failures of which somebody was told a receipt number.", {}),
    "jigyo_refusals": Family("counter", "What was refused, by why.", {"why": REFUSALS}),
    "jigyo_snapshot_generation": Family("gauge", "Version of the index in memory.", {}),
    "jigyo_snapshot_read_at": Family("gauge", "When that version was read, in seconds since 1970.", {}),
    "jigyo_indexes_torn": Family("gauge", "Full-text indexes that could not be read to their ends.", {}),
    "jigyo_lists_behind": Family("gauge", "Lists that others published since those of this machine.", {}),
    "jigyo_notes_waiting": Family("gauge", "Notes of conversations that wait to be written.", {}),
    "jigyo_notes_waited": Family("gauge", "Seconds that the oldest of them has waited.", {}),
}  # fmt: skip

_SLOTS = {
    (name, *values): number
    for number, (name, values) in enumerate(
        (name, values) for name, family in FAMILIES.items() for values in family.series
    )
}
_SUMS = {surface: _SLOTS["jigyo_request_seconds_sum", surface] for surface in SURFACES}
_FIRST_BUCKET = {
    surface: _SLOTS["jigyo_request_seconds_bucket", surface, str(BUCKETS[0])] for surface in SURFACES
}


class Metrics:
    """The series of one bot. Each process writes to its own part of the memory and reads all of it.

    Make one before processes are forked, and give each of them `worker(number)` of it.
    """

    def __init__(self) -> None:
        self._all = memoryview(mmap.mmap(-1, 8 * WORKERS * len(_SLOTS))).cast("d")
        self._lock = threading.Lock()
        self._mine = self._all[: len(_SLOTS)]
        self.workers = 1

    def worker(self, number: int, *, of: int) -> Metrics:
        """The same series, as process `number` (from 0) of `of` writes them."""
        mine = object.__new__(Metrics)
        mine._all, mine._lock, mine.workers = self._all, threading.Lock(), of
        mine._mine = self._all[number * len(_SLOTS) : (number + 1) * len(_SLOTS)]
        return mine

    def add(self, name: str, *values: str, by: float = 1.0) -> None:
        """Count: `values` are those of the labels, in their order."""
        slot = _SLOTS.get((name, *values))
        if slot is None:
            slot = _SLOTS[name, OTHER]
        with self._lock:
            self._mine[slot] += by

    def set(self, name: str, value: float) -> None:
        """Set this process's gauge."""
        self._mine[_SLOTS[(name,)]] = value

    def own(self, name: str) -> float:
        """This process's gauge."""
        return self._mine[_SLOTS[(name,)]]

    def acknowledged(self, surface: str, seconds: float, *, outcome: str) -> None:
        """Count a request and how long its acknowledgement took."""
        counted = _SLOTS["jigyo_requests", surface, outcome]
        bucket = _FIRST_BUCKET[surface] + bisect_left(BUCKETS, seconds)
        with self._lock:
            self._mine[counted] += 1.0
            self._mine[bucket] += 1.0
            self._mine[_SUMS[surface]] += seconds

    def total(self, name: str, *values: str) -> float:
        """The sum over all processes."""
        return sum(self.each(name, *values))

    def each(self, name: str, *values: str) -> list[float]:
        """The value of each process."""
        slot = _SLOTS[(name, *values)]
        return [self._all[slot + number * len(_SLOTS)] for number in range(self.workers)]


async def observed(
    metrics: Metrics, surface: str, dispatch: Awaitable[Answered], *, waited: float = 0.0
) -> Answered:
    """Dispatch a surface's request under an id of its own, count it, put the id into the answer's headers.

    The id stays bound to the task, which is the request's alone, and goes to whatever the task starts.
    The log has a line for it at DEBUG; at WARNING when Slack may have given up before the answer.
    """
    number = new_id()
    bind_contextvars(**{REQUEST: number}, surface=surface)
    began, outcome = perf_counter(), "error"
    try:
        answer = await dispatch
        if answer is not None:
            answer.headers[ID_HEADER] = [number]
        outcome = "ok" if answer is None or answer.status < 500 else "error"
        return answer
    finally:
        took = waited + perf_counter() - began
        metrics.acknowledged(surface, took, outcome=outcome)
        level = logging.WARNING if took > SLOW else logging.DEBUG
        if log.isEnabledFor(level):
            log.log(level, "acknowledged", extra={"outcome": outcome, "took_ms": round(took * 1000, 1)})


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
