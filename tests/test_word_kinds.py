"""Kinds of words that once found nothing or the wrong project, each by what finds it now."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from store.database import Database, open_database
from store.index.tuning import TUNING
from store.lists import parse_list
from store.loader import store_list
from store.search import pipeline
from store.search.pipeline import search
from store.search.query import parse


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A list whose numbers have the year, and names and offices that sound alike in part."""
    rows = [
        "2023\t2023-国交-22-0506\t離島航路の維持\t港湾課",
        "2023\t2023-厚労-22-0506\t家内労働の安全\t賃金課",
        "2023\t2023-厚労-22-0507\t職業紹介\t課内労働調整室",
    ]
    listed = parse_list("\n".join(["年度\t事業番号\t事務事業名\t担当課", *rows]).encode(), fiscal_year=None)
    db = open_database(tmp_path_factory.mktemp("made") / "list.db")
    store_list(db, listed, source_name="a.tsv", now="2026-11-23T00:00:00+00:00")
    return db


def found(db: Database, typed: str) -> list[str]:
    return [hit.project.number for hit in search(db, parse(typed)).hits]


def offered(db: Database, typed: str) -> list[str]:
    result = search(db, parse(typed))
    assert not result.hits
    return [near.number for near in result.suggestions]


@pytest.mark.parametrize(
    ("typed", "number"),
    [("ロボット修理", "97"), ("返礼品配送", "69"), ("ドローン墜落", "94"), ("研修会費用", "83")],
)
def test_a_compound_of_which_nobody_says_a_part_is_offered_for_the_rest(
    db: Database, typed: str, number: str
) -> None:
    assert offered(db, typed)[0] == number


def test_in_a_long_list_a_part_is_offered_only_where_meaning_has_it_near_too(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offered(db, "シェアサイクル")
    assert offered(db, "ロボット修理") == ["97"]
    long = replace(TUNING.candidates, small_list=10)
    monkeypatch.setattr(pipeline, "TUNING", replace(TUNING, candidates=long))
    assert not offered(db, "シェアサイクル")
    assert offered(db, "ロボット修理") == ["97"]


def test_a_part_in_a_name_and_another_far_off_are_no_compound_that_nothing_is_near_to(db: Database) -> None:
    assert not found(db, "事務経費")


@pytest.mark.parametrize(
    ("typed", "number"), [("荒川区の駐車場", "64"), ("ロボットの修理", "97"), ("UDの普及啓発", "66")]
)
def test_what_belongs_to_something_is_offered_for_that_where_nobody_has_it(
    db: Database, typed: str, number: str
) -> None:
    assert offered(db, typed)[0] == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("オリパラを盛り上げる活動", "68"),
        ("イノプラの会議室", "104"),
        ("イノプラ会議室", "104"),
        ("デジ田", "57"),
        ("デジ田の交付金", "57"),
        ("デジ田交付金", "57"),
        ("ふる納", "69"),
        ("ふる納の返礼品", "69"),
        ("UD", "66"),
        ("NW機器", "88"),
        ("NW機器の更新", "88"),
    ],
)
def test_an_abbreviation_is_understood_of_names_and_texts_and_in_a_sentence(
    db: Database, typed: str, number: str
) -> None:
    assert found(db, typed)[0] == number


def test_a_mistyped_section_is_guessed_as_the_section(db: Database) -> None:
    assert [near.text for near in search(db, parse("情報政作課")).suggestions] == ["情報政策課"]


def test_a_short_word_that_looks_like_another_is_not_offered(db: Database) -> None:
    assert found(db, "ライフ")
    assert not offered(db, "ライフル")


def test_the_reading_of_a_name_goes_before_parts_of_offices(made: Database) -> None:
    assert found(made, "かないろうどう") == ["2023-厚労-22-0506"]


