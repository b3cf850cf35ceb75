"""Bytes into rows of text cells, in every way they can be read; not yet columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from store.lists.encodings import line_ends, texts
from store.lists.errors import ListError
from store.lists.kinds import OLE, ZIP, decompressed, refuse_other_kinds
from store.lists.workbooks import sheets_of

SEPARATORS = {"tsv": "\t", "csv": ","}
_UNCLOSED = "行目の引用符が閉じていません。ファイルが途中で切れていないか確かめてください。"


@dataclass(frozen=True, slots=True)
class Row:
    """Cells verbatim; `line` is the 1-based line (text) or row (workbook) where they start.

    `cut_off` when the text ended inside a quoted cell, `ended` unless it ended without a line end.
    """

    line: int
    cells: tuple[str, ...]
    cut_off: bool = False
    ended: bool = True

    @property
    def filled(self) -> list[str]:
        """The cells that are not blank."""
        return [cell for cell in self.cells if cell.strip()]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the bytes: its format, its encoding ('' for a workbook), and rows by sheet name."""

    format: str
    encoding: str
    sheets: tuple[tuple[str, list[Row]], ...]
    fault: str = ""  # of the text in this encoding

    def check(self) -> None:
        """Raise ListError when the file, now known to be meant to be read like this, is damaged."""
        if self.fault:
            raise ListError(self.fault)


def readings(data: bytes) -> Iterator[Reading]:
    """Every way in which the bytes can be read, the likeliest first. Raises ListError when there is none."""
    data = decompressed(data)
    refuse_other_kinds(data)
    if data.startswith((ZIP, OLE)):
        sheets = ((name, [*map(Row, count(1), map(tuple, rows))]) for name, rows in sheets_of(data))
        yield Reading("xlsx", "", tuple(sheets))
        return
    for found in texts(data):
        if not found.text.strip():
            raise ListError("ファイルが空です。")
        for name, separator in SEPARATORS.items():
            rows = list(split_rows(found.text, separator))
            yield Reading(name, found.encoding, (("", rows),), found.fault)


def first_table(data: bytes, is_header: Callable[[Sequence[str]], bool]) -> list[Row] | None:
    """The rows of the first sheet, in the first reading, whose first row is the header. Raises ListError."""
    for reading in readings(data):
        for _, rows in reading.sheets:
            if rows and is_header(rows[0].cells):
                reading.check()
                check_whole(rows)
                return rows
    return None


def check_whole(rows: Sequence[Row]) -> None:
    """Raise ListError when the text ended inside a cell."""
    for row in rows:
        if row.cut_off:
            raise ListError(f"{row.line}{_UNCLOSED}")


def split_rows(text: str, separator: str) -> Iterator[Row]:
    """Split CSV or TSV text as RFC 4180 has it; a quote that doesn't enclose a whole cell is a character."""
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
            if quoted:
                line += line_ends(quoted)
            position += len(found[0]) if found else 0
            more = text.startswith(separator, position)
            position += more
        ended = position < len(text)
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        yield Row(first, tuple(cells), cut_off, ended)
