"""Where in a file the list is: the reading, the sheets and the header that are one of a list. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from store.lists.cells import Reading, Row, readings
from store.lists.errors import ListError, NotAListError
from store.lists.headers import EXTRA, Header, read_header, two_rows
from store.records import FIELD_LABELS
from store.text.normalize import header_key

HEADER_LINES = 20
LONGEST_HEADER = 40  # characters; a row with a longer cell is not looked at as a header
_NO_LIST = (
    f"最初の{HEADER_LINES}行に見出し（事業番号、事務事業名など）がありません。事業の一覧か確かめてください。"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet (a text is one) whose row at index `start` is its first header, `header` with a second row."""

    name: str
    rows: Sequence[Row]
    start: int
    header: Header


def first_list(data: bytes, mapping: Mapping[str, str]) -> tuple[Reading, list[Sheet]]:
    """The first reading that has a header, and its sheets that have one."""
    nearest = Header()
    for reading in readings(data):
        sheets = []
        for name, rows in reading.sheets:
            early = takewhile(lambda row: row.line <= HEADER_LINES, rows)
            headers = [read_header(row.cells, mapping) for row in early]
            nearest = max([nearest, *headers], key=_known)
            starts = (start for start, header in enumerate(headers) if not header.missing)
            for start in islice(starts, 1):
                below = rows[start + 1] if start + 1 < len(rows) else None
                sheets.append(
                    Sheet(name, rows, start, whole_header(rows[start], below, mapping) or headers[start])
                )
        if sheets:
            return reading, sheets
    raise NotAListError(_no_header(nearest, mapping))


def check_mapping(mapping: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    """Raise ListError when a column of `mapping` is nowhere and its field would stay empty for it."""
    headers = [sheet.header for sheet in sheets]
    given = {name for header in headers for name in header.fields}
    for word, name in mapping.items():
        if name != EXTRA and name not in given:
            columns = "、".join(filter(None, headers[0].names))
            raise ListError(f"--map の列「{word}」が見出しにありません（見出し: {columns}）。")


def whole_header(row: Row, below: Row | None, mapping: Mapping[str, str]) -> Header | None:
    """The header in two rows, if the one below divides it."""
    if below is None or max(map(len, below.cells), default=0) > LONGEST_HEADER:
        return None
    cells = two_rows(row.cells, below.cells, mapping)
    return read_header(cells, mapping) if cells else None


def _known(header: Header) -> int:
    return sum(map(bool, header.fields))


def _no_header(nearest: Header, mapping: Mapping[str, str]) -> str:
    if _known(nearest) < 2:
        return _NO_LIST
    missing = "と".join(f"「{FIELD_LABELS[name]}」" for name in nearest.missing)
    lost = "".join(f"「{word}」" for word in mapping if word not in map(header_key, nearest.names))
    return (
        f"見出しに{missing}の列がありません（見出し: {'、'.join(filter(None, nearest.names))}）。"
        f"当たる列があれば --map 列名={nearest.missing[0]} で指定してください。"
        + (f"--map の列{lost}も見出しにありません。" if lost else "")
    )
