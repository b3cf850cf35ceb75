"""Plain reads of projects and sections. No search, no writing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from sqlite3 import Row
from typing import Any

import orjson
from sqlite_utils import Database

from store.lists.rows import joint_sections, number_in_section
from store.records import Project, Section
from store.text.display import bare_sentences
from store.text.numbers import number_key

_MOST_PARAMETERS = 1000
_EXTRA = 10  # its place in a row

# In the order of Project's fields.
SELECT = """
    SELECT p.fiscal_year, p.number, p.name, p.serial, p.organization, p.department, p.section,
           p.purpose, p.overview, p.outcome, p.extra, s.name, p.source_line,
           coalesce(canonical.name, p.section), p.id
    FROM projects p
    JOIN sources s ON s.id = p.source_id
    LEFT JOIN sections listed ON listed.id = p.section_id
    LEFT JOIN sections canonical ON canonical.id = coalesce(listed.canonical_id, listed.id)
"""


def from_row(row: Sequence[Any] | Row) -> Project:
    """Turn a row of `SELECT` into a Project."""
    values = [*row]
    values[_EXTRA] = orjson.loads(values[_EXTRA])
    return Project(*values)


def by_ids(db: Database, ids: Sequence[int]) -> list[Project]:
    """Projects in the order of `ids`; an id that is gone is left out."""
    found: dict[int, Project] = {}
    for start in range(0, len(ids), _MOST_PARAMETERS):
        some = ids[start : start + _MOST_PARAMETERS]
        marks = ",".join("?" * len(some))
        rows = db.conn.execute(f"{SELECT} WHERE p.id IN ({marks})", some)
        found |= {project.id: project for project in map(from_row, rows)}
    return [found[project_id] for project_id in ids if project_id in found]


def get(db: Database, fiscal_year: int, number: str) -> Project | None:
    """The project with exactly this year and number, or None."""
    row = db.execute(f"{SELECT} WHERE p.fiscal_year = ? AND p.number = ?", [fiscal_year, number]).fetchone()
    return from_row(row) if row else None


def find(db: Database, number: str, *, fiscal_year: int | None = None) -> Project | None:
    """The project that a number in any spelling means (`86` finds `0086`); the latest year's first.

    A number spelled exactly as listed goes before others of the same key.
    """
    row = db.execute(
        f"{SELECT} WHERE p.number_key = :key AND coalesce(:year, p.fiscal_year) = p.fiscal_year"
        " ORDER BY p.fiscal_year DESC, p.number = :typed DESC, p.id LIMIT 1",
        {"key": number_key(number), "year": fiscal_year, "typed": number.strip()},
    ).fetchone()
    return from_row(row) if row else None


def with_serial(db: Database, serial: str) -> Project | None:
    """The project at a place of its list (通し番号), of the newest year that has one there."""
    row = db.execute(
        f"{SELECT} WHERE p.serial = ? ORDER BY p.fiscal_year DESC, p.id LIMIT 1", [serial]
    ).fetchone()
    return from_row(row) if row else None


def numbered_in_sections(db: Database, number: str, *, fiscal_year: int | None = None) -> list[Project]:
    """The projects of the newest year, or of one, that sections gave this number: 企画課-1, 財政課-1."""
    rows = db.execute(
        f"{SELECT} WHERE p.number LIKE '%-' || ? AND coalesce(?, p.fiscal_year) = p.fiscal_year"
        " ORDER BY p.fiscal_year DESC, p.id",
        [number_key(number), fiscal_year],
    )
    found = [
        project
        for project in map(from_row, rows)
        if number_key(number_in_section(project.number, project.section, project.department))
        == number_key(number)
    ]
    return [project for project in found if project.fiscal_year == found[0].fiscal_year]


def namesakes(db: Database, project: Project) -> list[Project]:
    """Others of its year whose numbers people type alike."""
    rows = db.execute(
        f"{SELECT} WHERE p.fiscal_year = ? AND p.number_key = ? AND p.id != ? ORDER BY p.id",
        [project.fiscal_year, number_key(project.number), project.id],
    )
    return [from_row(row) for row in rows]


def typed_alike(db: Database, years: Iterable[int]) -> list[tuple[int, tuple[str, ...]]]:
    """Numbers of one of these years that differ, but not in what a person types for them (86 and 0086)."""
    alike: dict[tuple[int, str], list[str]] = {}
    for year in sorted(set(years)):
        rows = db.execute(
            """
            SELECT fiscal_year, number_key, number FROM projects WHERE fiscal_year = :year AND number_key IN (
                SELECT number_key FROM projects WHERE fiscal_year = :year
                GROUP BY number_key HAVING count(*) > 1)
            ORDER BY id""",
            {"year": year},
        )
        for fiscal_year, key, number in rows:
            alike.setdefault((fiscal_year, key), []).append(number)
    return [(year, tuple(numbers)) for (year, _), numbers in alike.items()]


def of_year(db: Database, fiscal_year: int) -> list[Project]:
    """One year's projects in the order they were listed."""
    rows = db.execute(f"{SELECT} WHERE p.fiscal_year = ? ORDER BY p.id", [fiscal_year])
    return [from_row(row) for row in rows]


