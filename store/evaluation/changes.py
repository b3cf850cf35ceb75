"""Changes of the registry (sheets, deadlines, contacts, absences), each with its line in the audit trail.

The trail tells who changed what, when, where, from what to what; the database only lets it be added to.
People stand in it by a key, so that a line stays as it was written when somebody is to be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, get_args

from store.database import Database, upsert
from store.evaluation import ledger
from store.evaluation.records import (
    Absence,
    Deadline,
    Event,
    EventKind,
    Nudge,
    RoundRules,
    SectionContacts,
    Sheet,
)
from store.evaluation.registry import STATE_FIELDS, absences, contacts_of, deadline, round_rules
from store.evaluation.sections import HEADS, SectionLine, replaced
from store.lists.cells import CellError, Line
from store.records import RejectedRow

# Fields that hold people.
PEOPLE = frozenset(("chief", "deputy", "director", "members", "extension_by", "extension_decided_by"))
FORGOTTEN = "（消去済み{}）"
BOT = "jigyo"  # who drops old lines

_KEY = re.compile(r"@([0-9]+)")
_PERSON = re.compile(r"@(\S+)")


def record(db: Database, event: Event) -> None:
    """Add a line, inside the transaction of the change it tells of."""
    is_of_people = event.field in PEOPLE
    before, after = (
        _keyed(db, " ".join(f"@{word}" for word in side.split())) if is_of_people else side
        for side in (event.before, event.after)
    )
    db.state.execute(
        "INSERT INTO trail (at, person, whence, what, subject, field, before, after, note)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            event.at.isoformat(), _key(db, event.by), _keyed(db, event.whence), event.what,
            _keyed(db, f"@{event.subject}") if event.what == "setting" else event.subject, event.field,
            before, after, event.note,
        ],
    )  # fmt: skip


def events(
    db: Database,
    *,
    what: EventKind | None = None,
    subject: str = "",
    by: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Event]:
    """Lines of the trail, oldest first: of one kind, subject or person, from `since` to before `until`."""
    rows = db.state.execute(
        "SELECT at, person, what, subject, field, before, after, note, whence FROM trail"
        " WHERE ?1 IN ('', what) AND ?2 IN ('', subject)"
        " AND (?3 = '' OR person = (SELECT key FROM trail_people WHERE who = ?3))"
        " AND (?4 = '' OR julianday(at) >= julianday(?4)) AND (?5 = '' OR julianday(at) < julianday(?5))"
        " ORDER BY id",
        [what or "", subject, by, *(each.isoformat() if each else "" for each in (since, until))],
    )
    people = dict(db.state.execute("SELECT key, who FROM trail_people").fetchall())
    return [_event(row, people) for row in rows]


def forget(db: Database, who: str, *, by: str, at: datetime, whence: str = "") -> bool:
    """Empty the key of a person: the lines stay, and name nobody; whether the trail knew them."""
    with db.state.writing():
        row = db.state.execute("SELECT key FROM trail_people WHERE who = ?", [who]).fetchone()
        if row is None:
            return False
        db.state.execute("UPDATE trail_people SET who = NULL WHERE key = ?", [row[0]])
        record(db, Event(at, by, "person", str(row[0]), "who", "", "消去", whence=whence))
    return True


def prune(db: Database, *, before: datetime, at: datetime) -> int:
    """Drop lines older than `before`, and the names that no line bears any more; how many lines went.

    Raises sqlite3.IntegrityError, and drops nothing, when that is less than a year ago.
    """
    moment = before.isoformat()
    is_old = "julianday(at) < julianday(?)"
    with db.state.writing():
        if not db.state.execute(f"SELECT 1 FROM trail WHERE {is_old} LIMIT 1", [moment]).fetchone():
            return 0
        db.state.execute("INSERT INTO trail_horizon VALUES (1, ?)", [moment])
        dropped = db.state.execute(f"DELETE FROM trail WHERE {is_old}", [moment]).rowcount
        db.state.execute("DELETE FROM trail_horizon")
        db.state.execute(
            """
            UPDATE trail_people SET who = NULL WHERE who IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM trail t WHERE t.person = trail_people.key OR instr(
                    ' ' || t.whence || ' ' || t.subject || ' ' || t.before || ' ' || t.after || ' ',
                    ' @' || trail_people.key || ' ') > 0)"""
        )
        record(db, Event(at, BOT, "trail", moment, "lines", str(dropped), "0"))
    return dropped


def _key(db: Database, who: str) -> int:
    row = db.state.execute("SELECT key FROM trail_people WHERE who = ?", [who]).fetchone()
    if row is None:
        row = db.state.execute("INSERT INTO trail_people (who) VALUES (?) RETURNING key", [who]).fetchone()
    return int(row[0])


def _keyed(db: Database, text: str) -> str:
    """A text with each `@person` in it as `@key`."""
    return _PERSON.sub(lambda found: f"@{_key(db, found[1])}", text)


def _event(row: tuple[str, ...], people: dict[int, str | None]) -> Event:
    at, person, what, subject, field, before, after, note, whence = row

    def name(key: int) -> str:
        return people.get(key) or FORGOTTEN.format(key)

    def named(text: str) -> str:
        return _KEY.sub(lambda found: name(int(found[1])), text)

    if field in PEOPLE:
        before, after = named(before), named(after)
    if what == "setting":
        subject = named(subject)
    kind = next(each for each in get_args(EventKind) if each == what)
    return Event(
        datetime.fromisoformat(at),
        name(int(person)),
        kind,
        subject,
        field,
        before,
        after,
        note,
        named(whence),
    )


def save(
    db: Database, before: Sheet, after: Sheet, *, by: str, at: datetime, note: str = "", whence: str = ""
) -> Sheet | None:
    """Write what `after` changes of `before`, with its trail; None when someone was first meanwhile."""
    changed = [name for name in STATE_FIELDS if getattr(before, name) != getattr(after, name)]
    if not changed:
        return before
    with db.state.writing():
        if _version(db, before) != before.version:
            return None
        new = replace(after, version=before.version + 1, updated_by=by, updated_at=at)
        _write(db, new)
        subject = "/".join((str(new.fiscal_year), new.number, new.kind))
        for name in changed:
            old, now = (_text(getattr(side, name)) for side in (before, new))
            record(db, Event(at, by, "sheet", subject, name, old, now, note, whence))
        office = f"{new.department}/{new.section}"
        asked_at = before.extension_at if before.is_pending and not new.is_pending else None
        ledger.outdate(db, new.fiscal_year, new.kind, office, at=at, asked_at=asked_at)
    return new


def _version(db: Database, of: Sheet) -> int:
    row = db.state.execute(
        "SELECT version FROM sheets WHERE fiscal_year = ? AND number = ? AND kind = ?", list(of.key)
    ).fetchone()
    return int(row[0]) if row else 0


def _write(db: Database, new: Sheet) -> None:
    names = ("fiscal_year", "number", "kind", *STATE_FIELDS, "updated_by", "updated_at", "version")
    values = [getattr(new, name) for name in names]
    db.state.execute(
        upsert("sheets", names, key=names[:3]),
        [value.isoformat() if isinstance(value, date) else value for value in values],
    )


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def set_round_rules(
    db: Database, new: RoundRules, *, usual: bool = False, by: str, at: datetime, whence: str = ""
) -> None:
    """Give a round reminders of its own, or (`usual`) those of the settings again."""
    with db.state.writing():
        old = next(
            (e for e in round_rules(db) if (e.fiscal_year, e.kind) == (new.fiscal_year, new.kind)), None
        )
        db.state.execute(
            "DELETE FROM round_rules WHERE fiscal_year = ? AND kind = ?", [new.fiscal_year, new.kind]
        )
        if not usual:
            offsets = (" ".join(map(str, days)) for days in (new.before, new.overdue, new.director))
            before, overdue, director = offsets
            db.state.execute(
                "INSERT INTO round_rules VALUES (?, ?, ?, ?, ?, ?)",
                [new.fiscal_year, new.kind, before, overdue, new.weekly, director],
            )
        sides = (str(old or ""), "" if usual else str(new))
        subject = f"{new.fiscal_year}/{new.kind}"
        record(db, Event(at, by, "deadline", subject, "rules", sides[0], sides[1], whence=whence))


# A new version is a new thing to remind of; a note is not.
VERSIONED = ("due", "opens", "withdrawn")


def set_deadline(
    db: Database, *, fiscal_year: int, kind: str, due: date, by: str, at: datetime, department: str = "",
    section: str = "", opens: date | None = None, note: str = "", withdrawn: bool = False,
    whence: str = "",
) -> tuple[Deadline | None, Deadline]:  # fmt: skip
    """Set a deadline of this scope; return (the one before, the one now). The same again changes nothing."""
    with db.state.writing():
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
            ledger.outdate(db, fiscal_year, kind, "/".join((department, section)).strip("/"), at=at)
        for name, before, after in _changes(old, now):
            record(db, Event(at, by, "deadline", now.token, name, before, after, note, whence))
    return old, now


def _write_deadline(db: Database, old: Deadline | None, new: Deadline) -> None:
    raised = old is not None and any(getattr(old, name) != getattr(new, name) for name in VERSIONED)
    db.state.execute(
        """
        INSERT INTO deadlines (fiscal_year, kind, department, section, due, opens, note, withdrawn, version,
            set_by, set_at)
        VALUES (:fiscal_year, :kind, :department, :section, :due, :opens, :note, :withdrawn, 1, :by, :at)
        ON CONFLICT (fiscal_year, kind, department, section) DO UPDATE SET due = :due, opens = :opens,
            note = :note, withdrawn = :withdrawn, version = deadlines.version + :raised,
            set_by = CASE WHEN :raised = 1 THEN :by ELSE deadlines.set_by END,
            set_at = CASE WHEN :raised = 1 THEN :at ELSE deadlines.set_at END""",
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


CONTACT_FIELDS = ("chief", "deputy", "director", "channel", "members")


def set_contacts(db: Database, new: SectionContacts, *, by: str, at: datetime, whence: str = "") -> bool:
    """Register a section's contacts, with a line in the trail for each that changes; whether any did."""
    with db.state.writing():
        old = contacts_of(db, new.department, new.section)
        changed = [name for name in CONTACT_FIELDS if getattr(old, name) != getattr(new, name)]
        if changed:
            _write_contacts(db, new)
        for name in changed:
            before, after = (_cell(getattr(side, name)) for side in (old, new))
            subject = f"{new.department}/{new.section}"
            record(db, Event(at, by, "section", subject, name, before, after, whence=whence))
    return bool(changed)


