"""Whether the database is whole, has every table, and its indexes say what its rows say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from sqlite_utils import Database

from store import schema
from store.index import writer


def problems(db: Database) -> list[str]:
    """What is wrong, one Japanese line each; empty when all is well. Reads all of the file."""
    try:
        if lacking := [*_lacking(db)]:
            return [*damage(db), *lacking]
        return [*damage(db), *_dangling(db), *_torn_indexes(db), *writer.check(db)]
    except sqlite3.DatabaseError as error:
        return [f"データベースを読めません（{error}）。バックアップから jigyo restore で戻してください。"]


def damage(db: Database) -> Iterator[str]:
    """What SQLite finds wrong with the file itself, whatever is in it; one Japanese line each."""
    for (message,) in db.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield f"データベースが壊れています: {message}"


def _lacking(db: Database) -> Iterator[str]:
    """What a database of this version has, and `db` has not; what somebody added is no problem."""
    new = Database(memory=True)
    for migrations in schema.MIGRATIONS:
        migrations.apply(new)
    has = _columns(db)
    for name, columns in sorted(_columns(new).items()):
        if name not in has:
            yield f"データベースに {name} がありません。"
        elif missing := columns - has[name]:
            yield f"データベースの表 {name} に列 {'、'.join(sorted(missing))} がありません。"
    new.close()


def _columns(db: Database) -> dict[str, set[str]]:
    """The columns of every table and view; none for indexes and triggers."""
    named = db.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'").fetchall()
    return {
        name: {column for (column,) in db.execute("SELECT name FROM pragma_table_info(?)", [name])}
        for (name,) in named
    }


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
