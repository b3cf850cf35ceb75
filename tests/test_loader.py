"""Loading a list: what it adds, changes, keeps and removes; one transaction or nothing."""

import csv
import gzip
import io
import sqlite3
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from store import projects
from store.columns.catalog import cells, columns
from store.database import open_database
from store.index import writer
from store.index.writer import problems
from store.lists import ListError, parse_list
from store.loader import store_list
from store.records import LoadReport
from store.search.pipeline import search
from store.search.query import parse
from store.talk import conversations
from tests.conftest import SEED

HEADER = "事業番号\t事務事業名\t課名\t事業の概要"


def listed(*rows: str, year: str = "令和3年度") -> bytes:
    return "\n".join([f"{year}事務事業一覧", HEADER, *rows]).encode()


ONE, TWO, THREE = "1\t甲\t政策部企画課\tあ", "2\t乙\t政策部企画課\tい", "3\t丙\t政策部統計課\tう"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return open_database(tmp_path / "jigyo.db")


def load(db: Database, data: bytes, name: str = "list.txt", *, replace: bool = False) -> LoadReport:
    report = store_list(
        db, parse_list(data), source_name=name, now="2026-11-23T00:00:00+00:00", replace=replace
    )
    assert problems(db) == []
    return report


def dump(db: Database) -> list[str]:
    return list(db.iterdump())


def numbers(db: Database, year: int = 2021) -> list[str]:
    return [project.number for project in projects.of_year(db, year)]


def test_every_cell_of_the_published_list_is_in_the_database_verbatim(db: Database) -> None:
    report = load(db, SEED.read_bytes(), SEED.name)
    assert (len(report.added), report.rows, report.rejected) == (48, 48, ())
    stored = {project.source_line: project for project in projects.of_year(db, 2021)}
    for line, text in enumerate(SEED.read_text(encoding="utf-8").split("\n"), 1):
        if text[:1].isdigit():
            p = stored.pop(line)
            office = p.extra["課名"]
            assert office == p.department + p.section
            assert text == "\t".join((p.serial, p.number, p.name, office, p.purpose, p.overview, p.outcome))
            assert p.source_name == SEED.name
    assert stored == {}


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(cells=st.lists(CELL, min_size=3, max_size=3))
def test_any_wording_is_stored_as_it_was(cells: list[str]) -> None:
    out = io.StringIO()
    rows = [["番号", "事業名", "目的", "課", "備考"], ["1", "名", *cells]]
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    db = open_database(":memory:")
    store_list(db, parse_list(out.getvalue().encode(), fiscal_year=2021), source_name="a.csv", now="")
    (project,) = projects.of_year(db, 2021)
    assert project.purpose == cells[0]
    assert project.extra.get("課", project.section) == cells[1]
    assert project.extra.get("備考", "") == cells[2]


def test_numbers_that_are_typed_alike_are_reported_and_both_found(db: Database) -> None:
    report = load(db, listed("0086\t甲\t課\t", "86\t乙\t課\t", "87\t丙\t課\t"))
    assert (report.near_numbers, report.rejected) == (((2021, ("0086", "86")),), ())
    assert load(db, listed("86\t乙\t課\t", year="令和4年度"), "next.txt").near_numbers == ()
    for typed, first in (("86", "86"), ("0086", "0086"), ("No.86 年度:R3", "86")):
        found = [(hit.project.fiscal_year, hit.project.number) for hit in search(db, parse(typed)).hits]
        assert {(2021, "86"), (2021, "0086")} <= set(found)
        assert next(number for year, number in found if year == 2021) == first


def test_the_same_file_again_changes_nothing_and_says_so(db: Database) -> None:
    assert not load(db, listed(ONE, TWO)).identical
    before = dump(db)
    again = load(db, listed(ONE, TWO))
    assert again.identical
    assert (again.added, again.changed, again.unchanged) == ((), (), 2)
    assert dump(db) == before


def test_the_same_content_under_another_name_changes_nothing(db: Database) -> None:
    load(db, listed(ONE, TWO))
    before = dump(db)
    assert load(db, listed(ONE, TWO), "copy.txt").identical
    assert dump(db) == before


def test_an_earlier_version_again_is_a_change_back(db: Database) -> None:
    load(db, listed(ONE, TWO), "a.txt")
    load(db, listed(ONE.replace("あ", "ああ"), TWO), "b.txt")
    report = load(db, listed(ONE, TWO), "a.txt")
    assert [change.fields for change in report.changed] == [("overview",)]
    assert projects.of_year(db, 2021)[0].overview == "あ"


