"""Where in a file the list is: the reading, the sheets and the header that are one of a list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from store.lists.cells import Reading, Row, Table, readings
from store.lists.headers import EXTRA, Header, read_header, two_rows
from store.lists.limits import LIMITS, Limits, ListError, NotAListError, TooLarge, likelier, shown
from store.records import FIELD_LABELS
from store.text.normalize import header_key

HEADER_LINES = 20
LONGEST_HEADER = 40  # characters; a row with a longer cell is not looked at as a header
_NAMES_SHOWN = 30
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


def first_list(
    data: bytes, mapping: Mapping[str, str], limits: Limits = LIMITS
) -> tuple[Reading, list[Sheet]]:
    """The first reading that has a header, and its sheets that have one, every row read.

    Raises ListError when there is none, or when the file or this reading of it is damaged or too large.
    """
    nearest = Header()
    too_large: TooLarge | None = None
    for reading in readings(data, limits):
        found: list[tuple[Table, int, Header]] = []
        for table in reading.tables:
            headers = [read_header(row.cells, mapping) for row in _early(table)]
            nearest = max([nearest, *headers], key=_known)
            starts = (start for start, header in enumerate(headers) if not header.missing)
            found += [(table, start, headers[start]) for start in islice(starts, 1)]
            if not reading.fault:
                too_large = likelier(too_large, table.too_large)
        if found:
            reading.check()
            return reading, [_sheet(table, start, header, mapping) for table, start, header in found]
    raise too_large or NotAListError(_no_header(nearest, mapping))


def check_mapping(mapping: Mapping[str, str], sheets: Sequence[Sheet]) -> None:
    """Raise ListError when a column of `mapping` is nowhere and its field would stay empty for it."""
    headers = [sheet.header for sheet in sheets]
    given = {name for header in headers for name in header.fields}
    for word, name in mapping.items():
        if name != EXTRA and name not in given:
            raise ListError(
                f"--map の列「{word}」が見出しにありません（見出し: {_shown_names(headers[0])}）。"
            )


def whole_header(row: Row, below: Row | None, mapping: Mapping[str, str]) -> Header | None:
    """The header in two rows, if the one below divides it."""
    if below is None or max(map(len, below.cells), default=0) > LONGEST_HEADER:
        return None
    cells = two_rows(row.cells, below.cells, mapping)
    return read_header(cells, mapping) if cells else None


def _early(table: Table) -> Iterator[Row]:
    return takewhile(lambda row: row.line <= HEADER_LINES, table.head(HEADER_LINES))


def _sheet(table: Table, start: int, header: Header, mapping: Mapping[str, str]) -> Sheet:
    rows = table.rows()
    below = rows[start + 1] if start + 1 < len(rows) else None
    return Sheet(table.name, rows, start, whole_header(rows[start], below, mapping) or header)


def _known(header: Header) -> int:
    return sum(map(bool, header.fields))


def _no_header(nearest: Header, mapping: Mapping[str, str]) -> str:
    if _known(nearest) < 2:
        return _NO_LIST
    missing = "と".join(f"「{FIELD_LABELS[name]}」" for name in nearest.missing)
    lost = "".join(f"「{word}」" for word in mapping if word not in map(header_key, nearest.names))
    return (
        f"見出しに{missing}の列がありません（見出し: {_shown_names(nearest)}）。"
        f"当たる列があれば --map 列名={nearest.missing[0]} で指定してください。"
        + (f"--map の列{lost}も見出しにありません。" if lost else "")
    )


def _shown_names(header: Header) -> str:
    """A header's words as a message names them: the first ones, in one line."""
    names = [*filter(None, header.names)]
    more = f" ほか{len(names) - _NAMES_SHOWN}列" if len(names) > _NAMES_SHOWN else ""
    return "、".join(map(shown, names[:_NAMES_SHOWN])) + more
