"""Tables that people fill in and hand back, whatever the file's form; among them sections.csv. Pure.

sections.csv has a section a row: 部, 課, its other names (別名), and the Slack ids of its contacts (課長,
課長補佐, 部長, チャンネル, 課員).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from store.evaluation.records import SectionContacts
from store.lists.cells import Row, csv_text, first_table, unguarded
from store.lists.limits import LIMITS, Limits, ListError
from store.records import RejectedRow, Section
from store.text.normalize import header_key

Columns = Mapping[str, Sequence[str]]  # field: the words that may head its column, the one we write first


class CellError(ValueError):
    """A cell that cannot be taken: which field, and why, in one Japanese line; `others` of the same row."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.others: tuple[CellError, ...] = ()


def each_of(*reads: Callable[[], Any]) -> list[Any]:
    """What each of these reads of a row gives. Raises one CellError that has all that are wrong."""
    given, errors = [], list[CellError]()
    for read in reads:
        try:
            given.append(read())
        except CellError as error:
            errors += (error, *error.others)
    if errors:
        errors[0].others = tuple(errors[1:])
        raise errors[0]
    return given


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its filled cells by field, and where each field's column is (1-based)."""

    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int] = field(default_factory=dict)

    def rejected(self, error: CellError) -> RejectedRow:
        """This row, refused: at the first cell that is wrong, and the others named behind it."""
        row = "\t".join(self.cells.values())
        more = [f"{self.columns.get(each.field, 0)}列目: {each}" for each in error.others]
        return RejectedRow(self.line, self.columns.get(error.field, 0), " ".join((str(error), *more)), row)


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


HEADS = {
    "chief": ("課長", "室長", "所属長"),
    "deputy": ("課長補佐", "補佐", "係長", "代理"),
    "director": ("部長",),
    "channel": ("チャンネル", "channel"),
    "members": ("課員", "担当者", "担当"),
}
CONTACT_HEADS = tuple(heads[0] for heads in HEADS.values())
NOBODY = ("-", "－", "なし")
_USER, _CHANNEL = r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?", r"<?#?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?"


def contact_cells(each: SectionContacts) -> list[str]:
    """The cells of a section under `CONTACT_HEADS`."""
    return [each.chief, each.deputy, each.director, each.channel, " ".join(each.members)]


def replaced(present: SectionContacts, cells: Mapping[str, str]) -> SectionContacts:
    """The contacts with those of `cells` (by the names in `HEADS`); `なし` removes one. Raises CellError."""
    single = [name for name in cells if name != "members"]
    written = re.split(r"[\s,、，]+", cells["members"]) if "members" in cells else ()
    ids = each_of(
        *(partial(_id, name, cells[name]) for name in single),
        *(partial(_id, "members", cell) for cell in written),
    )
    members = tuple(filter(None, ids[len(single) :])) if written else present.members
    return replace(present, members=members, **dict(zip(single, ids, strict=False)))


def _id(name: str, cell: str) -> str:
    if cell in NOBODY:
        return ""
    found = re.fullmatch(_CHANNEL if name == "channel" else _USER, cell)
    if not found:
        kind = "チャンネルの ID（C…）" if name == "channel" else "Slack のメンバー ID（U…）"
        raise CellError(name, f"「{cell}」は{kind}ではありません。")
    return found[1]


DEPARTMENT, SECTION, ALIASES = "部", "課", "別名"


@dataclass(frozen=True, slots=True)
class SectionLine:
    """One row; `others` holds its filled cells in other columns, by header, `columns` where those are."""

    line: int
    department: str
    section: str
    aliases: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)


def read_sections(data: bytes, limits: Limits = LIMITS) -> tuple[list[SectionLine], list[RejectedRow]]:
    """Rows and refused rows of a CSV, TSV or XLSX headed 部 and 課. Raises ListError for others."""
    rows = first_table(data, lambda cells: {DEPARTMENT, SECTION} <= set(map(header_key, cells)), limits)
    if rows:
        return _read(rows)
    raise ListError(
        f"1行目に「{DEPARTMENT}」と「{SECTION}」がありません。jigyo sections export の形にしてください。"
    )


def write_sections(sections: Iterable[Section], contacts: Iterable[SectionContacts] = ()) -> str:
    """CSV text of sections, their aliases and contacts, which `read_sections` reads back."""
    people = {(each.department, each.section): contact_cells(each) for each in contacts}
    aliases: dict[tuple[str, str], list[str]] = {}
    for section in sections:
        names = aliases.setdefault((section.department, section.canonical), [])
        if section.name != section.canonical:
            names.append(section.name)
    rows = (
        (*office, "、".join(names), *people.get(office, [""] * len(CONTACT_HEADS)))
        for office, names in sorted(aliases.items())
    )
    return csv_text([(DEPARTMENT, SECTION, ALIASES, *CONTACT_HEADS), *rows])


def _read(rows: list[Row]) -> tuple[list[SectionLine], list[RejectedRow]]:
    header = [header_key(cell) for cell in rows[0].cells]
    columns = {word: place for place, word in enumerate(header, 1)}
    lines: list[SectionLine] = []
    rejected: list[RejectedRow] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows[1:]:
        cells = {
            word: unguarded(cell.strip())
            for word, cell in zip(header, row.cells, strict=False)
            if cell.strip()
        }
        if section := cells.pop(SECTION, ""):
            first = seen.setdefault((cells.get(DEPARTMENT, ""), section), row.line)
            if first != row.line:
                reason = f"「{section}」は{first}行目にもあります。1行にまとめてください。"
                rejected.append(
                    RejectedRow(row.line, header.index(SECTION) + 1, reason, "\t".join(row.cells))
                )
                continue
            aliases = tuple(filter(None, re.split(r"\s*[、;；\n]\s*", cells.pop(ALIASES, ""))))
            lines.append(SectionLine(row.line, cells.pop(DEPARTMENT, ""), section, aliases, cells, columns))
        elif row.filled:
            column = header.index(SECTION) + 1
            rejected.append(RejectedRow(row.line, column, "課の名前が空です。", "\t".join(row.cells)))
    return lines, rejected
