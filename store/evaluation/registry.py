"""The registry as it stands: sheets, deadlines, who answers for a section, who is away, gone or put off.

Changes are made in `store.evaluation.changes`, but for what Slack says of people and what recipients press.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Literal

from store.database import Database, upsert
from store.evaluation.records import (
    CORRECTION,
    Absence,
    Deadline,
    Nudge,
    RoundRules,
    SectionContacts,
    Sheet,
    Snooze,
)
from store.lists.rows import joint_sections
from store.text.numbers import number_key

# What a person may change of a sheet, as the table names it.
STATE_FIELDS = (
    "state", "returned_reason", "returned_due", "returned_at", "extension_state", "extension_due",
    "extension_reason", "extension_by", "extension_at", "extension_decided_by", "held_due",
    "held_at", "url",
)  # fmt: skip
_DAYS = ("returned_due", "extension_due", "held_due")
_MOMENTS = ("returned_at", "extension_at", "held_at", "updated_at")

# A round has a deadline, or sheets that somebody has touched.
ROUNDS = f"""
    SELECT fiscal_year, kind FROM deadlines WHERE kind <> '{CORRECTION}' AND withdrawn = 0
    UNION SELECT fiscal_year, kind FROM sheets"""
_OWN = ", ".join(("fiscal_year", "number", "kind", *STATE_FIELDS, "updated_by", "updated_at", "version"))
_LISTED = """
    SELECT p.number, p.name, coalesce(c.department, p.department), coalesce(c.name, p.section)
    FROM projects p LEFT JOIN sections o ON o.id = p.section_id
    LEFT JOIN sections c ON c.id = coalesce(o.canonical_id, o.id)
    WHERE p.fiscal_year = ?"""


def sheets(db: Database) -> list[Sheet]:
    """Every sheet of every round that has a deadline, in the order the projects were listed."""
    touched = {row[:3]: row for row in db.state.execute(f"SELECT {_OWN} FROM sheets")}
    listed: dict[int, list[Any]] = {}
    found = []
    for year, kind in sorted(db.state.execute(ROUNDS)):
        if year not in listed:
            listed[year] = db.execute(f"{_LISTED} ORDER BY p.id", [_list_year(db, year)]).fetchall()
        found += [_sheet(year, kind, row, touched.get((year, row[0], kind))) for row in listed[year]]
    return found


def sheet(db: Database, key: tuple[int, str, str]) -> Sheet | None:
    """The sheet of this (fiscal year, number, kind), or None."""
    year, number, kind = key
    if not db.state.execute(
        f"SELECT 1 FROM ({ROUNDS}) AS rounds WHERE fiscal_year = ? AND kind = ?", [year, kind]
    ).fetchone():
        return None
    row = db.execute(f"{_LISTED} AND p.number = ?", [_list_year(db, year), number]).fetchone()
    return _sheet(year, kind, row, _touched(db, key)) if row else None


def numbered(db: Database, number: str) -> list[Sheet]:
    """Sheets of the projects whose number a person would write so (`86` finds `0086`), newest year first."""
    found = []
    for year, kind in sorted(db.state.execute(ROUNDS), key=lambda each: -each[0]):
        rows = db.execute(f"{_LISTED} AND p.number_key = ?", [_list_year(db, year), number_key(number)])
        found += [_sheet(year, kind, row, _touched(db, (year, row[0], kind))) for row in rows]
    return found


def _list_year(db: Database, fiscal_year: int) -> int | None:
    """A year whose own list is not loaded yet has the projects of the last list before it."""
    row = db.execute("SELECT max(fiscal_year) FROM projects WHERE fiscal_year <= ?", [fiscal_year]).fetchone()
    return row[0] if row else None


def _touched(db: Database, key: tuple[int, str, str]) -> Any:
    """What was changed of a sheet, or None."""
    sql = f"SELECT {_OWN} FROM sheets WHERE fiscal_year = ? AND number = ? AND kind = ?"
    return db.state.execute(sql, list(key)).fetchone()


def projects_of(
    db: Database, fiscal_year: int, department: str = "", section: str = ""
) -> tuple[int | None, dict[tuple[str, str], int]]:
    """The list whose projects a round of a year has (None: there is none), and how many each section has."""
    list_year = _list_year(db, fiscal_year)
    rows = db.execute(
        """
        SELECT coalesce(c.department, p.department) AS part, coalesce(c.name, p.section) AS place, count(*)
        FROM projects p LEFT JOIN sections o ON o.id = p.section_id
        LEFT JOIN sections c ON c.id = coalesce(o.canonical_id, o.id)
        WHERE p.fiscal_year = ? GROUP BY part, place HAVING ? IN ('', part) AND ? IN ('', place)""",
        [list_year, department, section],
    )
    return list_year, {(part, place): count for part, place, count in rows}


def any_open(db: Database, keys: Iterable[tuple[int, str, str]]) -> bool:
    """Whether any of these is still to come in."""
    return any((found := sheet(db, key)) is not None and not found.done for key in keys)


def _sheet(year: int, kind: str, project: tuple[str, ...], touched: Sequence[Any] | None) -> Sheet:
    """A sheet of a project (number, name, department, section), with what was changed of it."""
    names = _OWN.split(", ")[3:]
    values = (
        {name: value for name, value in zip(names, touched[3:], strict=True) if value is not None}
        if touched
        else {}
    )
    for name in _DAYS:
        values |= {name: date.fromisoformat(values[name])} if name in values else {}
    for name in _MOMENTS:
        values |= {name: datetime.fromisoformat(values[name])} if name in values else {}
    number, name, department, section = project
    return Sheet(year, number, name, department, section, kind, **values)


DEADLINES = (
    "SELECT id, fiscal_year, kind, due, set_at, department, section, opens, version, set_by, note, withdrawn"
    " FROM deadlines"
)


def deadlines(db: Database) -> list[Deadline]:
    """The latest version of every deadline, withdrawn ones too, the earliest due first."""
    return [_deadline(row) for row in db.state.execute(f"{DEADLINES} ORDER BY due, id")]


def deadline(
    db: Database, fiscal_year: int, kind: str, department: str = "", section: str = ""
) -> Deadline | None:
    """The deadline of exactly this scope, or None."""
    row = db.state.execute(
        f"{DEADLINES} WHERE fiscal_year = ? AND kind = ? AND department = ? AND section = ?",
        [fiscal_year, kind, department, section],
    ).fetchone()
    return _deadline(row) if row else None


def round_rules(db: Database) -> tuple[RoundRules, ...]:
    """Every round with reminders of its own."""

    def days(text: str) -> tuple[int, ...]:
        return tuple(map(int, text.split()))

    rows = db.state.execute(
        "SELECT fiscal_year, kind, before, overdue, weekly, director FROM round_rules"
        " ORDER BY fiscal_year, kind"
    )
    return tuple(
        RoundRules(year, kind, days(before), days(overdue), bool(weekly), days(director))
        for year, kind, before, overdue, weekly, director in rows
    )


def rounds(db: Database) -> list[tuple[int, str]]:
    """(fiscal year, kind) of every round that has a deadline in force, in the order of their due dates."""
    rows = db.state.execute(
        "SELECT fiscal_year, kind FROM deadlines WHERE withdrawn = 0"
        " GROUP BY fiscal_year, kind ORDER BY max(due)"
    )
    return [(year, kind) for year, kind in rows]


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


OfficeRole = Literal["chief", "deputy", "member", "director"]
OFFICE_ROLES: dict[OfficeRole, str] = {
    "chief": "chief", "deputy": "deputy", "member": "members", "director": "director",
}  # fmt: skip
ROLE_WORDS: dict[OfficeRole, str] = {"chief": "課長", "deputy": "代理", "member": "課員", "director": "部長"}


_CONTACTS = "department, section, chief, deputy, director, channel, members"


def contacts(
    db: Database, unreachable: Mapping[str, str] | None = None, *, registered: bool = False
) -> list[SectionContacts]:
    """Every section that projects name, by its canonical name, with its registered contacts.

    A joint section (A課／B課) without contacts of its own has those of the first that it names, unless only
    what is `registered` is asked for. `unreachable` are the Slack ids to mark as left or deactivated, and why
    in words.
    """
    away, sent = absences(db), nudges(db)
    rows = {row[:2]: row for row in db.state.execute(f"SELECT {_CONTACTS} FROM section_contacts")}
    for office in db.execute("SELECT department, name FROM sections WHERE canonical_id IS NULL"):
        rows.setdefault(office, (*office, "", "", "", "", ""))
    found = [_contacts(rows[office], unreachable or {}, away) for office in sorted(rows)]
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
    row = db.state.execute(
        f"SELECT {_CONTACTS} FROM section_contacts WHERE department = ? AND section = ?",
        [department, section],
    ).fetchone()
    return _contacts(row) if row else SectionContacts(department, section)


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


def sections_of(db: Database, user: str) -> list[tuple[str, str]]:
    """The (department, section)s this user answers for: as chief, deputy or member."""
    rows = db.state.execute(
        """
        SELECT department, section FROM section_contacts WHERE ? <> ''
            AND instr(' ' || chief || ' ' || deputy || ' ' || members || ' ', ' ' || ? || ' ') > 0
        ORDER BY department, section""",
        [user, user],
    )
    return [(department, section) for department, section in rows]


def roles_of(db: Database, user: str) -> list[tuple[tuple[str, str], OfficeRole]]:
    """What a user is registered as, of which (department, section): one entry each."""
    found: list[tuple[tuple[str, str], OfficeRole]] = []
    for role, column in OFFICE_ROLES.items():
        rows = db.state.execute(
            f"SELECT department, section FROM section_contacts WHERE ? <> ''"
            f" AND instr(' ' || {column} || ' ', ' ' || ? || ' ') > 0 ORDER BY department, section",
            [user, user],
        )
        found += (((department, section), role) for department, section in rows)
    return found


def stands_in_for(db: Database, user: str, day: date) -> list[tuple[str, str]]:
    """The (department, section)s whose chief or deputy is away on a day and named this user to stand in."""
    rows = db.state.execute(
        "SELECT DISTINCT c.department, c.section FROM absences a JOIN section_contacts c"
        ' ON a."user" IN (c.chief, c.deputy) WHERE a.deputy = ? AND ? BETWEEN a.first AND a.last',
        [user, day.isoformat()],
    )
    return [(department, section) for department, section in rows]


def admins(db: Database) -> frozenset[str]:
    """Users listed as admins in the database (the settings may list more)."""
    return frozenset(row[0] for row in db.state.execute('SELECT "user" FROM admins'))


def nudges(db: Database) -> dict[tuple[str, str], tuple[Nudge, ...]]:
    """What the secretariat wanted sent at once, by (department, section)."""
    found: dict[tuple[str, str], tuple[Nudge, ...]] = {}
    for department, section, at, note, by in db.state.execute(
        'SELECT department, section, at, note, "by" FROM nudges ORDER BY at'
    ):
        nudge = Nudge(datetime.fromisoformat(at), note, by)
        found[department, section] = (*found.get((department, section), ()), nudge)
    return found


def absences(db: Database, user: str = "") -> list[Absence]:
    """Who is away when, of one user or of all, the earliest first."""
    rows = db.state.execute(
        'SELECT "user", first, last, deputy FROM absences WHERE ?1 IN (\'\', "user") ORDER BY first, "user"',
        [user],
    )
    return [
        Absence(who, date.fromisoformat(first), date.fromisoformat(last), deputy)
        for who, first, last, deputy in rows
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What Slack said somebody is to the workspace whose id is `own_team`.

    `gone` is why they would read nothing: `deleted`, `guest`, `app`, `elsewhere`, `user_not_found`; else ''.
    """

    standing: Literal["staff", "guest", "stranger", "app"]
    own_team: str
    name: str = ""
    gone: str = ""


