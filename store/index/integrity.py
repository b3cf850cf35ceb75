"""Whether the database is whole and its indexes say what its rows say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from store.index import writer


def problems(db: Database) -> list[str]:
    """What is wrong, one Japanese line each; empty when all is well. Reads all of the file."""
    try:
        return [*_damage(db), *_dangling(db), *_torn_indexes(db), *writer.check(db)]
    except sqlite3.DatabaseError as error:
        return [f"データベースを読めません（{error}）。バックアップから jigyo restore で戻してください。"]


def _damage(db: Database) -> Iterator[str]:
    for (message,) in db.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"データベースが壊れています: {message}"


def _dangling(db: Database) -> Iterator[str]:
    for table, row_id, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"表 {table} の行 {row_id} が指す {parent} の行がありません。"


def _torn_indexes(db: Database) -> Iterator[str]:
    tables = db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING FTS5%'"
    ).fetchall()
    for (table,) in tables:
        try:
            # rank 1: also compare with the rows of the table that the index is of
            db.execute(f"INSERT INTO [{table}] ([{table}], rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError:
            yield f"全文検索の表 {table} が元の行と合っていません。"
