"""`make bench-start`: from process start to the first answer, what loading costs, and resident memory.

Each figure is the median of several new processes, on the review (5,227 projects) where it is at hand.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import lists

PROCESSES = 5
QUERIES = ("事業", "じぎょう", "jigyou", "推進事業 支援", "スマ一トシティ", "市民の意見を集める事業は？")

_INSIDE = """
import json, sys, time
import psutil
process = psutil.Process()
started = time.perf_counter()
from bot.query import parse
from store.database import open_database
from store.search import search
imported = time.perf_counter()
db = open_database(sys.argv[1])
opened = time.perf_counter()
for query in sys.argv[2:3]:
    search(db, parse(query))
first = time.perf_counter()
for query in sys.argv[2:]:
    search(db, parse(query))
every = time.perf_counter()
print(json.dumps({
    "import": imported - started,
    "open": opened - imported,
    "first search": first - opened,
    "every kind once": every - first,
    "resident MB": process.memory_info().rss / 1e6,
}))
"""


def main() -> None:
    """Load, start processes, print medians."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        loaded = lists.largest(Path(folder))
        path = Path(folder) / f"{loaded.name}.db"
        inside = [_inside(path) for _ in range(PROCESSES)]
        command = [sys.executable, "-m", "bot", "--db", str(path), "search", QUERIES[0]]
        empty = [_seconds(lambda: _run([sys.executable, "-c", "pass"])) for _ in range(PROCESSES)]
        whole = [_seconds(lambda: _run(command)) for _ in range(PROCESSES)]
    table = Table(
        "what", "median", title=f"{len(loaded.projects):,} projects of {loaded.name}", title_justify="left"
    )
    for name in inside[0]:
        unit = "" if name.endswith("MB") else " s"
        table.add_row(name, f"{statistics.median(each[name] for each in inside):.3f}{unit}")
    table.add_row("`jigyo search`, process start to answer", f"{statistics.median(whole):.3f} s")
    table.add_row("an empty Python process", f"{statistics.median(empty):.3f} s")
    console.print(table)


def _inside(path: Path) -> dict[str, float]:
    found: dict[str, float] = json.loads(_run([sys.executable, "-c", _INSIDE, str(path), *QUERIES]))
    return found


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, cwd=lists.ROOT, capture_output=True, text=True).stdout


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