def every(db: Database) -> Iterator[Project]:
    """All projects, newest year first, in the order they were listed."""
    for row in db.execute(f"{SELECT} ORDER BY p.fiscal_year DESC, p.id"):
        yield from_row(row)


def repeated_sentences(db: Database) -> Mapping[tuple[int, str], int]:
    """The sentences that projects of a year share word for word: (year, bare sentence) -> in how many."""
    found: Counter[tuple[int, str]] = Counter()
    for year, *cells in db.conn.execute("SELECT fiscal_year, purpose, overview, outcome FROM projects"):
        found.update({(year, text) for cell in cells for text in bare_sentences(cell)})
    return {said: count for said, count in found.items() if count > 1}


def in_sections(db: Database, section_ids: Iterable[int]) -> list[Project]:
    """All projects of these sections (give canonical and alias ids alike), newest year first."""
    ids = list(section_ids)
    marks = ",".join("?" * len(ids))
    rows = db.execute(f"{SELECT} WHERE p.section_id IN ({marks}) ORDER BY p.fiscal_year DESC, p.id", ids)
    return [from_row(row) for row in rows]


def fiscal_years(db: Database) -> list[int]:
    """Years that have projects, newest first."""
    rows = db.execute("SELECT DISTINCT fiscal_year FROM projects ORDER BY fiscal_year DESC")
    return [row[0] for row in rows]


def sections(db: Database) -> list[Section]:
    """Every section as listed, with how many projects bear that name, in order of department and name.

    The projects of a joint section (A課／B課) count for each of those that it names, where these are listed.
    """
    rows = db.execute(
        """
        SELECT s.department, s.name, coalesce(c.name, s.name), count(p.id), s.id
        FROM sections s
        LEFT JOIN sections c ON c.id = s.canonical_id
        LEFT JOIN projects p ON p.section_id = s.id
        GROUP BY s.id ORDER BY s.department, s.name"""
    )
    found = [Section(*row) for row in rows]
    shared: dict[tuple[str, str], int] = {}
    for section in found:
        for part in joint_sections(section.department, section.name):
            shared[part] = shared.get(part, 0) + section.projects
    return [
        replace(each, projects=each.projects + shared.get((each.department, each.name), 0))
        if shared
        else each
        for each in found
    ]


def count(db: Database) -> int:
    """How many projects are stored, all years together."""
    return int(db.execute("SELECT count(*) FROM projects").fetchone()[0])


def examples(db: Database, *, limit: int = 2) -> list[Project]:
    """Projects of the newest year whose names are short to type, to show what can be asked."""
    rows = db.execute(
        f"{SELECT} ORDER BY p.fiscal_year DESC, length(p.name) < 4, length(p.name), p.id LIMIT ?", [limit]
    )
    return [from_row(row) for row in rows]


def last_loaded(db: Database) -> str:
    """When a list was last loaded, ISO 8601 in UTC; '' when none ever was."""
    return str(db.execute("SELECT coalesce(max(loaded_at), '') FROM sources").fetchone()[0])


def last_id(db: Database) -> int:
    """The highest row id in use, 0 when there is none."""
    return int(db.execute("SELECT coalesce(max(id), 0) FROM projects").fetchone()[0])
