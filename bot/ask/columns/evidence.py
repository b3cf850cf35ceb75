"""What is read of the database for a question about columns: names, cells, projects, where lists are from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.ask.columns.figures import Derived, Row, derived_cells
from bot.ask.columns.naming import ColumnNames
from store.columns.catalog import cells
from store.columns.values import Cell, Column
from store.database import Database
from store.index.catalog import Entry, NamedOffice
from store.index.snapshot import Memo
from store.lists.matching import Link
from store.search.lineage import line_of, predecessors

_CHOICES = 400  # values of a column that are known by name
_JOINTS = re.compile(r"[\s／/、，,;；]+")
_OF_DEPARTMENTS = re.compile(r"[\n／/、，,;；]+")


class _Names(Memo[str, ColumnNames]):
    """The names of the columns of this version of the lists."""


class _Cells(Memo[int, Mapping[int, Cell]]):
    """Whole columns, by their ids: the cells by project."""


class _Sources(Memo[str, Mapping[int, str]]):
    """What the files of the lists are called."""


def column_names(db: Database) -> ColumnNames:
    """The columns of every list that give no field of a project, and their choices."""
    memo = db.snapshot.memo(_Names)
    return memo.get("") or memo.keep("", _read_names(db))


def rows(db: Database, columns: Sequence[Column], entries: Iterable[Entry]) -> list[Row]:
    """The cells of these columns for these projects, a project's cells together; none of another list's."""
    whole = [(column, _cells_of(db, column)) for column in columns]
    return [
        Row(entry, column, cell)
        for entry in entries
        for column, found in whole
        if (cell := found.get(entry.id))
    ]


def source_of(db: Database, column: Column) -> str:
    """The name of the file that a column is from."""
    memo = db.snapshot.memo(_Sources)
    names = memo.get("") or memo.keep("", dict(db.conn.execute("SELECT id, name FROM sources").fetchall()))
    return names.get(column.source_id, "")


def of_offices(entries: Iterable[Entry], offices: Sequence[NamedOffice]) -> list[Entry]:
    """The projects of every office named: sections are alternatives, a section and its department are not.

    A project of several sections (A課／B課) is one of each of them.
    """
    found = list(entries)
    kinds = {office.name: office.kind for office in reversed(offices)}  # of one that is both, the first
    for kind in dict.fromkeys(kinds.values()):
        names = {name for name, its_kind in kinds.items() if its_kind == kind}
        found = [entry for entry in found if names & names_of_office(entry)]
    return found


def in_all_years(db: Database, group: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Link, ...]]:
    """A project in all years that are loaded, under whatever number and name, and the links that say so."""
    if not group or len(db.snapshot.fiscal_years) < 2:
        return tuple(group), ()
    newest = max(group, key=lambda entry: entry.fiscal_year)
    links = line_of(db, (newest.fiscal_year, newest.number))
    keys = {key for link in links for key in (link.earlier.key, link.later.key)}
    held = db.snapshot.catalog
    more = [e for key in keys for e in held.of_number(key[1]) if (e.fiscal_year, e.number) == key]
    entries = {entry.id: entry for entry in (*group, *more)}
    return tuple(entries.values()), links


def before_of(db: Database, entries: Sequence[Entry], since: int = 0) -> Mapping[int, Entry]:
    """By the id of each project, the same project in the list of a year, else in the one before its own."""
    years = sorted(db.snapshot.fiscal_years)
    held = {(entry.fiscal_year, entry.number): entry for entry in db.snapshot.catalog.entries}
    found: dict[int, Entry] = {}
    for year in {entry.fiscal_year for entry in entries}:
        earlier = since if since in years else max((each for each in years if each < year), default=year)
        if earlier >= year:
            continue
        links = predecessors(db, earlier, year)
        for entry in entries:
            if entry.fiscal_year == year and (link := links.get((year, entry.number))):
                found[entry.id] = held[link.earlier.key]
    return found


def names_of_office(entry: Entry, kind: str = "") -> set[str]:
    """The sections, department and organization of a project, or those of one kind."""
    department = entry.department or entry.section  # of a list that gives the department alone
    match kind:
        case "section":
            return set(_several(entry.section))
        case "department":
            return set(_several(department, _OF_DEPARTMENTS))
        case "organization":
            return {entry.organization}
    departments = (department, *_several(department, _OF_DEPARTMENTS))
    return {entry.section, *_several(entry.section), *departments, entry.organization}


def _several(offices: str, joints: re.Pattern[str] = _JOINTS) -> list[str]:
    """The offices of a cell, whatever else it names: A課／B課, A課・B課 but not 石油・天然ガス課."""
    names = [name for name in joints.split(offices) if name]
    return [
        part for name in names for part in (name.split("・") if _are_offices(name.split("・")) else [name])
    ]


def _are_offices(names: Sequence[str]) -> bool:
    return all(name.endswith(("課", "室", "局", "部", "係")) for name in names)


def _cells_of(db: Database, column: Column) -> Mapping[int, Cell]:
    if isinstance(column, Derived):
        both = (column.one, column.other)
        return derived_cells(column, *(_cells_of(db, each) for each in both if each))
    memo = db.snapshot.memo(_Cells)
    kept = memo.get(column.id)
    if kept is None:
        kept = memo.keep(column.id, {cell.project_id: cell for cell in cells(db, [column.id])})
    return kept


def _read_names(db: Database) -> ColumnNames:
    columns = tuple(column for column in db.snapshot.columns if not column.role)
    choices: dict[int, tuple[str, ...]] = {}
    for column in columns:
        if column.kind == "choice":
            found = db.conn.execute(
                "SELECT DISTINCT text FROM cells WHERE column_id = ? AND state = '' LIMIT ?",
                [column.id, _CHOICES],
            )
            choices[column.id] = tuple(text for (text,) in found)
    return ColumnNames(columns, choices)
