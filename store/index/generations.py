"""What is read once and kept until the projects change: shared by all threads, one value a database file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlite_utils import Database

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

REMEMBERED = 5_000  # values of one name that are kept at most

_paths: WeakKeyDictionary[Database, str] = WeakKeyDictionary()
_kept: dict[tuple[str, str], tuple[int, object]] = {}


class _Settled(threading.local):
    """The database whose generation this thread has asked for, and its path and generation."""

    db: Database | None = None
    path: str = ""
    now: int = 0


_settled = _Settled()


def generation(db: Database) -> int:
    """The number that every change of the projects raises."""
    row = db.conn.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone()
    return int(row[0])


def raise_generation(db: Database) -> None:
    """Tell every thread and process that what they keep of the projects is out of date. Does not commit."""
    db.conn.execute("UPDATE generations SET value = value + 1 WHERE name = 'projects'")


def cached(db: Database, name: str, read: Callable[[Database], Value]) -> Value:
    """The value that `read` makes of this database, made anew after every change of the projects."""
    path, now = (_settled.path, _settled.now) if _settled.db is db else (_path(db), generation(db))
    if not path:
        return read(db)  # in memory: nothing to tell it from others by
    kept = _kept.get((path, name))
    if kept is None or kept[0] != now:
        kept = _kept[path, name] = (now, read(db))
    return kept[1]  # type: ignore[return-value]  # what `read` of this name made


@contextmanager
def settled(db: Database) -> Iterator[None]:
    """Inside, this thread asks for the generation once: one search sees one state of what is kept."""
    outer = (_settled.db, _settled.path, _settled.now)
    _settled.db, _settled.path, _settled.now = db, _path(db), generation(db)
    try:
        yield
    finally:
        _settled.db, _settled.path, _settled.now = outer


def remembered(
    db: Database,
    name: str,
    keys: Iterable[Key],
    read: Callable[[list[Key]], Mapping[Key, Value]],
) -> dict[Key, Value]:
    """The values of `keys`, those read before from memory; keys that `read` does not find are left out."""
    memory: dict[Key, Value | None] = cached(db, name, lambda _: {})
    wanted = list(keys)
    missing = [key for key in wanted if key not in memory]
    found = {key: value for key in wanted if (value := memory.get(key)) is not None}
    if missing:
        new = read(missing)
        found.update(new)
        if len(memory) + len(missing) > REMEMBERED:
            memory.clear()
        memory.update({key: new.get(key) for key in missing})
    return found


def _path(db: Database) -> str:
    path = _paths.get(db)
    if path is None:
        path = _paths[db] = db.conn.execute("PRAGMA database_list").fetchone()[2]
    return path
