"""A published list read by csv, calamine and a few lines of our own: what answers are held against.

Nothing here goes through `store`: a slip of the loader's must not be in the expected values too.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from python_calamine import CalamineWorkbook

Kind = Literal["number", "choice", "text"]

NO_VALUE = frozenset(
    [
        "-",
        "ー",
        "―",
        "—",
        "–",
        "皆減",
        "皆増",
        "非公開",
        "データなし",
        "なし",
        "無し",
        "未設定",
        "該当なし",
        "不明",
        "N/A",
    ]
)
_NUMBER = re.compile(r"([△▲-]?)(\d[\d,]*(?:\.\d+)?)")
_UNIT = re.compile(r"[（(]([^（()）]{1,6})[)）]\s*$")
_SPACE = re.compile(r"[\s　]+")
_JOINT = re.compile(r"[\s　／/、，,;]+")  # A課／B課 is of each of them
_YEAR = re.compile(r"(?:令和|R)(\d{1,2})(?:年度|年)?|(20\d\d)年?度?")
_REIWA = 2018
_CHOICES = 14  # values that a column of choices has at most
_LONGEST_CHOICE = 16


@dataclass(frozen=True)
class Column:
    """A column of the file: its heading, cells in the order of the rows, and what they look like."""

    heading: str
    cells: tuple[str, ...]

    @cached_property
    def unit(self) -> str:
        """The unit in brackets at the heading's end."""
        found = _UNIT.search(fold(self.heading))
        return found[1] if found else ""

    @cached_property
    def core(self) -> str:
        """The heading without its unit."""
        return _UNIT.sub("", fold(self.heading)).strip()

    @cached_property
    def bare(self) -> str:
        """The heading without its unit and year."""
        return _YEAR.sub("", self.core).lstrip("の ").strip()

    @cached_property
    def year(self) -> int | None:
        """The year in the heading."""
        found = _YEAR.search(self.core)
        return None if found is None else int(found[2]) if found[2] else _REIWA + int(found[1])

    @cached_property
    def numbers(self) -> tuple[float | None, ...]:
        """The cells as numbers, None where a cell is none."""
        return tuple(map(number, self.cells))

    @cached_property
    def kind(self) -> Kind:
        """Number, choice or text, by what most cells are."""
        filled = [cell for cell in self.cells if has_value(cell)]
        if not filled:
            return "text"
        if sum(number(cell) is not None for cell in filled) >= 0.9 * len(filled):
            return "number"
        values = set(filled)
        few = 2 <= len(values) <= min(_CHOICES, len(filled) // 4)
        short = max(map(len, values)) <= _LONGEST_CHOICE
        return "choice" if few and short and len(filled) > len(self.cells) / 2 else "text"


@dataclass(frozen=True)
class Sheet:
    """The columns of a list, those that name projects found by what the cells say."""

    columns: tuple[Column, ...]
    number: Column
    name: Column
    section: Column
    department: Column | None = None  # where it stands in a column of its own

    @cached_property
    def rest(self) -> tuple[Column, ...]:
        """The columns that name nothing."""
        naming = (self.number, self.name, self.section)
        return tuple(column for column in self.columns if column not in naming and column.heading)

    def rows_of(self, office: str) -> list[int]:
        """The rows whose office says this name, as a word of its own."""
        columns = [column for column in (self.section, self.department) if column]
        rows = {
            row for column in columns for row, cell in enumerate(column.cells) if office in _offices(cell)
        }
        return sorted(rows)


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The heading and the rows of a file: CSV in any encoding that lists come in, gzip, or a workbook."""
    rows = _workbook(path) if path.suffix in (".ods", ".xlsx") else _text(path)
    start = next(at for at, row in enumerate(rows) if sum(bool(cell.strip()) for cell in row) >= 5)
    heading = rows[start]
    below = [row for row in rows[start + 1 :] if any(map(str.strip, row)) and row != heading]
    return tuple(heading), [tuple(row) for row in below if len(row) == len(heading)]


def sheet(
    heading: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Iterable[str],
    names: Iterable[str],
    sections: Iterable[str],
    departments: Sequence[str],
) -> Sheet:
    """The sheet of a file, columns being known by what the projects of the list are called."""
    columns = tuple(
        Column(head, tuple(row[at].strip() for row in rows)) for at, head in enumerate(heading) if head
    )

    def likest(words: Iterable[str]) -> Column:
        known = set(map(fold, words))
        counts = Counter(
            {
                at: sum(bool(known & {fold(cell), *_SPACE.split(fold(cell))}) for cell in column.cells)
                for at, column in enumerate(columns)
            }
        )
        return columns[counts.most_common(1)[0][0]]

    def is_department(column: Column) -> bool:
        alike = sum(fold(a) == fold(b) for a, b in zip(column.cells, departments, strict=False) if a)
        return alike > len(departments) / 2

    section = likest(sections)
    others = (column for column in columns if column is not section and is_department(column))
    return Sheet(columns, likest(numbers), likest(names), section, next(others, None))


def _offices(cell: str) -> set[str]:
    """The offices that a cell names: A課／B課 and A課・B課 are two, 石油・天然ガス課 is one."""
    names = _JOINT.split(fold(cell))
    parts = {part for name in names for part in name.split("・") if part.endswith(("課", "室"))}
    return {*names, *parts} if all(name.count("・") < name.count("課") for name in names) else set(names)


def fold(text: str) -> str:
    """The text in NFKC, without spaces at its ends."""
    return unicodedata.normalize("NFKC", text).strip()


def number(cell: str) -> float | None:
    """A cell as a number: 1,250, △3, 98.7."""
    found = _NUMBER.fullmatch(fold(cell))
    return (
        None if found is None else float(found[2].replace(",", "")) * (-1 if found[1] not in ("", "+") else 1)
    )


def has_value(cell: str) -> bool:
    """Whether a cell says anything: empty ones, ― and データなし don't."""
    return bool(cell.strip()) and fold(cell) not in NO_VALUE


def _text(path: Path) -> list[list[str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    csv.field_size_limit(10**8)
    tabs = text[:2000].count("\t") > text[:2000].count(",")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if tabs else ","))


def _workbook(path: Path) -> list[list[str]]:
    book = CalamineWorkbook.from_path(str(path))
    return [
        list(map(_cell, row)) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()
    ]


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
