"""A list's file into the database: in one transaction, or not at all."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from dataclasses import replace as replaced
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from store import projects
from store.columns.catalog import have_changed, keys_given, write_columns
from store.database import Database, writing
from store.evaluation import sections
from store.index import generation, raise_generation, writer
from store.index.writer import Progress, prepare_all, read_prepared, workers
from store.lists import ParsedList
from store.lists.matching import (
    Difference,
    Key,
    adds_columns,
    compare,
    removable,
    with_added,
    with_columns,
    without_taken,
)
from store.lists.rows import MADE, number_made
from store.records import LoadReport, Project
from store.text.numbers import number_key

_COLUMNS = (
    "id", "fiscal_year", "number", "number_key", "serial", "name", "organization", "department", "section",
    "section_id", "purpose", "overview", "outcome", "extra", "source_id", "source_line",
)  # fmt: skip
_MARKS = f"({', '.join('?' * len(_COLUMNS))})"
_INSERT = f"INSERT INTO projects ({', '.join(_COLUMNS)}) VALUES "
_UPDATE = f"UPDATE projects SET ({', '.join(_COLUMNS)}) = {_MARKS} WHERE id = ?1"
_READY = 0.5 if (os.cpu_count() or 1) > 1 else 1.0  # of the index rows, when the database is locked
_ROWS_A_STATEMENT = 500  # the trigram index is written out once a statement, whatever the number of rows


def store_list(
    db: Database,
    parsed: ParsedList,
    *,
    source_name: str,
    now: str,
    replace: bool = False,
    progress: Progress | None = None,
    pool: ProcessPoolExecutor | None = None,
) -> LoadReport:
    """Store a list in one transaction; the same content again changes nothing. `now` is ISO 8601.

    What is stored but gone from the list stays, and is reported, unless `replace`. `progress(done, total)`
    counts the projects made searchable, by `pool` if it is given (of `workers`). What takes long is done
    before the database is locked; where others have loaded a list meanwhile it is done again, the third time
    with the lock held. Projects whose vectors a migration dropped get theirs.
    """
    vectors = writer.without_vectors(db)
    for is_last in (False, False, True):
        with ExitStack() as held:
            held.enter_context(_uncollected())
            if is_last:
                held.enter_context(writing(db))
            plan = _plan(db, parsed, source_name, replace=replace)
            prepared = held.enter_context(_prepared(plan, pool, progress))
            held.enter_context(writing(db))
            if _state(db) == plan.state:
                writer.give_vectors(db, vectors)
                _carry_out(db, plan, prepared, source_name, now)
                return _report(db, plan, source_name)
    raise RuntimeError("a database changed although this connection alone may write")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles among some million texts that have none, a fifteenth of a load."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a list is to change of a database in this `state`."""

    state: object
    parsed: ParsedList
    own: set[int]  # the list's fiscal years
    ids: dict[Key, int]  # of the projects that are stored
    difference: Difference
    removed: tuple[Key, ...]
    missing: tuple[Key, ...]
    identical: bool
    offices: Mapping[tuple[str, str], str]  # the canonical names of sections
    supplemented: tuple[Key, ...] = ()  # projects of other lists that it only gives columns
    not_added: tuple[str, ...] = ()  # headings that these have already

    @property
    def fresh(self) -> list[Project]:
        """What is to be made searchable: added projects, then changed ones, as the index reads them."""
        if self.identical:
            return []
        every = [*self.difference.added, *(project for project, _ in self.difference.changed)]
        return [
            replaced(each, section_canonical=self.offices.get((each.department, each.section), each.section))
            for each in every
        ]


def _state(db: Database) -> object:
    """What a plan depends on: projects, the files they are of, names of sections."""
    sources = db.execute("SELECT name, sha256, fiscal_years FROM sources ORDER BY name").fetchall()
    return generation(db), sources, _offices(db)


def _offices(db: Database) -> dict[tuple[str, str], str]:
    return {(each.department, each.name): each.canonical for each in projects.sections(db)}


def _plan(db: Database, parsed: ParsedList, source_name: str, *, replace: bool) -> _Plan:
    state, offices = _state(db), _offices(db)
    own = {project.fiscal_year for project in parsed.projects}
    stored = _stored(db, _years(db, own, source_name))
    if parsed.has_made_numbers:
        parsed = replaced(parsed, projects=tuple(_numbered_as_before(parsed.projects, stored.values())))
    adds = not replace and adds_columns(stored, parsed.projects, source_name)
    parsed, not_added = _beside(db, parsed, stored, source_name) if adds else (_kept(db, parsed, stored), ())
    difference = compare(stored, parsed.projects, source_name, adds=adds)
    parsed = without_taken(parsed, difference)
    removed = removable(difference.missing, parsed.rejected) if replace else ()
    return _Plan(
        state=state,
        parsed=parsed,
        own=own,
        ids={key: project.id for key, project in stored.items()},
        difference=difference,
        removed=removed,
        missing=tuple(key for key in difference.missing if key not in set(removed)),
        identical=not (difference.alters_wording or removed) and _is_known(db, parsed.sha256),
        offices=offices,
        supplemented=tuple(each.key for each in parsed.projects if each.source_name),
        not_added=not_added,
    )


