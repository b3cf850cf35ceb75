"""A fiscal year typed in plain words: a filter, part of a name, or one whose list is not here."""

from pathlib import Path

import pytest

from bot.messages.result_blocks import nothing_message
from store.database import Database, open_database
from store.lists import parse_list
from store.loader import store_list
from store.records import SearchResult
from store.search.pipeline import search
from store.search.query import parse
from store.text.normalize import nfkc
from store.text.numbers import without_years, years_asked, years_mentioned

HEADER = "年度\t事業番号\t事務事業名\t担当課\t目的\t概要\t成果\n"


def find(db: Database, typed: str) -> SearchResult:
    return search(db, parse(typed))


@pytest.fixture
def two_years(tmp_path: Path) -> Database:
    db = open_database(tmp_path / "two.db")
    rows = [
        "令和4年度\t1\t公園の整備\t公園課\t緑を増やす\t木を植える\t植えた\n",
        "令和3年度\t1\t公園の整備\t公園課\t緑を増やす\t木を植える\t植えた\n",
        "令和3年度\t2\t令和4年度水道料金改定準備事業\t水道課\t準備する\t調べる\t調べた\n",
        "令和3年度\t3\t図書館\t文化課\t読書\t本を貸す\t貸した\n",
    ]
    listed = parse_list((HEADER + "".join(rows)).encode(), fiscal_year=None)
    store_list(db, listed, source_name="two.tsv", now="2026-11-23T00:00:00+00:00")
    return db


@pytest.mark.parametrize(
    ("typed", "years", "rest"),
    [
        ("令和4年度のスマートシティ", (2022,), "スマートシティ"),
        ("令和四年度の統計", (2022,), "統計"),
        ("Ｒ４年度　統計", (2022,), "統計"),
        ("R4 統計", (2022,), "統計"),
        ("r3の統計", (2021,), "統計"),
        ("R3企画経営課", (2021,), "企画経営課"),
        ("統計 2022年度", (2022,), "統計"),
        ("平成31年度分の補助金", (2019,), "補助金"),
        ("令和3年 統計", (2021,), "統計"),
        ("令和元年度", (2019,), ""),
        ("2020年の事業", (2020,), "事業"),
        ("令和2年の事務事業一覧", (2020,), "事務事業一覧"),
        ("2020年の全事業を教えて", (2020,), "全事業を教えて"),
        ("2020年の事業一覧をお見せください", (2020,), "事業一覧をお見せください"),
        ("2020年の事業を知りたいです。", (2020,), "事業を知りたいです。"),
        ("2021年の事業は何件ありますか？", (2021,), "事業は何件ありますか?"),
        ("二〇二一年度の事業は何件？", (2021,), "事業は何件?"),
        ("FY2021の事業一覧", (2021,), "事業一覧"),
        ("ＦＹ21 統計", (2021,), "統計"),
        ("統計課の令和三年度の事業", (2021,), "統計課の 事業"),
        ("統計課のR3の事業一覧", (2021,), "統計課の 事業一覧"),
    ],
)
def test_a_year_at_the_head_or_by_itself_is_taken(typed: str, years: tuple[int, ...], rest: str) -> None:
    spans = years_asked(nfkc(typed))
    assert tuple(span.year for span in spans) == years
    assert without_years(nfkc(typed), spans) == rest


@pytest.mark.parametrize(
    "typed",
    [
        "H2 ステーション",
        "2022 統計",
        "2020年東京オリンピック",
        "2020年の東京オリンピック",
        "2020年の事業者支援",
        "2021年の事業を評価",
        "2020年の事業を継続",
        "スマートシティの令和3年度までの歩み",
        "令和3年度末の状況",
        "R2-D2",
        "令和3年12月",
        "十の約束",
    ],
)
def test_a_year_that_belongs_to_other_words_stays_with_them(typed: str) -> None:
    assert years_asked(nfkc(typed)) == ()


def test_a_year_in_a_passage_is_one_of_its_words() -> None:
    passage = "令和2年度は、" + "新しい仕組みについて市民と話し合いを重ね、" * 3
    assert parse(passage).fiscal_years == ()


def test_years_set_against_each_other_are_all_mentioned() -> None:
    spans = years_mentioned("令和2年度とFY2021の違い")
    assert [span.year for span in spans] == [2020, 2021]


@pytest.mark.parametrize("typed", ["令和4年度の公園", "公園　R4", "2022年度 公園", "令和４年度公園の整備"])
def test_a_year_in_plain_words_is_a_filter(two_years: Database, typed: str) -> None:
    found = find(two_years, typed)
    assert [hit.project.key for hit in found.hits] == [(2022, "1")]


def test_a_year_alone_or_with_all_its_projects_lists_them(two_years: Database) -> None:
    for typed in ("令和3年度", "令和3年度の事業一覧", "R3の事業"):
        assert find(two_years, typed).total == 3


def test_a_year_within_the_name_of_a_project_is_part_of_the_name(two_years: Database) -> None:
    for typed in ("令和4年度水道料金改定準備事業", "令和4年度 水道料金改定", "水道料金改定準備"):
        assert [hit.project.key for hit in find(two_years, typed).hits] == [(2021, "2")]


def test_what_a_loaded_year_lacks_is_offered_in_another(two_years: Database) -> None:
    found = find(two_years, "令和4年度の図書館")
    assert (found.hits, found.unknown) == ((), ())
    assert [near.text for near in found.suggestions] == ["令和3年度 図書館"]
    assert find(two_years, found.suggestions[0].text).hits[0].project.number == "3"


@pytest.mark.parametrize(
    "typed", ["令和4年度のスマートシティ", "R5 ふるさと納税", "2019年度の統計", "2020年の事業"]
)
def test_a_year_that_is_not_loaded_is_named_and_the_loaded_one_offered(db: Database, typed: str) -> None:
    found = find(db, typed)
    assert found.hits == ()
    (year,) = found.unknown
    shown = nothing_message(found).text
    assert f"{year}の一覧は登録されていません。登録されているのは、令和3年度です。" in shown
    assert all(near.text.startswith("令和3年度") for near in found.suggestions)
    assert find(db, found.suggestions[0].text).hits
