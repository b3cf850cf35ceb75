"""The columns of the loaded lists and their cells as they are stored, and filters on them.

The table `cells` has what is written in columns without a role. What a column with a role says is in
`projects`, and empty cells are stored nowhere; the function `cells` gives all of them alike. A filter asks
for a value (評価:拡充) or for amounts (決算額:1億円以上, 予算>=5000万): which columns its label means, and
which projects its condition lets through.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby

import orjson
from sqlite_utils import Database

from store.columns.headings import basis_of, may_be, plain_heading, topic_of
from store.columns.inference import infer, read_cell
from store.columns.values import NUMERIC, Cell, Column, ListedColumn, converted, is_money, read_value
from store.records import ColumnFilter
from store.text.normalize import alnum_key, nfkc

__all__ = ["Cell", "Column", "cells", "choices", "columns"]

_SELECT = """
    SELECT id, source_id, fiscal_year, position, heading, path, unit, value_year, basis, kind, role, topic,
           group_name, group_part, key
    FROM columns"""
_PATH = 5  # its place in a row
_STORED_FIELDS = frozenset(
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
        if column.role in _STORED_FIELDS:
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


_FIELDS = frozenset({"number", "serial", "name", "purpose", "overview", "outcome", "organization"})
_BOUND = re.compile(
    r"(?P<sign>>=|<=|=|>|<|≧|≦)?\s*(?P<number>.*?\d.*?)\s*"
    r"(?P<word>以上|以下|未満|超|を?超え?る?|より[多大高]い|より[少小低]い|まで|から)?"
)
_RANGE = re.compile(r"(.*?\d[^~〜～]*?)\s*(?:[~〜～]|から)\s*(.*?\d.*?)(?:まで)?")
_SIGNS = {
    ">=": ">=", "≧": ">=", "以上": ">=", "から": ">=", "<=": "<=", "≦": "<=", "以下": "<=", "まで": "<=",
    "<": "<", "未満": "<", ">": ">", "超": ">", "=": "=",
}  # fmt: skip
_OF_COLUMN = "SELECT project_id FROM cells WHERE column_id ="
_SCALED = re.compile("[万億兆千]")
_SEPARATORS = re.compile(r"\s*(?:[,，、|]|または)\s*")
_EMPTY = frozenset(["空欄", "空", "なし", "データなし", "未記入"])


def columns_named(columns: Iterable[Column], label: str) -> tuple[Column, ...]:
    """The columns that a label means: by their heading, by a part of it, or else by what they are about.

    Budgets, settlements and what was carried out are never one another.
    """
    every = [column for column in columns if not column.role or column.role in _FIELDS]
    key = alnum_key(label)
    if not key:
        return ()
    basis, topic = basis_of([nfkc(label)]), topic_of(nfkc(label))
    of_basis = basis not in ("", "forecast")  # 執行見込 is no 決算見込
    ways: tuple[Callable[[Column], bool], ...] = (
        lambda column: alnum_key(column.heading) == key,
        lambda column: alnum_key(plain_heading(column.heading)) == key,
        lambda column: len(key) > 1 and key in alnum_key(column.heading) and may_be(column, basis),
        lambda column: of_basis and column.basis.startswith(basis) and column.kind in NUMERIC,
        lambda column: not basis and bool(topic) and column.topic == topic and not column.group_part,
    )
    for way in ways:
        if found := tuple(filter(way, every)):
            return found
    return ()


def condition(db: Database, columns: Sequence[Column], asked: ColumnFilter) -> str | None:
    """The condition on the row `p` of projects: numbers and quoted texts. None if it means nothing."""
    numeric = [column for column in columns if column.kind in NUMERIC]
    bounds = _bounds(asked)
    if bounds and (numeric or asked.sign != ":"):
        return _any(
            f"p.id IN ({_OF_COLUMN} {column.id} AND {_between(column, bounds)})" for column in numeric
        )
    if asked.sign not in (":", "="):
        return None
    if alnum_key(asked.value) in _EMPTY and not any(map(partial(_has, db, asked.value), columns)):
        return _any(map(_is_empty, columns))
    values = [alnum_key(value) for value in _SEPARATORS.split(asked.value) if alnum_key(value)]
    whole = alnum_key(asked.value)  # a choice may have a separator in it
    return _any(_says(db, column, whole, values) for column in columns) if values else None


def _bounds(asked: ColumnFilter) -> list[tuple[str, str]]:
    """The signs and numbers of a condition: 1億円以上 is >= of 1億円; [] for a value that is no number."""
    value = nfkc(asked.value).strip()
    if found := _RANGE.fullmatch(value):
        return [(">=", found[1]), ("<=", found[2])] if all(map(_is_number, found.groups())) else []
    found = _BOUND.fullmatch(value)
    if not found or not _is_number(found["number"]):
        return []
    word = found["word"] or ""
    sign = _SIGNS.get(word) or (">" if word[:1] in "を超" and word else "")
    if word.startswith("より"):
        sign = ">" if word[2] in "多大高" else "<"
    before = found["sign"] or (asked.sign if asked.sign != ":" else "")
    return [(sign or _SIGNS.get(before, "="), found["number"])]


def is_bound(text: str) -> bool:
    """Whether a text is a condition on numbers: 1億円以上, >=5000, 10〜20."""
    return bool(_bounds(ColumnFilter("", ":", text, text)))


def _is_number(text: str) -> bool:
    return read_value(text.strip()).number is not None


def _between(column: Column, bounds: Iterable[tuple[str, str]]) -> str:
    return " AND ".join(f"number {sign} {_in_unit(column, text)!r}" for sign, text in bounds)


def _in_unit(column: Column, text: str) -> float:
    """A number as typed in the unit of the column: 5000万 is 50,000 of 千円; 5000 is as it stands."""
    value = read_value(text.strip())
    unit = value.unit
    if not unit and is_money(column.unit) and _SCALED.search(text):
        unit = "円"
    return converted(value.number or 0.0, unit, column.unit or "円" if is_money(unit) else column.unit)


def _says(db: Database, column: Column, whole: str, values: Sequence[str]) -> str:
    """The condition that a cell is all that was typed or one of its values, or else has it within itself."""
    if column.role:
        rows = db.conn.execute(
            f"SELECT DISTINCT {column.role} FROM projects WHERE source_id = ? AND fiscal_year = ?",
            [column.source_id, column.fiscal_year],
        )
    else:
        rows = db.conn.execute("SELECT DISTINCT text FROM cells WHERE column_id = ?", [column.id])
    texts = {str(text): alnum_key(str(text)) for (text,) in rows}
    exact = {text for text, key in texts.items() if key == whole} or {
        text for text, key in texts.items() if key in values
    }
    found = exact or {
        text for text, key in texts.items() if any(value in key for value in values if len(value) > 1)
    }
    quoted = ",".join("'" + text.replace("'", "''") + "'" for text in sorted(found))
    if column.role:
        place = f"p.source_id = {column.source_id} AND p.fiscal_year = {column.fiscal_year}"
        return f"({place} AND p.{column.role} IN ({quoted}))"
    return f"p.id IN ({_OF_COLUMN} {column.id} AND text IN ({quoted}))"


def _has(db: Database, value: str, column: Column) -> bool:
    """Whether a choice has the value as one of its own (なし of 法定義務)."""
    if column.role:
        return False
    rows = db.conn.execute("SELECT DISTINCT text FROM cells WHERE column_id = ? AND state = ''", [column.id])
    return alnum_key(value) in {alnum_key(text) for (text,) in rows}


def _is_empty(column: Column) -> str:
    filled = f"{_OF_COLUMN} {column.id} AND state = ''"
    beside = f"SELECT project_id FROM supplements WHERE source_id = {column.source_id}"
    of_list = f"(p.source_id = {column.source_id} OR p.id IN ({beside}))"
    return f"({of_list} AND p.fiscal_year = {column.fiscal_year} AND p.id NOT IN ({filled}))"


def _any(conditions: Iterable[str]) -> str:
    """Any of the conditions; one that no project meets where there are none."""
    return f"({' OR '.join(conditions) or 'p.id IS NULL'})"


_SHORTEST = 2  # letters of a word that is looked for in cells


class CellTexts:
    """What cells of columns without a role say in words, to look for a word in all of them at once.

    `joined` are all of them, as `alnum_key` folds them, a line each.
    """

    def __init__(self, texts: Iterable[tuple[str, int, Sequence[int]]]) -> None:
        self._starts: list[int] = []
        self._where: list[tuple[int, Sequence[int]]] = []
        parts: list[str] = []
        place = 0
        for text, column_id, project_ids in texts:
            folded = alnum_key(text)
            self._starts.append(place)
            self._where.append((column_id, project_ids))
            parts.append(folded)
            place += len(folded) + 1
        self.joined = "\n".join(parts)

    def saying(
        self, word: str, *, shortest: int = _SHORTEST, fits: Callable[[str], bool] | None = None
    ) -> dict[int, int]:
        """The projects with a cell that has the word in it, each with the first column that says it.

        With `fits`, only of the folded texts that it takes.
        """
        key = alnum_key(word)
        found: dict[int, int] = {}
        if len(key) < shortest:
            return found
        at = self.joined.find(key)
        while at >= 0:
            entry = bisect_right(self._starts, at) - 1
            column_id, project_ids = self._where[entry]
            after = self._starts[entry + 1] if entry + 1 < len(self._starts) else len(self.joined) + 1
            if fits is None or fits(self.joined[self._starts[entry] : after - 1]):
                for project_id in project_ids:
                    found.setdefault(project_id, column_id)
            at = self.joined.find(key, after)
        return found


def read_texts(db: Database) -> CellTexts:
    """Read what cells say in words, each text of a column once."""
    rows = db.conn.execute(
        """
        SELECT text, column_id, group_concat(project_id) FROM cells
        WHERE state = '' AND column_id IN (SELECT id FROM columns WHERE kind IN ('choice', 'text', 'code'))
            AND number IS NULL
        GROUP BY column_id, text ORDER BY column_id, min(project_id)"""
    )
    return CellTexts((text, column, [*map(int, ids.split(","))]) for text, column, ids in rows)
