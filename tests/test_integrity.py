"""An unsound database says what is wrong with it."""

from pathlib import Path

from store.database import open_database
from store.index.integrity import problems


def test_a_loaded_database_is_sound_and_stays_as_it_is(seeded: Path) -> None:
    db = open_database(seeded)
    before = list(db.iterdump())
    assert problems(db) == []
    assert list(db.iterdump()) == before


def test_a_project_that_is_not_in_the_index_is_noticed(seeded: Path) -> None:
    db = open_database(seeded)
    db.execute(
        "INSERT INTO projects (fiscal_year, number, number_key, name, source_id, source_line)"
        " VALUES (2021, 'X', 'x', '索引にない事業', 1, 1)"
    )
    assert problems(db)


def test_a_full_text_table_out_of_step_with_its_rows_is_named(seeded: Path) -> None:
    db = open_database(seeded)
    db.execute("DROP TRIGGER projects_fts_update")
    db.execute("UPDATE projects SET name = '知らないうちに変わった名前' WHERE number = '11'")
    assert any("projects_fts" in problem for problem in problems(db))


def test_a_reference_to_nothing_is_named(seeded: Path) -> None:
    db = open_database(seeded)
    db.execute("PRAGMA foreign_keys=OFF")
    db.execute("UPDATE projects SET source_id = 99 WHERE number = '11'")
    assert any("sources" in problem for problem in problems(db))


def test_a_damaged_file_is_a_problem_not_a_traceback(seeded: Path) -> None:
    db = open_database(seeded)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(seeded.read_bytes())
    content[8192:40960] = b"\xff" * 32768
    seeded.write_bytes(content)
    assert problems(open_database(seeded, migrate=False))
