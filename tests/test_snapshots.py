"""What is known of an index belongs to one version of one open database, and to no other."""

import gc
import sqlite3
import threading
import weakref
from pathlib import Path

import pytest
from sqlite_utils import Database as Connection

from bot.ask.engine import answer
from store.database import Database, Databases, open_database, writing
from store.index import generation, part, raise_generation
from store.index.snapshot import IndexSnapshot
from store.lists import parse_list
from store.loader import store_list
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import LOADED_AT

HEADER = "事業番号\t事務事業名\t課名\t事業の概要"
FOUND_BY_ALL = "橋りょう点検"
SEARCHES = 8
LOADS = 8


def load(db: Connection, what: str, *, section: str = "道路課", count: int = 3) -> None:
    """Make the list of 令和3年度 so many projects, all named after `what`, in place of what it was."""
    rows = [f"{n}\t{what}橋りょう点検事業{n}\t{section}\t{what}橋を点検する" for n in range(1, count + 1)]
    data = "\n".join(["令和3年度事務事業一覧", HEADER, *rows]).encode()
    store_list(db, parse_list(data), source_name="list.txt", now=LOADED_AT, replace=True)


def names(db: Database, typed: str = FOUND_BY_ALL) -> set[str]:
    return {hit.project.name for hit in search(db, parse(typed, limit=50)).hits}


def named(what: str, count: int = 3) -> set[str]:
    return {f"{what}橋りょう点検事業{n}" for n in range(1, count + 1)}


def test_two_databases_in_one_process_know_each_its_own(tmp_path: Path) -> None:
    one, other = (Databases(tmp_path / name) for name in ("one.db", "other.db"))
    for databases, what in ((one, "赤い"), (other, "青い")):
        load(open_database(databases.path), what, section=f"{what}課")
    for _ in range(2):
        assert names(one.get()) == named("赤い")
        assert names(other.get()) == named("青い")
        assert "3件" in answer(one.get(), "赤い課の事業は何件？").text
        assert answer(one.get(), "青い課の事業は何件？").confidence != "sure"
    assert one.snapshot() is not other.snapshot()


