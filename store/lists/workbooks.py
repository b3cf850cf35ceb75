"""Rows of cells from what has no separators: workbooks, columns aligned by spaces, JSON.

A workbook's visible sheets are read by a process that may take so much memory and time. The reader of
workbooks makes room for every cell up to the last, and aborts where there is none; there are more ways to
write where the last cell is than one can look for. So it runs in a process of its own, and what it does to
memory or time ends that process and no other.

The process gets the workbook on standard input. It writes a line with the name of each visible sheet (a JSON
string) and a line a row (a list of texts). `{}` ends them, with how many formulas have no stored value and
the first such cell, where there are any; `{"refused": …}` says why there are no rows.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
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


_TOKEN = re.compile(r"\S+(?: \S+)*")  # one space is within a cell, two are between cells
_LEAST = 3  # tokens; a line with fewer does not show the columns
_SHARE = 0.03  # the share of those lines that may cross a gap between columns
_MOST_LINES = 20_000
_LONGEST, _LONGEST_LINE = 4_000_000, 2_000  # characters; printed texts are shorter


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str


def layout_rows(text: str, meter: Meter) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line number (1-based) and the cells of each line; a continued line is joined.

    A gap between columns is where hardly any line has a letter. A line that crosses a gap (a title) is
    yielded as its tokens.
    """
    if len(text) > _LONGEST:
        return
    lines = [_tokens(line[:_LONGEST_LINE]) for line in text.replace("\f", "\n").split("\n")[:_MOST_LINES]]
    columns = _columns([tokens for tokens in lines if len(tokens) >= _LEAST])
    if len(columns) < _LEAST:
        return
    held: tuple[int, list[str]] | None = None
    after_blank = True
    for number, tokens in enumerate(lines, 1):
        cells = _placed(tokens, columns)
        if not tokens or cells is None:
            if held:
                yield held[0], tuple(held[1])
            held, after_blank = None, True
            if tokens:
                meter.row(len(tokens))
                yield number, tuple(token.text for token in tokens)
            continue
        if held and not after_blank and _goes_on(cells, held[1]):
            held = held[0], [above + below for above, below in zip(held[1], cells, strict=True)]
            continue
        if held:
            yield held[0], tuple(held[1])
        meter.row(len(cells))
        held, after_blank = (number, cells), False
    if held:
        yield held[0], tuple(held[1])


def _tokens(line: str) -> list[_Token]:
    """Return the tokens of a line, by their places on paper, where a wide letter takes two."""
    line = line.replace("\u3000", "  ").rstrip()
    place, places = 0, [0]
    for letter in line:
        place += 2 if unicodedata.east_asian_width(letter) in "WFA" else 1
        places.append(place)
    return [_Token(places[found.start()], places[found.end()], found[0]) for found in _TOKEN.finditer(line)]


def _columns(lines: Sequence[Sequence[_Token]]) -> list[tuple[int, int]]:
    """Return the beginning and the end of each column; only few lines have a letter in the gaps."""
    width = max((tokens[-1].end for tokens in lines), default=0)
    written = [0] * (width + 1)
    for tokens in lines:
        for token in tokens:
            for place in range(token.start, token.end):
                written[place] += 1
    most = int(len(lines) * _SHARE)
    found: list[tuple[int, int]] = []
    start: int | None = None
    for place, count in enumerate(written):
        if count > most and start is None:
            start = place
        elif count <= most and start is not None:
            found.append((start, place))
            start = None
    return found


def _placed(tokens: Sequence[_Token], columns: Sequence[tuple[int, int]]) -> list[str] | None:
    """Return the cells of a line, None if a token crosses two columns."""
    cells = [""] * len(columns)
    for token in tokens:
        under = [at for at, (start, end) in enumerate(columns) if token.start < end and start < token.end]
        if len(under) > 1:
            return None
        at = under[0] if under else _nearest(token, columns)
        cells[at] = f"{cells[at]} {token.text}".strip()
    return cells


def _nearest(token: _Token, columns: Sequence[tuple[int, int]]) -> int:
    return min(
        range(len(columns)),
        key=lambda at: min(abs(columns[at][0] - token.start), abs(columns[at][1] - token.end)),
    )


def _goes_on(cells: Sequence[str], above: Sequence[str]) -> bool:
    """Whether a line continues the one above: its first cell is blank, and few others are filled."""
    filled = [at for at, cell in enumerate(cells) if cell]
    return not cells[0] and len(filled) * 2 <= len(cells) and all(above[at] for at in filled)


Texts = tuple[str, ...]
_DEEPEST = 4
_LONGEST_TITLE, _MOST_TITLES = 80, 5


def json_tables(text: str) -> list[tuple[str, list[Texts]]] | None:
    """Return the arrays of objects in a JSON text, with their keys; None if it is no JSON.

    The first row of each is the header, or else the texts beside the array, its title. Raises ListError for
    JSON without such an array.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith(("[", "{")):
        return None
    try:
        value = orjson.loads(text.strip("\ufeff \t\r\n"))
    except orjson.JSONDecodeError:
        value = _json_lines(text)
        if value is None:
            return None
    title = [(text,) for text in _texts_of(value)]
    found = [(name, [*title, *_table(rows)]) for name, rows in _arrays(value, "", 0)]
    if not found:
        raise ListError(
            "JSON ですが、事業の配列（[{…}, {…}] の形）がありません。"
            "事業を1件ずつオブジェクトにした配列で用意してください。"
        )
    return found


def _json_lines(text: str) -> list[Any] | None:
    """Return the values of JSON Lines, None if it is none."""
    try:
        return [orjson.loads(line) for line in text.splitlines() if line.strip()]
    except orjson.JSONDecodeError:
        return None


def _texts_of(value: Any) -> list[str]:
    """Return the texts that stand beside the arrays, as a title with its year does."""
    if not isinstance(value, dict):
        return []
    texts = [
        str(each) for each in value.values() if isinstance(each, str) and 0 < len(each) <= _LONGEST_TITLE
    ]
    return texts[:_MOST_TITLES]


def _arrays(value: Any, name: str, depth: int) -> Iterator[tuple[str, Sequence[dict[str, Any]]]]:
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        yield name, value
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, inside in value.items():
            yield from _arrays(inside, str(key), depth + 1)


def _table(rows: Sequence[dict[str, Any]]) -> list[Texts]:
    flat = [dict(_flat(row, "", 0)) for row in rows]
    keys = [*dict.fromkeys(key for row in flat for key in row)]
    return [tuple(keys), *(tuple(row.get(key, "") for key in keys) for row in flat)]


def _flat(value: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, inside in value.items():
            yield from _flat(inside, f"{key}／{name}" if key else str(name), depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        yield key, "\n".join(text for each in value for _, text in _flat(each, "", depth + 1))
    else:
        yield key, _json_text(value)


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)
