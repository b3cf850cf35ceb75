"""Real processes that deliver and are killed: forked from here, so that a thousand of them take minutes.

Every round changes the deadline, so that each section must be told once more; workers are killed with
SIGKILL, at a moment or at a named step, until one is left to finish. What Slack then has is
compared with what was due.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.context import Context
from bot.deadlines import actions
from bot.deadlines.session import Actor, Session, session_of
from bot.delivery.dispatcher import tick
from bot.delivery.outbox import DeliveryContext
from bot.gateway import build_posting_client
from bot.playground.slack import SlackServer
from store.database import Databases, StateAwayError, open_database
from store.evaluation import changes, ledger, registry
from store.evaluation.records import Absence
from tests.season import SECRETARIAT, TEN_BEFORE, YEAR, fill, no_pictures, people, section, settings

# In turn: each change is news to every section, also to those whose chief was away for the last.
DUES = (date(2026, 12, 28), date(2026, 12, 25), date(2026, 12, 24))
MANY = 60  # changes of somebody who is killed before the last
LATER = date(2027, 3, 1)  # that extensions are asked for: nothing else falls due by them

MISBEHAVIOURS = (
    "ratelimited", "unavailable", "unavailable_after", "reset", "reset_after", "hang", "hang_after",
)  # fmt: skip


@dataclass
class Arena:
    """One database, one Slack in a process of its own, a clock that stands at a working morning and runs."""

    path: Path
    sections: int
    lease: float = 1.0
    url: str = ""
    server: int = 0
    started: float = field(default_factory=time.time)
    kills: Counter[str] = field(default_factory=Counter)
    rounds: int = 0

    def clock(self) -> datetime:
        """The morning of the season, running as fast as the real one."""
        return TEN_BEFORE + timedelta(seconds=time.time() - self.started)

    def slack(self, **order: Any) -> dict[str, Any]:
        """Give the loopback Slack an order; what was posted and called so far."""
        request = urllib.request.Request(f"{self.url}/_control", json.dumps(order).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
        return told

    def arrived(self) -> Counter[str]:
        """How often each reminder stands in Slack, by its key."""
        posts = self.slack()["posts"]
        keys = [post["metadata"]["event_payload"]["key"] for post in posts if post["metadata"]]
        return Counter(key for key in keys if f"|{SECRETARIAT}|" not in key and not key.startswith("notice|"))

    def new_round(self) -> None:
        """Move the deadline: every section is to be told; every other chief is away every other time."""
        self.rounds += 1
        db = open_database(self.path)
        due, at = DUES[self.rounds % len(DUES)], self.clock()
        changes.set_deadline(db, fiscal_year=YEAR, kind="一次評価", due=due, by="U0ADMIN", at=at)
        for number in self.numbers[1::2]:
            who, today = section(number), at.date()
            if self.rounds % 2:
                absence = Absence(who.chief, today, today, who.deputy)
                changes.set_absence(db, absence, by=who.chief, at=at)
            else:
                changes.end_absences(db, who.chief, day=today, by=who.chief, at=at)
        db.close()

    def live(self, chance: random.Random) -> int:
        """Fork somebody who asks for extensions, undoes and decides until killed, and has begun now."""
        seed = chance.random()
        begun, begins = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                self._live(random.Random(seed), begins)
            finally:
                os._exit(0)
        os.close(begins)
        with os.fdopen(begun, "rb") as waiting:
            waiting.read(1)
        return pid

    def _live(self, chance: random.Random, begins: int) -> None:
        context = Context(Databases(self.path), self.clock, settings(f"{self.url}/api/", self.path))
        actor = Actor("U0ADMIN", "staff", is_admin=True, whence="crash")
        for nth in range(MANY):
            if nth == 1:
                os.write(begins, b"1")
            with suppress(StateAwayError):  # as somebody who is told so, and does the next thing later
                self._ask_or_decide(session_of(context), actor, chance)

    def _ask_or_decide(self, session: Session, actor: Actor, chance: random.Random) -> None:
        key = (YEAR, f"{chance.choice(self.numbers)}01", "一次評価")
        sheet = registry.sheet(session.db, key)
        if sheet and not sheet.is_pending:
            # Later than what was granted before: else nothing is left to decide after some rounds.
            granted = max(day for day in (LATER, sheet.extension_due, sheet.held_due) if day)
            until = granted + timedelta(days=chance.randrange(1, 4))
            actions.ask_extension(session, actor, [sheet], until, "議会")
        elif sheet and chance.random() < 0.3:
            actions.undo(session, actor, [sheet])
        elif sheet:
            actions.decide_extension(session, actor, [sheet], approved=chance.random() < 0.5)

    def decisions(self) -> tuple[int, int, int]:
        """(made, lost, doubled): decisions on the trail, those whose word never came or came twice."""
        db = open_database(self.path)
        events = changes.events(db, what="sheet")
        made = sum(  # what is taken back may leave an earlier 承認, which nobody decides anew
            each.field == "extension_state" and each.after in ("承認", "却下") and each.note != "取消"
            for each in events
        )
        bundles = dict(
            db.state.execute("SELECT key, bundle FROM notices WHERE key LIKE 'decided %'").fetchall()
        )
        told = {key.rsplit(" ", 1)[0] for key in bundles}
        # By the message that discharges them: one of their own, or the reminder with which they went.
        sent = dict(
            db.state.execute(
                "SELECT d.rule, p.key FROM deliveries d JOIN posts p ON p.id = d.post_id"
                " WHERE d.deadline = 'notice' AND d.live = 1 AND p.state = 'sent'"
            ).fetchall()
        )
        posts = self.slack()["posts"]
        arrived = Counter(post["metadata"]["event_payload"]["key"] for post in posts if post["metadata"])
        db.close()
        keys = {bundle: sent.get(bundle, "") for bundle in bundles.values()}
        lost = made - len(told) + sum(not arrived[key] for key in keys.values())
        return made, lost, sum(arrived[key] > 1 for key in {*keys.values()})

    def work(self, *, dies_at: str = "", stops_at: str = "", nth: int = 1) -> int:
        """Fork a worker, which delivers until nothing is left; it dies or stops at the nth such step."""
        pid = os.fork()
        if pid == 0:
            try:
                self._deliver(
                    _signal_at(stops_at or dies_at, nth, signal.SIGSTOP if stops_at else signal.SIGKILL)
                )
            finally:
                os._exit(0)
        return pid

    def _deliver(self, step: Callable[[str], None]) -> None:
        context = Context(Databases(self.path), self.clock, settings(f"{self.url}/api/", self.path))
        delivery = DeliveryContext(
            context, build_posting_client(context.settings), step=step, lease=timedelta(seconds=self.lease),
            gap=0.0, workspace_gap=0.0, threads=4, draw=no_pictures,
        )  # fmt: skip
        is_left = True
        while is_left:
            with suppress(StateAwayError):  # as the clock's job does: the next tick catches up
                counts = tick(delivery).counts
                is_left = bool(counts or ledger.in_states(context.databases.get(), ("claimed",)))
            time.sleep(0.05)

    def kill(self, pid: int, why: str) -> None:
        """SIGKILL a worker, unless it came to its end first; counted when it did not."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        self.kills[why] += os.WIFSIGNALED(status)

    def finish(self, *pids: int) -> None:
        """Wait until these workers, or a new one, have nothing left to do."""
        for pid in pids or (self.work(),):
            os.waitpid(pid, 0)

    def outcome(self) -> tuple[int, int]:
        """(lost, doubled) over all rounds: each round tells each section once, the first by another rule."""
        arrived = self.arrived()
        told = Counter(key.split("|")[1] for key in arrived)
        lost = sum(self.rounds + 1 - told[f"政策イノベーション部/{section(n).section}"] for n in self.numbers)
        return lost, sum(count - 1 for count in arrived.values())

    @property
    def numbers(self) -> range:
        """The sections."""
        return range(1, self.sections + 1)


