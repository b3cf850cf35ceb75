"""The lists go from the machine that changed them to the others by PostgreSQL, with all made of them.

What is published is the file itself without the state: rows, columns, aliases, synonyms, words, vectors and
the index, so that nothing is computed twice. Its number stands in the file (`user_version`); whoever has an
older one takes the new one in a single transaction: searches see the old lists or the new ones.

Machines change the lists one at a time, each the newest ones: of two that add a synonym at once, the second
waits for the first and adds to what that has published. From before a change until it is published the file
is marked; what was cut off in between is published by the next command, or by the bot that runs there.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from time import monotonic

from store import projects, schema
from store.copies import transfer
from store.copies.backup import copy_of, replace
from store.database import (
    BesideTheLists,
    Database,
    DatabaseError,
    LockError,
    Snapshots,
    apply_migrations,
    open_database,
    origin,
    state_of,
)  # fmt: skip
from store.state import PostgreSQL, postgresql

PART = 1_000_000  # bytes of a row
KEPT = 2  # generations: one may still be on its way to a machine


log = logging.getLogger(__name__)

NAME = "lists"  # that is held by whoever changes them
PATIENCE = 600.0  # seconds for another machine's load


def generation(db: Database) -> int:
    """The number of the published lists that a file has, or had before it was changed; 0: none so far."""
    number = int(db.execute("PRAGMA user_version").fetchone()[0])
    return number if number >= 0 else -1 - number


def newest(state: PostgreSQL) -> int:
    """The number of the newest lists; 0 where none were published."""
    return int(state.execute("SELECT coalesce(max(generation), 0) FROM published").fetchone()[0])


def behind(path: Path) -> int:
    """How many lists were published since those in the file. Raises StateAwayError when nobody knows."""
    number = newest(postgresql(state_of(path)))
    with closing(open_database(path)) as db:
        return max(0, number - generation(db))


def _is_unpublished(db: Database) -> bool:
    """Whether the lists in a file were changed since they were published, or never were."""
    (number,) = db.execute("PRAGMA user_version").fetchone()
    return number < 0 or (number == 0 and projects.count(db) > 0)


@contextmanager
def changing(path: Path, *, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Inside, the newest lists are changed, by nobody else; then they are published if they were changed.

    `waits` is called once where another machine is at it. Raises LockError when that takes too long,
    DatabaseError when another machine published all the same, since PostgreSQL was away meanwhile: those
    lists hold, and the change is to be made anew.
    """
    state = postgresql(state_of(path))
    with ExitStack() as held:
        _hold(state, held, waits)
        take(path)
        if not path.exists():
            try:
                yield
            finally:
                if path.exists():
                    publish(path)
            return
        watched = held.enter_context(closing(sqlite3.connect(path, timeout=10, isolation_level=None)))
        (number,) = watched.execute("PRAGMA user_version").fetchone()
        watched.execute(f"PRAGMA user_version = {-1 - number}")
        (before,) = watched.execute("PRAGMA data_version").fetchone()
        try:
            yield
        finally:
            if watched.execute("PRAGMA data_version").fetchone() == (before,) and newest(state):
                watched.execute(f"PRAGMA user_version = {number}")
            else:
                publish(path)


def _hold(state: PostgreSQL, held: ExitStack, waits: Callable[[], None]) -> None:
    began = monotonic()
    while True:
        try:
            held.enter_context(state.hold(NAME))
        except LockError:
            if monotonic() - began > PATIENCE:
                raise
            waits()
            waits = lambda: None  # noqa: E731
        else:
            return


def publish(path: Path) -> None:
    """Publish the lists in the file. Raises DatabaseError where others are newer."""
    state = postgresql(state_of(path))
    with closing(open_database(path)) as db:
        number = generation(db) + 1
        image = _image(path, number)
        data = zlib.compress(image, 6)
        parts = [data[start : start + PART] for start in range(0, len(data), PART)]
        with state.writing():
            if newest(state) >= number:
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


def _image(path: Path, number: int) -> bytes:
    """The file at `path` without its state, as the published lists of this number."""
    with copy_of(path) as copy:
        transfer.empty(BesideTheLists(copy))
        copy.execute("INSERT INTO state_place VALUES (1, 'left', '')")  # it is in PostgreSQL
        copy.execute(f"PRAGMA user_version = {number}")
        copy.execute("VACUUM")
        return copy.conn.serialize()


def take(path: Path) -> None:
    """Have the newest lists in the file; a change of them that was cut off is published first.

    To be called by who holds the lists.
    """
    if path.exists() and not behind(path):
        with closing(open_database(path)) as db:
            is_left = _is_unpublished(db)
        if is_left:
            publish(path)
        return
    fetch(path)


def keep_up(path: Path) -> None:
    """What a bot does now and then: fetch newer lists, publish a change that was cut off before it was."""
    state = postgresql(state_of(path))
    if fetch(path) or state.is_held(NAME):
        return
    with closing(open_database(path)) as db:
        is_left = _is_unpublished(db)
    if is_left:
        with state.hold(NAME):
            take(path)


class _OvertakenError(DatabaseError):
    """The file has these lists by now, or newer ones."""


def fetch(path: Path) -> bool:
    """Replace the lists in the file by the newest published ones, if it has older ones; whether it did.

    What was in the file alone is kept in another beside it. Raises DatabaseError for lists of a newer jigyo.
    """
    state = postgresql(state_of(path))
    number = newest(state)
    if number == 0 or (path.exists() and not behind(path)):
        return False
    rows = state.execute(
        "SELECT data, sha256, parts FROM published JOIN published_parts USING (generation)"
        " WHERE generation = ? ORDER BY part",
        [number],
    ).fetchall()
    if not rows or len(rows) != rows[0][2]:
        return False  # newer ones came meanwhile: the next look finds them
    image = zlib.decompress(b"".join(bytes(data) for data, _, _ in rows))
    if hashlib.sha256(image).hexdigest() != rows[0][1]:
        raise DatabaseError(
            "ほかのマシンの一覧が、届いたときに元と違っています。もう一度読み込んでください。"
        )
    with tempfile.NamedTemporaryFile(prefix="jigyo-", suffix=".db") as file:
        file.write(image)
        file.flush()
        with copy_of(Path(file.name)) as copy:
            if origin(copy) == "newer":
                raise DatabaseError(
                    "ほかのマシンの一覧は新しい版の jigyo のものです。このマシンも新しくしてください。"
                )
            apply_migrations(copy, schema.MIGRATIONS)  # of those whose connections are open here
            with suppress(_OvertakenError):
                return _replace(path, copy, number)
    return False


def _replace(path: Path, copy: Database, number: int) -> bool:
    is_unpublished = False

    def look(live: sqlite3.Connection) -> None:
        nonlocal is_unpublished
        db = Database(live, Snapshots())
        if generation(db) >= number:  # others on this machine fetched it, and may have changed it since
            raise _OvertakenError
        is_unpublished = _is_unpublished(db)

    if (saved := replace(path, copy, look=look)) is not None:
        if is_unpublished:
            log.warning("lists that only this machine had are kept in %s", saved)
        else:
            saved.unlink()
    return True
