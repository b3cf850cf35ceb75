"""The bot seen from outside: in step and in touch with Slack (/healthz), its counts (/metrics), refusals."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackClientError

from bot.context import BUCKETS, FAMILIES, Context, Metrics
from bot.delivery import outbox, reconcile
from bot.gateway import INTERACTIVE_SECONDS
from bot.slack.exchange import TOKEN_ERRORS, SlackClient
from store import projects
from store.database import Database, DatabaseError
from store.evaluation import ledger
from store.evaluation.ledger import stamp
from store.index import generation, writer

if TYPE_CHECKING:
    from prometheus_client import Metric

Check = Callable[[Context], list[str]]

FRESH_SECONDS = 1.0  # a process manager asks often; the answer is looked up at most this often
ASK_AGAIN, ASK_IN_TROUBLE = timedelta(seconds=60), timedelta(seconds=5)
LONG_SECONDS = 60.0  # that a write has waited
INDEX_SECONDS = 60.0  # the index is compared with the rows when they changed, and this often


def database_problems(context: Context) -> list[str]:
    """Whether the database is there, opens, is read, and holds a list."""
    if not context.databases.path.exists():  # a connection would go on with a file that was deleted
        return [f"データベース {context.databases.path} がありません。"]
    try:
        if projects.count(context.databases.get()) == 0:
            return ["事業が登録されていません。`jigyo load` で一覧を読み込んでください。"]
    except (DatabaseError, sqlite3.Error) as error:
        return [f"データベースを読めません: {error}"]
    return []


class IndexInStep:
    """Whether the search index is in step with the rows: a look at all of them, so not at every call."""

    def __init__(self) -> None:
        self._looked_at, self._generation, self._problems = float("-inf"), -1, [""]

    def __call__(self, context: Context) -> list[str]:
        """What is out of step, in one line each."""
        db = context.databases.get()
        now = generation(db)
        if now != self._generation or monotonic() - self._looked_at > INDEX_SECONDS:
            self._problems = writer.check(db)
            self._looked_at, self._generation = monotonic(), now
        return self._problems


def torn_indexes(context: Context) -> list[str]:
    """Whether a process found garbage in a full-text index (`app.look_through`)."""
    if not any(context.metrics.each("jigyo_indexes_torn")):
        return []
    return ["検索の索引が壊れています。`jigyo index rebuild` で作り直せます。"]


def lists_behind(context: Context) -> list[str]:
    """Whether another machine published lists that this one has not taken."""
    if not any(context.metrics.each("jigyo_lists_behind")):
        return []
    return ["ほかのマシンで読み込まれた新しい一覧を、取り込めていません。"]


class SlackAnswers:
    """Whether Slack answers, since when it does not, and how much waits for it."""

    def __init__(self, client: SlackClient) -> None:
        self._client, self._state = client, client.state

    async def ask(self) -> None:
        """Ask Slack who we are, unless a call of the last minute (of the last seconds in trouble) tells."""
        good_for = ASK_IN_TROUBLE if self._state.problem else ASK_AGAIN
        asked_at = self._state.asked_at
        if asked_at and self._state.clock() - asked_at < good_for:
            return
        try:
            async with asyncio.timeout(INTERACTIVE_SECONDS):
                await self._client.auth_test()
        except TimeoutError:
            self._state.found("timeout")
        except SlackClientError:
            return  # the state has it

    def __call__(self, context: Context) -> list[str]:
        """What is wrong, in one line."""
        problem, since = self._state.problem, self._state.since
        if not problem or since is None:
            return []
        what = "Slack のトークンが使えません" if problem in TOKEN_ERRORS else "Slack から返事がありません"
        now = context.clock()
        waiting = len(outbox.due(context, now)) + ledger.untold(context.databases.get(), before=stamp(now))
        waits = f"お送りするものが{waiting}件待っています。" if waiting else ""
        return [f"{what}（{problem}、{since:%m月%d日 %H:%M:%S} から）。{waits}"]


def notes_problems(context: Context) -> list[str]:
    """Whether what answers leave to be written has waited for long."""
    if context.later.waited < LONG_SECONDS:
        return []
    return [
        f"データベースに書き込めない状態が{context.later.waited:.0f}秒続いています"
        f"（{context.later.waiting}件が待っています）。"
    ]


class Health:
    """Runs the checks in order until one finds problems, remembering the outcome for a moment.

    Once none of `checks` does, all of `more` are run.
    """

    def __init__(self, context: Context, checks: tuple[Check, ...], more: tuple[Check, ...] = ()) -> None:
        self._context, self._checks, self._more = context, checks, more
        self._looked_at, self._problems = float("-inf"), [""]

    def problems(self) -> list[str]:
        """What is wrong, in one line each; empty when the process is ready."""
        if monotonic() - self._looked_at > FRESH_SECONDS:
            found = (check(self._context) for check in self._checks)
            self._problems = next((problems for problems in found if problems), []) or [
                problem for check in self._more for problem in check(self._context)
            ]
            self._looked_at = monotonic()
        return self._problems


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
        problems = [*self._in_step(self._context), *torn_indexes(self._context)]
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
    for state, count in sorted(ledger.count_by_state(db).items()):
        states.add_metric([state], count)
    yield states
    yield from _of_reminders(db, context, now)


def _of_reminders(db: Database, context: Context, now: datetime) -> Iterator[Metric]:
    from prometheus_client.core import GaugeMetricFamily

    if last := ledger.last_tick(db):
        age = (now - datetime.fromisoformat(last)).total_seconds()
        yield _gauge("jigyo_heartbeat_age_seconds", "Since the reminders' clock last finished a tick.", age)
    found = GaugeMetricFamily("jigyo_delivery_problems", "What the auditor finds, by kind.", labels=["kind"])
    counts = Counter(key.partition(" ")[0] for key, _ in reconcile.findings(context))
    for kind in _finding_kinds(counts):
        found.add_metric([kind], counts[kind])
    yield found


def _finding_kinds(counts: Iterable[str]) -> list[str]:
    """The auditor's kinds, those that it finds nothing of too: a series that is not there raises no alarm."""
    return sorted({"late", "ambiguous", "untold", "silent", *counts})
