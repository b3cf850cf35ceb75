"""Read bytes as tables of text cells, in every format and encoding that fits; columns come later.

Tables that people fill in and hand back are read by their columns here: `read_lines`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from store.lists.decoding import OLE, ZIP, decompressed, line_ends, refuse_other_kinds, texts
from store.lists.limits import LIMITS, Limits, ListError, Meter, TooLarge, likelier, refuse_bytes
from store.lists.workbooks import book_of, json_tables, layout_rows
from store.records import RejectedRow
from store.text.display import harmless
from store.text.normalize import header_key

SEPARATORS = {"tsv": "\t", "csv": ",", "csv (;)": ";"}
USUAL = ("xlsx", "tsv", "csv")  # formats whose exceeded limits are reported when no reading has a header
_UNCLOSED = "行目の引用符が閉じていません。ファイルが途中で切れていないか確かめてください。"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of verbatim cells; `line` is the 1-based line (text) or row (workbook) where it starts.

    `cut_off` is set when the text ended inside a quoted cell, `ended` unless it ended without a line end.
    """

    line: int
    cells: tuple[str, ...]
    cut_off: bool = False
    ended: bool = True

    @property
    def filled(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell.strip()]


@dataclass(slots=True)
class Table:
    """A text, or a workbook's sheet of that name. Its rows are read lazily.

    `too_large` is set once reading passed a limit: this may be the wrong way to read the bytes.
    """

    name: str
    _unread: Iterator[Row]
    _read: list[Row] = field(default_factory=list)
    too_large: TooLarge | None = None

    def head(self, lines: int) -> list[Row]:
        """Return the rows that start in the first `lines` lines, and the next one."""
        try:
            while not self._read or self._read[-1].line <= lines:
                self._read.append(next(self._unread))
        except StopIteration:
            pass
        except TooLarge as error:
            self.too_large = error
        return self._read

    def rows(self) -> list[Row]:
        """Return every row. Raises ListError if the text ended inside a cell, TooLarge beyond a limit."""
        try:
            if self.too_large:
                raise self.too_large
            self._read.extend(self._unread)
        finally:
            check_whole(self._read)
        return self._read


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the bytes: the format, the encoding ('' for a workbook) and the tables.

    `fault` is what is wrong with the text in this encoding. `formulas` counts the formulas of a workbook
    without a stored value, and names the cell of the first one.
    """

    format: str
    encoding: str
    tables: tuple[Table, ...]
    fault: str = ""
    formulas: tuple[int, str] = (0, "")

    @property
    def is_rectangular(self) -> bool:
        """Whether all rows have the same number of cells; those of a text with separators may differ."""
        return self.format in ("xlsx", "json", "txt")

    def check(self) -> None:
        """Raise ListError if the file is damaged. Called once this reading has proved to be the right one."""
        if self.fault:
            raise ListError(self.fault)


def readings(data: bytes, limits: Limits = LIMITS) -> Iterator[Reading]:
    """Yield every way to read the bytes, the likeliest first. Raises ListError if there is none."""
    if len(data) > limits.bytes:
        raise refuse_bytes(limits, packed=False)
    meter = Meter(limits)
    data = decompressed(data, limits)
    refuse_other_kinds(data)
    if data.startswith((ZIP, OLE)):
        book = book_of(data, limits)
        sheets = (Table(name, map(Row, count(1), rows)) for name, rows in book.sheets)
        yield Reading("xlsx", "", tuple(sheets), formulas=book.formulas)
        return
    for found in texts(data):
        if found.text.isspace() or not found.text:
            raise ListError("ファイルが空です。")
        if (tables := json_tables(found.text)) is not None:
            whole = tuple(Table(name, map(Row, count(1), rows)) for name, rows in tables)
            yield Reading("json", found.encoding, whole, found.fault)
            continue
        for name, separator in SEPARATORS.items():
            rows = split_rows(found.text, separator, meter.again())
            yield Reading(name, found.encoding, (Table("", rows),), found.fault)
        lines = (Row(line, cells) for line, cells in layout_rows(found.text, meter.again()))
        yield Reading("txt", found.encoding, (Table("", lines),), found.fault)


def first_table(
    data: bytes, is_header: Callable[[Sequence[str]], bool], limits: Limits = LIMITS
) -> list[Row] | None:
    """Return the rows of the first table whose first row is the header, None if there is none.

    Raises ListError for a damaged or too large file.
    """
    too_large: TooLarge | None = None
    for reading in readings(data, limits):
        for table in reading.tables:
            if any(is_header(row.cells) for row in table.head(0)[:1]):
                reading.check()
                return table.rows()
            if not reading.fault:
                too_large = likelier(too_large, table.too_large)
    if too_large:
        raise too_large
    return None


def check_whole(rows: Sequence[Row]) -> None:
    """Raise ListError if the text ended inside a cell."""
    for row in rows:
        if row.cut_off:
            raise ListError(f"{row.line}{_UNCLOSED}")


def split_rows(text: str, separator: str, meter: Meter) -> Iterator[Row]:
    """Split CSV or TSV text by RFC 4180; a quote that does not enclose a whole cell is a character.

    Raises TooLarge when `meter` counts more than its limits.
    """
    cell = re.compile(rf'"((?:[^"]++|"")*+)"(?=[{separator}\r\n]|\Z)|([^{separator}\r\n]*)')
    unclosed = re.compile(r'"(?:[^"]++|"")*+\Z')
    position, line = 0, 1
    while position < len(text):
        cells: list[str] = []
        first, cut_off, more = line, False, True
        while more:
            found = cell.match(text, position)
            quoted, plain = found.groups() if found else (None, "")
            cut_off |= quoted is None and plain.startswith('"') and bool(unclosed.match(text, position))
            cells.append(plain if quoted is None else quoted.replace('""', '"'))
            meter.cell(first, len(cells), len(cells[-1]))
            if quoted:
                line += line_ends(quoted)
            position += len(found[0]) if found else 0
            more = text.startswith(separator, position)
            position += more
        ended = position < len(text)
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        meter.row(len(cells))
        yield Row(first, tuple(cells), cut_off, ended)


_FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Format rows as CSV with CRLF line ends; every cell is `guarded`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """Guard a cell against formulas: one that a spreadsheet would run gets an apostrophe in front.

    Control and bidi characters are removed.
    """
    shown = harmless(cell)
    return f"'{shown}" if _is_formula(shown) else shown


def unguarded(cell: str) -> str:
    """Undo `guarded`."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(cell: str) -> bool:
    return cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)


