"""評価:拡充, 予算>=5000万: conditions on the lists' own columns; words that only such a column says."""

import pytest

from store.database import Database, open_database
from store.lists import parse_list
from store.loader import store_list
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import LOADED_AT

LIST = """令和6年度 事務事業一覧
事業番号,事務事業名,担当課,事業概要,R6当初予算額（千円）,R5決算（千円）,職員数（人）,総合評価,施策,2次判定
101,防災訓練事業,危機管理課,年3回の訓練を行う。,1250,900,1.5,縮小,1-1 防災,可
102,健診事業,健康課,健診規模の縮小を補う。,52500,60000,2,拡充,2-1 健康,可
103,防災倉庫整備事業,危機管理課,倉庫を建てる。,120000,―,3,現状維持,1-1 防災,不可
104,広報事業,企画課,広報紙を配る。,△50,,1,現状維持,,良
"""


@pytest.fixture(scope="module")
def db() -> Database:
    found = open_database(":memory:")
    store_list(found, parse_list(LIST.encode()), source_name="list.csv", now=LOADED_AT)
    return found


def found(db: Database, text: str) -> list[str]:
    return [hit.project.number for hit in search(db, parse(text)).hits]


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("評価:拡充", ["102"]),
        ("総合評価：縮小", ["101"]),
        ("評価:拡充,縮小", ["101", "102"]),
        ("施策:防災", ["101", "103"]),
        ('施策:"1-1 防災"', ["101", "103"]),
        ("施策:空欄", ["104"]),
        ("予算>=5000万", ["102", "103"]),
        ("予算＞＝5000万円", ["102", "103"]),
        ("予算 >= 1250", ["101", "102", "103"]),
        ("当初予算額:1億円以上", ["103"]),
        ("予算:1000万〜1億円", ["102"]),
        ("予算<0", ["104"]),
        ("決算:100万円未満", ["101"]),
        ("職員数:2", ["102"]),
        ("R5決算:空欄", ["103", "104"]),
        ("評価:現状維持 予算:1億円以上", ["103"]),
        ("施策:防災 -評価:縮小", ["103"]),
        ("課:危機管理課 評価:縮小", ["101"]),
        ("倉庫 施策:防災", ["103"]),
        ("補正予算>0", []),
        ("2次判定:良", ["104"]),
    ],
)
def test_a_condition_on_a_column_is_a_filter(db: Database, typed: str, numbers: list[str]) -> None:
    assert found(db, typed) == numbers


def test_a_budget_is_no_settlement(db: Database) -> None:
    assert found(db, "執行額>0") == []
    assert found(db, "決算>=6000万") == ["102"]


def test_what_names_no_column_is_words(db: Database) -> None:
    assert parse("テーマ:防災").columns[0].label == "テーマ"
    assert search(db, parse("防災訓練 テーマ:なにか")).query.columns == ()
    assert found(db, "防災:訓練") == found(db, "防災:訓練事業")


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "a=1 OR 1=1", "x>=", "評価:", "'1'='1'", ":::", "予算>="]
)
def test_any_text_with_signs_is_read(db: Database, typed: str) -> None:
    search(db, parse(typed))


def test_words_of_any_column_are_found_below_names_and_texts(db: Database) -> None:
    result = search(db, parse("縮小"))
    assert [(hit.project.number, hit.matched) for hit in result.hits] == [
        ("102", ("overview",)),
        ("101", ("総合評価",)),
    ]
    assert result.total == 2
    assert found(db, "拡充") == ["102"]
    assert found(db, "防災 現状維持") == ["103"]
    assert search(db, parse("縮小", limit=1, offset=1)).hits[0].project.number == "101"
    assert found(db, "縮小 -防災") == ["102"]
