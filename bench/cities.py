"""`make bench-cities`: what a prefecture's cities cost one machine with PostgreSQL, beside one with SQLite.

Two bots run at once, one with either engine, and are asked in turn, so that what else the machine does is the
same for both: /jigyo, 提出. Then a tick of 60 cities of 30 sections with either; what a city's process takes,
while several run; lists published and taken. docs/scale.md reckons with the figures.

python -m bench.cities [--cities 60] [--requests 200] [--servers 6]
"""

from __future__ import annotations

import argparse
import logging
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import psutil

from bot.context import Context
from bot.delivery.dispatcher import tick
from bot.delivery.outbox import DeliveryContext, due
from bot.gateway import build_posting_client
from bot.playground.slack import Sender, SlackServer
from store.copies.publishing import fetch, publish
from store.database import Databases, open_database, state_of
from store.lists import parse_list
from store.loader import store_list
from store.state import Location
from tests import postgres
from tests.running import Served, serving
from tests.season import TEN_BEFORE, fill, no_pictures, people, settings
from tests.sheet_city import said, settled

SEED = Path(__file__).parent.parent / "seeds" / "000_ed97a90ee4f8eb7b.txt"
SECTIONS = 30
ENGINES = ("SQLite", "PostgreSQL")
OPTIONS = ("--http", "--workers", "1")
WARM_UP = 5.0  # seconds in which a process reads what it reads beside its first answers


class Bot(NamedTuple):
    """A bot with one of the engines."""

    engine: str
    served: Served
    send: Sender


def main() -> int:
    """Measure both engines, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=60)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--servers", type=int, default=6)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, postgres.running(fsync="on") as server:
        here = Path(folder)
        _asked(here, server, options.requests)
        _ticks(here, server, options.cities)
        _memory(here, server, options.servers)
        _published(here, server)
        print(f"load of the machine at the end: {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores")
    return 0


def _loaded(path: Path) -> Path:
    db = open_database(path)
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now="2026-11-23T00:00:00+00:00")
    db.close()
    return path


def _asked(here: Path, server: postgres.Server, requests: int) -> None:
    """/jigyo and 提出 of two bots in turn."""
    with ExitStack() as stack:
        bots = []
        for engine in ENGINES:
            path = _loaded(here / f"{engine}.db")
            located = Location.of(path, server.city()) if engine == "PostgreSQL" else path
            slack = stack.enter_context(SlackServer())
            settled(slack, located)
            served = stack.enter_context(serving(slack, located, *OPTIONS, "--no-reminders"))
            bots.append(Bot(engine, served, Sender(slack, served.url)))
        for bot in bots:
            for text in ("スマートシティ", "提出 57", "取消", "スマートシティの推進の担当課は？"):
                bot.send.command(text, user="U0CHIEF")
        time.sleep(WARM_UP)
        for what, texts in (
            ("/jigyo スマートシティ", ["スマートシティ"]),
            ("提出, 取消", ["提出 57", "取消"]),
        ):
            times: dict[str, list[float]] = {bot.engine: [] for bot in bots}
            for nth in range(requests):
                for bot in bots:
                    began = time.perf_counter()
                    said(bot.send.command(texts[nth % len(texts)], user="U0CHIEF"))
                    times[bot.engine].append((time.perf_counter() - began) * 1000)
            for engine, took in times.items():
                _print(f"{engine}: {what}", took)
        sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jigyo'"
        print(f"connections to PostgreSQL of the one bot: {server.execute(sql)[0][0]}")


def _print(what: str, times: Iterable[float]) -> None:
    ordered = sorted(times)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    print(f"{what}: median {middle:.1f} ms, p99 {late:.1f} ms ({len(ordered)} requests in turn)")


def _ticks(here: Path, server: postgres.Server, cities: int) -> None:
    """The morning's tick of every city, one after the other, engine by engine a city."""
    with SlackServer() as slack:
        people(slack, sections=SECTIONS)
        slack.workspace.clock = TEN_BEFORE.timestamp
        took = {(engine, what): 0.0 for engine in ENGINES for what in ("due", "tick", "cpu")}
        posts = dict.fromkeys(ENGINES, 0)
        for n in range(cities):
            for engine in ENGINES:
                path = here / f"{engine}-{n}.db"
                delivery = _delivery(
                    slack, Location.of(path, server.city()) if engine == "PostgreSQL" else path
                )
                delivery.context.databases.get().state.execute("SELECT 1")
                began = time.perf_counter()
                due(delivery.context, TEN_BEFORE)
                took[engine, "due"] += time.perf_counter() - began
                began, cpu = time.perf_counter(), time.process_time()
                posts[engine] += tick(delivery).counts["sent"]
                took[engine, "tick"] += time.perf_counter() - began
                took[engine, "cpu"] += time.process_time() - cpu
                delivery.context.databases.close()
    for engine in ENGINES:
        print(
            f"{engine}: tick of {cities} cities × {SECTIONS} sections: {took[engine, 'tick']:.1f} s"
            f" ({took[engine, 'tick'] / cities * 1000:.0f} ms a city) for {posts[engine]} messages,"
            f" {took[engine, 'cpu']:.1f} s of CPU with the loopback Slack's;"
            f" what is due alone {took[engine, 'due'] / cities * 1000:.0f} ms a city"
        )


