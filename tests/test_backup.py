"""`store.backup`: a copy while in use, and the way back, leaving nothing half done."""

import sqlite3

import pytest

from store.backup import backup, restore
from store.database import DatabaseError, open_database


def rename_first_source(path, name):
    db = open_database(path)
    with db.conn:
        db.execute(
            "INSERT INTO sources (id, name, sha256, format, loaded_at) VALUES (1, ?, '', 'text', '')"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            [name],
        )
        db.execute("UPDATE generations SET value = value + 1")
    return db


def first_source(db):
    return db.execute("SELECT name FROM sources").fetchone()[0]


def generation(db):
    return db.execute("SELECT value FROM generations").fetchone()[0]


def test_a_restored_database_has_the_rows_of_the_moment_of_the_backup(tmp_path):
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    db = rename_first_source(live, "before")
    backup(live, copy)
    rename_first_source(live, "after")
    restore(copy, live)
    assert first_source(db) == "before"


def test_a_restore_is_noticed_by_caches_that_compare_the_generation(tmp_path):
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    db = rename_first_source(live, "before")
    backup(live, copy)
    rename_first_source(live, "after")
    seen = generation(db)
    restore(copy, live)
    assert generation(db) > seen


def test_a_backup_is_one_file_that_opens_by_itself(tmp_path):
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    rename_first_source(live, "kept").close()
    backup(live, copy)
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    assert sqlite3.connect(copy).execute("SELECT name FROM sources").fetchone() == ("kept",)


def test_a_backup_never_overwrites(tmp_path):
    live = tmp_path / "live.db"
    open_database(live).close()
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(DatabaseError, match="既にあります"):
        backup(live, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_missing_database_is_not_created_by_a_backup(tmp_path):
    with pytest.raises(DatabaseError, match="ありません"):
        backup(tmp_path / "no.db", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_what_is_no_backup_is_refused_and_the_database_left_as_it_was(tmp_path, content):
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    db = rename_first_source(live, "kept")
    copy.write_bytes(content)
    with pytest.raises(DatabaseError):
        restore(copy, live)
    assert first_source(db) == "kept"
