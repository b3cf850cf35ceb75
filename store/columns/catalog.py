"""Reading the columns of the loaded lists and their cells.

The table `cells` has what is written in columns without a role. What a column with a role says is in
`projects`, and empty cells are stored nowhere; the function `cells` gives all of them alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby

import orjson
from sqlite_utils import Database

from store.columns.records import Cell, Column
from store.columns.values import read_value

__all__ = ["Cell", "Column", "cells", "columns"]

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


def _cells_of(
    db: Database, source_id: int, year: int, some: Sequence[Column], ids: str | None
) -> Iterator[Cell]:
    rows = db.conn.execute(
        "SELECT id FROM projects WHERE source_id = ?1 AND fiscal_year = ?2"
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