def test_what_is_made_at_the_path_of_a_deleted_database_is_known_anew(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    for what, spoken in (("水道", "すいどう"), ("公園", "こうえん"), ("図書館", "としょかん")):
        db = open_database(path)
        load(db, what, section=f"{what}課")
        assert names(db) == named(what)
        assert names(db, spoken) == named(what)
        assert "3件" in answer(db, f"{what}課の事業は何件？").text
        db.close()
        for file in tmp_path.iterdir():
            file.unlink()


def test_a_file_put_in_place_of_another_is_read_by_those_that_had_the_other(tmp_path: Path) -> None:
    path, next_path = tmp_path / "jigyo.db", tmp_path / "next.db"
    for file, what in ((path, "赤い"), (next_path, "青い")):
        db = open_database(file)
        load(db, what)
        db.close()  # leaves one file: nothing of it is in a log beside it
    databases = Databases(path)
    assert names(databases.get()) == named("赤い")
    before = databases.snapshot()
    next_path.replace(path)
    assert names(databases.get()) == named("青い")
    assert databases.snapshot() is not before


def test_databases_in_memory_have_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = (open_database(":memory:") for _ in range(2))
    load(one, "赤い", section="赤い課")
    load(other, "青い", section="青い課")
    for _ in range(2):
        assert (names(one), names(other)) == (named("赤い"), named("青い"))
    for turn in range(8):  # the ids of those that were closed come again
        db = open_database(":memory:")
        load(db, "白い", section=f"第{turn}白い課")
        with db.reading() as index:
            assert {entry.section for entry in index.catalog.entries} == {f"第{turn}白い課"}
        assert "3件" in answer(db, f"第{turn}白い課の事業は何件？").text
        db.close()
        del db, index
        gc.collect()


def parts_of(index: IndexSnapshot) -> dict[str, object]:
    """What a search has read of a version, by name."""
    owners = (index, index.lexicon, index.bigrams, index.texts)
    every = {
        (type(each), name) for each in owners for name, it in vars(type(each)).items() if isinstance(it, part)
    }
    return {
        f"{type(each).__name__}.{name}": value
        for each in owners
        for name, value in vars(each).items()
        if (type(each), name) in every
    }


def test_beside_a_load_each_search_sees_one_list_whole_and_all_of_them_one_snapshot_a_version(
    tmp_path: Path,
) -> None:
    databases = Databases(tmp_path / "jigyo.db")
    writer = open_database(databases.path)
    lists = [named(f"第{turn}", 40 - 3 * turn) for turn in range(LOADS)]
    load(writer, "第0", count=40)
    start, stop = threading.Barrier(SEARCHES + 1), threading.Event()
    seen: list[tuple[IndexSnapshot, dict[str, object]]] = []
    found: list[set[str]] = []
    failed: list[BaseException] = []

    def look() -> None:
        try:
            db = databases.get()
            start.wait()
            while not stop.is_set():
                for typed in (FOUND_BY_ALL, "橋りょうてんけん", "橋りょう 点検 事業"):
                    result = search(db, parse(typed, limit=50))
                    found.append({hit.project.name for hit in result.hits})
                    assert found[-1] in lists
                    assert result.total == len(result.hits)
                with db.reading() as index:
                    assert names(db) == {entry.name for entry in index.catalog.entries}
                    seen.append((index, parts_of(index)))
        except BaseException as error:
            failed.append(error)
            stop.set()

    threads = [threading.Thread(target=look) for _ in range(SEARCHES)]
    for thread in threads:
        thread.start()
    start.wait()
    for turn in range(1, LOADS):
        load(writer, f"第{turn}", count=40 - 3 * turn)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len({len(each) for each in found}) > 1
    snapshots: dict[int, IndexSnapshot] = {}
    parts: dict[tuple[int, str], object] = {}
    for index, read in seen:
        assert snapshots.setdefault(index.generation, index) is index
        for name, value in read.items():
            assert parts.setdefault((index.generation, name), value) is value, name


def test_threads_that_ask_at_once_wait_for_one_to_read(seeded: Path) -> None:
    databases = Databases(seeded)
    together = threading.Barrier(SEARCHES)
    found: list[dict[str, object]] = []

    def look() -> None:
        db = databases.get()
        together.wait()
        with db.reading() as index:
            search(db, parse("すまーとしてぃ 企画"))
            found.append(parts_of(index))

    threads = [threading.Thread(target=look) for _ in range(SEARCHES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == SEARCHES
    assert found[0].keys() >= {"Lexicon.forms", "IndexSnapshot.offices"}
    for name in found[0].keys() & found[-1].keys():
        assert len({id(each[name]) for each in found if name in each}) == 1, name


def test_what_was_searched_while_writing_is_not_known_after_it_was_undone(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    load(db, "水道")
    db.conn.execute("BEGIN IMMEDIATE")
    load(db, "公園", section="公園課")
    assert names(db) == named("公園")
    assert names(db, "こうえん") == named("公園")
    undone = generation(db)
    db.conn.rollback()
    with writing(db):
        while generation(db) < undone:
            raise_generation(db)
    assert names(db) == named("水道")
    assert names(db, "すいどう") == named("水道")
    assert "3件" not in answer(db, "公園課の事業は何件？").text


def test_outside_a_read_transaction_nothing_of_the_index_is_looked_into(seeded: Path) -> None:
    db = open_database(seeded)
    with pytest.raises(RuntimeError, match="outside reading"):
        _ = db.snapshot
    with db.reading() as index:
        assert db.snapshot is index
        with db.reading() as inner:
            assert inner is index
        with pytest.raises(RuntimeError, match="does not write"), writing(db):
            pass
    with pytest.raises(RuntimeError, match="outside reading"):
        _ = index.offices
    assert not db.conn.in_transaction


def test_a_whole_snapshot_needs_no_database(seeded: Path) -> None:
    databases = Databases(seeded)
    index = databases.snapshot()
    with open_database(seeded).conn as writer:
        writer.execute("DELETE FROM generations")
    assert index.project_count == len(index.catalog.entries) == 48
    assert index.lexicon.in_projects("事業") > 0
    assert index.projects([1])[1].fiscal_year == 2021
    with pytest.raises((TypeError, sqlite3.Error)):
        databases.snapshot()


def test_a_snapshot_goes_with_its_database(seeded: Path) -> None:
    databases = Databases(seeded)
    gone = weakref.ref(databases.snapshot())
    db = databases.get()
    assert gone() is not None
    with writing(db):
        raise_generation(db)
    assert databases.snapshot() is not gone()
    gc.collect()
    assert gone() is None
    kept = weakref.ref(databases.snapshot())
    del db, databases
    gc.collect()
    assert kept() is None