Columns = Mapping[str, Sequence[str]]  # field: the words that may head its column, the one we write first


class CellError(ValueError):
    """A cell that cannot be taken: which field, and why, in one Japanese line; `others` of the same row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.others: tuple[CellError, ...] = ()


def each_of(*reads: Callable[[], Any]) -> list[Any]:
    """What each of these reads of a row gives. Raises one CellError that has all that are wrong."""
    given, errors = [], list[CellError]()
    for read in reads:
        try:
            given.append(read())
        except CellError as error:
            errors += (error, *error.others)
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return given


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its filled cells by field, and where each field's column is (1-based)."""

    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int] = field(default_factory=dict)

    def rejected(self, error: CellError) -> RejectedRow:
        """This row, refused: at the first cell that is wrong, and the others named behind it."""
        row = "\t".join(self.cells.values())
        more = [f"{self.columns.get(each.field, 0)}列目: {each}" for each in error.others]
        return RejectedRow(self.line, self.columns.get(error.field, 0), " ".join((str(error), *more)), row)


def read_lines(
    data: bytes, columns: Columns, *, required: Sequence[str], limits: Limits = LIMITS
) -> list[Line]:
    """The filled rows of a CSV, TSV or XLSX whose first row heads these columns. Raises ListError."""
    words = {header_key(word): name for name, known in columns.items() for word in known}

    def named(cells: Sequence[str]) -> list[str]:
        return [words.get(header_key(cell), "") for cell in cells]

    rows = first_table(data, lambda cells: set(required) <= set(named(cells)), limits)
    if rows:
        places = {name: place for place, name in enumerate(named(rows[0].cells), 1) if name}
        return [_line(row, places) for row in rows[1:] if row.filled]
    heads = "」「".join(columns[name][0] for name in required)
    raise ListError(f"1行目に「{heads}」の見出しがありません。export で書き出した形にしてください。")


def write_lines(columns: Columns, rows: Iterable[Mapping[str, str]]) -> str:
    """CSV text which `read_lines` reads back."""
    heads = [known[0] for known in columns.values()]
    return csv_text([heads, *([row.get(name, "") for name in columns] for row in rows)])


def _line(row: Row, places: Mapping[str, int]) -> Line:
    cells = {
        name: unguarded(row.cells[place - 1].strip())
        for name, place in places.items()
        if place <= len(row.cells) and row.cells[place - 1].strip()
    }
    return Line(row.line, cells, places)
