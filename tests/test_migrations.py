"""A database of any earlier version opens, with its data; several processes may open a new one at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from store import projects, schema
from store.database import DatabaseError, open_database
from store.evaluation import sections
from store.index import writer
from store.index.writer import problems
from store.lists import parse_list
from store.loader import store_list
from store.records import FIELDS
from tests.conftest import LOADED_AT, SEED

EVERY = [(migrations, step.name) for migrations in schema.MIGRATIONS for step in migrations._migrations]
IDS = [f"{migrations.name}.{name}" for migrations, name in EVERY]


def earlier(path: Path, stop: Migrations, name: str, *, later_sets: bool) -> Database:
    """A database as it was before a migration; `later_sets` if the areas after it were complete already."""
    db = open_database(path, migrate=False)
    reached = False
    for migrations in schema.MIGRATIONS:
        reached |= migrations is stop
        if migrations is stop:
            migrations.apply(db, stop_before=name)
        elif not reached or later_sets:
            migrations.apply(db)
    return db


def shape(db: Database) -> set[tuple[str, str, str]]:
    return set(db.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master"))


@pytest.fixture(scope="module")
def newest(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    return shape(open_database(tmp_path_factory.mktemp("newest") / "jigyo.db"))


@pytest.mark.parametrize(("migrations", "name"), EVERY, ids=IDS)
@pytest.mark.parametrize(
    "later_sets", [pytest.param(False, id="first"), pytest.param(True, id="last", marks=pytest.mark.slow)]
)
def test_every_earlier_version_opens_and_keeps_its_data(
    tmp_path: Path, newest: set[tuple[str, str, str]], migrations: Migrations, name: str, later_sets: bool
) -> None:
    path = tmp_path / "jigyo.db"
    old = earlier(path, migrations, name, later_sets=later_sets)
    had_projects = "projects" in old.table_names()
    if had_projects:
        old.execute(
            "INSERT INTO sources (id, name, sha256, format, loaded_at) VALUES (1, 'old.txt', 'x', 'tsv', '')"
        )
        old.execute(
            "INSERT INTO projects (fiscal_year, number, number_key, name, source_id, source_line)"
            " VALUES (2020, '1', '1', '以前からある事業', 1, 3)"
        )
    old.close()
    db = open_database(path)
    assert shape(db) == newest
    if had_projects:
        writer.rebuild(db)
        found = db.execute(
            "SELECT rowid FROM projects_fts WHERE projects_fts MATCH '以前からある'"
        ).fetchall()
        assert len(found) == 1
    assert problems(db) == []


def test_a_migrated_database_loads_a_list(tmp_path: Path) -> None:
    earlier(tmp_path / "jigyo.db", *EVERY[1], later_sets=False).close()
    db = open_database(tmp_path / "jigyo.db")
    store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
    assert problems(db) == []


def test_the_index_of_an_earlier_version_is_as_good_as_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    old = earlier(path, schema.search, "word_pairs", later_sets=True)
    listed = parse_list(SEED.read_bytes()).projects
    section_ids = sections.ensure(old, listed)
    old.table("sources").insert({"id": 1, "name": "a", "sha256": "", "format": "", "loaded_at": ""})
    old.table("projects").insert_all(
        {name: getattr(each, name) for name in ("fiscal_year", "number", "name", "department", "section")}
        | {name: getattr(each, name) for name in FIELDS[2:]}
        | {"section_id": section_ids[each.department, each.section], "number_key": each.number}
        | {"source_id": 1, "source_line": each.source_line}
        for each in listed
    )
    old.table("search_words").insert_all(
        {"rowid": row.project_id, **dict(zip(FIELDS, row.fields, strict=True))}
        for row in writer.prepare(projects.of_year(old, 2021))
    )
    old.close()
    db = open_database(path)
    assert problems(db) == []
    asked = [
        "SELECT * FROM search_texts",
        "SELECT * FROM word_pairs",
        "SELECT rowid, bm25(search_words) FROM search_words WHERE search_words MATCH '市民' ORDER BY rowid",
    ]
    upgraded = [db.execute(sql).fetchall() for sql in asked]
    writer.rebuild(db)
    assert [db.execute(sql).fetchall() for sql in asked] == upgraded
    assert all(upgraded)


def test_a_failed_migration_leaves_the_earlier_version(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    old = earlier(path, *EVERY[1], later_sets=False)
    old.execute("CREATE TABLE projects_fts (in_the_way)")
    before = shape(old)
    old.close()
    with pytest.raises(DatabaseError):
        open_database(path)
    assert shape(open_database(path, migrate=False)) == before


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    db = open_database(path)
    db.table("_sqlite_migrations").insert({"migration_set": "lists", "name": "to_come", "applied_at": ""})
    db.close()
    with pytest.raises(DatabaseError, match="新しい"):
        open_database(path)


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "jigyo.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="開けません"):
        open_database(path)
    assert path.read_bytes() == content


def test_processes_that_open_a_new_database_together_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    script = (
        "import sys; from store.database import open_database\n"
        "print('ready', flush=True); input(); open_database(sys.argv[1])"
    )
    command = [sys.executable, "-c", script, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in processes:
        process.stdout.readline()  # all have imported, none has opened
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors
    assert problems(open_database(path)) == []
