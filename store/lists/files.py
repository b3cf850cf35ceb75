"""The bytes of a file that somebody names: a plain file, no larger than the limits, or why not."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from store.lists.limits import LIMITS, Limits, ListError, refuse_bytes

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
    """The bytes of a plain file. Raises ListError for what is none, can't be read, or is too large.

    It never waits: opening a named pipe, or reading a terminal, would.
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
    """What is wrong with a file or a folder that the system wouldn't open, and what to do."""
    return _WHY.get(error.errno or 0, f"ファイルを読めません（{error.strerror}）。")


def path_text(path: Path | str) -> str:
    """A path or a name as a line of text that can be printed and stored; bytes of CP932 are read as that."""
    raw = os.fsencode(path)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp932", "replace")
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
