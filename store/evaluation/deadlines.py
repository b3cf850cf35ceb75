"""Deadlines and their versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from store.database import writing
from store.evaluation import deliveries, trail
from store.evaluation.records import Deadline, Event

SELECT = (
    "SELECT id, fiscal_year, kind, due, set_at, department, section, opens, version, set_by, note, withdrawn"
    " FROM deadlines"
)
# A new version is a new thing to remind of; a note is not.
VERSIONED = ("due", "opens", "withdrawn")


def deadlines(db: Database) -> list[Deadline]:
    """The latest version of every deadline, withdrawn ones too, the earliest due first."""
    return [_deadline(row) for row in db.execute(f"{SELECT} ORDER BY due, id")]


def deadline(
    db: Database, fiscal_year: int, kind: str, department: str = "", section: str = ""
) -> Deadline | None:
    """The deadline of exactly this scope, or None."""
    row = db.execute(
        f"{SELECT} WHERE fiscal_year = ? AND kind = ? AND department = ? AND section = ?",
        [fiscal_year, kind, department, section],
    ).fetchone()
    return _deadline(row) if row else None


def rounds(db: Database) -> list[tuple[int, str]]:
    """(fiscal year, kind) of every round that has a deadline in force, in the order of their due dates."""
    rows = db.execute(
        "SELECT fiscal_year, kind FROM deadlines WHERE NOT withdrawn"
        " GROUP BY fiscal_year, kind ORDER BY max(due)"
    )
    return [(year, kind) for year, kind in rows]


def set_deadline(
    db: Database, *, fiscal_year: int, kind: str, due: date, by: str, at: datetime, department: str = "",
    section: str = "", opens: date | None = None, note: str = "", withdrawn: bool = False,
    whence: str = "",
) -> tuple[Deadline | None, Deadline]:  # fmt: skip
    """Set a deadline of this scope; return (the one before, the one now). The same again changes nothing."""
    with writing(db):
        old = deadline(db, fiscal_year, kind, department, section)
        new = Deadline(
            id=old.id if old else 0, fiscal_year=fiscal_year, kind=kind, due=due, set_at=at,
            department=department, section=section, opens=opens, version=old.version if old else 1, set_by=by,
            note=note, withdrawn=withdrawn,
        )  # fmt: skip
        if old and not _changes(old, new):
            return old, old
        _write(db, old, new)
        now = deadline(db, fiscal_year, kind, department, section)
        assert now is not None, "it was written in this very transaction"  # noqa: S101
        if old:
            deliveries.outdate(db, fiscal_year, kind, "/".join((department, section)).strip("/"), at=at)
        for name, before, after in _changes(old, now):
            trail.record(db, Event(at, by, "deadline", now.token, name, before, after, note, whence))
    return old, now


def _write(db: Database, old: Deadline | None, new: Deadline) -> None:
    raised = old is not None and any(getattr(old, name) != getattr(new, name) for name in VERSIONED)
    db.execute(
        """
        INSERT INTO deadlines (fiscal_year, kind, department, section, due, opens, note, withdrawn, version,
            set_by, set_at)
        VALUES (:fiscal_year, :kind, :department, :section, :due, :opens, :note, :withdrawn, 1, :by, :at)
        ON CONFLICT (fiscal_year, kind, department, section) DO UPDATE SET due = :due, opens = :opens,
            note = :note, withdrawn = :withdrawn, version = version + :raised,
            set_by = CASE WHEN :raised THEN :by ELSE set_by END,
            set_at = CASE WHEN :raised THEN :at ELSE set_at END""",
        {
            "fiscal_year": new.fiscal_year, "kind": new.kind, "department": new.department,
            "section": new.section, "due": new.due.isoformat(), "note": new.note, "withdrawn": new.withdrawn,
            "opens": new.opens.isoformat() if new.opens else None, "raised": raised, "by": new.set_by,
            "at": new.set_at.isoformat(),
        },
    )  # fmt: skip


def _changes(old: Deadline | None, new: Deadline) -> list[tuple[str, str, str]]:
    pairs = [
        (name, _text(getattr(old, name, None)), _text(getattr(new, name))) for name in (*VERSIONED, "note")
    ]
    return [change for change in pairs if change[1] != change[2]]


def _text(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "")


def _deadline(row: Any) -> Deadline:
    (
        identifier,
        fiscal_year,
        kind,
        due,
        set_at,
        department,
        section,
        opens,
        version,
        set_by,
        note,
        withdrawn,
    ) = row
    return Deadline(
        id=identifier, fiscal_year=fiscal_year, kind=kind, due=date.fromisoformat(due),
        set_at=datetime.fromisoformat(set_at), department=department, section=section,
        opens=date.fromisoformat(opens) if opens else None, version=version, set_by=set_by, note=note,
        withdrawn=bool(withdrawn),
    )  # fmt: skip
