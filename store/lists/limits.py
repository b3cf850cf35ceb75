"""The limits of a list, reading a file within them, and the errors for a refused file or row."""

from __future__ import annotations

import errno
import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path

_SHOWN = 40  # characters


class ListError(Exception):
    """The file cannot be read as a list; the message is one Japanese line: what is wrong and what to do."""


class NotAListError(ListError):
    """The file can be read, but has no header of a list of projects."""


def shown(text: str) -> str:
    """Shorten a text of the file to one line, so that a message can quote it."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text[: 2 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


class RowRefused(Exception):  # noqa: N818 - it is caught and kept, not reported as an error
    """A row is refused: `column` is 1-based, 0 for the whole row."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason


MB = 1_000_000
_SPLIT = "一覧を分けて保存し直すか"


class TooLarge(ListError):  # noqa: N818 - the reason for a ListError
    """The file exceeds a limit; the message names the limit and its setting.

    `column` (1-based) is the place, 0 for the whole file.
    """

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


def likelier(one: TooLarge | None, other: TooLarge | None) -> TooLarge | None:
    """Return the error of the reading that found more columns in the file; of equal ones the first."""
    return max(filter(None, (one, other)), key=lambda error: error.column, default=None)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a file. With the defaults, reading one takes at most some 500 MB of memory."""

    megabytes: int = 64  # of the file, and of its contents unpacked
    rows: int = 200_000
    columns: int = 16_384  # as many as Excel has
    cells: int = 3_000_000  # filled ones, of a workbook
    cell: int = 100_000  # characters
    seconds: int = 60
    memory: int = 512  # MB, for opening a workbook

    @property
    def bytes(self) -> int:
        """`megabytes` in bytes."""
        return self.megabytes * MB


LIMITS = Limits()


def refuse_bytes(limits: Limits, *, packed: bool) -> TooLarge:
    """Return the error for a file with too many bytes; `packed` if they are too many only when unpacked."""
    what = "展開すると" if packed else ""
    return TooLarge(f"ファイルが{what} {limits.megabytes} MB を超えます。{_or_set('MB')}")


def refuse_time(limits: Limits) -> TooLarge:
    """Return the error for a file that takes too long to read."""
    return TooLarge(f"{limits.seconds}秒かけても読み終わりません。{_or_set('SECONDS')}")


def refuse_memory(limits: Limits) -> TooLarge:
    """Return the error for a workbook that takes too much memory to open."""
    return TooLarge(
        f"ブックを開くのに {limits.memory} MB を超えるメモリーが要ります。"
        f"表から遠く離れたセルに何か入っていれば消してください。なければ、{_or_set('MEMORY')}"
    )


@dataclass(slots=True)
class Meter:
    """Counts the rows and cells read from one file, and raises TooLarge when they exceed a limit."""

    limits: Limits = LIMITS
    rows: int = 0
    cells: int = 0
    started: float = field(default_factory=time.monotonic)

    def again(self) -> Meter:
        """Return a meter for another reading of the same file: it counts anew, and its time goes on."""
        return Meter(self.limits, started=self.started)

    def row(self, cells: int) -> None:
        """Count a row of this number of cells. Raises TooLarge."""
        self.rows += 1
        self.cells += cells
        if self.rows > self.limits.rows:
            raise TooLarge(f"行が多すぎます（{self.limits.rows:,}行を超えます）。{_or_set('ROWS')}")
        if self.cells > self.limits.cells:
            raise TooLarge(f"セルが多すぎます（{self.limits.cells:,}を超えます）。{_or_set('CELLS')}")
        if time.monotonic() - self.started > self.limits.seconds:
            raise refuse_time(self.limits)

    def cell(self, line: int, column: int, characters: int) -> None:
        """Check the column (1-based) and the length of a cell. Raises TooLarge."""
        if column > self.limits.columns:
            raise TooLarge(
                f"{line}行目の列が多すぎます（{self.limits.columns:,}列を超えます）。"
                f"区切りの文字が正しいか確かめてください。正しければ、{_or_set('COLUMNS')}",
                column,
            )
        if characters > self.limits.cell:
            raise TooLarge(
                f"{line}行目の{column}列目が長すぎます（{self.limits.cell:,}文字を超えます）。"
                "引用符の閉じ忘れや改行の抜けがないか確かめてください。"
                "なければ、設定 JIGYO_LOAD_CELL を大きくしてください。",
                column,
            )


def _or_set(name: str) -> str:
    return f"{_SPLIT}、設定 JIGYO_LOAD_{name} を大きくしてください。"


_WHY = {
    errno.ENOENT: "ファイルがありません。名前と場所を確かめてください。",
    errno.ENOTDIR: "ファイルがありません。名前と場所を確かめてください。",
    errno.EACCES: "ファイルを読む権限がありません。権限を付けてからもう一度お試しください。",
    errno.EPERM: "ファイルを読む権限がありません。権限を付けてからもう一度お試しください。",
    errno.EISDIR: "ファイルではなくフォルダーです。中のファイルを指定してください。",
    errno.ENAMETOOLONG: "名前が長すぎます。短い名前に変えてください。",
    errno.ELOOP: "リンクが自分自身を指しています。元のファイルを指定してください。",
    errno.ENXIO: "通常のファイルではありません。通常のファイルに保存してから指定してください。",
}
_SPECIAL = _WHY[errno.ENXIO]


def read_file(path: Path, limits: Limits = LIMITS) -> bytes:
    """Read the bytes of a regular file. Raises ListError if it is none, is unreadable or too large.

    It never blocks, as opening a named pipe or reading a terminal would.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise ListError(_WHY[errno.EISDIR] if stat.S_ISDIR(mode) else _SPECIAL)
            data = file.read(limits.bytes + 1)
    except OSError as error:
        raise ListError(why_unreadable(error)) from error
    if len(data) > limits.bytes:
        raise refuse_bytes(limits, packed=False)
    return data


def why_unreadable(error: OSError) -> str:
    """Return what is wrong with a file or folder that cannot be opened, and what to do."""
    return _WHY.get(error.errno or 0, f"ファイルを読めません（{error.strerror}）。")


def path_text(path: Path | str) -> str:
    """Decode a path for printing and storing; bytes that are no UTF-8 are read as CP932."""
    raw = os.fsencode(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp932", "replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
