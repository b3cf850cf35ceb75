"""`make bench-cities`: what a prefecture's cities cost one machine with PostgreSQL, beside one with SQLite.

/jigyo and 提出 of one bot with either engine; what is due in 60 cities of 30 sections; memory and connections
of a process; lists published and taken. docs/scale.md reckons with the figures.

python -m bench.cities [--cities 60] [--requests 200]
"""

from __future__ import annotations

import argparse
import logging
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from bot.context import Context
from bot.deadlines.session import session_of
from bot.delivery.outbox import due
from bot.playground.slack import Sender, SlackServer
from store.copies.publishing import fetch, publish
from store.database import Databases, open_database
from store.lists import parse_list
from store.loader import store_list
from store.state.engine import Location
from tests import postgres
from tests.running import serving
from tests.season import TEN_BEFORE, fill, settings
from tests.sheet_city import said, settled

SEED = Path(__file__).parent.parent / "seeds" / "000_ed97a90ee4f8eb7b.txt"
SECTIONS = 30


def main() -> int:
    """Measure both engines, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=60)
    parser.add_argument("--requests", type=int, default=200)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, postgres.running(fsync="on") as server:
        here = Path(folder)
        places: dict[str, Callable[[Path], Path]] = {
            "SQLite": lambda path: path,
            "PostgreSQL": lambda path: Location.of(path, server.city()),
        }
        for engine, place in places.items():
            print(engine)
            _one_bot(place(here / f"{engine}.db"), options.requests, server)
            _ticks([place(here / f"{engine}-{n}.db") for n in range(options.cities)])
        _published(server, here)
    return 0


def _one_bot(path: Path, requests: int, server: postgres.Server) -> None:
    db = open_database(path)
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now="2026-11-23T00:00:00+00:00")
    db.close()
    with SlackServer() as slack:
        settled(slack, path)
        with serving(slack, path, "--http", "--no-reminders", "--workers", "1") as bot:
            send = Sender(slack, bot.url)
            for text in ("スマートシティ", "提出 57", "取消", "スマートシティの推進の担当課は？"):
                send.command(text, user="U0CHIEF")
            time.sleep(5)  # what it reads beside its first answers is read
            _print("/jigyo スマートシティ", list(_times(send, "スマートシティ", requests)))
            reports = [
                took
                for _ in range(requests // 2)
                for took in (*_times(send, "提出 57", 1), *_times(send, "取消", 1))
            ]
            _print("提出 and 取消", reports)
            process = psutil.Process(bot.process.pid)
            print(f"  memory of the process {process.memory_info().rss / 2**20:.0f} MB")
            used = server.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'jigyo'")[
                0
            ][0]
            print(f"  connections to PostgreSQL {used}")


def _times(send: Sender, text: str, requests: int) -> Iterator[float]:
    for _ in range(requests):
        began = time.perf_counter()
        said(send.command(text, user="U0CHIEF"))
        yield (time.perf_counter() - began) * 1000


def _print(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    print(
        f"  {what}: median {middle:.1f} ms, p99 {late:.1f} ms ({len(ordered)} requests, one after the other)"
    )


def _ticks(paths: list[Path]) -> None:
    """What is due in every city on a morning with a reminder for each section: the plan, its statements."""
    contexts = []
    for path in paths:
        db = open_database(path)
        with db.state.writing():
            fill(db, sections=SECTIONS)
        db.close()
        contexts.append(Context(Databases(path), lambda: TEN_BEFORE, settings("http://unused/", path)))
    for context in contexts:
        session_of(context).db.state.execute("SELECT 1")
    began = time.perf_counter()
    reminders = sum(len(due(context, TEN_BEFORE)) for context in contexts)
    took = time.perf_counter() - began
    per_city = took / len(paths) * 1000
    print(
        f"  what is due in {len(paths)} cities of {SECTIONS} sections: {took:.2f} s for {reminders} messages,"
        f" {per_city:.0f} ms a city"
    )


def _published(server: postgres.Server, folder: Path) -> None:
    url = server.city()
    one, other = (Location.of(folder / name, url) for name in ("one.db", "other.db"))
    shutil.copy(folder / "SQLite.db", one)
    began = time.perf_counter()
    publish(one)
    published = time.perf_counter() - began
    began = time.perf_counter()
    fetch(other)
    fetched = time.perf_counter() - began
    size = sum(
        len(row[0])
        for row in server.execute("SELECT data FROM " + url.split("//")[1].split("@")[0] + ".published_parts")
    )
    print(
        f"lists of 48 projects: {one.stat().st_size / 1e6:.1f} MB, published as {size / 1e6:.1f} MB in"
        f" {published:.2f} s, taken in {fetched:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