def test_a_changed_file_tells_what_was_added_and_which_fields_changed(db: Database) -> None:
    load(db, listed(ONE, TWO))
    report = load(db, listed("1\t甲改\t政策部統計課\tあ", TWO, THREE))
    assert report.added == ((2021, "3"),)
    assert [(change.number, change.fields) for change in report.changed] == [
        ("1", ("name", "section", "extra"))
    ]
    assert report.unchanged == 1
    assert projects.of_year(db, 2021)[0].name == "甲改"


def test_what_left_the_list_stays_until_it_is_replaced(db: Database) -> None:
    load(db, listed(ONE, TWO, THREE))
    conversations = load(db, listed(ONE, THREE))
    assert (conversations.missing, conversations.removed) == (((2021, "2"),), ())
    assert numbers(db) == ["1", "2", "3"]
    removed = load(db, listed(ONE, THREE), replace=True)
    assert (removed.missing, removed.removed, removed.identical) == ((), ((2021, "2"),), False)
    assert numbers(db) == ["1", "3"]


def test_a_new_version_under_another_name_follows_the_old_one(db: Database) -> None:
    load(db, listed(ONE, TWO), "v1.txt")
    assert load(db, listed(ONE), "v2.txt").missing == ((2021, "2"),)


def test_a_year_that_left_a_file_of_several_is_missed_like_any_row(db: Database) -> None:
    both = b"\n".join([listed(ONE, TWO), listed(ONE, year="令和4年度")])
    load(db, both)
    assert load(db, listed(ONE, TWO)).missing == ((2022, "1"),)
    assert load(db, listed(ONE, TWO), replace=True).removed == ((2022, "1"),)
    assert projects.fiscal_years(db) == [2021]


def test_next_years_list_under_the_same_name_leaves_the_old_year_alone_for_good(db: Database) -> None:
    load(db, listed(ONE, TWO, year="令和2年度"))
    load(db, listed(ONE, TWO))
    report = load(db, listed(ONE), replace=True)
    assert (report.removed, report.missing) == (((2021, "2"),), ())
    assert numbers(db, 2020) == ["1", "2"]


def test_lists_of_other_departments_and_years_are_left_alone(db: Database) -> None:
    load(db, listed(ONE), "policy.txt")
    load(db, listed(ONE, year="令和2年度"), "policy.txt")
    report = load(db, listed(THREE), "statistics.txt", replace=True)
    assert (report.removed, report.missing) == ((), ())
    assert projects.fiscal_years(db) == [2021, 2020]
    assert (numbers(db), numbers(db, 2020)) == (["1", "3"], ["1"])


def test_a_number_that_is_another_project_of_another_file_is_refused_and_that_one_stays(db: Database) -> None:
    load(db, listed("1\t保育所\tこども部こども課\t", "2\t学童\tこども部こども課\t"), "minna.csv")
    data = listed("1\t道路\t建設部建設課\t舗装", "86\t橋\t建設部建設課\t")
    for replace in (False, True):
        report = load(db, data, "city.csv", replace=replace)
        assert (report.changed, report.missing, report.removed) == ((), (), ())
        (row,) = report.rejected
        assert (row.line, row.column, row.row.split("\t")[:2]) == (3, 1, ["1", "道路"])
        for told in ("minna.csv の3行目", "「保育所」", "こども課", "令和3年度"):
            assert told in row.reason
        assert [p.name for p in projects.of_year(db, 2021)] == ["保育所", "学童", "橋"]
    again = load(db, data.replace("道路".encode(), "道路改".encode()), "city.csv")
    assert (len(again.rejected), again.unchanged) == (1, 1)
    (conversations,) = db.execute('SELECT line, "column" FROM rejected_rows').fetchall()
    assert conversations == (3, 1)


def test_a_new_version_under_another_name_may_rename_a_project_and_its_section_at_once(db: Database) -> None:
    load(db, listed(ONE, TWO, THREE), "v1.txt")
    report = load(db, listed("1\t甲改\t市長公室広報課\tあ", TWO, THREE), "v2.txt")
    assert report.rejected == ()
    assert [change.number for change in report.changed] == ["1"]
    assert projects.of_year(db, 2021)[0].name == "甲改"


