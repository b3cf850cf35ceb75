"""Departments and sections: the names that lists give them, and which of them are one (aliases)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process
from sqlite_utils import Database

from store import projects
from store.database import writing
from store.evaluation.section_file import SectionLine
from store.index import writer
from store.records import Project, RejectedRow
from store.text.normalize import spaceless

Office = tuple[str, str]  # department, section

ALIKE = 88  # percent: one character more or less in four and up, another one in nine and up
MEANT = 75  # percent, of a name that no project has: one character of four
# Another number, direction or order tells sections apart (第一係 and 第二係) however alike they are.
_TELLING = re.compile("[0-9一二三四五六七八九十東西南北上下前後新旧]")


class SectionError(Exception):
    """A change of a section is refused; the message says why and what to do, in one Japanese line."""


def ensure(db: Database, listed: Iterable[Project]) -> dict[Office, int]:
    """Register the sections that projects name; the row id of each. Does not commit."""
    offices = {(project.department, project.section) for project in listed if project.section}
    return {office: _ensure_one(db, office) for office in sorted(offices)}


def near(db: Database, offices: Iterable[Office]) -> tuple[tuple[str, str], ...]:
    """Pairs of names in one department so alike that one may be a slip for the other.

    Each has a name among `offices`; pairs that an alias has settled are left out.
    """
    known: dict[str, dict[str, str]] = {}
    for section in projects.sections(db):
        known.setdefault(section.department, {})[section.name] = section.canonical
    pairs = {pair for department, name in offices if name for pair in _alike(name, known.get(department, {}))}
    return tuple(sorted(pairs))


def idle(db: Database, offices: Iterable[Office]) -> tuple[tuple[Office, Office | None], ...]:
    """Those of `offices` that no project is of, each with the one that may be meant; none before any list."""
    named = [section for section in projects.sections(db) if section.projects]
    busy = {(each.department, name) for each in named for name in (each.name, each.canonical)}
    if not busy:
        return ()
    names = sorted(busy)
    found = []
    for office in dict.fromkeys(offices):
        if office not in busy:
            best = process.extractOne(
                office[1],
                [name for _, name in names],
                processor=spaceless,
                score_cutoff=MEANT,
                scorer=fuzz.ratio,
            )
            found.append((office, names[best[2]] if best else None))
    return tuple(found)


def departments_of(db: Database, name: str) -> list[str]:
    """Departments that have a section of this name."""
    return [row[0] for row in db.execute("SELECT department FROM sections WHERE name = ? ORDER BY 1", [name])]


def set_alias(db: Database, department: str, alias: str, canonical: str) -> bool:
    """Record that `alias` is another name of `canonical`; whether that changed anything.

    Either may be unknown yet: a later list's projects then come under the canonical name. Raises SectionError
    when the two are already recorded the other way round.
    """
    with writing(db):
        return _set_alias(db, department, alias, canonical)


def import_aliases(db: Database, lines: Iterable[SectionLine]) -> tuple[int, list[RejectedRow]]:
    """Register the sections and aliases of a sections.csv; how many aliases are new, and the refused rows."""
    new, refused = 0, []
    with writing(db):
        for line in lines:
            _ensure_one(db, (line.department, line.section))
            for alias in line.aliases:
                try:
                    new += _set_alias(db, line.department, alias, line.section)
                except SectionError as error:
                    refused.append(RejectedRow(line.line, 0, str(error), f"{line.section}\t{alias}"))
    return new, refused


def remove_alias(db: Database, department: str, alias: str) -> bool:
    """Make an alias a name of its own again; return whether that changed anything."""
    with writing(db):
        row = db.execute(
            "SELECT id FROM sections WHERE department = ? AND name = ? AND canonical_id IS NOT NULL",
            [department, alias],
        ).fetchone()
        if row:
            db.execute("UPDATE sections SET canonical_id = NULL WHERE id = ?", row)
            _index_anew(db, [row[0]])
    return row is not None


def _set_alias(db: Database, department: str, alias: str, canonical: str) -> bool:
    alias_id = _ensure_one(db, (department, alias))
    target_id = _root(db, _ensure_one(db, (department, canonical)))
    if target_id == alias_id:
        raise SectionError(
            f"「{canonical}」は「{alias}」の別名になっています。先に --remove で外してください。"
        )
    if _root(db, alias_id) == target_id:
        return False
    affected = _names_of(db, alias_id)
    db.conn.executemany(
        "UPDATE sections SET canonical_id = ? WHERE id = ?", [(target_id, row_id) for row_id in affected]
    )
    _index_anew(db, affected)
    return True


def _ensure_one(db: Database, office: Office) -> int:
    db.execute("INSERT OR IGNORE INTO sections (department, name) VALUES (?, ?)", office)
    row = db.execute("SELECT id FROM sections WHERE department = ? AND name = ?", office).fetchone()
    return int(row[0])


def _root(db: Database, section_id: int) -> int:
    row = db.execute("SELECT coalesce(canonical_id, id) FROM sections WHERE id = ?", [section_id]).fetchone()
    return int(row[0])


def _names_of(db: Database, section_id: int) -> list[int]:
    """The section and whatever is an alias of it, so that no alias ever points at an alias."""
    rows = db.execute("SELECT id FROM sections WHERE ? IN (id, canonical_id)", [section_id])
    return [row[0] for row in rows]


def _index_anew(db: Database, section_ids: list[int]) -> None:
    rows = projects.in_sections(db, section_ids)
    writer.remove(db, [project.id for project in rows])
    writer.write(db, writer.prepare(rows))
    writer.merge(db, len(rows))


def _alike(name: str, canonical: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    folded, telling = spaceless(name), _TELLING.findall(spaceless(name))
    found = process.extract(
        folded, list(canonical), processor=spaceless, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
    )
    for other, _, _ in found:
        if canonical[other] != canonical[name] and _TELLING.findall(spaceless(other)) == telling:
            yield (min(name, other), max(name, other))
