"""A project goes on under another number, name or section: matched, estimated where only alike, settled."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.lists import review
from bot.ask.engine import answer
from bot.cli import jigyo
from store.database import Database, open_database
from store.lists import parse_list
from store.lists.matching import Lineage, match
from store.loader import store_list
from store.records import Project
from store.search.related import decide, kept_lineage, line_of, lineage
from tests.conftest import LOADED_AT


def project(year: int, number: str, name: str, section: str = "企画課", overview: str = "") -> Project:
    return Project(year, number, name, section=section, overview=overview)


def pairs(found: Lineage) -> list[tuple[str, str, str]]:
    return [(link.earlier.number, link.later.number, link.by) for link in found.links]


CASES = {
    "the number, where the name agrees": (
        [project(2023, "101", "防災訓練事業")],
        [project(2024, "0101", "防災訓練事業（総合）")],
        [("101", "0101", "number")],
    ),
    "the name under another number": (
        [project(2023, "103", "健診事業", "健康課")],
        [project(2024, "104", "健診事業", "健康課")],
        [("103", "104", "name")],
    ),
    "a number that another project has now": (
        [project(2023, "1", "防災訓練事業"), project(2023, "2", "健診事業")],
        [project(2024, "1", "健診事業"), project(2024, "2", "防災訓練事業")],
        [("2", "1", "name"), ("1", "2", "name")],
    ),
    "the name in another section": (
        [project(2023, "5", "まちづくり推進事業", "企画課")],
        [project(2024, "9", "まちづくり推進事業", "都市計画課")],
        [("5", "9", "name")],
    ),
    "namesakes by their sections": (
        [project(2023, "1", "庶務事業", "総務課"), project(2023, "2", "庶務事業", "税務課")],
        [project(2024, "8", "庶務事業", "税務課"), project(2024, "9", "庶務事業", "総務課")],
        [("2", "8", "name"), ("1", "9", "name")],
    ),
    "a name that was changed a little": (
        [project(2023, "1", "自主防災組織育成支援事業")],
        [project(2024, "7", "自主防災組織等育成支援事業")],
        [("1", "7", "likeness")],
    ),
    "another project": ([project(2023, "1", "健診事業")], [project(2024, "1", "道路維持事業")], []),
}


@pytest.mark.parametrize(("earlier", "later", "expected"), CASES.values(), ids=CASES.keys())
def test_a_project_is_found_again(
    earlier: list[Project], later: list[Project], expected: list[tuple[str, str, str]]
) -> None:
    found = match(earlier, later)
    assert pairs(found) == expected
    assert len(found.ended) == len(earlier) - len(expected)
    assert [link.is_estimate for link in found.links] == [by == "likeness" for *_, by in expected]


def test_a_name_taken_into_another_was_merged() -> None:
    earlier = [project(2023, "1", "観光振興事業"), project(2023, "2", "特産品開発事業")]
    later = [project(2024, "1", "観光振興・特産品開発事業")]
    found = match(earlier, later, confirmed=[((2023, "1"), (2024, "1"))])
    assert [(link.earlier.number, link.relation) for link in found.links] == [("1", "same"), ("2", "merged")]
    assert found.ended == ()


def test_what_people_said_goes_first() -> None:
    earlier, later = (
        [project(2023, "1", "健診事業")],
        [project(2024, "1", "健診事業"), project(2024, "2", "検診")],
    )
    one, same, other = (2023, "1"), (2024, "1"), (2024, "2")
    assert pairs(match(earlier, later, confirmed=[(one, other)])) == [("1", "2", "confirmed")]
    refused = match(earlier, later, refused=[(one, same)])
    assert (pairs(refused), [each.number for each in refused.new]) == ([], ["1", "2"])


YEARS = {
    "r5.csv": "令和5年度\n番号,事業名,課\n1,防災訓練,危機管理課\n3,健診事業,健康課\n4,旧式事業,企画課\n",
    "r6.csv": "令和6年度\n番号,事業名,課\n1,防災訓練,危機管理課\n8,健診事業,健康課\n9,新しい取組,企画課\n",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    db = open_database(tmp_path / "jigyo.db")
    for name, text in YEARS.items():
        store_list(db, parse_list(text.encode()), source_name=name, now=LOADED_AT)
    return tmp_path / "jigyo.db"


def run(path: Path, *arguments: object) -> Result:
    return CliRunner().invoke(jigyo, ["--db", str(path), "lineage", *map(str, arguments)])


def test_the_command_lists_and_settles(path: Path, tmp_path: Path) -> None:
    listed = run(path)
    assert listed.exit_code == 0
    assert "継続2件（うち推定0件）、終了1件、新規1件です。" in listed.stdout
    as_csv = run(path, "--csv").stdout.splitlines()
    assert as_csv[0] == "前の年度,前の番号,前の事業名,前の課,年度,番号,事業名,課,関係,根拠,判定"
    assert "令和5年度,3,健診事業,健康課,令和6年度,8,健診事業,健康課,継続,事業名（事業番号が変更）," in as_csv
    assert run(path, "--only", "renumbered", "--csv").stdout.count("\n") == 2
    assert run(path, "confirm", "2023:4", "令和6年度:9").exit_code == 0
    assert "終了0件、新規0件" in run(path).stdout
    assert run(path, "refuse", "2023:4", "2024:9").exit_code == 0
    assert "終了1件、新規1件" in run(path).stdout
    file = tmp_path / "verdicts.csv"
    file.write_text(
        f"{as_csv[0]}\n令和5年度,3,,,令和6年度,8,,,,,却下\n令和5年度,77,,,令和6年度,8,,,,,確認\n",
        encoding="utf-8",
    )
    taken = run(path, "import", file)
    assert (taken.exit_code, "1件の判定を記録しました" in taken.stdout) == (1, True)
    assert "終了2件、新規2件" in run(path).stdout


def test_a_project_that_is_not_there_and_a_year_alone_are_refused(path: Path) -> None:
    assert run(path, "confirm", "2023:99", "2024:9").exit_code == 2
    assert run(path, "confirm", "2024:9", "2023:4").exit_code == 2
    assert run(path, "--from", "2020").exit_code == 2


def test_a_lineage_is_kept_for_a_version_and_decisions_make_a_new_one(path: Path) -> None:
    db = open_database(path)
    with db.reading():
        first = kept_lineage(db, 2023, 2024)
        assert kept_lineage(db, 2023, 2024) is first
    decide(db, (2023, "4"), (2024, "9"), "confirmed", by="t", at=LOADED_AT)
    with db.reading():
        assert len(kept_lineage(db, 2023, 2024).links) == len(first.links) + 1
    assert pairs(lineage(db, 2023, 2024))[-1] == ("4", "9", "confirmed")


@pytest.mark.skipif(not review(), reason="no copy of the national review")
def test_every_national_project_that_keeps_name_and_ministry_is_found_again() -> None:
    newer = review()
    assert newer
    older = newer.with_name("gyosei-review-2022.csv.gz")
    if not older.exists():
        pytest.skip("no copy of the review of 2022")
    before, after = (parse_list(each.read_bytes()).projects for each in (older, newer))
    known = {(each.name, each.organization) for each in before} & {
        (each.name, each.organization) for each in after
    }
    linked = {
        (link.earlier.name, link.earlier.organization)
        for link in match(before, after).links
        if (link.earlier.name, link.earlier.organization) == (link.later.name, link.later.organization)
    }
    assert len(known) > 3_800
    assert known == linked


WITH_COST = "事業番号,事務事業名,担当課,事業概要,決算額（千円）,評価\n"
THREE_YEARS = {
    5: "101,水防訓練事業,土木課,堤防で訓練を行う。,1100,A\n103,広聴事業,秘書課,市民の声を聴く。,290,B\n"
    "104,旧館管理事業,秘書課,館を管理する。,80,C\n",
    6: "201,水防訓練事業,土木課,堤防で訓練を行う。,1400,B\n203,市民広聴事業,秘書課,市民の声を聴く。,300,B\n",
    7: "301,水防訓練事業,土木課,堤防で訓練を行う。,2300,C\n303,市民広聴事業,秘書課,市民の声を聴く。,320,A\n"
    "304,電子化事業,秘書課,紙を減らす。,650,A\n",
}


@pytest.fixture(scope="module")
def three_years() -> Database:
    found = open_database(":memory:")
    for year, rows in THREE_YEARS.items():
        data = f"令和{year}年度 事務事業評価\n{WITH_COST}{rows}".encode()
        store_list(found, parse_list(data), source_name=f"R{year}.csv", now=LOADED_AT)
    return found


def test_a_series_goes_on_under_other_numbers_and_names(three_years: Database) -> None:
    given = answer(three_years, "市民広聴事業の決算額の推移は？")
    (chart,) = given.charts
    assert (chart.labels, chart.series[0].values) == (("R5", "R6", "R7"), (290.0, 300.0, 320.0))
    assert "令和5年度は広聴事業（事業番号 103）で、名前や内容からの推定です。" in given.text


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("評価が変わった事業は？", ["301", "303"]),
        ("評価が上がった事業は？", ["303"]),
        ("評価が下がった事業は何件？", ["301"]),
        ("決算額が増えた事業は？", ["301", "303"]),
        ("新規の事業は？", ["304"]),
        ("秘書課で新しく始まった事業は？", ["304"]),
        ("令和5年度から令和6年度でなくなった事業は？", ["104"]),
        ("番号が変わった事業は何件？", ["301", "303"]),
        ("令和5年度と令和6年度で名前が変わった事業は？", ["203"]),
    ],
)
def test_what_became_of_projects_is_told_by_the_data(
    three_years: Database, asked: str, numbers: list[str]
) -> None:
    assert list(answer(three_years, asked).citations) == numbers


def test_the_line_of_a_project_goes_through_all_years(three_years: Database) -> None:
    with three_years.reading():
        links = line_of(three_years, (2024, "203"))
        assert [(link.earlier.number, link.later.number) for link in links] == [
            ("103", "203"),
            ("203", "303"),
        ]
        assert line_of(three_years, (2025, "304")) == ()
        assert line_of(three_years, (1999, "1")) == ()