def test_a_file_of_the_same_name_may_change_every_project(db: Database) -> None:
    load(db, listed(ONE, TWO))
    report = load(db, listed("1\t丁\t建設部建設課\t", "2\t戊\t建設部建設課\t"))
    assert (len(report.changed), report.rejected) == (2, ())


def test_a_row_that_was_refused_does_not_cost_the_project_it_is_about(db: Database) -> None:
    load(db, listed(ONE, TWO, THREE))
    report = load(db, listed(ONE, "2\t\t政策部企画課\tい"), replace=True)
    assert [row.line for row in report.rejected] == [4]
    assert (report.removed, report.missing) == (((2021, "3"),), ((2021, "2"),))


def test_refused_rows_are_kept_until_the_file_is_mended(db: Database) -> None:
    load(db, listed(ONE, "\t名なし\t課\t"))
    rows = db.execute('SELECT line, "column", reason, "row" FROM rejected_rows').fetchall()
    assert rows == [(4, 1, "事業番号が空です。", "\t名なし\t課\t")]
    load(db, listed(ONE, "2\t名なし\t課\t"))
    assert db.execute("SELECT count(*) FROM rejected_rows").fetchone() == (0,)


def test_rows_that_moved_only_have_their_line_renewed(db: Database) -> None:
    load(db, listed(ONE, TWO))
    report = load(db, listed(TWO, ONE), "b.txt")
    assert (report.changed, report.unchanged, report.identical) == ((), 2, False)
    assert [(p.number, p.source_name, p.source_line) for p in projects.of_year(db, 2021)] == [
        ("1", "b.txt", 4), ("2", "b.txt", 3),
    ]  # fmt: skip


def test_a_refused_file_touches_nothing(db: Database) -> None:
    load(db, listed(ONE))
    before = dump(db)
    with pytest.raises(ListError):
        load(db, gzip.compress(listed(ONE, TWO))[:-9])
    assert dump(db) == before


def test_a_failure_in_the_middle_leaves_the_old_data(db: Database) -> None:
    load(db, listed(ONE))
    db.execute(
        "CREATE TRIGGER in_the_middle AFTER INSERT ON search_texts WHEN new.id > 1"
        " BEGIN SELECT raise(ABORT, 'in the middle'); END"
    )
    before = dump(db)
    data = listed(ONE.replace("甲", "改"), TWO)
    with pytest.raises(sqlite3.IntegrityError, match="in the middle"):
        store_list(db, parse_list(data), source_name="list.txt", now="")
    assert dump(db) == before
    assert not db.conn.in_transaction


def test_while_a_list_is_made_searchable_others_may_write(db: Database, tmp_path: Path) -> None:
    other, wrote = open_database(tmp_path / "jigyo.db"), []
    other.execute("PRAGMA busy_timeout=0")

    def tell(done: int, total: int) -> None:
        conversations.keep_value(other, f"{done}", total, now="2026-11-23")
        wrote.append(done)

    rows = [f"{n}\t事業{n}の推進\t政策部企画課\t市民と交流する{n}" for n in range(550)]
    store_list(db, parse_list(listed(*rows)), source_name="a.txt", now="", progress=tell)
    assert wrote == [250, 500, 550]
    assert problems(db) == []
    assert len(numbers(db)) == 550


@pytest.mark.parametrize("times", [1, 5])
def test_what_others_load_meanwhile_is_taken_into_account(db: Database, tmp_path: Path, times: int) -> None:
    other, left = open_database(tmp_path / "jigyo.db"), [*range(times)]
    other.execute("PRAGMA busy_timeout=0")

    def tell(done: int, total: int) -> None:
        if not left:
            return
        number = left.pop(0)
        with suppress(sqlite3.OperationalError):  # locked: the third time nobody else may
            load(other, listed(f"9{number}\t別{number}\t政策部統計課\tえ", TWO), f"other{number}.txt")

    load(db, listed(ONE, TWO))
    data = listed(ONE, TWO.replace("乙", "乙と丁"), THREE)
    report = store_list(db, parse_list(data), source_name="list.txt", now="", progress=tell)
    assert (report.added, [change.number for change in report.changed]) == (((2021, "3"),), ["2"])
    assert {"1", "2", "3", "90"} <= set(numbers(db))
    assert problems(db) == []
    before = index_rows(db)
    writer.rebuild(db)
    assert index_rows(db) == before