def test_a_number_is_found_without_its_year(made: Database) -> None:
    assert found(made, "国交-22-0506") == ["2023-国交-22-0506"]
    assert found(made, "厚労-22-507") == ["2023-厚労-22-0507"]
    assert found(made, "0506") == ["2023-国交-22-0506", "2023-厚労-22-0506"]
    assert found(made, "22-507") == []


@pytest.mark.parametrize(
    ("typed", "number"),
    [("会議室を借りたい", "104"), ("パブコメで意見を出す", "75"), ("ナッジの研修", "1088")],
)
def test_who_says_none_of_the_rarer_words_stands_behind_no_answer(
    db: Database, typed: str, number: str
) -> None:
    assert found(db, typed) == [number]


@pytest.mark.parametrize("typed", ["中学校の部活動", "東京の区と付き合いがある事業", "高齢者の介護"])
def test_what_stands_here_and_there_in_a_text_is_no_answer(db: Database, typed: str) -> None:
    assert not found(db, typed)


def test_a_rare_word_beside_a_common_one_is_an_answer_that_says_what_it_lacks(db: Database) -> None:
    first = search(db, parse("オンライン 研修会")).hits[0]
    assert (first.project.number, first.missing) == ("83", ("オンライン",))


def of_names(folder: Path, *names: str, texts: Sequence[str] = ()) -> Database:
    rows = [f"2023\t{at}\t{name}\t総務課\t" for at, name in enumerate(names, 1)]
    rows += [f"2023\t{at}\t事務\t総務課\t{text}" for at, text in enumerate(texts, len(rows) + 1)]
    header = "年度\t事業番号\t事務事業名\t担当課\t事業概要"
    listed = parse_list("\n".join([header, *rows]).encode(), fiscal_year=None)
    db = open_database(folder / "list.db")
    store_list(db, listed, source_name="a.tsv", now="2026-11-23T00:00:00+00:00")
    return db


def test_a_whole_name_typed_by_its_sound_is_found_even_where_it_reads_as_a_sentence(tmp_path: Path) -> None:
    db = of_names(tmp_path, "CCUS研究開発・実証関連事業", "研究の推進", "BIMを活用した建築生産")
    assert found(db, "CCUSけんきゅうかいはつじっしょうかんれんじぎょう") == ["1"]
    assert found(db, "BIMをかつようしたけんちくせいさん")[0] == "3"


def test_a_term_of_the_thesaurus_in_other_letters_is_itself_too(tmp_path: Path) -> None:
    db = of_names(tmp_path, "監視", "ガバメントクラウド", texts=["ガバクラを使う。"])
    assert found(db, "がばめんとくらうど") == ["2", "3"]


def test_a_listed_equivalent_in_a_name_goes_before_the_very_word_in_a_text(tmp_path: Path) -> None:
    db = of_names(tmp_path, "監視", "ガバメントクラウド", texts=["ガバクラを使う。"])
    assert found(db, "ガバクラ") == ["2", "3"]


def test_a_year_as_a_filter_leaves_no_label_in_what_is_offered(db: Database) -> None:
    offers = search(db, parse("年度:平成20年度")).suggestions
    assert offers
    assert all(":" not in each.text for each in offers)


def test_an_unknown_term_beside_those_that_a_name_has_does_not_hide_it(tmp_path: Path) -> None:
    names = ["トマホークの取得", "取得の計画", "艦船の取得", "統計の整備"]
    db = of_names(tmp_path, *names)
    hits = search(db, parse("トマホーク 取得 フラダンス")).hits
    assert (hits[0].project.number, hits[0].missing) == ("1", ("フラダンス",))
    assert not search(db, parse("統計調査等実施基盤整備総合推進計画 恐竜博物館")).hits  # ranked word by word


def test_no_slip_makes_a_kanji_of_a_latin_letter(tmp_path: Path) -> None:
    db = of_names(tmp_path, "障害者スポーツ大会")
    texts = [near.text for near in search(db, parse("eスポーツ大会")).suggestions]
    assert texts == ["スポーツ大会"]
