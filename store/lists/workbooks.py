"""A workbook's visible sheets as rows of text, read by a process that may take so much memory and time.

The reader of workbooks makes room for every cell up to the last, and aborts where there is none; there are
more ways to write where the last cell is than one can look for. So it runs in a process of its own, and what
it does to memory or time ends that process and no other.

The process gets the workbook on standard input. It writes a line with the name of each visible sheet (a JSON
string) and a line a row (a list of texts). `{}` ends them, with how many formulas have no stored value and
the first such cell, where there are any; `{"refused": …}` says why there are no rows.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from store.lists.decoding import ZIP, check_archive
from store.lists.limits import LIMITS, MB, Limits, ListError, Meter, refuse_memory, refuse_time

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

OUT_OF_MEMORY = 3  # the exit status of the process when it ran out of memory
_PACKAGES = str(Path(__file__).parents[2])
_READ = "from store.lists.workbooks import read_in_this_process; read_in_this_process()"
_ABORTS = {"SIGABRT", "SIGSEGV", "SIGBUS", "SIGKILL"}  # signals that end a process without memory
_OF_MEMORY = {OUT_OF_MEMORY, *(-each for each in signal.Signals if each.name in _ABORTS)}
_OF_TIME = {-each for each in signal.Signals if each.name == "SIGXCPU"}
Sheets = list[tuple[str, list[tuple[str, ...]]]]


class Book(NamedTuple):
    """The visible sheets (name, rows); the number of formulas without a stored value, and the first one."""

    sheets: Sheets
    formulas: tuple[int, str] = (0, "")


def book_of(data: bytes, limits: Limits = LIMITS) -> Book:
    """Read a workbook. Raises ListError if it cannot be read."""
    with _started(limits) as process:
        timer = Timer(limits.seconds, process.kill)
        timer.start()
        try:
            if process.stdin:
                with contextlib.suppress(BrokenPipeError):  # it ended first: its exit status tells why
                    process.stdin.write(data)
                    process.stdin.close()
            sheets, end = _received(process.stdout or ())
            status = process.wait()
        finally:
            is_late = not timer.is_alive()
            timer.cancel()
            process.kill()
    if end is None:
        if is_late or status in _OF_TIME:
            raise refuse_time(limits)
        if status in _OF_MEMORY:
            raise refuse_memory(limits)
        raise ListError("ブックを読むプロセスが途中で終わりました。もう一度お試しください。")
    if "refused" in end:
        raise ListError(str(end["refused"]))
    count, cell = end.get("formulas", (0, ""))
    return Book(sheets, (int(count), str(cell)))


def _started(limits: Limits) -> subprocess.Popen[bytes]:
    paths = filter(None, (_PACKAGES, os.environ.get("PYTHONPATH")))
    return subprocess.Popen(  # noqa: S603 - this Python, and nothing of the file is an argument
        [sys.executable, "-P", "-c", _READ, *map(str, astuple(limits))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a panic of the reader is reported there, in English
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _received(lines: Iterable[bytes]) -> tuple[Sheets, dict[str, Any] | None]:
    """Return the sheets, and the last line of the process: None if it ended before that."""
    sheets: Sheets = []
    try:
        for line in lines:
            value = orjson.loads(line)
            if isinstance(value, dict):
                return sheets, value
            if isinstance(value, str):
                sheets.append((value, []))
            else:
                sheets[-1][1].append(tuple(value))
    except orjson.JSONDecodeError:  # it ended within a line
        pass
    return sheets, None


Cell = str | float | bool | date | time | timedelta
Cells = list[list[str]]
_UNREADABLE = "ブックとして読めません。途中で切れているか、Excel の形式ではありません。"


def read_in_this_process() -> None:
    """Read the workbook under the limits given as arguments: of `Limits`, in their order."""
    import python_calamine  # noqa: F401 - loaded before the memory is limited

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
    except BaseException as error:  # a panic of the reader is no Exception
        far = "capacity overflow" in str(error)  # more cells than memory has addresses
        yield {"refused": str(refuse_memory(limits)) if far else _UNREADABLE}


def _count(meter: Meter, number: int, row: list[str]) -> None:
    filled = 0
    for column, cell in enumerate(row, 1):
        if cell:
            filled += 1
            meter.cell(number, column, len(cell))
    meter.row(filled)


def _sheets(data: bytes) -> Iterator[tuple[str, Cells]]:
    from python_calamine import (  # only the process that reads one needs it
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )  # fmt: skip

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
        for row in rows[top + 1 : bottom + 1]:  # a cell merged downwards has the same value in each row
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
    """Have the system end this process when it exceeds the limits, on systems that can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory * MB, limits.memory * MB))
