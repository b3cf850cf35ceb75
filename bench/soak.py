"""`make soak`: the real server for ten minutes under signed requests from another process, then under more.

Memory after the warm-up may grow by 5 % at most, no thread, connection or file may be left over, and at 300
requests a second the 99th of 100 answers comes before Slack gives up (3 s). Beyond, a thousand a second on
more connections than there may be, whoever is not answered is asked to come again, or refused at once.

    python -m bench.soak [--seconds 600] [--rate 100] [--peak 300]

One request in ten is a mention, which posts to a loopback Slack; one in ten a press; the others are `/jigyo`,
no two alike in a minute. Warming up takes a fifth of the time, the peak a tenth of it beside.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
from rich.console import Console
from rich.table import Table

from bench.http import distinct_queries, loaded
from bot.context import PATIENT_THREADS, THREADS
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.sender import buttons, signature
from bot.slack.requests import BUSY
from tests.running import serving

MOST_GROWTH = 0.05  # of memory after the warm-up
GIVES_UP = 3.0  # seconds that Slack waits
SETTLE = 28.0  # seconds without requests, after which idle connections are closed on either side
CONNECTIONS, MANY = 64, 700  # of the client; a process of ours takes 256
BEYOND = 1_000.0  # requests a second
REUSED_WITHIN = 2.0  # seconds; after 5 the server closes an idle connection
A_PROCESS = THREADS + PATIENT_THREADS + 1  # threads of its pools, and the one that writes behind answers
FILES_A_THREAD = 4  # of its connection to the database, and the sockets of its pool
QUERIES = 2_000
UNIQUE = "@@"  # in a body: a number of its own
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KIND = ("200", "503", "asked to wait")  # outcomes that tell whoever asked at once
TOO_BUSY = json.dumps(BUSY)[1:-1].encode()  # as an acknowledgement has it
QUESTIONS = ("{}の目的は？", "{}の成果は？", "{}の担当課は？", "{}について教えてください")

Spec = dict[str, Any]
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter, float]  # and when it was last used


@dataclass(frozen=True, slots=True)
class Held:
    """What a server's processes hold."""

    mb: float
    threads: int
    connections: int
    files: int
    processes: int


@dataclass(frozen=True, slots=True)
class Phase:
    """What came of some requests, and what was held after; `took` are seconds, sorted."""

    took: Sequence[float]
    outcomes: dict[str, int]
    held: Held


# -- the client, a process of its own -----------------------------------------------------------------------


