"""How a whole file, or one row of it, is refused."""

from __future__ import annotations


class ListError(Exception):
    """The file cannot be taken as a list; the message is one Japanese line: what is wrong and what to do."""


class NotAListError(ListError):
    """The file can be read, but has no header of a list of projects."""


class RowRefused(Exception):  # noqa: N818 - it is caught and kept, not reported as an error
    """A row cannot be taken: `column` (1-based, 0 the whole row) and why."""

    def __init__(self, column: int, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
