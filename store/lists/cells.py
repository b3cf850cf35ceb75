"""Bytes into rows of text cells: decompression, encodings, separated text, workbooks; not yet columns."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from store.lists.errors import ListError

GZIP, ZIP, OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CUT_OFF = "最後の文字が途中で終わっています。ファイルが途中で切れていないか確かめてください。"
SEPARATORS = {"tsv": "\t", "csv": ","}

Cell = str | float | bool | date | time | timedelta


@dataclass(frozen=True, slots=True)
class Row:
    """Cells verbatim; `line` is the 1-based line (text) or row (workbook) where they start.

    `cut_off` when the text ended inside a quoted cell.
    """

    line: int
    cells: tuple[str, ...]
    cut_off: bool = False

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


def readings(data: bytes) -> Iterator[Reading]:
    """Every way in which the bytes can be read, the likeliest first. Raises ListError when there is none."""
    data = _decompressed(data)
    if not data.strip():
        raise ListError("ファイルが空です。")
    if data.startswith((ZIP, OLE)):
        yield Reading("xlsx", "", tuple(_workbook(data)))
        return
    for encoding, text in _decodings(data):
        for name, separator in SEPARATORS.items():
            yield Reading(name, encoding, (("", list(split_rows(text, separator))),))


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
                line += _line_ends(quoted)
            position += len(found[0]) if found else 0
            more = text.startswith(separator, position)
            position += more
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        yield Row(first, tuple(cells), cut_off)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _decompressed(data: bytes) -> bytes:
    if not data.startswith(GZIP):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise ListError("gzip を展開できません。ファイルが途中で切れているか壊れています。") from error


def _decodings(data: bytes) -> Iterator[tuple[str, str]]:
    """(encoding, text) for each encoding in which the bytes are text. Raises ListError when none fits."""
    fits = False
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if encoding.startswith("utf") and error.reason in ("unexpected end of data", "truncated data"):
                raise ListError(_CUT_OFF) from error
            continue
        if "\0" not in text:
            fits = True
            yield encoding, text
    if not fits:
        raise ListError(
            "文字コードが分かりません。UTF-8、CP932 (Shift_JIS)、UTF-16 か XLSX で保存してください。"
        )


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\0" in data:
        return ("utf-16-le", "utf-16-be")
    return ("utf-8", "cp932", "euc_jp")


def _workbook(data: bytes) -> Iterator[tuple[str, list[Row]]]:
    try:
        if data.startswith(ZIP) and zipfile.ZipFile(io.BytesIO(data)).testzip():
            raise ListError("ブックが壊れています。もう一度保存し直してください。")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet.name, _sheet_rows(book.get_sheet_by_name(sheet.name))
    except PasswordError as error:
        raise ListError("パスワード付きのブックは読めません。外して保存し直してください。") from error
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ListError("ブックとして読めません。途中で切れているか、Excel の形式ではありません。") from error


def _sheet_rows(sheet: CalamineSheet) -> list[Row]:
    rows = [[_as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in rows[top + 1 : bottom + 1]:  # a cell merged downwards says the same for each of its rows
            row[column] = rows[top][column]
    return [Row(line, tuple(cells)) for line, cells in enumerate(rows, 1)]


def _as_text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)
