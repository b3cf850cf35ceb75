"""The contacts in the rows of a sections.csv, registered for the sections that they mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from store.evaluation import contacts
from store.evaluation.contact_cells import HEADS, replaced
from store.evaluation.forms import CellError, Line
from store.evaluation.section_file import SectionLine
from store.records import RejectedRow


def take_contacts(
    db: Database, lines: Iterable[SectionLine], *, by: str, at: datetime
) -> tuple[int, list[RejectedRow]]:
    """Register the contacts of each row; how many sections changed, and the refused rows.

    An empty cell leaves what is registered; `なし` removes it.
    """
    changed, rejected = 0, []
    for line in lines:
        cells = {
            name: line.others[head] for name, heads in HEADS.items() for head in heads if head in line.others
        }
        try:
            present = contacts.contacts_of(db, *_office(db, line.department, line.section))
            changed += contacts.set_contacts(db, replaced(present, cells), by=by, at=at)
        except CellError as error:
            columns = {
                name: line.columns[head]
                for name, heads in HEADS.items()
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