def _beside(
    db: Database, parsed: ParsedList, stored: Mapping[Key, Project], source_name: str
) -> tuple[ParsedList, tuple[str, ...]]:
    """A list that only adds columns to projects of others, and its headings that these have already."""
    row = db.execute("SELECT id FROM sources WHERE name = ?", [source_name]).fetchone()
    given = keys_given(db, row[0]) if row else {}
    own = {
        key
        for project in parsed.projects
        if (old := stored.get(project.key)) and old.source_name != source_name
        for key in old.extra
        if key not in given.get(old.id, ())
    }
    keys = [column.key for column in parsed.columns if not column.role]
    columns = tuple(column for column in parsed.columns if column.role or column.key not in own)
    read = with_columns(stored, parsed.projects, source_name, {*keys} - own, given)
    return replaced(parsed, projects=read, columns=columns), tuple(key for key in keys if key in own)


def _kept(db: Database, parsed: ParsedList, stored: Mapping[Key, Project]) -> ParsedList:
    """A list whose projects keep the columns that others gave them."""
    given = keys_given(db)
    return replaced(parsed, projects=with_added(stored, parsed.projects, given)) if given else parsed


@contextmanager
def _prepared(
    plan: _Plan, pool: ProcessPoolExecutor | None, progress: Progress | None
) -> Iterator[Iterator[writer.Prepared]]:
    """The index rows of what is fresh, a chunk at a time, out of temporary files: memory stays bounded.

    They are ready, but for those that other processes can make while the rows themselves are written.
    """
    fresh = plan.fresh
    with TemporaryDirectory() as folder, ExitStack() as held:
        if not pool:
            pool = held.enter_context(workers(wanted=len(fresh) >= writer.WORTH_A_POOL))
        files = held.enter_context(closing(prepare_all(fresh, Path(folder), pool, progress)))
        ready = [*islice(files, round(_READY * len(fresh) / writer.CHUNK) if pool else None)]
        yield map(read_prepared, chain(ready, files))


def _carry_out(
    db: Database, plan: _Plan, prepared: Iterator[writer.Prepared], source_name: str, now: str
) -> None:
    listed, unit = plan.parsed.columns, plan.parsed.unit
    if plan.identical:
        source_id = _source_of(db, plan.parsed.sha256)
        if have_changed(db, source_id, listed, default_unit=unit):
            write_columns(db, source_id, listed, default_unit=unit)
            raise_generation(db)
        return
    years = plan.own | {year for year, _ in plan.missing}
    source_id = _write_source(db, plan.parsed, source_name, years, now)
    _remove(db, [plan.ids[key] for key in plan.removed])
    _write(db, plan.difference, plan.ids, source_id, prepared)
    db.execute("DELETE FROM supplements WHERE source_id = ?", [source_id])
    db.conn.executemany(
        "INSERT INTO supplements (project_id, source_id) VALUES (?, ?)",
        [(plan.ids[key], source_id) for key in plan.supplemented],
    )
    write_columns(db, source_id, listed, default_unit=unit)


def _report(db: Database, plan: _Plan, source_name: str) -> LoadReport:
    parsed, difference = plan.parsed, plan.difference
    offices = {(project.department, project.section) for project in parsed.projects}
    return LoadReport(
        source_name=source_name,
        sha256=parsed.sha256,
        rows=len(parsed.projects) + len(parsed.rejected),
        added=tuple(project.key for project in difference.added),
        changed=tuple(change for _, change in difference.changed),
        unchanged=difference.unchanged,
        removed=plan.removed,
        missing=plan.missing,
        rejected=parsed.rejected,
        near_sections=sections.near(db, offices),
        near_numbers=tuple(projects.typed_alike(db, plan.own)),
        identical=plan.identical,
        unread_sheets=parsed.unread_sheets,
        supplemented=len(plan.supplemented),
        not_added=plan.not_added,
    )


