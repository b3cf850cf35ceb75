"""Who answers for a section (chief, deputy, director, channel, members), and who may set deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from sqlite_utils import Database

from store.database import writing
from store.evaluation import trail
from store.evaluation.forms import CellError, Line
from store.evaluation.records import Absence, Event, Nudge, SectionContacts
from store.evaluation.section_file import HEADS, SectionLine, replaced
from store.lists.project_rows import joint_sections
from store.records import RejectedRow

CONTACT_FIELDS = ("chief", "deputy", "director", "channel", "members")
OfficeRole = Literal["chief", "deputy", "member", "director"]
OFFICE_ROLES: dict[OfficeRole, str] = {
    "chief": "chief", "deputy": "deputy", "member": "members", "director": "director",
}  # fmt: skip
ROLE_WORDS: dict[OfficeRole, str] = {"chief": "課長", "deputy": "代理", "member": "課員", "director": "部長"}


def contacts(
    db: Database, unreachable: Mapping[str, str] | None = None, *, registered: bool = False
) -> list[SectionContacts]:
    """Every section that projects name, by its canonical name, with its registered contacts.

    A joint section (A課／B課) without contacts of its own has those of the first that it names, unless only
    what is `registered` is asked for. `unreachable` are the Slack ids to mark as left or deactivated, and why
    in words.
    """
    away, sent = absences(db), nudges(db)
    rows = db.execute(
        """
        SELECT o.department, o.section, coalesce(c.chief, ''), coalesce(c.deputy, ''),
               coalesce(c.director, ''), coalesce(c.channel, ''), coalesce(c.members, '')
        FROM (SELECT department, name AS section FROM sections WHERE canonical_id IS NULL
              UNION SELECT department, section FROM section_contacts) AS o
        LEFT JOIN section_contacts c USING (department, section)
        ORDER BY o.department, o.section"""
    )
    found = [_contacts(row, unreachable or {}, away) for row in rows]
    every = found if registered else _with_joint(found)
    return [
        replace(each, nudges=sent[key]) if (key := (each.department, each.section)) in sent else each
        for each in every
    ]


def _with_joint(found: Sequence[SectionContacts]) -> list[SectionContacts]:
    known = {(each.department, each.section): each for each in found}
    every = []
    for each in found:
        if not (each.chief or each.deputy or each.director or each.channel or each.members):
            first = next(iter(joint_sections(each.department, each.section)), None)
            if first and (named := known.get(first)):
                each = replace(named, department=each.department, section=each.section)
        every.append(each)
    return every


def contacts_of(db: Database, department: str, section: str) -> SectionContacts:
    """One section's contacts; all empty when none are registered."""
    row = db.execute(
        "SELECT department, section, chief, deputy, director, channel, members FROM section_contacts"
        " WHERE department = ? AND section = ?",
        [department, section],
    ).fetchone()
    return _contacts(row) if row else SectionContacts(department, section)


def sections_of(db: Database, user: str) -> list[tuple[str, str]]:
    """The (department, section)s this user answers for: as chief, deputy or member."""
    rows = db.execute(
        "SELECT department, section FROM section_contacts"
        " WHERE ? <> '' AND instr(' ' || chief || ' ' || deputy || ' ' || members || ' ', ' ' || ? || ' ')"
        " ORDER BY department, section",
        [user, user],
    )
    return [(department, section) for department, section in rows]


def roles_of(db: Database, user: str) -> list[tuple[tuple[str, str], OfficeRole]]:
    """What a user is registered as, of which (department, section): one entry each."""
    found: list[tuple[tuple[str, str], OfficeRole]] = []
    for role, column in OFFICE_ROLES.items():
        rows = db.execute(
            f"SELECT department, section FROM section_contacts WHERE ? <> ''"
            f" AND instr(' ' || {column} || ' ', ' ' || ? || ' ') ORDER BY department, section",
            [user, user],
        )
        found += (((department, section), role) for department, section in rows)
    return found


def stands_in_for(db: Database, user: str, day: date) -> list[tuple[str, str]]:
    """The (department, section)s whose chief or deputy is away on a day and named this user to stand in."""
    rows = db.execute(
        "SELECT DISTINCT c.department, c.section FROM absences a JOIN section_contacts c"
        " ON a.user IN (c.chief, c.deputy) WHERE a.deputy = ? AND ? BETWEEN a.first AND a.last",
        [user, day.isoformat()],
    )
    return [(department, section) for department, section in rows]


def set_contacts(db: Database, new: SectionContacts, *, by: str, at: datetime, whence: str = "") -> bool:
    """Register a section's contacts, with a line in the trail for each that changes; whether any did."""
    with writing(db):
        old = contacts_of(db, new.department, new.section)
        changed = [name for name in CONTACT_FIELDS if getattr(old, name) != getattr(new, name)]
        if changed:
            _write(db, new)
        for name in changed:
            before, after = (_text(getattr(side, name)) for side in (old, new))
            subject = f"{new.department}/{new.section}"
            trail.record(db, Event(at, by, "section", subject, name, before, after, whence=whence))
    return bool(changed)


