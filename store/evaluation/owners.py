"""Who is still alive: a poster holds a lock that the operating system frees when its process dies.

A lease alone cannot tell a dead poster from one that was merely stopped for longer than the lease and will
post as soon as it runs again. The lock can: SQLite's own, on a small file beside the database.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from store.database import make_private


class Owner:
    """A poster's identity, alive from `with` until the end of the block or of the process."""

    def __init__(self, database_path: Path) -> None:
        self.id = uuid4().hex[:12]
        self._path = _lock_file(database_path, self.id)

    def __enter__(self) -> Owner:
        """Take the lock, before any row of the ledger can name this owner."""
        while (connection := _locked(self._path)) is None:
            pass  # somebody swept the new file in the instant before it was locked: make it again
        self._connection = connection
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Free the lock and take the file away."""
        self._path.unlink(missing_ok=True)
        self._connection.close()


def is_alive(database_path: Path, owner: str) -> bool:
    """Whether the process that claimed as `owner` still runs (or is stopped, and may run again)."""
    path = _lock_file(database_path, owner)
    if not path.exists():
        return False
    connection = _locked(path)
    if connection is not None:
        connection.close()
    return connection is None


def sweep(database_path: Path, still_named: Iterable[str]) -> None:
    """Remove the files that dead posters left, except those of the owners `still_named` in the ledger."""
    keep = {_lock_file(database_path, owner) for owner in still_named}
    for path in database_path.parent.glob(f"{database_path.name}-poster-*"):
        connection = None if path in keep else _locked(path)
        if connection is not None:
            path.unlink(missing_ok=True)
            connection.close()


def _lock_file(database_path: Path, owner: str) -> Path:
    return database_path.with_name(f"{database_path.name}-poster-{owner}")


def _locked(path: Path) -> sqlite3.Connection | None:
    """A connection that holds the file's lock; None when another holds it, or the file went away."""
    make_private(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=MEMORY")  # nothing is ever written: no journal file beside it
        connection.execute("BEGIN EXCLUSIVE")
        if path.exists():
            return connection
    connection.close()
    return None