@contextmanager
def arena(path: Path, *, sections: int, lease: float = 1.0) -> Iterator[Arena]:
    """An arena whose sections have been told once, by the rule of ten working days before."""
    it = Arena(path, sections, lease)
    db = open_database(it.path)
    fill(db, sections=sections)
    db.close()
    it.server, it.url = _start_slack(it)
    try:
        it.finish()
        yield it
    finally:
        os.kill(it.server, signal.SIGKILL)
        os.waitpid(it.server, 0)


def at_random_moments(it: Arena, chance: random.Random, *, workers: int, longest: float) -> None:
    """While somebody asks, undoes and decides, start workers; kill all, each after a random time."""
    pids = {it.live(chance): chance.uniform(0, 2 * longest)}
    pids |= {it.work(): chance.uniform(0, longest) for _ in range(workers)}
    begun = time.monotonic()
    for pid, moment in sorted(pids.items(), key=lambda each: each[1]):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        it.kill(pid, "at a random moment")


def at_step(it: Arena, step: str, *, nth: int = 1) -> None:
    """Let a worker die at the nth time of a step, with something there for it to look up or to release."""
    it.new_round()
    if step == "looked up":
        os.waitpid(it.work(dies_at="claimed"), 0)
        time.sleep(it.lease)
    if step == "released":
        it.slack(fail={"method": "chat.postMessage", "kind": "error", "error": "fail", "times": nth})
    _, status = os.waitpid(it.work(dies_at=step, nth=nth), 0)
    it.kills[f"at step: {step}"] += os.WIFSIGNALED(status)
    it.slack(heal=True)


def after_slack_accepted(it: Arena) -> None:
    """Kill a worker while Slack, which has the message, has not answered yet."""
    it.new_round()
    before = it.arrived().total()
    it.slack(fail={"method": "chat.postMessage", "kind": "hang_after", "seconds": 5.0})
    pid = it.work()
    while it.arrived().total() == before:
        time.sleep(0.005)
    it.kill(pid, "between Slack's acceptance and our commit")
    it.slack(heal=True)


def _start_slack(it: Arena) -> tuple[int, str]:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        with SlackServer() as slack:
            people(slack, sections=it.sections)
            slack.workspace.clock = lambda: it.clock().timestamp()
            os.write(write, slack.url.encode())
            os.close(write)
            signal.pause()
    os.close(write)
    with os.fdopen(read) as pipe:
        return pid, pipe.read()


def _signal_at(which: str, nth: int, number: int) -> Callable[[str], None]:
    seen: Counter[str] = Counter()

    def step(name: str) -> None:
        seen[name] += 1
        if name == which and seen[name] == nth:
            # To this very thread: sent to the process, another may take it, and this one go on meanwhile.
            signal.pthread_kill(threading.get_ident(), number)

    return step
