"""The state taken from one engine to the other, row by row: what is cut off goes on where it was.

Nobody uses the state that arrives until every row of it was compared, nor the one that it was taken from
after that: each says so of itself (`state_place`), and is not opened by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from store.database import BesideTheLists, DatabaseError, open_database, upsert
from store.evaluation import ledger
from store.state import PostgreSQL, State

BATCH = 1_000  # rows of a transaction
STOPPED = timedelta(minutes=2)  # since the last beat of a bot that is not running


class Table(NamedTuple):
    """A table of the state, and the columns that name a row."""

    name: str
    key: tuple[str, ...]
    is_numbered: bool = False  # by the engine, which goes on from the highest number ever given


# Each below those that its rows refer to.
TABLES = (
    Table("trail_people", ("key",), is_numbered=True), Table("trail", ("id",), is_numbered=True),
    Table("section_contacts", ("department", "section")), Table("deadlines", ("id",), is_numbered=True),
    Table("sheets", ("fiscal_year", "number", "kind")), Table("snoozes", ("recipient",)),
    Table("admins", ("user",)), Table("absences", ("user", "first")),
    Table("nudges", ("department", "section", "at")), Table("round_rules", ("fiscal_year", "kind")),
    Table("posts", ("id",), is_numbered=True), Table("deliveries", ("rowid",), is_numbered=True),
    Table("post_events", ("id",), is_numbered=True), Table("pace", ("channel",)),
    Table("direct_channels", ("user",)), Table("unreachable", ("recipient",)), Table("notices", ("key",)),
    Table("heartbeats", ("owner",)), Table("events", ("event_id",)), Table("kept", ("key",)),
    Table("seen_requests", ("signature",)), Table("people", ("user",)), Table("conversations", ("place",)),
    Table("feedback", ("id",), is_numbered=True), Table("channel_sections", ("team", "channel")),
    Table("recent_questions", ("id",), is_numbered=True), Table("mcp_tokens", ("name",)),
    Table("workspace_blocks", ("kind",)),
)  # fmt: skip
TRAIL = TABLES[:2]

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def to_postgresql(path: Path, url: str, *, now: datetime, tell: Callable[[str, int], None]) -> int:
    """Take the state in the file at `path` to the schema at `url`; how many rows that are.

    Raises DatabaseError where a bot uses it, or the schema has a state of its own.
    """
    with closing(open_database(path)) as db:
        return _take(BesideTheLists(db), PostgreSQL(url, is_moving=True), now, tell)


def to_sqlite(path: Path, url: str, *, now: datetime, tell: Callable[[str, int], None]) -> int:
    """Take the state in the schema at `url` to the file at `path`, in place of one that has left."""
    with closing(open_database(path)) as db:
        return _take(PostgreSQL(url, is_moving=True), BesideTheLists(db), now, tell)


def _take(source: State, target: State, now: datetime, tell: Callable[[str, int], None]) -> int:
    with source.writing():  # nobody changes it until all of it has arrived
        if isinstance(source, PostgreSQL):
            source.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        _refuse_running(source, now - source.clock_ahead)
        _refuse_taken(target)
        _place(target, "arriving", now)
        total = copy(source, target, tell)
        _place(source, "left", now)
    _place(target, "here", now)
    return total


def copy(source: State, target: State, tell: Callable[[str, int], None] = lambda table, rows: None) -> int:
    """Make the rows of `target` those of `source` and compare them all; how many they are.

    Raises DatabaseError where they are not the same at the end.
    """
    names = {table.name: _columns(source, table) for table in TABLES}
    rows = {table.name: _rows(source, table, names[table.name]) for table in TABLES}
    with target.writing(), _unguarded(target):
        for table in reversed(TRAIL):
            _drop_others(target, table, names[table.name], rows[table.name])
        for table in TRAIL:
            _write(target, table, names[table.name], rows[table.name])
    for table in reversed(TABLES):
        _drop_others(target, table, names[table.name], rows[table.name])
    for table in TABLES:
        _write(target, table, names[table.name], rows[table.name])
        if table.is_numbered:
            _go_on_from(target, table, _highest(source, table))
        arrived = _rows(target, table, names[table.name])
        if arrived != rows[table.name]:
            raise DatabaseError(f"{table.name} の行が元と同じになりません。もう一度お試しください。")
        tell(table.name, len(arrived))
    return sum(map(len, rows.values()))


def empty(target: State) -> None:
    """Take every row of the state away, of a copy that is to have none."""
    with target.writing(), _unguarded(target):
        for table in reversed(TABLES):
            target.execute(f"DELETE FROM {table.name}")
        target.execute("DELETE FROM state_place")


@contextmanager
def _unguarded(state: State) -> Iterator[None]:
    """Inside a transaction: the trail takes what it refuses else; if that is cut off, it does as before."""
    if isinstance(state, PostgreSQL):
        for table in TRAIL:
            state.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        yield
        for table in TRAIL:
            state.execute(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
        return
    named = ", ".join(f"'{table.name}'" for table in TRAIL)
    sql = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({named})"
    triggers = state.execute(sql).fetchall()
    for name, _ in triggers:
        state.execute(f"DROP TRIGGER {name}")
    yield
    for _, made in triggers:
        state.execute(made)


def _columns(state: State, table: Table) -> tuple[str, ...]:
    """The columns of a table, those of its key first."""
    if isinstance(state, PostgreSQL):
        found = state.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position",
            [table.name],
        )
    else:
        found = state.execute("SELECT name FROM pragma_table_info(?)", [table.name])
    return (*table.key, *(name for (name,) in found if name not in table.key))


def _rows(state: State, table: Table, names: tuple[str, ...]) -> Rows:
    listed = ", ".join(f'"{name}"' for name in names)
    found = state.execute(f"SELECT {listed} FROM {table.name}")
    return {tuple(row[: len(table.key)]): tuple(row) for row in found}


def _drop_others(target: State, table: Table, names: tuple[str, ...], wanted: Rows) -> None:
    others = [key for key in _rows(target, table, names) if key not in wanted]
    is_it = " AND ".join(f'"{name}" = ?' for name in table.key)
    for batch in _batches(others):
        with target.writing():
            target.executemany(f"DELETE FROM {table.name} WHERE {is_it}", batch)


def _write(target: State, table: Table, names: tuple[str, ...], wanted: Rows) -> None:
    """Add the rows that are missing, and change those that differ: what was written before a cut stays."""
    there = _rows(target, table, names)
    missing = [row for key, row in wanted.items() if key not in there]
    other = [row for key, row in wanted.items() if key in there and there[key] != row]
    listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    for batch in _batches(missing):
        with target.writing():
            target.executemany(f"INSERT INTO {table.name} ({listed}) VALUES ({marks})", batch)
    for batch in _batches(other):
        with target.writing():
            size = len(table.key)
            changed = ", ".join(f'"{name}" = ?' for name in names[size:])
            is_it = " AND ".join(f'"{name}" = ?' for name in table.key)
            sql = f"UPDATE {table.name} SET {changed} WHERE {is_it}"
            target.executemany(sql, [(*row[size:], *row[:size]) for row in batch])


def _batches(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _highest(state: State, table: Table) -> int:
    """The highest number ever given to a row: an earlier one must never be given again."""
    (column,) = table.key
    highest = int(state.execute(f'SELECT coalesce(max("{column}"), 0) FROM {table.name}').fetchone()[0])
    if isinstance(state, PostgreSQL):
        sequence = state.execute(f"SELECT pg_get_serial_sequence('{table.name}', '{column}')").fetchone()[0]
        last = state.execute(f"SELECT last_value FROM {sequence} WHERE is_called").fetchone()
    else:
        last = state.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table.name]).fetchone()
    return max(highest, int(last[0])) if last else highest


def _go_on_from(state: State, table: Table, number: int) -> None:
    if isinstance(state, PostgreSQL):
        (column,) = table.key
        sql = f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column}'), ?, ?)"
        state.execute(sql, [max(number, 1), "t" if number else "f"])
    else:
        done = state.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = ?", [number, table.name])
        if number and not done.rowcount:
            state.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.name, number])


def _place(state: State, place: str, now: datetime) -> None:
    state.execute(upsert("state_place", ("id", "place", "at"), key=("id",)), [1, place, now.isoformat()])


def _refuse_running(state: State, now: datetime) -> None:
    beat = state.execute("SELECT coalesce(max(beat_at), '') FROM heartbeats").fetchone()[0]
    if beat > ledger.stamp(now - STOPPED):
        raise DatabaseError("ボットが動いています。すべて止めてから2分ほど待って、もう一度お試しください。")


def _refuse_taken(target: State) -> None:
    row = target.execute("SELECT place FROM state_place").fetchone()
    if (row[0] if row else "here") != "here":
        return
    for table in TABLES:
        if target.execute(f"SELECT 1 FROM {table.name} LIMIT 1").fetchone():
            raise DatabaseError(f"移す先には既に記録があります（{table.name}）。空の所を指定してください。")