def admins(db: Database) -> frozenset[str]:
    """Users listed as admins in the database (the settings may list more)."""
    return frozenset(row[0] for row in db.execute("SELECT user FROM admins"))


def set_admin(db: Database, user: str, *, listed: bool, by: str, at: datetime, whence: str = "") -> bool:
    """Put a user on the list of admins or take it off; whether that changed anything."""
    with writing(db):
        done = db.execute(
            "INSERT OR IGNORE INTO admins VALUES (:user, :at, :by)"
            if listed
            else "DELETE FROM admins WHERE user = :user",
            {"user": user, "at": at.isoformat(), "by": by},
        )
        if done.rowcount == 1:
            words = ("", "事務局") if listed else ("事務局", "")
            trail.record(db, Event(at, by, "setting", user, "admin", *words, whence=whence))
    return done.rowcount == 1


def _write(db: Database, new: SectionContacts) -> None:
    names = ["department", "section", *CONTACT_FIELDS]
    marks = ", ".join("?" * len(names))
    db.execute(
        f"INSERT OR REPLACE INTO section_contacts ({', '.join(names)}) VALUES ({marks})",
        [_text(getattr(new, name)) for name in names],
    )


def _text(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _contacts(
    row: tuple[str, ...], unreachable: Mapping[str, str] | None = None, away: Iterable[Absence] = ()
) -> SectionContacts:
    department, section, chief, deputy, director, channel, members = row
    gone = unreachable or {}
    ids = [each for each in (chief, deputy, director, channel) if each]
    return SectionContacts(
        department, section, chief, deputy, director, channel, tuple(members.split()), frozenset(gone),
        tuple((each, gone[each]) for each in ids if each in gone),
        tuple(each for each in away if each.user in ids),
    )  # fmt: skip


def nudges(db: Database) -> dict[tuple[str, str], tuple[Nudge, ...]]:
    """What the secretariat wanted sent at once, by (department, section)."""
    found: dict[tuple[str, str], tuple[Nudge, ...]] = {}
    for department, section, at, note, by in db.execute(
        'SELECT department, section, at, note, "by" FROM nudges ORDER BY at'
    ):
        nudge = Nudge(datetime.fromisoformat(at), note, by)
        found[department, section] = (*found.get((department, section), ()), nudge)
    return found


def add_nudge(db: Database, office: tuple[str, str], new: Nudge, *, whence: str = "") -> None:
    """Have a section's reminder sent with the next tick, with a line in the trail."""
    with writing(db):
        db.execute(
            "INSERT OR IGNORE INTO nudges VALUES (?, ?, ?, ?, ?)",
            [*office, new.at.isoformat(), new.note, new.by],
        )
        event = Event(new.at, new.by, "section", "/".join(office), "nudge", "", new.note, whence=whence)
        trail.record(db, event)


def absences(db: Database, user: str = "") -> list[Absence]:
    """Who is away when, of one user or of all, the earliest first."""
    rows = db.execute(
        "SELECT user, first, last, deputy FROM absences WHERE ?1 IN ('', user) ORDER BY first, user", [user]
    )
    return [
        Absence(who, date.fromisoformat(first), date.fromisoformat(last), deputy)
        for who, first, last, deputy in rows
    ]


def set_absence(db: Database, new: Absence, *, by: str, at: datetime, whence: str = "") -> None:
    """Register an absence, in place of any of the same person that it touches, with a line in the trail."""
    with writing(db):
        old = [each for each in absences(db, new.user) if each.first <= new.last and new.first <= each.last]
        _drop(db, old)
        db.execute(
            "INSERT INTO absences VALUES (?, ?, ?, ?, ?, ?)",
            [new.user, new.first.isoformat(), new.last.isoformat(), new.deputy, by, at.isoformat()],
        )
        _note_absence(db, old, new, by=by, at=at, whence=whence)


def end_absences(db: Database, user: str, *, day: date, by: str, at: datetime, whence: str = "") -> int:
    """Take back the absences of a user that are not over on a day; how many there were."""
    with writing(db):
        old = [each for each in absences(db, user) if each.last >= day]
        _drop(db, old)
        if old:
            _note_absence(db, old, None, by=by, at=at, whence=whence)
    return len(old)


def _drop(db: Database, old: Iterable[Absence]) -> None:
    for each in old:
        db.execute("DELETE FROM absences WHERE user = ? AND first = ?", [each.user, each.first.isoformat()])


def _note_absence(
    db: Database, old: Iterable[Absence], new: Absence | None, *, by: str, at: datetime, whence: str
) -> None:
    """The trail names the person as its subject, and the deputy in a line of its own."""
    before = list(old)
    after = [new] if new else []
    user = (new or before[0]).user
    spans = [" ".join(f"{each.first}..{each.last}" for each in side) for side in (before, after)]
    trail.record(db, Event(at, by, "setting", user, "absence", spans[0], spans[1], whence=whence))
    was, now = (" ".join(each.deputy for each in side if each.deputy) for side in (before, after))
    if was != now:
        trail.record(db, Event(at, by, "setting", user, "deputy", was, now, whence=whence))


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
