"""`store.copies.backup.backup`: a copy while in use, whole and of our own making, or none."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from store import schema
from store.copies.backup import backup
from store.database import DatabaseError, open_database
from store.index.writer import problems
from tests.test_migrations import earlier, shape

ROOT = Path(__file__).parent.parent


def files(folder: Path) -> dict[str, bytes]:
    """Everything in a folder but what SQLite keeps beside an open database."""
    return {
        each.name: each.read_bytes() if each.is_file() else b""
        for each in folder.iterdir()
        if not each.name.endswith(("-wal", "-shm"))
    }


def damage(path: Path) -> None:
    """Overwrite the pages of a table, not the header nor the schema."""
    db = open_database(path)
    root, size = (
        db.execute(sql).fetchone()[0]
        for sql in ("SELECT rootpage FROM sqlite_master WHERE name = 'search_texts'", "PRAGMA page_size")
    )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(content)


def test_a_backup_has_every_row_and_opens_by_itself(tmp_path: Path, seeded: Path) -> None:
    db = open_database(seeded)
    backup(seeded, tmp_path / "copy.db")
    assert [each.name for each in tmp_path.glob("*copy*")] == ["copy.db"]
    assert list(open_database(tmp_path / "copy.db").iterdump()) == list(db.iterdump())


def test_a_backup_has_what_stands_in_the_log_of_a_database_in_use(tmp_path: Path, seeded: Path) -> None:
    db = open_database(seeded)
    db.execute("UPDATE sources SET title = 'only in the log so far'")
    backup(seeded, tmp_path / "copy.db")
    copied = sqlite3.connect(tmp_path / "copy.db").execute("SELECT title FROM sources").fetchone()
    assert copied == ("only in the log so far",)


def test_a_backup_leaves_the_database_and_its_folder_as_they_were(tmp_path: Path, seeded: Path) -> None:
    (tmp_path / "copies").mkdir()
    before = sorted(tmp_path.iterdir()), seeded.read_bytes()
    backup(seeded, tmp_path / "copies" / "copy.db")
    assert (sorted(tmp_path.iterdir()), seeded.read_bytes()) == before


def test_a_backup_works_as_a_database_while_somebody_reads_it(tmp_path: Path, seeded: Path) -> None:
    backup(seeded, tmp_path / "copy.db")
    reader = sqlite3.connect(tmp_path / "copy.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM projects").fetchone()
    db = open_database(tmp_path / "copy.db")  # into WAL mode nobody could take it now
    db.execute("UPDATE sources SET title = 'written while somebody reads'")
    assert reader.execute("SELECT title FROM sources").fetchone() != ("written while somebody reads",)


def test_a_database_of_an_earlier_version_is_copied_as_it_is(tmp_path: Path) -> None:
    old = earlier(tmp_path / "jigyo.db", schema.search, "word_pairs", later_sets=True)
    before = shape(old)
    backup(tmp_path / "jigyo.db", tmp_path / "copy.db")
    assert shape(old) == before
    assert shape(open_database(tmp_path / "copy.db", migrate=False)) == before
    assert problems(open_database(tmp_path / "copy.db")) == []


@pytest.mark.parametrize("name", ["copy.db", "copy.db-wal", "copy.db-shm", "copy.db-journal"])
def test_a_backup_takes_no_name_that_is_in_use(tmp_path: Path, seeded: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match=name):
        backup(seeded, tmp_path / "copy.db")
    assert files(tmp_path) == before
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["-", "jigyo.db-wal", "other.db-shm", "x-journal"])
def test_a_backup_takes_no_name_that_sqlite_would_take_for_its_own(
    tmp_path: Path, seeded: Path, name: str
) -> None:
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match="別の名前"):
        backup(seeded, tmp_path / name)
    assert files(tmp_path) == before


@pytest.mark.parametrize("there", [True, False])
def test_a_backup_replaces_no_symbolic_link(tmp_path: Path, seeded: Path, there: bool) -> None:
    (tmp_path / "copy.db").symlink_to(tmp_path / "elsewhere.db")
    if there:
        (tmp_path / "elsewhere.db").write_text("mine")
    with pytest.raises(DatabaseError, match="既にあります"):
        backup(seeded, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").readlink() == tmp_path / "elsewhere.db"
    assert not there or (tmp_path / "elsewhere.db").read_text() == "mine"


def test_somebodys_unfinished_file_stays(tmp_path: Path, seeded: Path) -> None:
    (tmp_path / "mine.db.part").write_text("somebody's download")
    backup(seeded, tmp_path / "mine.db")
    assert (tmp_path / "mine.db.part").read_text() == "somebody's download"


def test_a_missing_database_is_not_created_by_a_backup(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="ありません"):
        backup(tmp_path / "no.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_database_is_not_copied(tmp_path: Path, seeded: Path) -> None:
    damage(seeded)
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match=r"壊れています.*restore"):
        backup(seeded, tmp_path / "copy.db")
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE notes (text)",
        "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT)",
        "CREATE VIEW notes AS SELECT 1",
        "CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT, name TEXT);"
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('theirs', 'first'); CREATE TABLE t (x)",
        "",
    ],
)
def test_another_programs_database_is_not_copied(tmp_path: Path, sql: str) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.executescript(sql + ";PRAGMA user_version = 1;")
    other.close()
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match="jigyo のデータベースではありません"):
        backup(tmp_path / "other.db", tmp_path / "copy.db")
    assert files(tmp_path) == before


def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database\n" * 500)
    with pytest.raises(DatabaseError, match=r"notes\.txt はデータベースではないか"):
        backup(tmp_path / "notes.txt", tmp_path / "copy.db")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DatabaseError, match="ファイルではありません"):
        backup(tmp_path / "pipe", tmp_path / "copy.db")
    assert sorted(files(tmp_path)) == ["notes.txt", "pipe"]


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path, seeded: Path) -> None:
    def limited() -> None:
        size = seeded.stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, size // 2))

    before = files(tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--db", str(seeded), "backup", str(tmp_path / "copy.db")],
        cwd=ROOT, capture_output=True, text=True, preexec_fn=limited, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert "copy.db" in ran.stderr
    assert files(tmp_path) == before


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, seeded: Path) -> None:
    with pytest.raises(DatabaseError, match=r"no/copy\.db に書けません"):
        backup(seeded, tmp_path / "no" / "copy.db")


def test_a_database_that_may_only_be_read_is_copied(tmp_path: Path, seeded: Path) -> None:
    folder = tmp_path / "read only"
    folder.mkdir()
    shutil.copy(seeded, folder / "jigyo.db")
    (folder / "jigyo.db").chmod(0o400)
    folder.chmod(0o500)
    try:
        backup(folder / "jigyo.db", tmp_path / "copy.db")
    finally:
        folder.chmod(0o700)
    assert problems(open_database(tmp_path / "copy.db")) == []
