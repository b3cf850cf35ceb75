"""The lists go from the machine that loaded them to the others by PostgreSQL, with all made of them.

What is published is the file itself without the state: rows, columns, aliases, synonyms, words, vectors and
the index, so that nothing is computed twice. Its number stands in the file (`user_version`); whoever has an
older one takes the new one in a single transaction: searches see the old lists or the new ones.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from store.copies import transfer
from store.copies.backup import copy_of, replace
from store.database import BesideTheLists, Database, DatabaseError, open_database, state_of
from store.state.engine import PostgreSQL, postgresql

PART = 1_000_000  # bytes of a row
KEPT = 2  # generations: one may still be on its way to a machine


def generation(db: Database) -> int:
    """The number of the published lists that a file has; 0 for lists that were never published."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def newest(state: PostgreSQL) -> int:
    """The number of the newest lists; 0 where none were published."""
    return int(state.execute("SELECT coalesce(max(generation), 0) FROM published").fetchone()[0])


def publishing(path: Path) -> Callable[[], bool]:
    """Take the newest lists before a change of them; the function given publishes them if they were changed.

    Raises DatabaseError when another machine published others meanwhile: those hold, and the change is to be
    made anew.
    """
    fetch(path)
    if not path.exists():
        return lambda: path.exists() and publish(path)
    watched = sqlite3.connect(path)
    (before,) = watched.execute("PRAGMA data_version").fetchone()

    def publish_changes() -> bool:
        with closing(watched):
            (now,) = watched.execute("PRAGMA data_version").fetchone()
        return now != before and publish(path)

    return publish_changes


def publish(path: Path) -> bool:
    """Publish the lists in the file; True. Raises DatabaseError where others are newer."""
    state = postgresql(state_of(path))
    with closing(open_database(path)) as db:
        number = generation(db) + 1
        image = _image(path, number)
        data = zlib.compress(image, 6)
        parts = [data[start : start + PART] for start in range(0, len(data), PART)]
        with state.writing():
            if newest(state) != number - 1:
                raise DatabaseError(
                    "ほかのマシンで一覧が新しくなりました。それを取り込んでから、もう一度実行してください。"
                )
            state.execute(
                "INSERT INTO published VALUES (?, CAST(now() AS text), ?, ?)",
                [number, hashlib.sha256(image).hexdigest(), len(parts)],
            )
            state.executemany(
                "INSERT INTO published_parts VALUES (?, ?, ?)",
                [(number, part, each) for part, each in enumerate(parts)],
            )
            state.execute("DELETE FROM published WHERE generation <= ?", [number - KEPT])
        db.execute(f"PRAGMA user_version = {number}")
    return True


def _image(path: Path, number: int) -> bytes:
    """The file at `path` without its state, as the published lists of this number."""
    with copy_of(path) as copy:
        transfer.empty(BesideTheLists(copy))
        copy.execute("INSERT INTO state_place VALUES (1, 'left', '')")  # it is in PostgreSQL
        copy.execute(f"PRAGMA user_version = {number}")
        copy.execute("VACUUM")
        return copy.conn.serialize()


def fetch(path: Path) -> bool:
    """Replace the lists in the file by the newest published ones, if it has older ones; whether it did."""
    state = postgresql(state_of(path))
    number = newest(state)
    if number == 0:
        return False
    if path.exists():
        with closing(open_database(path)) as db:
            if generation(db) >= number:
                return False
    row = state.execute("SELECT sha256 FROM published WHERE generation = ?", [number]).fetchone()
    rows = state.execute("SELECT data FROM published_parts WHERE generation = ? ORDER BY part", [number])
    image = zlib.decompress(b"".join(bytes(data) for (data,) in rows)) if row else b""
    if not row or hashlib.sha256(image).hexdigest() != row[0]:
        return False  # a newer one came meanwhile: the next look finds it
    with tempfile.NamedTemporaryFile(prefix="jigyo-", suffix=".db") as file:
        file.write(image)
        file.flush()
        with copy_of(Path(file.name)) as copy:
            if (saved := replace(path, copy)) is not None:
                saved.unlink()
    return True
