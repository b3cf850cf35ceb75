"""`make bench-load`: rows a second into the database, without and with what makes them searchable.

Every arrangement reads, compares and writes the same file in one transaction, best of `RUNS` new databases:
`stored` without any index, then with Datasette's trigrams, then with the bot's words too, on one core and
on two. The floor is one INSERT of the rows as read.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from unittest.mock import patch

from rich.console import Console
from rich.table import Table
from sqlite_utils import Database

from bench.lists import ABSENT, SEEDS, review
from store import loader, preparing
from store.database import open_database
from store.lists import parse_list

RUNS = 2
TRIGRAM_TRIGGERS = ("projects_fts_insert", "projects_fts_update", "projects_fts_delete")


def main() -> None:
    """Load in each arrangement, print rows a second and ratios."""
    console = Console()
    path = review()
    if not path:
        console.print(ABSENT)
        path = next(SEEDS.glob("*.txt"))
    data = path.read_bytes()
    rows = len(parse_list(data).projects)
    no_words = patch.object(loader, "prepare_all", lambda *_: iter(()))
    one_core = patch.object(preparing, "WORTH_A_POOL", rows + 1)
    seconds = {
        "floor: INSERT of rows already read": _best(lambda folder: _insert(data, folder)),
        "stored": _best(lambda folder: _load(data, folder, no_words, trigrams=False)),
        "stored, trigrams": _best(lambda folder: _load(data, folder, no_words)),
        "stored, trigrams, words, one core": _best(lambda folder: _load(data, folder, one_core)),
        "stored, trigrams, words, two cores (jigyo load)": _best(lambda folder: _load(data, folder)),
    }
    table = Table("arrangement", "seconds", "rows a second", "of stored", title=f"{path.name}: {rows} rows")
    for name, taken in seconds.items():
        table.add_row(name, f"{taken:.2f}", f"{rows / taken:,.0f}", f"{seconds['stored'] / taken:.2f}")
    console.print(table)


def _best(run: Callable[[Path], float]) -> float:
    return min(_in_new_folder(run) for _ in range(RUNS))


def _in_new_folder(run: Callable[[Path], float]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder))


def _load(
    data: bytes,
    folder: Path,
    arranged: AbstractContextManager[object] | None = None,
    *,
    trigrams: bool = True,
) -> float:
    db = open_database(folder / "jigyo.db")
    if not trigrams:
        _drop_trigrams(db)
    with arranged or nullcontext():
        started = time.perf_counter()
        loader.load_list(db, data, source_name="list", now="2026-11-23T00:00:00+00:00")
        return time.perf_counter() - started


def _drop_trigrams(db: Database) -> None:
    for trigger in TRIGRAM_TRIGGERS:
        db.execute(f"DROP TRIGGER {trigger}")


def _insert(data: bytes, folder: Path) -> float:
    projects = parse_list(data).projects
    rows = [(p.fiscal_year, p.number, p.name, p.section, p.purpose, p.overview, p.outcome) for p in projects]
    with sqlite3.connect(folder / "plain.db") as connection:
        connection.execute("CREATE TABLE plain (a, b, c, d, e, f, g)")
        started = time.perf_counter()
        connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
