"""`make bench-start`: from process start to the first answer, what loading costs, and resident memory.

Each figure is the median of several new processes, on the review (5,227 projects) where it is at hand. Beside
the seconds that passed stand those of computing, which a busy machine does not stretch.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.table import Table

from bench import lists, report

PROCESSES = 3
QUERIES = ("事業", "じぎょう", "jigyou", "推進事業 支援", "スマ一トシティ", "市民の意見を集める事業は？")

_INSIDE = """
import json, sys, time
import psutil
marks = [(time.perf_counter(), time.process_time())]
def mark():
    marks.append((time.perf_counter(), time.process_time()))
from store.search.query import parse
from store.database import open_database
from store.search.pipeline import search
mark()
db = open_database(sys.argv[1])
mark()
search(db, parse(sys.argv[2]))
mark()
for query in sys.argv[3:]:
    search(db, parse(query))
mark()
steps = [[after[0] - before[0], after[1] - before[1]] for before, after in zip(marks, marks[1:])]
print(json.dumps({"steps": steps, "resident": psutil.Process().memory_info().rss}))
"""
_STEPS = (
    "imports",
    "opening the database",
    "first search (Sudachi, vocabulary)",
    "five other kinds, once each",
)

Seconds = tuple[float, float]
"""As they passed, and of computing."""


def main() -> None:
    """Load, start processes, print medians."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = lists.largest(Path(folder))
        path = Path(folder) / f"{loaded.name}.db"
        answer = [sys.executable, "-m", "bot", "--db", str(path), "search", QUERIES[0]]
        inside = [
            json.loads(_run([sys.executable, "-c", _INSIDE, str(path), *QUERIES])) for _ in range(PROCESSES)
        ]
        rows = {step: [each["steps"][at] for each in inside] for at, step in enumerate(_STEPS)}
        rows["`jigyo search`, process start to answer"] = [_seconds(answer) for _ in range(PROCESSES)]
        rows["an empty Python process"] = [_seconds([sys.executable, "-c", "pass"]) for _ in range(PROCESSES)]
    table = Table(
        "what", "seconds", "of computing", title=f"{len(loaded.projects):,} projects of {loaded.name}"
    )
    for name, taken in rows.items():
        table.add_row(name, *(f"{statistics.median(column):.3f}" for column in zip(*taken, strict=True)))
    resident = statistics.median(each["resident"] for each in inside)
    table.add_row("resident memory after these searches", f"{resident / 1e6:.0f} MB")
    report.console().print(table)


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, cwd=lists.ROOT, capture_output=True, text=True).stdout


def _seconds(command: list[str]) -> Seconds:
    started, before = time.perf_counter(), os.times()
    _run(command)
    after = os.times()
    computed = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, computed


if __name__ == "__main__":
    main()
