"""Reading the columns of the loaded lists and their cells.

The table `cells` has what is written in columns without a role. What a column with a role says is in
`projects`, and empty cells are stored nowhere; the function `cells` gives all of them alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import orjson
from sqlite_utils import Database

from store.columns.inference import infer, read_cell
from store.columns.values import Cell, Column, ListedColumn, read_value

__all__ = ["Cell", "Column", "cells", "choices", "columns"]

_SELECT = """
    SELECT id, source_id, fiscal_year, position, heading, path, unit, value_year, basis, kind, role, topic,
           group_name, group_part, key
    FROM columns"""
_PATH = 5  # its place in a row
_FIELDS = frozenset(
    {
        "fiscal_year", "number", "serial", "name", "organization", "department", "section", "purpose",
        "overview", "outcome",
    }
)  # fmt: skip


def columns(db: Database, fiscal_year: int | None = None) -> tuple[Column, ...]:
    """The columns of every list, or of those of one fiscal year; newest year first, as they were listed."""
    rows = db.conn.execute(
        f"{_SELECT} WHERE coalesce(?1, fiscal_year) = fiscal_year"
        " ORDER BY fiscal_year DESC, source_id, position, id",
        [fiscal_year],
    )
    return tuple(_column(row) for row in rows)


def cells(
    db: Database, column_ids: Iterable[int], project_ids: Collection[int] | None = None
) -> tuple[Cell, ...]:
    """The cells of these columns: one for each project of the column's list, or of those in `project_ids`.

    In the order of the projects' ids, and of `column_ids` within a project. A cell that the list leaves empty
    has state `empty`.
    """
    wanted = dict.fromkeys(column_ids)
    marks = ",".join("?" * len(wanted))
    found = {row[0]: _column(row) for row in db.conn.execute(f"{_SELECT} WHERE id IN ({marks})", [*wanted])}
    chosen = [found[column_id] for column_id in wanted if column_id in found]
    ids = None if project_ids is None else orjson.dumps([*project_ids]).decode()
    every: list[Cell] = []
    for (source_id, year), of_list in groupby(
        sorted(chosen, key=lambda each: (each.source_id, each.fiscal_year)),
        key=lambda each: (each.source_id, each.fiscal_year),
    ):
        every.extend(_cells_of(db, source_id, year, [*of_list], ids))
    order = {column_id: place for place, column_id in enumerate(wanted)}
    return tuple(sorted(every, key=lambda cell: (cell.project_id, order[cell.column_id])))


def choices(db: Database, column_ids: Iterable[int], *, limit: int) -> tuple[str, ...]:
    """What cells of these columns say, the commonest first; cells without a value say nothing."""
    rows = db.conn.execute(
        "SELECT text FROM cells WHERE state = '' AND column_id IN (SELECT value FROM json_each(?))"
        " GROUP BY text ORDER BY count(*) DESC, text LIMIT ?",
        [orjson.dumps([*column_ids]).decode(), limit],
    )
    return tuple(text for (text,) in rows)


def _cells_of(
    db: Database, source_id: int, year: int, some: Sequence[Column], ids: str | None
) -> Iterator[Cell]:
    rows = db.conn.execute(
        "SELECT id FROM projects WHERE fiscal_year = ?2 AND (source_id = ?1"
        " OR id IN (SELECT project_id FROM supplements WHERE source_id = ?1))"
        " AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))",
        [source_id, year, ids],
    )
    every = [row[0] for row in rows]
    for column in some:
        if column.role in _FIELDS:
            yield from _of_field(db, column, ids)
            continue
        stored = {
            row[0]: Cell(*row)
            for row in db.conn.execute(
                "SELECT project_id, column_id, text, number, state FROM cells WHERE column_id = ?1"
                " AND (?2 IS NULL OR project_id IN (SELECT value FROM json_each(?2)))",
                [column.id, ids],
            )
        }
        for project_id in every:
            yield stored.get(project_id) or Cell(project_id, column.id, "", state="empty")


def _of_field(db: Database, column: Column, ids: str | None) -> Iterator[Cell]:
    """The cells of a column that gives a field; `extra` has those that the field holds changed."""
    rows = db.conn.execute(
        f"SELECT id, {column.role}, extra FROM projects WHERE source_id = ?1 AND fiscal_year = ?2"
        " AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3)))",
        [column.source_id, column.fiscal_year, ids],
    )
    for project_id, value, extra in rows:
        text = orjson.loads(extra).get(column.key, str(value))
        state = read_value(text).state
        yield Cell(project_id, column.id, text, state=state)


def _column(row: Sequence[object]) -> Column:
    values = [*row]
    values[_PATH] = tuple(orjson.loads(str(values[_PATH])))
    return Column(*values)  # type: ignore[arg-type]  # the columns of the table, in their order


Row = tuple[int, Mapping[str, str]]  # a project's id and `extra`

_COLUMNS = (
    "source_id", "fiscal_year", "position", "heading", "path", "unit", "value_year", "basis", "kind", "role",
    "topic", "group_name", "group_part", "key",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO columns ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) RETURNING id"
)
_CELLS = "INSERT OR REPLACE INTO cells (project_id, column_id, text, number, state) VALUES (?, ?, ?, ?, ?)"


def write_columns(
    db: Database, source_id: int, listed: Sequence[ListedColumn], *, default_unit: str = ""
) -> tuple[Column, ...]:
    """Write anew the columns of a source, and the cells of the projects that are stored as its. No commit.

    Columns of other lists of which no project is left go.
    """
    rows = _rows(db, source_id, listed)
    db.conn.execute("DELETE FROM columns WHERE source_id = ?", [source_id])
    written: list[Column] = []
    for year, of_year in rows.items():
        written += _write_year(db, source_id, year, _with_unlisted(listed, of_year), of_year, default_unit)
    db.conn.execute(
        """
        DELETE FROM columns WHERE NOT EXISTS (
            SELECT 1 FROM projects p
            WHERE p.source_id = columns.source_id AND p.fiscal_year = columns.fiscal_year)
            AND NOT EXISTS (SELECT 1 FROM supplements s WHERE s.source_id = columns.source_id)"""
    )
    return tuple(written)


def have_changed(
    db: Database, source_id: int, listed: Sequence[ListedColumn], *, default_unit: str = ""
) -> bool:
    """Whether the columns of a source would be taken for something else than is stored."""
    rows = _rows(db, source_id, listed)
    now = {
        replace(column, source_id=source_id)
        for year, of_year in rows.items()
        for column in _inferred(year, _with_unlisted(listed, of_year), of_year, default_unit)
    }
    stored = {replace(each, id=0) for each in columns(db) if each.source_id == source_id}
    return now != stored


def derive_columns(db: Database) -> None:
    """Write columns of lists that were stored without them; the keys of `extra` head them. No commit."""
    for (source_id,) in db.conn.execute("SELECT id FROM sources").fetchall():
        for year, rows in _own_rows(db, source_id).items():
            _write_year(db, source_id, year, _with_unlisted((), rows), rows, "")


def keys_given(db: Database, source_id: int | None = None) -> Mapping[int, frozenset[str]]:
    """By project, the keys in `extra` of columns that lists beside its own gave it; or one of them gave."""
    found: dict[int, set[str]] = defaultdict(set)
    for project_id, key in db.conn.execute(
        "SELECT s.project_id, c.key FROM supplements s JOIN columns c ON c.source_id = s.source_id"
        " JOIN cells e ON e.project_id = s.project_id AND e.column_id = c.id"
        " WHERE ?1 IS NULL OR s.source_id = ?1",
        [source_id],
    ):
        found[project_id].add(key)
    return {project_id: frozenset(keys) for project_id, keys in found.items()}


def _rows(db: Database, source_id: int, listed: Sequence[ListedColumn]) -> Mapping[int, list[Row]]:
    """Of each year the ids of a source's projects, with what their columns without a role say.

    Those that it only gives columns have theirs in them, and its own not those that other lists gave them.
    """
    own, given, its = {column.key for column in listed}, keys_given(db), keys_given(db, source_id)
    rows = _own_rows(db, source_id)
    if given:
        for year, some in rows.items():
            rows[year] = [(at, _without(extra, given.get(at, frozenset()) - own)) for at, extra in some]
    for project_id, year, extra in db.conn.execute(
        "SELECT p.id, p.fiscal_year, p.extra FROM supplements s JOIN projects p ON p.id = s.project_id"
        " WHERE s.source_id = ? ORDER BY p.id",
        [source_id],
    ):
        keys = own or its.get(project_id, frozenset())
        rows[year].append((project_id, {k: text for k, text in orjson.loads(extra).items() if k in keys}))
    return rows


def _own_rows(db: Database, source_id: int) -> dict[int, list[Row]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for project_id, year, extra in db.conn.execute(
        "SELECT id, fiscal_year, extra FROM projects WHERE source_id = ? ORDER BY id", [source_id]
    ):
        rows[year].append((project_id, orjson.loads(extra)))
    return rows


def _without(extra: Mapping[str, str], keys: Collection[str]) -> Mapping[str, str]:
    return {key: text for key, text in extra.items() if key not in keys} if keys else extra


def _inferred(
    year: int, listed: Sequence[ListedColumn], rows: Sequence[Row], default_unit: str
) -> tuple[Column, ...]:
    texts: dict[str, list[str]] = {column.key: [] for column in listed if not column.role}
    for _, extra in rows:
        for key, text in extra.items():
            if key in texts:
                texts[key].append(text)
    return infer(listed, texts, fiscal_year=year, default_unit=default_unit)


def _write_year(
    db: Database,
    source_id: int,
    year: int,
    listed: Sequence[ListedColumn],
    rows: Sequence[Row],
    default_unit: str,
) -> Iterable[Column]:
    found = _inferred(year, listed, rows, default_unit)
    written = {column.key: _insert(db, replace(column, source_id=source_id)) for column in found}
    plain = {key: column for key, column in written.items() if not column.role}
    db.conn.executemany(
        _CELLS,
        (
            (cell.project_id, cell.column_id, cell.text, cell.number, cell.state)
            for project_id, extra in rows
            for key, text in extra.items()
            if key in plain
            for cell in (read_cell(plain[key], project_id, text),)
        ),
    )
    return written.values()


def _with_unlisted(listed: Sequence[ListedColumn], rows: Sequence[Row]) -> Sequence[ListedColumn]:
    """The columns, and those of projects kept from an earlier version of the list."""
    known = {column.key for column in listed}
    keys = dict.fromkeys(key for _, extra in rows for key in extra if key not in known)
    last = max((column.position for column in listed), default=0)
    return [*listed, *(ListedColumn(last + place, key, (key,)) for place, key in enumerate(keys, 1))]


def _insert(db: Database, column: Column) -> Column:
    path = orjson.dumps(column.path).decode()
    values = [path if name == "path" else getattr(column, name) for name in _COLUMNS]
    (column_id,) = db.conn.execute(_INSERT, values).fetchone()
    return replace(column, id=column_id)
