"""A copy of the whole database while it is in use, and the way back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.database import DatabaseError, open_database


def backup(path: Path, target: Path) -> None:
    """Copy the database at `path` to the new file `target`, consistent even while others write.

    The copy appears under its name only when it is whole. Raises DatabaseError when `path` is missing or
    `target` exists.
    """
    if not path.exists():
        raise DatabaseError(f"データベース {path} がありません。--db か JIGYO_DB を確かめてください。")
    if target.exists():
        raise DatabaseError(f"{target} は既にあります。別のファイル名を指定してください。")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, no -wal beside it
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise DatabaseError(f"バックアップを {target} に書けません: {error}") from error


def check(source: Path) -> None:
    """Raise DatabaseError when `source` is missing, damaged, or no database of this program."""
    with _opened(source):
        pass


def restore(source: Path, path: Path) -> None:
    """Replace what is in the database at `path` by the backup `source`, in one step.

    Processes that have `path` open see the restored rows at their next read. Raises DatabaseError, leaving
    `path` as it was, when `source` is missing, damaged, or no database of this program.
    """
    with _opened(source) as copy:
        try:
            database = open_database(path)
            generation = _generation(database.conn)
            copy.backup(database.conn)
            # Ahead of both histories, so that no cache takes the restored rows for those it knows.
            newest = max(generation, _generation(database.conn)) + 1
            with database.conn:
                database.conn.execute("UPDATE generations SET value = ?", [newest])
            database.close()
        except sqlite3.Error as error:
            raise DatabaseError(f"{source} から戻せません: {error}") from error
    open_database(path).close()  # an older backup is brought up to date


@contextmanager
def _opened(source: Path) -> Iterator[sqlite3.Connection]:
    if not source.exists():
        raise DatabaseError(f"バックアップ {source} がありません。")
    try:
        copy = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise DatabaseError(f"バックアップ {source} を開けません: {error}") from error
    with closing(copy):
        _refuse_unsound(copy, source)
        yield copy


def _refuse_unsound(copy: sqlite3.Connection, source: Path) -> None:
    """Raise DatabaseError unless `copy` is whole and has our tables."""
    try:
        sound = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        ours = copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'projects'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{source} はデータベースではないか、壊れています: {error}") from error
    if not sound:
        raise DatabaseError(f"{source} は壊れています。別のバックアップを指定してください。")
    if not ours:
        raise DatabaseError(f"{source} は jigyo のデータベースではありません。")


def _generation(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT max(value) FROM generations").fetchone()[0])
