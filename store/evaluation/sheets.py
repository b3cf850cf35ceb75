"""Evaluation sheets: one a project and round of a fiscal year, each change on the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlite_utils import Database

from store.database import writing
from store.evaluation import deliveries, trail
from store.evaluation.records import CORRECTION, Deadline, Event, RoundRules, Sheet
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


DEADLINES = (
    "SELECT id, fiscal_year, kind, due, set_at, department, section, opens, version, set_by, note, withdrawn"
    " FROM deadlines"
)
# A new version is a new thing to remind of; a note is not.
VERSIONED = ("due", "opens", "withdrawn")


def deadlines(db: Database) -> list[Deadline]:
    """The latest version of every deadline, withdrawn ones too, the earliest due first."""
    return [_deadline(row) for row in db.execute(f"{DEADLINES} ORDER BY due, id")]


def deadline(
    db: Database, fiscal_year: int, kind: str, department: str = "", section: str = ""
) -> Deadline | None:
    """The deadline of exactly this scope, or None."""
    row = db.execute(
        f"{DEADLINES} WHERE fiscal_year = ? AND kind = ? AND department = ? AND section = ?",
        [fiscal_year, kind, department, section],
    ).fetchone()
    return _deadline(row) if row else None


def round_rules(db: Database) -> tuple[RoundRules, ...]:
    """Every round with reminders of its own."""

    def days(text: str) -> tuple[int, ...]:
        return tuple(map(int, text.split()))

    rows = db.execute("SELECT * FROM round_rules ORDER BY fiscal_year, kind")
    return tuple(
        RoundRules(year, kind, days(before), days(overdue), bool(weekly), days(director))
        for year, kind, before, overdue, weekly, director in rows
    )


def set_round_rules(
    db: Database, new: RoundRules, *, usual: bool = False, by: str, at: datetime, whence: str = ""
) -> None:
    """Give a round reminders of its own, or (`usual`) those of the settings again."""
    with writing(db):
        old = next(
            (e for e in round_rules(db) if (e.fiscal_year, e.kind) == (new.fiscal_year, new.kind)), None
        )
        db.execute("DELETE FROM round_rules WHERE fiscal_year = ? AND kind = ?", [new.fiscal_year, new.kind])
        if not usual:
            offsets = (" ".join(map(str, days)) for days in (new.before, new.overdue, new.director))
            before, overdue, director = offsets
            db.execute(
                "INSERT INTO round_rules VALUES (?, ?, ?, ?, ?, ?)",
                [new.fiscal_year, new.kind, before, overdue, new.weekly, director],
            )
        sides = (str(old or ""), "" if usual else str(new))
        subject = f"{new.fiscal_year}/{new.kind}"
        trail.record(db, Event(at, by, "deadline", subject, "rules", sides[0], sides[1], whence=whence))


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
        _write_deadline(db, old, new)
        now = deadline(db, fiscal_year, kind, department, section)
        assert now is not None, "it was written in this very transaction"  # noqa: S101
        if old:
            deliveries.outdate(db, fiscal_year, kind, "/".join((department, section)).strip("/"), at=at)
        for name, before, after in _changes(old, now):
            trail.record(db, Event(at, by, "deadline", now.token, name, before, after, note, whence))
    return old, now


def _write_deadline(db: Database, old: Deadline | None, new: Deadline) -> None:
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
        (name, _deadline_text(getattr(old, name, None)), _deadline_text(getattr(new, name)))
        for name in (*VERSIONED, "note")
    ]
    return [change for change in pairs if change[1] != change[2]]


def _deadline_text(value: Any) -> str:
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
