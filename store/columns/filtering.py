"""Filters on the columns of lists: which columns a label means, and which projects a condition lets through.

評価:拡充 asks for a value, 決算額:1億円以上 and 予算>=5000万 for amounts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from sqlite_utils import Database

from store.columns.headings import basis_of, may_be, plain_heading, topic_of
from store.columns.values import NUMERIC, Column, converted, is_money, read_value
from store.records import ColumnFilter
from store.text.normalize import alnum_key, nfkc

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

    def saying(self, word: str) -> dict[int, int]:
        """The projects with a cell that has the word in it, each with the first column that says it."""
        key = alnum_key(word)
        found: dict[int, int] = {}
        if len(key) < _SHORTEST:
            return found
        at = self.joined.find(key)
        while at >= 0:
            entry = bisect_right(self._starts, at) - 1
            column_id, project_ids = self._where[entry]
            for project_id in project_ids:
                found.setdefault(project_id, column_id)
            after = self._starts[entry + 1] if entry + 1 < len(self._starts) else len(self.joined)
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


_SHORTEST = 2  # letters of a word that is looked for in cells
