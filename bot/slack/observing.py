"""The bot seen from outside: an id for each request in every line of the log about it, and /metrics."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.context import Context
from bot.delivery import audit
from bot.slack.health import IndexInStep, SlackAnswers
from bot.telemetry import BUCKETS, FAMILIES, Metrics
from store import projects
from store.database import Database, DatabaseError
from store.evaluation import deliveries, delivery_state
from store.index.version import generation

if TYPE_CHECKING:
    from prometheus_client import Metric

log = logging.getLogger(__name__)

TELL_EVERY = 60.0  # seconds between two lines of the log about what was refused


class Refusals:
    """Counts what was refused, and tells of it in at most one line a minute."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._told_at = float("-inf")
        self.metrics = Metrics()

    def note(self, why: str) -> None:
        """Count one."""
        self._counts[why] += 1
        self.metrics.add("jigyo_refusals", why)

    def tell(self, *, at_once: bool = False) -> None:
        """Log the counts since the last line, unless that was less than a minute ago."""
        if self._counts and (at_once or monotonic() - self._told_at >= TELL_EVERY):
            log.warning("refused: %s", ", ".join(f"{why} {n}" for why, n in self._counts.most_common()))
            self._counts.clear()
            self._told_at = monotonic()


class MetricsPage:
    """/metrics as ASGI: what all processes counted, and what the database says now."""

    def __init__(self, context: Context, slack: SlackAnswers) -> None:
        self._context, self._slack, self._in_step = context, slack, IndexInStep()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer GET /metrics, in a thread; anything else is 404."""
        is_asked = scope["path"] == "/metrics" and scope["method"] == "GET"
        text = await self._page() if is_asked else b"not found\n"
        headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200 if is_asked else 404, "headers": headers})
        await send({"type": "http.response.body", "body": text})

    async def _page(self) -> bytes:
        await self._slack.ask()
        return await asyncio.get_running_loop().run_in_executor(self._context.pool, self.render)

    def render(self) -> bytes:
        """The page in Prometheus' text format."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(self)  # it collects, which is all that is asked of it
        return generate_latest(registry)

    def collect(self) -> Iterator[Metric]:
        """Every metric, for a registry of Prometheus' client."""
        yield from _counted(self._context.metrics)
        yield from _of_workers(self._context)
        answers = not self._slack(self._context)
        yield _gauge("jigyo_slack_answers", "1 if Slack answers and takes the token.", answers)
        try:
            db = self._context.databases.get()
            found = [*_of_database(db, self._context), *self._of_index(db)]
        except (DatabaseError, sqlite3.Error) as error:
            log.warning("the database cannot be read for /metrics: %s", error)
            found = [_gauge("jigyo_database_readable", "1 if the database can be read.", 0)]
        yield from found

    def _of_index(self, db: Database) -> Iterator[Metric]:
        problems = self._in_step(self._context)
        yield _gauge("jigyo_index_in_step", "1 if the search index says what the rows say.", not problems)


def _gauge(name: str, what: str, value: float) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    return GaugeMetricFamily(name, what, value=float(value))


def _counted(metrics: Metrics) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

    for name, family in FAMILIES.items():
        if family.kind == "counter" and not name.startswith("jigyo_request_seconds"):
            counter = CounterMetricFamily(name, family.help, labels=list(family.labels))
            for values in family.series:
                counter.add_metric(list(values), metrics.total(name, *values))
            yield counter
    seconds = FAMILIES["jigyo_request_seconds_bucket"]
    histogram = HistogramMetricFamily("jigyo_request_seconds", seconds.help, labels=["surface"])
    for surface in seconds.labels["surface"]:
        reached, buckets = 0.0, []
        for bound in (*map(str, BUCKETS), "+Inf"):
            reached += metrics.total("jigyo_request_seconds_bucket", surface, bound)
            buckets.append((bound, reached))
        histogram.add_metric([surface], buckets, metrics.total("jigyo_request_seconds_sum", surface))
    yield histogram


def _of_workers(context: Context) -> Iterator[Metric]:
    """What each process says of itself; the worst of them is what matters."""
    metrics, now = context.metrics, context.clock().timestamp()
    read_at = [at for at in metrics.each("jigyo_snapshot_read_at") if at]
    yield _gauge(
        "jigyo_snapshot_age_seconds", "Since the version of the index in memory was read; of the oldest.",
        now - min(read_at, default=now),
    )  # fmt: skip
    for name, worst in (("jigyo_notes_waiting", sum), ("jigyo_notes_waited", max)):
        yield _gauge(name, FAMILIES[name].help, worst(metrics.each(name)))
    yield _gauge("jigyo_processes", "Processes that answer.", metrics.workers)


def _of_database(db: Database, context: Context) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    now = context.clock()
    newest = generation(db)
    held = [int(each) for each in context.metrics.each("jigyo_snapshot_generation")]
    yield _gauge("jigyo_database_readable", "1 if the database can be read.", 1)
    yield _gauge("jigyo_projects", "Projects in the list.", projects.count(db))
    yield _gauge("jigyo_index_generation", "Version of the index in the database.", newest)
    yield _gauge(
        "jigyo_snapshot_behind", "Versions that the process furthest behind has yet to read.",
        max((newest - each for each in held if each), default=0),
    )  # fmt: skip
    if loaded := projects.last_loaded(db):
        age = (now - datetime.fromisoformat(loaded)).total_seconds()
        yield _gauge("jigyo_index_age_seconds", "Since a list was last loaded.", age)
    states = GaugeMetricFamily("jigyo_deliveries", "Messages of the ledger by state.", labels=["state"])
    for state, count in sorted(deliveries.count_by_state(db).items()):
        states.add_metric([state], count)
    yield states
    yield from _of_reminders(db, context, now)


def _of_reminders(db: Database, context: Context, now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    if last := delivery_state.last_tick(db):
        age = (now - datetime.fromisoformat(last)).total_seconds()
        yield _gauge("jigyo_heartbeat_age_seconds", "Since the reminders' clock last finished a tick.", age)
    found = GaugeMetricFamily("jigyo_delivery_problems", "What the auditor finds, by kind.", labels=["kind"])
    counts = Counter(key.partition(" ")[0] for key, _ in audit.findings(context))
    for kind in _finding_kinds(counts):
        found.add_metric([kind], counts[kind])
    yield found


def _finding_kinds(counts: Iterable[str]) -> list[str]:
    """The auditor's kinds, those that it finds nothing of too: a series that is not there raises no alarm."""
    return sorted({"late", "ambiguous", "untold", "silent", *counts})
