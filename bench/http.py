"""`make bench-http`: signed `/jigyo` with distinct queries against an empty Bolt listener, in one run.

    python -m bench.http [DATABASE]

Without a database the committed list is loaded into a temporary one.
"""

from __future__ import annotations

import itertools
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from bench.load_client import latencies, request, requests_a_second
from bot.playground.slack import Sender, SlackServer
from store import projects
from store.database import open_database
from store.text.display import display
from store.text.morphology import words
from tests.running import serving

ROUNDS, REQUESTS, CONNECTIONS = 3, 1_000, 8
PACE, PACED_REQUESTS = 50.0, 1_000
TARGET = 0.4


class Peer(NamedTuple):
    """A server under load."""

    url: str
    pid: int


def distinct_queries(path: Path) -> Iterator[str]:
    """A noun of the list, a name or number, then two nouns of one project, and so on; no text twice.

    The order is the same every time.
    """
    rng = random.Random(20261123)
    listed = list(projects.every(open_database(path)))
    rng.shuffle(listed)
    texts = [display(f"{p.name}\n{p.purpose}\n{p.overview}\n{p.outcome}") for p in listed[:300]]
    spoken = [sorted({w.surface for w in words(text) if w.noun and len(w.surface) > 1}) for text in texts]
    singles = sorted({word for found in spoken for word in found} | {p.name for p in listed[:300]})
    singles += [p.number for p in listed[:300]]
    pairs = [" ".join(pair) for found in spoken for pair in itertools.combinations(found, 2)]
    rng.shuffle(singles)
    rng.shuffle(pairs)
    taken = itertools.chain.from_iterable(zip(singles, pairs, strict=False))
    return iter(dict.fromkeys(itertools.chain(taken, pairs[len(singles) :])))


def main() -> None:
    """Print the figures; exit 1 when the ratio is below the target."""
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else loaded(Path(folder) / "bench.db")
        queries = distinct_queries(path)
        with empty_bolt(slack) as empty, serving(slack, path, "--http", "--no-reminders") as served:
            ratio = _compare(slack, empty, Peer(served.url, served.process.pid), queries)
            sender = Sender(slack, served.url)
            wires = [request(sender, q) for q in itertools.islice(queries, PACED_REQUESTS)]
            took = latencies(served.url, wires, rate=PACE)
            processes = _processes(Peer(served.url, served.process.pid))
            memory = [process.memory_info().rss / 2**20 for process in processes]
            shared = sum(process.memory_full_info().pss for process in processes) / 2**20
        print(f"ack at {PACE:.0f} requests/s: p50 {_at(took, 0.5):.1f} ms, p99 {_at(took, 0.99):.1f} ms")
        each = ", ".join(f"{size:.0f}" for size in memory)
        print(f"resident memory after all of it, a process: {each} MB; together {shared:.0f} MB")
        print(f"process start to first answer: {_first_answer(slack, path):.2f} s")
    print(f"ratio to the empty listener: {ratio:.2f} (target {TARGET})")
    sys.exit(ratio < TARGET)


def _compare(slack: SlackServer, empty: Peer, ours: Peer, queries: Iterator[str]) -> float:
    ratios = []
    for number in range(ROUNDS + 1):
        rate, cpu = _flood(slack, empty, ["スマートシティ"] * REQUESTS)
        our_rate, our_cpu = _flood(slack, ours, itertools.islice(queries, REQUESTS))
        if number:  # the first round warms both up
            ratios.append(our_rate / rate)
            print(
                f"round {number}: empty {rate:.0f}/s ({cpu:.2f} ms of CPU each), "
                f"/jigyo {our_rate:.0f}/s ({our_cpu:.2f} ms), "
                f"ratio {ratios[-1]:.2f}, by CPU {cpu / our_cpu:.2f}"
            )
    return statistics.median(ratios)


def _flood(slack: SlackServer, peer: Peer, queries: Iterable[str]) -> tuple[float, float]:
    """Requests a second, and milliseconds of the server's CPU a request."""
    sender = Sender(slack, peer.url)
    wires = [request(sender, query) for query in queries]
    before = _cpu(peer)
    rate = requests_a_second(peer.url, wires, connections=CONNECTIONS)
    return rate, (_cpu(peer) - before) / len(wires) * 1000


def _processes(peer: Peer) -> list[psutil.Process]:
    parent = psutil.Process(peer.pid)
    return [parent, *parent.children()]


def _cpu(peer: Peer) -> float:
    """Seconds of CPU that a server's processes have used."""
    return sum(sum(process.cpu_times()[:2]) for process in _processes(peer))


def _at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))] * 1000


def _first_answer(slack: SlackServer, path: Path) -> float:
    started = time.perf_counter()
    with serving(slack, path, "--http", "--no-reminders") as served:
        reply = Sender(slack, served.url).command("事業")
        took = time.perf_counter() - started
        assert reply.status == 200
    return took


def loaded(path: Path) -> Path:
    """The committed list, loaded into a new database at `path`."""
    seeds = Path(__file__).parent.parent / "seeds"
    subprocess.run(
        [sys.executable, "-m", "bot", "--db", path, "load", *sorted(seeds.glob("*.txt"))], check=True
    )
    return path


@contextmanager
def empty_bolt(slack: SlackServer) -> Iterator[Peer]:
    """The empty listener in its own process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "BENCH_TOKEN": slack.bot_token,
        "BENCH_SECRET": slack.signing_secret,
        "BENCH_API": slack.api_url,
    }
    process = subprocess.Popen([sys.executable, "-m", "bench.empty_bolt", str(port)], env=env)
    try:
        slack.wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, seconds=20)
        yield Peer(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
