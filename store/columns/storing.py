"""The columns of a list and its cells into the database, in the loader's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import orjson
from sqlite_utils import Database

from store.columns.catalog import columns
from store.columns.inference import infer, read_cell
from store.columns.records import Column, ListedColumn

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
    db.conn.execute("DELETE FROM columns WHERE source_id = ?", [source_id])
    written: list[Column] = []
    for year, of_year in _rows(db, source_id).items():
        written += _write_year(db, source_id, year, _with_unlisted(listed, of_year), of_year, default_unit)
    db.conn.execute(
        """
        DELETE FROM columns WHERE NOT EXISTS (
            SELECT 1 FROM projects p
            WHERE p.source_id = columns.source_id AND p.fiscal_year = columns.fiscal_year)"""
    )
    return tuple(written)


def have_changed(
    db: Database, source_id: int, listed: Sequence[ListedColumn], *, default_unit: str = ""
) -> bool:
    """Whether the columns of a source would be taken for something else than is stored."""
    rows = _rows(db, source_id)
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
        write_columns(db, source_id, ())


def _rows(db: Database, source_id: int) -> Mapping[int, list[Row]]:
    """Of each year the ids of a source's projects, with what their columns without a role say."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for project_id, year, extra in db.conn.execute(
        "SELECT id, fiscal_year, extra FROM projects WHERE source_id = ? ORDER BY id", [source_id]
    ):
        rows[year].append((project_id, orjson.loads(extra)))
    return rows


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