def known(
    db: Database, user: str, *, since: datetime | None = None, now: datetime | None = None
) -> Known | None:
    """What was last said of a user; None when nothing was, or not since then and before now."""
    sql = 'SELECT standing, own_team, name, gone FROM people WHERE "user" = ? AND asked_at BETWEEN ? AND ?'
    span = [since.timestamp() if since else 0, now.timestamp() if now else float("inf")]
    row = db.state.execute(sql, [user, *span]).fetchone()
    return Known(*row) if row else None


def gone(db: Database, *, now: datetime) -> dict[str, tuple[str, str]]:
    """Everybody who by what was last said reads no messages: (name, why) by user."""
    sql = "SELECT \"user\", name, gone FROM people WHERE gone <> '' AND asked_at <= ?"
    rows = db.state.execute(sql, [now.timestamp()])
    return {user: (name, why) for user, name, why in rows}


def is_known(db: Database, user: str) -> bool:
    """Whether anything was ever said of a user, or they are registered for a section or as secretariat."""
    return bool(
        db.state.execute(
            """
            SELECT EXISTS (SELECT 1 FROM people WHERE "user" = ?1)
                OR EXISTS (SELECT 1 FROM admins WHERE "user" = ?1)
                OR EXISTS (SELECT 1 FROM section_contacts WHERE instr(
                    ' ' || chief || ' ' || deputy || ' ' || director || ' ' || members || ' ',
                    ' ' || ?1 || ' ') > 0)""",
            [user],
        ).fetchone()[0]
    )


