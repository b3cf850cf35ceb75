"""The contacts in a sections.csv: Slack ids in the columns 課長, 課長補佐, 部長, チャンネル, 課員."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlite_utils import Database

from store.evaluation import contacts
from store.evaluation.forms import CellError, Line
from store.evaluation.sheet_records import SectionContacts
from store.records import RejectedRow

if TYPE_CHECKING:
    from store.lists.section_file import SectionLine

_HEADS = {
    "chief": ("課長", "室長", "所属長"),
    "deputy": ("課長補佐", "補佐", "係長", "代理"),
    "director": ("部長",),
    "channel": ("チャンネル", "channel"),
    "members": ("課員", "担当者", "担当"),
}
CONTACT_HEADS = tuple(heads[0] for heads in _HEADS.values())
NOBODY = ("-", "－", "なし")
_USER, _CHANNEL = r"<?@?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?", r"<?#?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?"


def contact_cells(each: SectionContacts) -> list[str]:
    """The cells of a section under `CONTACT_HEADS`."""
    return [each.chief, each.deputy, each.director, each.channel, " ".join(each.members)]


def take_contacts(
    db: Database, lines: Iterable[SectionLine], *, by: str, at: datetime
) -> tuple[int, list[RejectedRow]]:
    """Register the contacts of each row; how many sections changed, and the refused rows.

    An empty cell leaves what is registered; `なし` removes it.
    """
    changed, rejected = 0, []
    for line in lines:
        cells = {
            name: line.others[head] for name, heads in _HEADS.items() for head in heads if head in line.others
        }
        try:
            present = contacts.contacts_of(db, *_office(db, line.department, line.section))
            changed += contacts.set_contacts(db, _replaced(present, cells), by=by, at=at)
        except CellError as error:
            columns = {
                name: line.columns[head]
                for name, heads in _HEADS.items()
                for head in heads
                if head in line.columns
            }
            rejected.append(Line(line.line, line.others, columns).rejected(error))
    return changed, rejected


def _office(db: Database, department: str, section: str) -> tuple[str, str]:
    """The canonical section that a row means; its department may be left out where only one has it."""
    rows = db.execute(
        """
        SELECT DISTINCT coalesce(c.department, s.department), coalesce(c.name, s.name)
        FROM sections s LEFT JOIN sections c ON c.id = s.canonical_id
        WHERE s.name = :section AND s.department <> '' AND :department IN ('', s.department)""",
        {"section": section, "department": department},
    ).fetchall()
    return (rows[0][0], rows[0][1]) if len(rows) == 1 else (department, section)


def _replaced(present: SectionContacts, cells: dict[str, str]) -> SectionContacts:
    people = {name: _id(name, cell) for name, cell in cells.items() if name != "members"}
    members = present.members
    if "members" in cells:
        written = re.split(r"[\s,、，]+", cells["members"])
        members = tuple(each for cell in written if (each := _id("members", cell)))
    return replace(present, members=members, **people)  # type: ignore[arg-type]  # each is text


def _id(name: str, cell: str) -> str:
    if cell in NOBODY:
        return ""
    found = re.fullmatch(_CHANNEL if name == "channel" else _USER, cell)
    if not found:
        kind = "チャンネルの ID（C…）" if name == "channel" else "Slack のメンバー ID（U…）"
        raise CellError(name, f"「{cell}」は{kind}ではありません。")
    return found[1]