def _delivery(slack: SlackServer, path: Path) -> DeliveryContext:
    """The edges of a tick that posts as fast as it can."""
    db = open_database(path)
    with db.state.writing():
        fill(db, sections=SECTIONS)
    db.close()
    context = Context(Databases(path), lambda: TEN_BEFORE, settings(slack.api_url, path))
    client = build_posting_client(context.settings)
    delivery = DeliveryContext(context, client, threads=1, draw=no_pictures, sleep=lambda seconds: None)
    return replace(delivery, gap=0.0, workspace_gap=0.0)


def _memory(here: Path, server: postgres.Server, servers: int) -> None:
    """What the processes of several cities take that run at once, and their connections."""
    for engine in ENGINES:
        with ExitStack() as stack:
            processes, roles = [], {""}
            for n in range(servers):
                path = Path(shutil.copy(here / f"{engine}.db", here / f"{engine}-memory-{n}.db"))
                located = Location.of(path, server.city()) if engine == "PostgreSQL" else path
                roles.add(state_of(located).partition("//")[2].partition("@")[0])
                slack = stack.enter_context(SlackServer())
                settled(slack, located)
                served = stack.enter_context(serving(slack, located, *OPTIONS))
                for text in ("スマートシティ", "提出 57", "スマートシティの推進の担当課は？"):
                    Sender(slack, served.url).command(text, user="U0CHIEF")
                processes.append(psutil.Process(served.process.pid))
            time.sleep(WARM_UP)
            told = [process.memory_full_info() for process in processes]
            backends = [
                psutil.Process(pid).memory_full_info().pss
                for pid, role in server.execute(
                    "SELECT pid, usename FROM pg_stat_activity WHERE usename <> ''"
                )
                if role in roles
            ]
        rss, pss = (sum(getattr(each, name) for each in told) / servers / 2**20 for name in ("rss", "pss"))
        print(f"{engine}: {servers} cities at once, each {rss:.0f} MB resident, its share {pss:.0f} MB")
        print(
            f"  PostgreSQL's side: {sum(backends) / servers / 2**20:.0f} MB a city,"
            f" {len(backends) / servers:.1f} connections"
        )


def _published(here: Path, server: postgres.Server) -> None:
    url = server.city()
    one, other = (Location.of(here / name, url) for name in ("one.db", "other.db"))
    shutil.copy(here / "SQLite.db", one)
    began = time.perf_counter()
    publish(one)
    published = time.perf_counter() - began
    began = time.perf_counter()
    fetch(other)
    fetched = time.perf_counter() - began
    city = url.split("//")[1].split("@")[0]
    size = sum(len(row[0]) for row in server.execute(f"SELECT data FROM {city}.published_parts"))
    print(
        f"lists of 48 projects: {one.stat().st_size / 1e6:.1f} MB, published as {size / 1e6:.1f} MB in"
        f" {published:.2f} s, taken in {fetched:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
