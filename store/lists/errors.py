"""How a whole file, or one row of it, is refused."""

from __future__ import annotations

_SHOWN = 40  # characters


class ListError(Exception):
    """The file cannot be taken as a list; the message is one Japanese line: what is wrong and what to do."""


class NotAListError(ListError):
    """The file can be read, but has no header of a list of projects."""


def shown(text: str) -> str:
    """A file's own text as a message quotes it: one line, and no more than people need to know it again."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text[: 2 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


class RowRefused(Exception):  # noqa: N818 - it is caught and kept, not reported as an error
    """A row cannot be taken: `column` (1-based, 0 the whole row) and why."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
