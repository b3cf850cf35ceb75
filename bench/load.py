"""`make bench-load`: rows a second into the database, without and with what makes them searchable.

Every arrangement reads, compares and writes the same file in one transaction, best of `RUNS` new databases:
`stored` without any index, then with Datasette's trigrams, then with the bot's words too, on one core and
on two. The floor is one INSERT of the rows as read. At the end every cell is looked for in the database.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from rich.console import Console
from rich.table import Table

from bench.lists import ABSENT, SEEDS, review
from store import loader, projects
from store.database import open_database
from store.index import writer
from store.lists import parse_list

RUNS = 2
NOW = "2026-11-23T00:00:00+00:00"
TRIGRAM_TRIGGERS = (  # and the characters of names: what Datasette searches
    "projects_fts_insert", "projects_fts_update", "projects_fts_delete",
    "name_characters_insert", "name_characters_update", "name_characters_delete",
)  # fmt: skip

_Result = TypeVar("_Result")
Taken = tuple[float, float]  # seconds by the clock; of processors, workers' too


def main() -> None:
    """Load in each arrangement, print rows a second and ratios."""
    console = Console()
    path = review()
    if not path:
        console.print(ABSENT)
    data = (path or next(SEEDS.glob("*.txt"))).read_bytes()
    rows = len(parse_list(data).projects)
    arrangements: dict[str, Callable[[Path], Taken]] = {
        "floor: INSERT of rows already read": lambda folder: _insert(data, folder),
        "stored": lambda folder: _load(data, folder, _no_words(), trigrams=False),
        "stored, trigrams": lambda folder: _load(data, folder, _no_words()),
        "stored, trigrams, words, one core": lambda folder: _load(data, folder, _one_core()),
        "stored, trigrams, words, two cores": lambda folder: _load(data, folder),
    }
    taken = {name: min(_in_new_folder(run) for _ in range(RUNS)) for name, run in arrangements.items()}
    columns = (
        "arrangement",
        "seconds",
        "CPU seconds",
        "rows a second",
        "rows a CPU second",
        "of stored (CPU)",
    )
    table = Table(*columns, title=f"{rows} rows")
    for name, (seconds, cpu) in taken.items():
        rates = (f"{rows / seconds:,.0f}", f"{rows / cpu:,.0f}", f"{taken['stored'][1] / cpu:.2f}")
        table.add_row(name, f"{seconds:.2f}", f"{cpu:.2f}", *rates)
    console.print(table)
    if path:
        console.print(_in_new_folder(lambda folder: _cells_found(data, folder)))


def _in_new_folder(run: Callable[[Path], _Result]) -> _Result:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder))


def _load(
    data: bytes,
    folder: Path,
    arranged: AbstractContextManager[object] | None = None,
    *,
    trigrams: bool = True,
) -> Taken:
    db = open_database(folder / "jigyo.db")
    if not trigrams:
        for trigger in TRIGRAM_TRIGGERS:
            db.execute(f"DROP TRIGGER {trigger}")
    with arranged or nullcontext():
        return _timed(lambda: loader.store_list(db, parse_list(data), source_name="list", now=NOW))


def _insert(data: bytes, folder: Path) -> Taken:
    read = parse_list(data).projects
    rows = [(p.fiscal_year, p.number, p.name, p.section, p.purpose, p.overview, p.outcome) for p in read]
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("CREATE TABLE plain (a, b, c, d, e, f, g)")

    def insert() -> None:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")

    return _timed(insert)


def _timed(run: Callable[[], object]) -> Taken:
    clock, cpu = time.perf_counter(), os.times()
    run()
    return time.perf_counter() - clock, sum(os.times()[:4]) - sum(cpu[:4])


def _cells_found(data: bytes, folder: Path) -> str:
    """How many cells of the CSV, read by the csv module, are in the database to the last character."""
    db = open_database(folder / "jigyo.db")
    with _no_words():
        loader.store_list(db, parse_list(data), source_name="list", now=NOW)
    header, *rows = csv.reader(io.StringIO(gzip.decompress(data).decode("utf-8-sig"), newline=""))
    found = 0
    for row, project in zip(rows, projects.every(db), strict=True):
        fields = ("number", "name", "organization", "department", "section", "purpose", "overview")
        stored = {
            str(project.fiscal_year),
            *(getattr(project, name) for name in fields),
            *project.extra.values(),
        }
        found += sum(cell in stored for cell in row)
    return f"{found:,} of {len(rows) * len(header):,} cells are in the database verbatim."


@contextmanager
def _no_words() -> Iterator[None]:
    with _one_core(), patch.object(loader, "prepare_all", lambda *_: (each for each in ())):
        yield


def _one_core() -> AbstractContextManager[object]:
    return patch.object(writer, "WORTH_A_POOL", sys.maxsize)


if __name__ == "__main__":
    main()