def _years(db: Database, own: set[int], source_name: str) -> set[int]:
    """The years that the file speaks for: its own, and with them those it had the last time.

    A file of the same name with other years altogether is next year's list, and leaves the old one alone.
    """
    row = db.execute("SELECT fiscal_years FROM sources WHERE name = ?", [source_name]).fetchone()
    before = {int(year) for year in row[0].split(",") if year} if row else set()
    return own | before if own & before else own


def _stored(db: Database, years: Iterable[int]) -> dict[Key, Project]:
    return {project.key: project for year in sorted(years) for project in projects.of_year(db, year)}


def _numbered_as_before(read: Iterable[Project], stored: Iterable[Project]) -> list[Project]:
    """Projects of a list without numbers, with those that they were given the last time."""
    bare = [replaced(each, number="") if each.number.startswith(MADE) else each for each in read]
    return number_made(bare, stored)


def _is_known(db: Database, digest: str) -> bool:
    return bool(_source_of(db, digest))


def _source_of(db: Database, digest: str) -> int:
    """The id of the source with this content, 0 for none."""
    row = db.execute("SELECT id FROM sources WHERE sha256 = ?", [digest]).fetchone()
    return int(row[0]) if row else 0


def _write_source(db: Database, parsed: ParsedList, name: str, years: set[int], now: str) -> int:
    spoken_for = ",".join(map(str, sorted(years)))
    row = db.execute(
        """
        INSERT INTO sources (name, sha256, title, format, encoding, fiscal_years, loaded_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, title = excluded.title,
            format = excluded.format, encoding = excluded.encoding, fiscal_years = excluded.fiscal_years,
            loaded_at = excluded.loaded_at
        RETURNING id""",
        [name, parsed.sha256, parsed.title, parsed.format, parsed.encoding, spoken_for, now],
    ).fetchone()
    source_id = int(row[0])
    db.execute("DELETE FROM rejected_rows WHERE source_id = ?", [source_id])
    db.conn.executemany(
        'INSERT INTO rejected_rows (source_id, line, "column", reason, "row", rejected_at)'
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(source_id, row.line, row.column, row.reason, row.row, now) for row in parsed.rejected],
    )
    return source_id


def _remove(db: Database, ids: Sequence[int]) -> None:
    if ids:
        writer.remove(db, ids)
        db.conn.executemany("DELETE FROM projects WHERE id = ?", [(project_id,) for project_id in ids])


def _write(
    db: Database,
    difference: Difference,
    ids: dict[Key, int],
    source_id: int,
    prepared: Iterator[writer.Prepared],
) -> None:
    """Write what differs and index it. `ids` of stored projects; gains those of added ones."""
    for project_id, project in enumerate(difference.added, projects.last_id(db) + 1):
        ids[project.key] = project_id
    altered = [ids[change.fiscal_year, change.number] for _, change in difference.changed]
    fresh = [ids[project.key] for project in difference.added] + altered
    _write_rows(db, difference, ids, source_id)
    writer.remove(db, altered)
    numbered = iter(fresh)
    writer.write_all(
        db,
        (
            chunk._replace(rows=[row._replace(project_id=next(numbered)) for row in chunk.rows])
            for chunk in prepared
        ),
    )
    writer.merge(db, len(fresh))


def _write_rows(db: Database, difference: Difference, ids: Mapping[Key, int], source_id: int) -> None:
    changed = [project for project, _ in difference.changed]
    names = dict(db.execute("SELECT name, id FROM sources").fetchall())
    row = _row_maker(ids, sections.ensure(db, [*difference.added, *changed]), source_id, names)
    _insert(db, [row(project) for project in difference.added])
    db.conn.executemany(_UPDATE, map(row, changed))
    db.conn.executemany(
        "UPDATE projects SET source_id = ?, source_line = ? WHERE id = ?",
        [(source_id, project.source_line, ids[project.key]) for project in difference.moved],
    )


def _insert(db: Database, rows: Sequence[tuple[object, ...]]) -> None:
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        some = rows[start : start + _ROWS_A_STATEMENT]
        db.conn.execute(_INSERT + ", ".join([_MARKS] * len(some)), [*chain.from_iterable(some)])


def _row_maker(
    ids: Mapping[Key, int],
    section_ids: Mapping[tuple[str, str], int],
    source_id: int,
    sources: Mapping[str, int],
) -> Callable[[Project], tuple[object, ...]]:
    def row(project: Project) -> tuple[object, ...]:
        return (
            ids[project.key], project.fiscal_year, project.number, number_key(project.number), project.serial,
            project.name, project.organization, project.department, project.section,
            section_ids.get((project.department, project.section)), project.purpose, project.overview,
            project.outcome, json.dumps(project.extra, ensure_ascii=False),
            sources.get(project.source_name, source_id), project.source_line,
        )  # fmt: skip

    return row
