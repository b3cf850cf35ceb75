"""Evaluation sheets: one a project and round of a fiscal year, each change on the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from store.database import writing
from store.evaluation import deliveries, trail
from store.evaluation.records import CORRECTION, Event, Sheet
from store.text.numbers import number_key

# What a person may change of a sheet, as the table names it.
STATE_FIELDS = (
    "state", "returned_reason", "returned_due", "returned_at", "extension_state", "extension_due",
    "extension_reason", "extension_by", "extension_at", "extension_decided_by", "held_due",
    "held_at", "url",
)  # fmt: skip
COLUMNS = (
    "fiscal_year", "number", "name", "department", "section", "kind", *STATE_FIELDS,
    "updated_by", "updated_at", "version",
)  # fmt: skip
_DAYS = ("returned_due", "extension_due", "held_due")
_MOMENTS = ("returned_at", "extension_at", "held_at", "updated_at")

# A year whose own list is not loaded yet has the projects of the last list before it.
SELECT = f"""
    WITH rounds AS (
        SELECT fiscal_year, kind FROM deadlines WHERE kind <> '{CORRECTION}' AND NOT withdrawn
        UNION SELECT fiscal_year, kind FROM sheets),
    listed AS (
        SELECT fiscal_year, (SELECT max(p.fiscal_year) FROM projects p WHERE p.fiscal_year <= r.fiscal_year)
            AS list_year FROM (SELECT DISTINCT fiscal_year FROM rounds) r)
    SELECT r.fiscal_year, p.number, p.name, coalesce(c.department, p.department), coalesce(c.name, p.section),
        r.kind, coalesce(s.state, '未着手'), {", ".join(f"s.{name}" for name in STATE_FIELDS[1:])},
        s.updated_by, s.updated_at, coalesce(s.version, 0)
    FROM rounds r
    JOIN listed l ON l.fiscal_year = r.fiscal_year
    JOIN projects p ON p.fiscal_year = l.list_year
    LEFT JOIN sections o ON o.id = p.section_id
    LEFT JOIN sections c ON c.id = coalesce(o.canonical_id, o.id)
    LEFT JOIN sheets s ON s.fiscal_year = r.fiscal_year AND s.number = p.number AND s.kind = r.kind
"""


def sheets(db: Database) -> list[Sheet]:
    """Every sheet of every round that has a deadline, in the order the projects were listed."""
    return [_sheet(row) for row in db.execute(f"{SELECT} ORDER BY r.fiscal_year, r.kind, p.id")]


def sheet(db: Database, key: tuple[int, str, str]) -> Sheet | None:
    """The sheet of this (fiscal year, number, kind), or None."""
    rows = db.execute(
        f"{SELECT} WHERE r.fiscal_year = ? AND p.number = ? AND r.kind = ?", list(key)
    ).fetchall()
    return _sheet(rows[0]) if rows else None


def numbered(db: Database, number: str) -> list[Sheet]:
    """Sheets of the projects whose number a person would write so (`86` finds `0086`), newest year first."""
    rows = db.execute(f"{SELECT} WHERE p.number_key = ? ORDER BY r.fiscal_year DESC", [number_key(number)])
    return [_sheet(row) for row in rows]


def projects_of(
    db: Database, fiscal_year: int, department: str = "", section: str = ""
) -> tuple[int | None, dict[tuple[str, str], int]]:
    """The list whose projects a round of a year has (None: there is none), and how many each section has."""
    row = db.execute("SELECT max(fiscal_year) FROM projects WHERE fiscal_year <= ?", [fiscal_year]).fetchone()
    rows = db.execute(
        """
        SELECT coalesce(c.department, p.department) AS part, coalesce(c.name, p.section) AS place, count(*)
        FROM projects p LEFT JOIN sections o ON o.id = p.section_id
        LEFT JOIN sections c ON c.id = coalesce(o.canonical_id, o.id)
        WHERE p.fiscal_year = ? GROUP BY part, place HAVING ? IN ('', part) AND ? IN ('', place)""",
        [row[0], department, section],
    )
    return row[0], {(part, place): count for part, place, count in rows}


def any_open(db: Database, keys: Iterable[tuple[int, str, str]]) -> bool:
    """Whether any of these is still to come in."""
    return any((found := sheet(db, key)) is not None and not found.done for key in keys)


def save(
    db: Database, before: Sheet, after: Sheet, *, by: str, at: datetime, note: str = "", whence: str = ""
) -> Sheet | None:
    """Write what `after` changes of `before`, with its trail; None when someone was first meanwhile."""
    changed = [name for name in STATE_FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return before
    with writing(db):
        if _version(db, before) != before.version:
            return None
        new = replace(after, version=before.version + 1, updated_by=by, updated_at=at)
        _write(db, new)
        subject = "/".join((str(new.fiscal_year), new.number, new.kind))
        for name in changed:
            old, now = (_text(getattr(side, name)) for side in (before, new))
            trail.record(db, Event(at, by, "sheet", subject, name, old, now, note, whence))
        office = f"{new.department}/{new.section}"
        asked_at = before.extension_at if before.is_pending and not new.is_pending else None
        deliveries.outdate(db, new.fiscal_year, new.kind, office, at=at, asked_at=asked_at)
    return new


def _version(db: Database, of: Sheet) -> int:
    row = db.execute(
        "SELECT version FROM sheets WHERE fiscal_year = ? AND number = ? AND kind = ?", list(of.key)
    ).fetchone()
    return int(row[0]) if row else 0


def _write(db: Database, new: Sheet) -> None:
    names = ("fiscal_year", "number", "kind", *STATE_FIELDS, "updated_by", "updated_at", "version")
    values = [getattr(new, name) for name in names]
    db.execute(
        f"INSERT OR REPLACE INTO sheets ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
        [value.isoformat() if isinstance(value, date) else value for value in values],
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _sheet(row: Any) -> Sheet:
    values = {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
    for name in _DAYS:
        values |= {name: date.fromisoformat(values[name])} if name in values else {}
    for name in _MOMENTS:
        values |= {name: datetime.fromisoformat(values[name])} if name in values else {}
    return Sheet(**values)
