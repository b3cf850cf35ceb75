"""A workbook's visible sheets as rows of text, read by a process that may take so much memory and time.

The reader of workbooks makes room for every cell up to the last, and aborts where there is none; there are
more ways to write where the last cell is than one can look for.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

import orjson

from store.lists.limits import LIMITS, Limits, ListError, refuse_memory, refuse_time

OUT_OF_MEMORY = 3  # exit status of the process that ran out of it
_PACKAGES = str(Path(__file__).parents[2])
_READ = "from store.lists.workbook_process import main; main()"
_ABORTS = {"SIGABRT", "SIGSEGV", "SIGBUS", "SIGKILL"}  # what ends a process that gets no memory
_OF_MEMORY = {OUT_OF_MEMORY, *(-each for each in signal.Signals if each.name in _ABORTS)}
_OF_TIME = {-each for each in signal.Signals if each.name == "SIGXCPU"}

Sheets = list[tuple[str, list[tuple[str, ...]]]]


class Book(NamedTuple):
    """Name and rows of every visible sheet; how many formulas have no stored value, and the first one."""

    sheets: Sheets
    formulas: tuple[int, str] = (0, "")


def book_of(data: bytes, limits: Limits = LIMITS) -> Book:
    """What a workbook says. Raises ListError when it can't be read."""
    with _started(limits) as process:
        timer = Timer(limits.seconds, process.kill)
        timer.start()
        try:
            if process.stdin:
                with contextlib.suppress(BrokenPipeError):  # it ended first: its exit status says why
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
        stderr=subprocess.DEVNULL,  # a panic tells there what it was, in English
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _received(lines: Iterable[bytes]) -> tuple[Sheets, dict[str, Any] | None]:
    """The sheets, and what the process said at the end: None when it didn't come to one."""
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
