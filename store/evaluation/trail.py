"""The audit trail: who changed what, when, where, from what to what. The database only lets it be added to.

People stand in it by a key, so that a line stays as it was written when somebody is to be forgotten.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import get_args

from store.database import Database
from store.evaluation.records import Event, EventKind

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