def test_a_long_list_is_indexed_by_several_processes_even_if_they_are_killed(db: Database) -> None:
    rows = [f"{n}\t事業{n}の推進\t政策部企画課\t市民と交流する{n}" for n in range(700)]
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        for worker in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):  # among them one that was killed and is not yet waited for
                if "spawn_main" in " ".join(worker.cmdline()):
                    worker.kill()
        told.append((done, total))

    store_list(db, parse_list(listed(*rows)), source_name="a.txt", now="", progress=tell)
    assert told[-1] == (700, 700)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert problems(db) == []
    before = index_rows(db)
    writer.rebuild(db)
    assert index_rows(db) == before


def index_rows(db: Database) -> dict[str, list[str]]:
    selects = ("* FROM search_texts", "* FROM word_pairs", "word, projects, names FROM vocabulary")
    return {select: sorted(map(repr, db.execute(f"SELECT {select}"))) for select in selects}


LIST = "令和6年度 事務事業一覧\n事業番号,事業名,担当課,事業の目的,評価,備考\n"
PROJECTS = "1,防災訓練事業,危機管理課,市民を守る。,A,改修中\n2,道路維持事業,道路課,道を直す。,B,\n"
BUDGETS = "令和6年度 予算一覧（単位：千円）\n事業番号,事業名,予算額,備考\n"


def load_csv(db: Database, text: str, name: str, *, replace: bool = False) -> LoadReport:
    parsed = parse_list(text.encode(), file_name=name)
    return store_list(db, parsed, source_name=name, now="2026-11-30T00:00:00+00:00", replace=replace)


def told_of(db: Database, number: str) -> tuple[str, str, dict[str, str]]:
    found = projects.get(db, 2024, number)
    assert found
    return found.purpose, found.source_name, dict(found.extra)


def numbers_of(db: Database, heading: str) -> dict[str, float | None]:
    (column,) = (each for each in columns(db, 2024) if each.heading == heading)
    named = {project.id: project.number for project in projects.of_year(db, 2024)}
    return {named[cell.project_id]: cell.number for cell in cells(db, [column.id])}


def test_a_second_list_without_texts_adds_its_columns_and_leaves_what_is_there(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    load_csv(db, LIST + PROJECTS, "jigyo.csv")
    budgets = BUDGETS + "1,防災訓練事業,1200,重点\n2,道路維持事業,,\n4,図書館事業,800,新規\n"
    report = load_csv(db, budgets, "yosan.csv")
    assert (report.supplemented, report.not_added, report.missing) == (2, ("備考",), ())
    assert told_of(db, "1") == (
        "市民を守る。", "jigyo.csv", {"評価": "A", "備考": "改修中", "予算額": "1200"}
    )  # fmt: skip
    assert numbers_of(db, "予算額") == {"1": 1200, "2": None, "4": 800}
    assert next(c.unit for c in columns(db, 2024) if c.heading == "予算額") == "千円"
    assert writer.check(db) == []
    again = load_csv(db, budgets, "yosan.csv")
    assert again.identical


def test_each_of_two_lists_of_a_year_is_loaded_anew_beside_the_other(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    load_csv(db, LIST + PROJECTS, "jigyo.csv")
    load_csv(db, BUDGETS + "1,防災訓練事業,1200,\n", "yosan.csv")
    report = load_csv(db, LIST + PROJECTS.replace("改修中", "改修済"), "jigyo.csv")
    assert [change.fields for change in report.changed] == [("extra",)]
    assert told_of(db, "1")[2] == {"評価": "A", "備考": "改修済", "予算額": "1200"}
    assert numbers_of(db, "予算額") == {"1": 1200}
    load_csv(db, BUDGETS.replace("予算額", "決算額") + "1,防災訓練事業,1100,\n", "yosan.csv")
    assert told_of(db, "1")[2] == {"評価": "A", "備考": "改修済", "決算額": "1100"}
    assert numbers_of(db, "評価").keys() == {"1", "2"}


def test_a_second_list_replaces_the_first_where_that_is_said(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    load_csv(db, LIST + PROJECTS, "jigyo.csv")
    load_csv(db, BUDGETS + "1,防災訓練事業,1200,\n", "yosan.csv")
    report = load_csv(db, BUDGETS + "1,防災訓練事業,1300,\n", "yosan.csv", replace=True)
    assert (report.supplemented, report.removed) == (0, ((2024, "2"),))
    assert told_of(db, "1")[:2] == ("", "yosan.csv")
    assert {column.heading for column in columns(db, 2024)} == {"事業番号", "事業名", "予算額", "備考"}
