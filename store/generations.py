"""What is read once and kept until the projects change: shared by all threads, one value a database file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlite_utils import Database

Value = TypeVar("Value")

_paths: WeakKeyDictionary[Database, str] = WeakKeyDictionary()
_kept: dict[tuple[str, str], tuple[int, object]] = {}


def generation(db: Database) -> int:
    """The number that every change of the projects raises."""
    row = db.conn.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone()
    return int(row[0])


def cached(db: Database, name: str, read: Callable[[Database], Value]) -> Value:
    """The value that `read` makes of this database, made anew after every change of the projects."""
    path = _path(db)
    if not path:
        return read(db)  # in memory: nothing to tell it from others by
    now = generation(db)
    kept = _kept.get((path, name))
    if kept is None or kept[0] != now:
        kept = _kept[path, name] = (now, read(db))
    return kept[1]  # type: ignore[return-value]  # what `read` of this name made


def _path(db: Database) -> str:
    path = _paths.get(db)
    if path is None:
        path = _paths[db] = db.conn.execute("PRAGMA database_list").fetchone()[2]
    return path
