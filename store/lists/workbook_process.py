"""The process that reads one workbook: what its reader does to memory or time ends this process and no other.

The workbook comes on standard input. Each visible sheet goes out as a line with its name (a JSON string) and
a line a row (a list of texts); `{}` ends them, with how many formulas have no stored value and the first such
cell, where there are any; `{"refused": …}` says why there are no rows.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import orjson
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from store.lists.archives import ZIP, check_archive
from store.lists.limits import MB, Limits, ListError, Meter, refuse_memory
from store.lists.workbooks import OUT_OF_MEMORY

Cell = str | float | bool | date | time | timedelta
Cells = list[list[str]]

_UNREADABLE = "ブックとして読めません。途中で切れているか、Excel の形式ではありません。"


def main() -> None:
    """Read the workbook under the limits given as arguments: of `Limits`, in their order."""
    limits = Limits(*map(int, sys.argv[1:]))
    _hold_to(limits)
    out = sys.stdout.buffer
    try:
        for line in _lines(sys.stdin.buffer.read(), limits):
            out.write(orjson.dumps(line) + b"\n")
        out.flush()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _lines(data: bytes, limits: Limits) -> Iterator[object]:
    try:
        formulas = check_archive(data, limits) if data.startswith(ZIP) else []
        meter = Meter(limits)
        for name, rows in _sheets(data):
            yield name
            for number, row in enumerate(rows, 1):
                _count(meter, number, row)
                yield row
        yield {"formulas": [len(formulas), formulas[0]]} if formulas else {}
    except ListError as error:
        yield {"refused": str(error)}
    except MemoryError:
        raise
    except BaseException as error:  # a panic of the reader's is no Exception
        far = "capacity overflow" in str(error)  # more cells than there are addresses
        yield {"refused": str(refuse_memory(limits)) if far else _UNREADABLE}


def _count(meter: Meter, number: int, row: list[str]) -> None:
    filled = 0
    for column, cell in enumerate(row, 1):
        if cell:
            filled += 1
            meter.cell(number, column, len(cell))
    meter.row(filled)


def _sheets(data: bytes) -> Iterator[tuple[str, Cells]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet.name, _cells(book.get_sheet_by_name(sheet.name))
    except PasswordError as error:
        raise ListError("パスワード付きのブックは読めません。外して保存し直してください。") from error
    except CalamineError as error:
        raise ListError(_UNREADABLE) from error


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


def _hold_to(limits: Limits) -> None:
    """Let the system end this process where it takes more; where it can't, sizes and the clock must do."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory * MB, limits.memory * MB))


if __name__ == "__main__":
    main()
