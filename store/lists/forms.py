"""Read a form, which is a sheet with one project: labels with their values to the right. Pure.

A small table in it (事業費 by year) gives an entry a cell, its label that of the row and that of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.columns.headings import basis_of, topic_of, unit_of
from store.columns.values import read_value
from store.lists.cells import Row
from store.lists.roles import EXTRA, RANKS, WORDS, words_of
from store.records import FIELDS
from store.text.normalize import header_key, nfkc
from store.text.numbers import find_fiscal_year

LONGEST_LABEL = 25  # characters
LEAST = 3  # fields of a project that a form has at least
MOST_ROWS = 400
_ITEM = re.compile(r"^(?:[①-⑳ⅠⅡⅢⅣⅤ]|[\d０-９]{1,2}[.．、)）])\s*$")  # a number before a label


@dataclass(frozen=True, slots=True)
class Entry:
    """A label of a form with its value; `field` is the field of the project, '' if it is none."""

    label: str
    field: str
    value: str
    line: int


def read_form(rows: Sequence[Row], mapping: Mapping[str, str]) -> tuple[Entry, ...]:
    """Return the entries of a sheet that is a form of one project; () for any other sheet.

    A form has the name of the project and at least two more of its fields, each of them once.
    """
    entries = _unique([*_entries(rows[:MOST_ROWS], mapping)])
    fields = [entry.field for entry in entries if entry.field]
    known = {"number", "name", "section", "department", *FIELDS}.intersection(fields)
    return tuple(entries) if "name" in fields and len(known) >= LEAST else ()


def above_form(rows: Sequence[Row], entries: Sequence[Entry]) -> list[str]:
    """Return the texts above the first entry of a form, the first of which is its title."""
    first = entries[0].line
    return [" ".join(row.filled).strip() for row in rows if row.line < first and row.filled]


def _entries(rows: Sequence[Row], mapping: Mapping[str, str]) -> Iterator[Entry]:
    taken: set[str] = set()
    in_table = 0
    for place, row in enumerate(rows):
        if in_table:
            in_table -= 1
            continue
        if table := _table(row, rows[place + 1 :]):
            in_table, entries = table
            yield from entries
            continue
        cells = [cell for cell in _merged(row.cells) if not _ITEM.match(cell)]
        at = 0
        while at < len(cells):
            cell = cells[at]
            name = _field(cell, mapping)
            after = cells[at + 1] if at + 1 < len(cells) else ""
            is_label = name or _is_label(cell)
            if is_label and after and not _field(after, mapping):
                name = "" if name in taken or name == EXTRA else name
                taken.add(name)
                yield Entry(cell, name, after, row.line)
                at += 2
            elif not is_label and at == 0 and len(cells) == 2 and _may_be_label(cell):
                yield Entry(cell, "", after, row.line)
                at += 2
            else:
                at += 1


def _table(head: Row, below: Sequence[Row]) -> tuple[int, list[Entry]] | None:
    """Return how many rows below have values under a row of headings, and these; None for no table."""
    heads: dict[int, str] = {}
    left = before = ""
    for at, cell in enumerate(head.cells):
        text = " ".join(cell.split())
        if text and text != before:
            if _is_column(text):
                heads[at] = text
            elif heads:
                return None
            else:
                left = text
        before = text or before
    if len(heads) < 2:
        return None
    entries: list[Entry] = []
    rows = 0
    for row in below:
        values = {at: row.cells[at].strip() for at in heads if at < len(row.cells) and row.cells[at].strip()}
        labels = [cell for cell in row.cells[: min(heads)] if cell.strip()]
        label = " ".join((labels[-1] if labels else left).split())
        if len(labels) > 1 and unit_of(f"({nfkc(label)})")[1]:  # 指標名, 単位 before the years
            label = f"{' '.join(labels[-2].split())}（{label}）"
        numbers = sum(read_value(value).number is not None for value in values.values())
        if not values or not label or numbers * 2 < len(values) or not _may_be_label(label):
            break
        entries += [Entry(f"{label}／{heads[at]}", "", value, row.line) for at, value in values.items()]
        rows += 1
    return (rows, entries) if rows else None


def _is_column(text: str) -> bool:
    """Whether a cell heads a column of a small table: a year, or 予算, 決算, 目標, 実績."""
    folded = nfkc(text)
    if len(folded) > LONGEST_LABEL or "。" in folded or read_value(text).number is not None:
        return False
    return bool(find_fiscal_year(folded) or basis_of([folded]))


def _may_be_label(cell: str) -> bool:
    return len(cell) <= LONGEST_LABEL and read_value(cell).number is None


def _merged(cells: Sequence[str]) -> list[str]:
    """Return the filled cells of a row, a repeated (merged) cell once."""
    found: list[str] = []
    before = ""
    for cell in cells:
        text = cell.strip()
        if text and text != before:
            found.append(text)
        before = text or before
    return found


def _field(cell: str, mapping: Mapping[str, str]) -> str:
    if len(cell) > LONGEST_LABEL:
        return ""
    words = words_of((" ".join(cell.rstrip(":：").split()),))
    for word in words:
        if word in mapping:
            return mapping[word]
        for name in WORDS:
            if word in RANKS[name] and name != "serial":
                return name
    return ""


def _is_label(cell: str) -> bool:
    """Whether a cell is a label: short, no sentence, and with a word that lists use as a heading."""
    text = nfkc(cell)
    if len(text) > LONGEST_LABEL or "。" in text or not any(map(str.isalpha, text)):
        return False
    key = header_key(text)
    return bool(topic_of(key) or basis_of([key])) or text.endswith(
        (":", "名", "者", "先", "日", "額", "数", "年度")
    )


def _unique(entries: Sequence[Entry]) -> list[Entry]:
    """Make labels unique: the second one of the same wording gets ` (2)`."""
    seen: dict[str, int] = {}
    found = []
    for entry in entries:
        seen[entry.label] = seen.get(entry.label, 0) + 1
        label = entry.label if seen[entry.label] == 1 else f"{entry.label} ({seen[entry.label]})"
        found.append(Entry(label, entry.field, entry.value, entry.line))
    return found