def set_admin(db: Database, user: str, *, listed: bool, by: str, at: datetime, whence: str = "") -> bool:
    """Put a user on the list of admins or take it off; whether that changed anything."""
    with db.state.writing():
        done = db.state.execute(
            'INSERT INTO admins ("user", added_at, added_by) VALUES (:user, :at, :by) ON CONFLICT DO NOTHING'
            if listed
            else 'DELETE FROM admins WHERE "user" = :user',
            {"user": user, "at": at.isoformat(), "by": by},
        )
        if done.rowcount == 1:
            words = ("", "事務局") if listed else ("事務局", "")
            record(db, Event(at, by, "setting", user, "admin", *words, whence=whence))
    return done.rowcount == 1


def _write_contacts(db: Database, new: SectionContacts) -> None:
    names = ("department", "section", *CONTACT_FIELDS)
    db.state.execute(
        upsert("section_contacts", names, key=names[:2]),
        [_cell(getattr(new, name)) for name in names],
    )


def _cell(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def add_nudge(db: Database, office: tuple[str, str], new: Nudge, *, whence: str = "") -> None:
    """Have a section's reminder sent with the next tick, with a line in the trail."""
    with db.state.writing():
        db.state.execute(
            "INSERT INTO nudges VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [*office, new.at.isoformat(), new.note, new.by],
        )
        event = Event(new.at, new.by, "section", "/".join(office), "nudge", "", new.note, whence=whence)
        record(db, event)


def set_absence(db: Database, new: Absence, *, by: str, at: datetime, whence: str = "") -> None:
    """Register an absence, in place of any of the same person that it touches, with a line in the trail."""
    with db.state.writing():
        old = [each for each in absences(db, new.user) if each.first <= new.last and new.first <= each.last]
        _drop(db, old)
        db.state.execute(
            "INSERT INTO absences VALUES (?, ?, ?, ?, ?, ?)",
            [new.user, new.first.isoformat(), new.last.isoformat(), new.deputy, by, at.isoformat()],
        )
        _note_absence(db, old, new, by=by, at=at, whence=whence)


def end_absences(db: Database, user: str, *, day: date, by: str, at: datetime, whence: str = "") -> int:
    """Take back the absences of a user that are not over on a day; how many there were."""
    with db.state.writing():
        old = [each for each in absences(db, user) if each.last >= day]
        _drop(db, old)
        if old:
            _note_absence(db, old, None, by=by, at=at, whence=whence)
    return len(old)


def _drop(db: Database, old: Iterable[Absence]) -> None:
    for each in old:
        db.state.execute(
            'DELETE FROM absences WHERE "user" = ? AND first = ?', [each.user, each.first.isoformat()]
        )


def _note_absence(
    db: Database, old: Iterable[Absence], new: Absence | None, *, by: str, at: datetime, whence: str
) -> None:
    """The trail names the person as its subject, and the deputy in a line of its own."""
    before = list(old)
    after = [new] if new else []
    user = (new or before[0]).user
    spans = [" ".join(f"{each.first}..{each.last}" for each in side) for side in (before, after)]
    record(db, Event(at, by, "setting", user, "absence", spans[0], spans[1], whence=whence))
    was, now = (" ".join(each.deputy for each in side if each.deputy) for side in (before, after))
    if was != now:
        record(db, Event(at, by, "setting", user, "deputy", was, now, whence=whence))


def take_contacts(
    db: Database, lines: Iterable[SectionLine], *, by: str, at: datetime, whence: str = ""
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
            present = contacts_of(db, *_office(db, line.department, line.section))
            changed += set_contacts(db, replaced(present, cells), by=by, at=at, whence=whence)
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
