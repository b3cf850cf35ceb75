"""Kinds of words that once found nothing or the wrong project, each by what finds it now."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from store.database import Database
from store.index.tuning import TUNING
from store.search import pipeline
from store.search.pipeline import search
from store.search.query import parse
from tests.conftest import Made


@pytest.fixture(scope="module")
def years(made: Made) -> Database:
    """A list whose numbers have the year, and names and offices that sound alike in part."""
    rows = [
        "2023\t2023-国交-22-0506\t離島航路の維持\t港湾課",
        "2023\t2023-厚労-22-0506\t家内労働の安全\t賃金課",
        "2023\t2023-厚労-22-0507\t職業紹介\t課内労働調整室",
    ]
    return made("\n".join(["年度\t事業番号\t事務事業名\t担当課", *rows]))


@pytest.fixture(scope="module")
def coast(made: Made) -> Database:
    """A town on the coast, with texts in which words of many compounds stand."""
    rows = [
        "1\t漁港整備計画に係る調査\t港湾課\t漁港の施設を計画的に直すため、傷みの様子を調べる。",
        "2\t灯台の公開\t文化課\t灯台を市民に公開し、歴史を伝える。公開の日は特産の干物が当たる抽選を行う。",
        "3\t移住の窓口\t企画課\t移住を考える人の住まい探しと仕事探しを支援する。",
        "4\t乳児健診\t保健課\t乳児と母親の健診を行い、育児の不安について相談を受ける。",
        "5\t図書館の運営\t図書館\t市民の学びを支援するため、本を貸し出す図書館を開く。",
        "6\t渡船の運航\t港湾課\t島と港を結ぶ渡船を毎日動かし、休日の便を増やす。",
        "7\t海水浴場の監視\t観光課\t夏の海水浴場に監視員を置く。花のフェアも催す。",
        "8\t農道の舗装\t農政課\t農道を舗装し、畑への行き来を楽にする。ブロックチェーンで出荷を記録する。",
        "9\t高齢者の見守り\t福祉課\t一人で暮らす高齢者の家を訪ね、会計の手伝いもする。",
        "10\t奨学生の選考\t学務課\t高校生を選び、学費を貸す。選考の会議は年二回開く。",
    ]
    header = "年度\t事業番号\t事務事業名\t担当課\t事業の概要"
    return made("\n".join([header, *(f"2023\t{row}" for row in rows)]))


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
    ("typed", "number"), [("移住支援", "3"), ("仕事支援", "3"), ("育児相談", "4"), ("公開抽選", "2")]
)
def test_a_compound_is_what_a_text_says_of_its_parts_in_their_order(
    coast: Database, typed: str, number: str
) -> None:
    assert found(coast, typed) == [number]


@pytest.mark.parametrize("typed", ["調査計画", "会議選考", "抽選公開", "出荷舗装", "不安健診", "図書館支援"])
def test_the_parts_of_a_compound_the_other_way_round_are_none(coast: Database, typed: str) -> None:
    assert not found(coast, typed)


@pytest.mark.parametrize("typed", ["港湾調査", "観光監視", "文化公開"])
def test_a_part_that_only_the_section_says_is_offered(coast: Database, typed: str) -> None:
    assert offered(coast, typed)


def test_the_parts_of_a_plan_that_nobody_has_are_no_answer(db: Database) -> None:
    assert offered(db, "総合計画")[0] == "81"  # not 57, a 総合調整 of a 再生計画
    assert found(db, "地域再生計画") == ["57"]


@pytest.mark.parametrize(("typed", "number"), [("愛想", "9"), ("運賃", "7")])
def test_a_word_in_a_sense_that_is_not_the_texts_is_offered(coast: Database, typed: str, number: str) -> None:
    assert offered(coast, typed)[0] == number  # お愛想 is a 会計, a fare a フェア
    assert found(coast, "会合") == ["10"]


@pytest.mark.parametrize(
    ("typed", "number"), [("くじ引き", "80"), ("タイヤチェーン", "11"), ("給付金", "57")]
)
def test_what_only_a_dictionary_calls_the_same_is_no_answer_where_meaning_is_not_near(
    db: Database, typed: str, number: str
) -> None:
    assert offered(db, typed)[0] == number


@pytest.mark.parametrize(
    ("typed", "number"), [("スマートフォン", "11"), ("道交法", "97"), ("人工知能", "93"), ("インスタ", "85")]
)
def test_what_a_dictionary_or_the_thesaurus_calls_the_same_is_an_answer_in_a_text(
    db: Database, typed: str, number: str
) -> None:
    assert found(db, typed)[0] == number


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


def test_the_reading_of_a_name_goes_before_parts_of_offices(years: Database) -> None:
    assert found(years, "かないろうどう") == ["2023-厚労-22-0506"]


def test_a_number_is_found_without_its_year(years: Database) -> None:
    assert found(years, "国交-22-0506") == ["2023-国交-22-0506"]
    assert found(years, "厚労-22-507") == ["2023-厚労-22-0507"]
    assert found(years, "0506") == ["2023-国交-22-0506", "2023-厚労-22-0506"]
    assert found(years, "22-507") == []


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


def of_names(made: Made, *names: str, texts: Sequence[str] = ()) -> Database:
    rows = [f"2023\t{at}\t{name}\t総務課\t" for at, name in enumerate(names, 1)]
    rows += [f"2023\t{at}\t事務\t総務課\t{text}" for at, text in enumerate(texts, len(rows) + 1)]
    header = "年度\t事業番号\t事務事業名\t担当課\t事業概要"
    return made("\n".join([header, *rows]))


def test_a_whole_name_typed_by_its_sound_is_found_even_where_it_reads_as_a_sentence(made: Made) -> None:
    db = of_names(made, "CCUS研究開発・実証関連事業", "研究の推進", "BIMを活用した建築生産")
    assert found(db, "CCUSけんきゅうかいはつじっしょうかんれんじぎょう") == ["1"]
    assert found(db, "BIMをかつようしたけんちくせいさん")[0] == "3"


def test_a_term_of_the_thesaurus_in_other_letters_is_itself_too(made: Made) -> None:
    db = of_names(made, "監視", "ガバメントクラウド", texts=["ガバクラを使う。"])
    assert found(db, "がばめんとくらうど") == ["2", "3"]


def test_a_listed_equivalent_in_a_name_goes_before_the_very_word_in_a_text(made: Made) -> None:
    db = of_names(made, "監視", "ガバメントクラウド", texts=["ガバクラを使う。"])
    assert found(db, "ガバクラ") == ["2", "3"]


def test_a_year_as_a_filter_leaves_no_label_in_what_is_offered(db: Database) -> None:
    offers = search(db, parse("年度:平成20年度")).suggestions
    assert offers
    assert all(":" not in each.text for each in offers)


def test_an_unknown_term_beside_those_that_a_name_has_does_not_hide_it(made: Made) -> None:
    names = ["トマホークの取得", "取得の計画", "艦船の取得", "統計の整備"]
    db = of_names(made, *names)
    hits = search(db, parse("トマホーク 取得 フラダンス")).hits
    assert (hits[0].project.number, hits[0].missing) == ("1", ("フラダンス",))
    assert not search(db, parse("統計調査等実施基盤整備総合推進計画 恐竜博物館")).hits  # ranked word by word


def test_no_slip_makes_a_kanji_of_a_latin_letter(made: Made) -> None:
    db = of_names(made, "障害者スポーツ大会")
    texts = [near.text for near in search(db, parse("eスポーツ大会")).suggestions]
    assert texts == ["スポーツ大会"]
