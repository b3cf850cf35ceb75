"""A made list in our store and in tantivy, and what building them took."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from sqlite_utils import Database

from bench import scale
from bench.lists import Loaded
from bench.peers import Tantivy
from store.database import open_database
from store.index import writer
from store.records import FIELDS

BOOSTS = dict(zip(FIELDS, (8.0, 4.0, 2.0, 1.5, 1.0), strict=True))
_ROWS = ("projects", "sources", "sections")


@dataclass
class Built:
    """A list of `rows` projects in both engines, in `folder`; times in seconds, sizes in bytes."""

    rows: int
    folder: Path
    db: Database
    tantivy: Tantivy
    rows_s: float = 0.0
    index_s: float = 0.0
    tantivy_s: float = 0.0

    def line(self) -> str:
        """What building took, in one line; the words were split beforehand, for both."""
        stored, indexed = _sizes(self.db)
        peer = sum(file.stat().st_size for file in (self.folder / "tantivy").iterdir())
        return (
            f"{self.rows:,} rows: stored in {self.rows_s:.1f} s ({_mb(stored)}), "
            f"index {self.index_s:.1f} s ({_mb(indexed)}, {self.rows / self.index_s:,.0f} rows/s), "
            f"tantivy {self.tantivy_s:.1f} s ({_mb(peer)})"
        )

    def discard(self) -> None:
        """Close and delete both."""
        self.db.conn.close()
        shutil.rmtree(self.folder)


def build(base: Loaded, made: scale.Source, rows: int, folder: Path, console: Console) -> Built:
    """Fill both engines with `rows` projects made from `base`."""
    folder = folder / str(rows)
    (folder / "tantivy").mkdir(parents=True)
    built = Built(rows, folder, open_database(folder / "made.db"), Tantivy(BOOSTS, path=folder / "tantivy"))
    scale.copy_offices(built.db, base.db)
    sections = {(row["department"], row["name"]): row["id"] for row in base.db["sections"].rows}
    total = -(-rows // scale.BATCH)
    for batch in track(
        scale.batches(made.rows(rows)), f"{rows:,} rows", total, console=console, transient=True
    ):
        with built.db.conn:
            built.rows_s += _took(scale.insert, built.db, [row.project for row in batch], sections)
            built.index_s += _took(writer.write, built.db, [row.words for row in batch])
        built.tantivy_s += _took(built.tantivy.add, [_document(row) for row in batch])
    with built.db.conn:
        built.index_s += _took(writer.merge, built.db, rows)
    built.tantivy_s += _took(built.tantivy.finish)
    built.db.conn.close()
    built.db = open_database(folder / "made.db")  # as the bot opens it: a large file is read in place
    return built


def _document(row: scale.Made) -> tuple[str, dict[str, str]]:
    return str(row.project.id), dict(zip(FIELDS, row.words.fields, strict=True))


def _took(call: Callable[..., object], *given: object) -> float:
    started = time.perf_counter()
    call(*given)
    return time.perf_counter() - started


def _sizes(db: Database) -> Iterator[int]:
    """Bytes of the projects' own tables, and of everything else, which is the index."""
    marks = ", ".join("?" * len(_ROWS))
    own = f"name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN ({marks}))"
    for condition in (own, f"NOT {own}"):
        yield int(db.execute(f"SELECT sum(pgsize) FROM dbstat WHERE {condition}", _ROWS).fetchone()[0])


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