def own_team(db: Database, *, since: datetime) -> str:
    """The workspace of whoever was asked about last; '' when nobody was since then."""
    sql = "SELECT own_team FROM people WHERE asked_at >= ? ORDER BY asked_at DESC LIMIT 1"
    row = db.state.execute(sql, [since.timestamp()]).fetchone()
    return str(row[0]) if row else ""


def keep_known(db: Database, user: str, *, said: Known, now: datetime) -> None:
    """Keep Slack's answer."""
    with db.state.writing():
        db.state.execute(
            upsert("people", ("user", "standing", "own_team", "name", "gone", "asked_at"), key=("user",)),
            [user, said.standing, said.own_team, said.name, said.gone, now.timestamp()],
        )


def prune_known(db: Database, *, before: datetime) -> int:
    """Forget what was asked before then; how many were forgotten."""
    with db.state.writing():
        return db.state.execute("DELETE FROM people WHERE asked_at < ?", [before.timestamp()]).rowcount


def snoozes(db: Database) -> list[Snooze]:
    """The latest snooze of every recipient."""
    rows = db.state.execute('SELECT recipient, until, pressed_at, "by", clock FROM snoozes')
    return [
        Snooze(
            recipient, date.fromisoformat(until), datetime.fromisoformat(pressed_at), by,
            time.fromisoformat(clock) if clock else None,
        )
        for recipient, until, pressed_at, by, clock in rows
    ]  # fmt: skip


