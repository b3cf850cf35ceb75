"""The index says what the rows say, after every kind of change."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.messages.search_wording import count
from store import projects
from store.database import Databases, open_database, writing
from store.index import writer
from store.index.snapshot import IndexSnapshot
from store.index.tuning import TUNING
from store.lists.parsing import parse_list
from store.loader import store_list
from store.search import ranking
from store.search.pipeline import search
from store.search.query import parse
from store.text.morphology import tokenize
from tests.conftest import LOADED_AT, SEED

COUNTS = """
    SELECT word, projects, names FROM vocabulary WHERE projects > 0
    UNION ALL SELECT pair, projects, titles FROM word_pairs ORDER BY 1"""


def test_it_is_in_step_after_a_load(seeded: Path) -> None:
    assert writer.check(open_database(seeded)) == []


def test_a_removed_project_is_found_no_more_and_its_words_are_forgotten(seeded: Path) -> None:
    db = open_database(seeded)
    project = projects.get(db, 2021, "1088")
    assert project
    with writing(db):
        writer.remove(db, [project.id])
        db.conn.execute("DELETE FROM projects WHERE id = ?", [project.id])
    assert writer.check(db) == []
    assert search(db, parse("ナッジ")).hits == ()
    assert not db.execute("SELECT 1 FROM vocabulary WHERE word = 'ナッジ'").fetchone()


def test_removing_and_writing_again_counts_the_same(seeded: Path) -> None:
    db = open_database(seeded)
    before = db.execute(COUNTS).fetchall()
    every = list(projects.every(db))
    with writing(db):
        writer.remove(db, [project.id for project in every[:9]])
        writer.write(db, writer.prepare(every[:9]))
    assert db.execute(COUNTS).fetchall() == before
    assert writer.check(db) == []


def test_a_rebuild_makes_the_same_index(seeded: Path) -> None:
    db = open_database(seeded)
    before = db.execute(COUNTS).fetchall()
    with writing(db):
        writer.rebuild(db)
    assert db.execute(COUNTS).fetchall() == before


def test_a_load_gives_projects_the_vectors_that_a_migration_dropped(seeded: Path) -> None:
    db = open_database(seeded)
    stored = "SELECT * FROM project_vectors ORDER BY project_id"
    before = db.execute(stored).fetchall()
    with writing(db):
        db.conn.execute("DELETE FROM project_vectors WHERE project_id % 3")
    report = store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
    assert not report.added
    assert db.execute(stored).fetchall() == before
    assert writer.without_vectors(db) == []


def test_what_is_out_of_step_is_told(seeded: Path) -> None:
    db = open_database(seeded)
    db.conn.execute("DELETE FROM search_texts WHERE id = 1")
    assert writer.check(db) == ["検索の索引に 1 件の事業が入っていません。"]
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute("DELETE FROM projects WHERE id IN (1, 2)")
    assert writer.check(db) == ["検索の索引に、今はない事業の語が 2 件残っています。"]


def test_every_write_raises_the_generation(seeded: Path) -> None:
    db = open_database(seeded)
    generation = "SELECT value FROM generations WHERE name = 'projects'"
    (before,) = db.execute(generation).fetchone()
    with writing(db):
        writer.remove(db, [1])
    assert db.execute(generation).fetchone()[0] > before


@pytest.mark.parametrize("text", ["㈱つくば　市 ｽﾏｰﾄｼﾃｨ", "取り組みを\nした。" * 9000, "", "😀\ud7ff\u3099"])
def test_tokens_are_at_their_places(text: str) -> None:
    tokens = list(tokenize(text))
    assert "".join(text[token.start : token.end] for token in tokens) == text


def test_a_count_that_was_not_ended_is_at_least_so_many(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = open_database(seeded)
    every = search(db, parse("市民 事業", limit=1))
    plain = replace(TUNING.candidates, plain=1)
    monkeypatch.setattr(ranking, "TUNING", replace(TUNING, candidates=plain))
    assert count(search(db, parse("市民 事業", limit=1))) == count(every) == f"{every.total}件"
    long = replace(plain, long_list=1, counted=3)
    monkeypatch.setattr(ranking, "TUNING", replace(TUNING, candidates=long))
    assert count(search(db, parse("市民 事業", limit=1))) == "3件以上"


def parts(index: IndexSnapshot) -> dict[str, object]:
    """What has been read of a version and is kept, by name."""
    owners = (index, index.lexicon, index.bigrams, index.texts)
    return {name: value for each in owners for name, value in vars(each).items()}


@pytest.mark.parametrize(
    "text",
    [
        "スマートシティ", "すまーとしちー", "sumatositi", "ナンバープレ一ト", "制作立案", "図柄ナンバ",
        "roadmap", "部:市長公室 事業", "R9 予算", "市役所で鯨を飼う方法を教えて",
    ],
)  # fmt: skip
def test_once_it_is_warm_no_search_reads_what_is_kept(seeded: Path, text: str) -> None:
    databases = Databases(seeded)
    warm = databases.snapshot()
    before = parts(warm)
    db = databases.get()
    search(db, parse(text))
    assert databases.snapshot() is warm
    assert {name for name, value in parts(warm).items() if value is not before.get(name)} == set()
    with writing(db):
        writer.rebuild(db)
    again = databases.snapshot()
    assert again.generation > warm.generation
    assert again.lexicon.forms is not warm.lexicon.forms
    assert parts(warm) == before
