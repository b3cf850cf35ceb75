"""An unsound database says what is wrong with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.context import Context, now_in_tokyo
from bot.slack import app
from bot.slack.observing import torn_indexes
from store.database import DatabaseError, Databases, open_database
from store.index.writer import problems, torn
from store.search.pipeline import search
from store.search.query import parse
from tests.season import settings


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


DAMAGES = {
    "a project is missing": "DELETE FROM search_texts WHERE id = (SELECT min(id) FROM search_texts)",
    "a full-text index is garbage": "UPDATE search_words_data SET block = x'00ff00ff' WHERE id > 1",
    "another is": "UPDATE projects_fts_data SET block = x'ff' WHERE id > 1",
    "that of names has forgotten everything": "DELETE FROM name_characters_data WHERE id > 10",
    "the vocabulary is gone": "DELETE FROM vocabulary WHERE id > 0",
}


IN_SHORT = ("a project is missing", "a full-text index is garbage")  # a row, and what SQLite keeps of it


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(sql, id=name, marks=[] if name in IN_SHORT else pytest.mark.slow)
        for name, sql in DAMAGES.items()
    ],
)
def test_a_damaged_index_is_made_anew_by_one_command(seeded: Path, damage: str) -> None:
    def answers() -> list[object]:
        db = open_database(seeded)
        found = [
            [hit.project.number for hit in search(db, parse(words)).hits]
            for words in ("スマートシティ", "市民 交流", "kankyou", "名取")
        ]
        found += [db.execute(sql).fetchall() for sql in FULL_TEXT]
        return [*found, [tuple(row) for row in db.execute("SELECT * FROM projects")]]

    before = answers()
    with closing(sqlite3.connect(seeded)) as db, db:
        db.execute(damage)
    done = CliRunner().invoke(jigyo, ["--db", str(seeded), "index", "rebuild"])
    assert (done.exit_code, done.output) == (0, "48 事業の索引を作り直しました。\n")
    assert problems(open_database(seeded)) == []
    assert answers() == before


@pytest.mark.parametrize(
    "name", ["a full-text index is garbage", "another is", "that of names has forgotten everything"]
)
def test_garbage_in_an_index_is_found_without_writing_anything(seeded: Path, name: str) -> None:
    with closing(open_database(seeded)) as db:
        assert torn(db) == []
    with closing(sqlite3.connect(seeded)) as db, db:
        db.execute(DAMAGES[name])
    with (
        closing(open_database(seeded)) as db,
        closing(sqlite3.connect(seeded, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")  # somebody else writes meanwhile
        assert len(torn(db)) == 1


def test_a_damaged_index_is_told_until_it_is_made_anew(seeded: Path) -> None:
    context = Context(Databases(seeded), now_in_tokyo, settings("http://127.0.0.1:9/api/", seeded))
    app.look_through(context)
    assert torn_indexes(context) == []
    with closing(sqlite3.connect(seeded)) as db, db:
        db.execute(DAMAGES["a full-text index is garbage"])
    app.look_through(context)
    assert "jigyo index rebuild" in torn_indexes(context)[0]
    app.make_ready(context)
    assert torn_indexes(context) != []
    assert CliRunner().invoke(jigyo, ["--db", str(seeded), "index", "rebuild"]).exit_code == 0
    app.make_ready(context)
    assert torn_indexes(context) == []


FULL_TEXT = (
    "SELECT rowid FROM projects_fts('スマート') ORDER BY 1",
    "SELECT rowid FROM name_characters('推進') ORDER BY 1",
)


def test_rows_that_cannot_be_read_are_told_and_nothing_is_changed(seeded: Path) -> None:
    with closing(open_database(seeded)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'projects'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with seeded.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    content = seeded.read_bytes()
    done = CliRunner().invoke(jigyo, ["--db", str(seeded), "index", "rebuild"], standalone_mode=False)
    assert isinstance(done.exception, DatabaseError)
    assert "jigyo restore" in str(done.exception)
    assert seeded.read_bytes() == content