def snooze(db: Database, new: Snooze) -> bool:
    """Keep a snooze in place of any before; False when it is there already (somebody pressed it first)."""
    done = db.state.execute(
        """
        INSERT INTO snoozes (recipient, until, pressed_at, "by", clock) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (recipient) DO UPDATE SET until = excluded.until, pressed_at = excluded.pressed_at,
            "by" = excluded."by", clock = excluded.clock
            WHERE (snoozes.until, snoozes.clock) <> (excluded.until, excluded.clock)""",
        [
            new.recipient,
            new.until.isoformat(),
            new.pressed_at.isoformat(),
            new.by,
            new.clock.isoformat("minutes") if new.clock else "",
        ],
    )
    return done.rowcount == 1


def turned_away(db: Database, recipient: str, *, reason: str, now: str, ask_again_at: str) -> str:
    """Record that Slack refuses this recipient until `ask_again_at`; return since when it does."""
    with db.state.writing():
        return str(
            db.state.execute(
                "INSERT INTO unreachable (recipient, reason, since, ask_again_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (recipient) DO UPDATE SET reason = excluded.reason,"
                " ask_again_at = excluded.ask_again_at RETURNING since",
                [recipient, reason, now, ask_again_at],
            ).fetchall()[0][0]
        )


def unreachable(db: Database, now: str, *, far: str = "9999") -> Mapping[str, str]:
    """Recipients to leave alone for now, and why; until after `far` only a wrong clock would have it so."""
    sql = "SELECT recipient, reason FROM unreachable WHERE ask_again_at > ? AND ask_again_at <= ?"
    return dict(db.state.execute(sql, [now, far]).fetchall())


def reached(db: Database, recipient: str) -> None:
    """A message arrived: whatever was wrong before is over."""
    db.state.execute("DELETE FROM unreachable WHERE recipient = ?", [recipient])
