"""Tables that people fill in and hand back: cells by column, whatever the file's form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from store.lists.cells import Row, csv_text, first_table, unguarded
from store.lists.limits import LIMITS, Limits, ListError
from store.records import RejectedRow
from store.text.normalize import header_key

Columns = Mapping[str, Sequence[str]]  # field: the words that may head its column, the one we write first


class CellError(ValueError):
    """A cell that cannot be taken: which field, and why, in one Japanese line."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its filled cells by field, and where each field's column is (1-based)."""

    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int] = field(default_factory=dict)

    def rejected(self, error: CellError) -> RejectedRow:
        """This row, refused."""
        row = "\t".join(self.cells.values())
        return RejectedRow(self.line, self.columns.get(error.field, 0), str(error), row)


def read_form(
    data: bytes, columns: Columns, *, required: Sequence[str], limits: Limits = LIMITS
) -> list[Line]:
    """The filled rows of a CSV, TSV or XLSX whose first row heads these columns. Raises ListError."""
    words = {header_key(word): name for name, known in columns.items() for word in known}

    def named(cells: Sequence[str]) -> list[str]:
        return [words.get(header_key(cell), "") for cell in cells]

    rows = first_table(data, lambda cells: set(required) <= set(named(cells)), limits)
    if rows:
        places = {name: place for place, name in enumerate(named(rows[0].cells), 1) if name}
        return [_line(row, places) for row in rows[1:] if row.filled]
    heads = "」「".join(columns[name][0] for name in required)
    raise ListError(f"1行目に「{heads}」の見出しがありません。export で書き出した形にしてください。")


def write_form(columns: Columns, rows: Iterable[Mapping[str, str]]) -> str:
    """CSV text which `read_form` reads back."""
    heads = [known[0] for known in columns.values()]
    return csv_text([heads, *([row.get(name, "") for name in columns] for row in rows)])


def _line(row: Row, places: Mapping[str, int]) -> Line:
    cells = {
        name: unguarded(row.cells[place - 1].strip())
        for name, place in places.items()
        if place <= len(row.cells) and row.cells[place - 1].strip()
    }
    return Line(row.line, cells, places)