class _Client:
    """Sends a request every 1/rate seconds, whether or not those before were answered."""

    def __init__(self, spec: Spec) -> None:
        self._address = urlsplit(spec["url"])
        self._bodies: list[tuple[str, str]] = [tuple(each) for each in spec["bodies"]]
        self._rate, self._seconds, self._first = spec["rate"], spec["seconds"], spec["first"]
        self._connections = spec["connections"]
        self._idle: asyncio.LifoQueue[Connection | None]
        self.took: list[float] = []
        self.outcomes: Counter[str] = Counter()

    async def run(self) -> Spec:
        """Send all; latencies count from when a request was made, waiting for a connection too."""
        self._idle = asyncio.LifoQueue()
        for _ in range(self._connections):
            self._idle.put_nowait(None)
        start, count = time.perf_counter(), int(self._rate * self._seconds)
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                due = start + number / self._rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(self._one(self._first + number))
        while not self._idle.empty():
            if held := self._idle.get_nowait():
                held[1].close()
        return {"took": sorted(self.took), "outcomes": self.outcomes}

    async def _one(self, number: int) -> None:
        kind, body = self._bodies[number % len(self._bodies)]
        body = body.replace(UNIQUE, str(number))
        asked_at = time.perf_counter()
        held = await self._idle.get()
        if held and asked_at - held[2] > REUSED_WITHIN:
            held[1].close()
            held = None
        try:
            if held is None:
                opened = await asyncio.open_connection(self._address.hostname, self._address.port)
                held = (*opened, asked_at)
            outcome = await asyncio.wait_for(self._exchange(held[0], held[1], kind, body), 30)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            outcome = type(error).__name__
        if outcome != "200" and held:
            held[1].close()
            held = None
        self._idle.put_nowait(held and (held[0], held[1], time.perf_counter()))
        self.outcomes[outcome] += 1
        if outcome == "200":
            self.took.append(time.perf_counter() - asked_at)

    async def _exchange(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kind: str, body: str
    ) -> str:
        signed = {"Host": "bot", "Content-Type": kind, **signature(body, str(int(time.time())))}
        data = body.encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
        writer.write(
            f"POST /slack/events HTTP/1.1\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        told = await reader.readexactly(length)
        if TOO_BUSY in told:
            return "asked to wait"
        return answer[9:12].decode()


def _send(spec: Spec) -> Spec:
    """Send in another process."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.soak", "--client"],
        input=json.dumps(spec),
        text=True,
        capture_output=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found: Spec = json.loads(done.stdout)
    return found


# -- the server ---------------------------------------------------------------------------------------------


def _held(pid: int) -> Held:
    parent = psutil.Process(pid)
    every = [parent, *parent.children(recursive=True)]
    return Held(
        sum(_own_memory(each.pid) for each in every),
        sum(each.num_threads() for each in every),
        sum(len([c for c in each.net_connections("tcp") if c.status != "LISTEN"]) for each in every),
        sum(each.num_fds() for each in every),
        len(every),
    )


def _own_memory(pid: int) -> float:
    """MB that are a process's own, and its share of what it has with its family; no code of libraries."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) / 1024
    return float(psutil.Process(pid).memory_full_info().pss) / 2**20


def _bodies(slack: SlackServer, sender: Sender, path: Path) -> list[tuple[str, str]]:
    """Requests as Slack sends them: commands, mentions, presses of a button that was really shown."""
    sender.command("スーパーシティ")
    listed = slack.posts[-1]
    pressed = next(each for each in buttons(listed.blocks) if "詳細" in each["text"]["text"])
    rng = random.Random(12)
    found: list[tuple[str, str]] = []
    for number, query in enumerate(islice(distinct_queries(path), QUERIES)):
        if number % 10 == 4:
            mention = sender.mention_body(rng.choice(QUESTIONS).format(query))
            mention["event_id"] = f"Ev{UNIQUE}"
            found.append((JSON, json.dumps(mention)))
        elif number % 10 == 8:
            press = {**sender.action_body(listed, pressed), "trigger_id": UNIQUE}
            found.append((FORM, urlencode({"payload": json.dumps(press)}, safe="@")))
        else:
            form = sender.command_form(query, user="U0STAFF", channel="C0PLAN")
            found.append((FORM, urlencode(form)))
    return found


def _forget(slack: SlackServer) -> None:
    """The loopback Slack keeps everything; it need not."""
    with slack.workspace.lock:
        slack.posts[:] = [Post("C0PLAN", "1.1", "x")]


def main() -> int:
    """Soak, print the figures, and say what must not be; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--peak", type=float, default=300)
    parser.add_argument("--client", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.client:
        print(json.dumps(asyncio.run(_Client(json.load(sys.stdin)).run())))
        return 0
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        path = loaded(Path(folder) / "soak.db")
        os.environ["JIGYO_METRICS_PORT"] = str(_free_port())
        with serving(slack, path, "--http", "--no-reminders") as served:
            return _soak(slack, served.url, served.process.pid, path, options)


def _soak(slack: SlackServer, url: str, pid: int, path: Path, options: argparse.Namespace) -> int:
    console = Console(width=120)
    held = ("MB", "threads", "connections", "files")
    table = Table("", "sent", "answered", "asked to wait", "refused", "p50 ms", "p99 ms", *held)
    sender, first = Sender(slack, url), 0
    bodies = _bodies(slack, sender, path)
    time.sleep(SETTLE)
    start = _held(pid)

    def phase(name: str, rate: float, seconds: float, connections: int = CONNECTIONS) -> Phase:
        nonlocal first
        spec = {"url": url, "rate": rate, "seconds": seconds, "bodies": bodies, "first": first}
        found = _send({**spec, "connections": connections})
        first += int(rate * seconds)
        time.sleep(SETTLE)
        _forget(slack)
        done = Phase(found["took"], found["outcomes"], _held(pid))
        sent, waits = sum(done.outcomes.values()), done.outcomes.get("asked to wait", 0)
        table.add_row(
            name, f"{sent:,}", f"{len(done.took):,}", f"{waits:,}", f"{sent - len(done.took) - waits:,}",
            f"{_at(done.took, 0.5):.1f}", f"{_at(done.took, 0.99):.1f}", f"{done.held.mb:.1f}",
            f"{done.held.threads}", f"{done.held.connections}", f"{done.held.files}",
        )  # fmt: skip
        return done

    warm = phase("warm-up", options.rate, options.seconds / 5)
    long = phase(f"{options.rate:.0f}/s", options.rate, options.seconds)
    peak = phase(f"{options.peak:.0f}/s", options.peak, options.seconds / 10)
    beyond = phase(f"{BEYOND:.0f}/s", BEYOND, max(5, options.seconds / 60), MANY)
    console.print(table)
    console.print(f"memory after the warm-up: {long.held.mb / warm.held.mb - 1:+.1%}; {_metrics()}")
    failures = [*_unanswered(long, ("200",)), *_unanswered(peak, KIND), *_unanswered(beyond, KIND)]
    failures += _left_over(start, warm.held, long.held, beyond.held)
    failures += [
        f"p99 of {len(each.took)} answers is {_at(each.took, 0.99):.0f} ms"
        for each in (long, peak)
        if _at(each.took, 0.99) > GIVES_UP * 1000
    ]
    for line in failures:
        console.print(line, markup=False)
    return 1 if failures else 0


def _unanswered(phase: Phase, expected: Sequence[str]) -> list[str]:
    """What came of requests that should not."""
    return [f"{what}: {n}" for what, n in phase.outcomes.items() if what not in expected]


def _left_over(start: Held, warm: Held, after: Held, last: Held) -> Iterator[str]:
    """What is held without requests, and should not be."""
    if after.mb > warm.mb * (1 + MOST_GROWTH):
        yield f"memory grew from {warm.mb:.1f} to {after.mb:.1f} MB"
    for held in (after, last):
        if held.connections > start.connections:
            yield f"{held.connections} connections left, {start.connections} before the first of them"
        if held.threads > start.threads + held.processes * A_PROCESS:
            yield f"{held.threads} threads, {start.threads} before"
        if held.files > start.files + FILES_A_THREAD * (held.threads - start.threads):
            yield f"{held.files} files, {start.files} before"


def _at(took: Sequence[float], share: float) -> float:
    """Milliseconds that this share of the requests took at most."""
    return took[min(len(took) - 1, int(len(took) * share))] * 1000 if took else float("inf")


def _metrics() -> str:
    """What the server itself counted."""
    address = f"http://127.0.0.1:{os.environ['JIGYO_METRICS_PORT']}/metrics"
    text = urllib.request.urlopen(address, timeout=10).read().decode()
    wanted = ("jigyo_requests_total", "jigyo_failures_total", "jigyo_refusals_total")
    lines = (line for line in text.splitlines() if line.startswith(wanted) and not line.endswith(" 0.0"))
    return ", ".join(lines)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
