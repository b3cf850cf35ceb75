"""A workbook's visible sheets as rows of text: whole numbers, days and merged cells as a reader sees them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
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
from store.lists.kinds import ZIP

LARGEST = 10_000_000  # cells of a sheet's rectangle: the reader keeps every one in memory, the blank ones too
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')

Cell = str | float | bool | date | time | timedelta
Cells = list[list[str]]


def sheets_of(data: bytes) -> Iterator[tuple[str, Cells]]:
    """Name and cells of every visible sheet. Raises ListError when the workbook can't be read."""
    if data.startswith(ZIP):
        _refuse_far_cells(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet.name, _cells(book.get_sheet_by_name(sheet.name))
    except PasswordError as error:
        raise ListError("パスワード付きのブックは読めません。外して保存し直してください。") from error
    except CalamineError as error:
        raise ListError("ブックとして読めません。途中で切れているか、Excel の形式ではありません。") from error


def _refuse_far_cells(data: bytes) -> None:
    """Raise ListError for a sheet with something far from its table: reading it would take all memory."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        for part in parts:
            places = _FILLED_CELL.findall(archive.read(part))
            row, column = max((int(row) for _, row in places), default=0), _last(places)
            if (
                row * sum((ord(letter) - 64) * 26**place for place, letter in enumerate(column[::-1]))
                > LARGEST
            ):
                raise ListError(
                    f"表から遠く離れたセル（{column} 列か {row} 行目）に何か入っています。"
                    "そのセルを消して保存し直してください。"
                )


def _last(places: list[tuple[bytes, bytes]]) -> str:
    """The letters of the rightmost column."""
    return max({letters.decode() for letters, _ in places}, key=lambda each: (len(each), each), default="")


def _cells(sheet: CalamineSheet) -> Cells:
    rows = [[_as_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or []:
        for row in rows[top + 1 : bottom + 1]:  # a cell merged downwards says the same for each of its rows
            row[column] = rows[top][column]
    return rows


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
