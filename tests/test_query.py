"""What a person typed becomes a Query, whatever it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records import Query
from store.search.query import parse

CASES = [
    ("スマートシティ　推進", Query("", terms=("スマートシティ", "推進"))),
    ("11", Query("", terms=("11",))),
    ("事業番号 75", Query("", numbers=("75",))),
    ("事業番号７５番", Query("", numbers=("75",))),
    ("№60", Query("", numbers=("60",))),
    ("No.0086", Query("", numbers=("86",))),
    ("11 12", Query("", terms=("11", "12"))),
    ("１２、１１", Query("", terms=("１２", "１１"))),
    ("11、12、", Query("", terms=("11", "12"))),
    ("11番と12番", Query("", terms=("11", "12"))),
    ("No.11 No.12", Query("", numbers=("11", "12"))),
    ("番号:12,011", Query("", numbers=("12", "11"))),
    ("番号:11と12", Query("", numbers=("11", "12"))),
    ("事業番号は11と12", Query("", numbers=("11", "12"))),
    ("事業番号11と12", Query("", numbers=("11", "12"))),
    ("事業番号 11、12、11", Query("", numbers=("11", "12"))),
    ("七十二", Query("", terms=("72",), as_typed=("七十二",))),
    ("七二", Query("", terms=("72",), as_typed=("七二",))),
    ("第七十二号", Query("", terms=("第72号",), as_typed=("第七十二号",))),
    ("七十二番の事業", Query("", terms=("72番",), as_typed=("七十二番の事業",))),
    ("七十二、十一", Query("", terms=("72", "11"), as_typed=("七十二", "十一"))),
    ("番号:七十二", Query("", numbers=("72",))),
    ("事業番号は十一と72", Query("", numbers=("11", "72"))),
    ("11-15", Query("", terms=("11-15",), number_range=(11, 15))),
    ("１１～１５番", Query("", terms=("１１～１５番",), number_range=(11, 15))),
    (
        "十一番から十五番まで",
        Query("", terms=("11番から15番まで",), number_range=(11, 15), as_typed=("十一番から十五番まで",)),
    ),
    ("No.11〜15", Query("", terms=("No.11〜15",), number_range=(11, 15))),
    ("番号:11〜15", Query("", numbers=("11〜15",), number_range=(11, 15))),
    ("課:企画経営課 57〜62", Query("", terms=("57〜62",), sections=("企画経営課",), number_range=(57, 62))),
    ("市民 57〜62", Query("", terms=("市民", "57〜62"))),
    ("15-11", Query("", terms=("15-11",))),
    ("11 - 15", Query("", terms=("11", "-", "15"), number_range=(11, 15))),
    ("11 -15", Query("", terms=("11",), excluded=("15",))),
    ("72 －73", Query("", terms=("72",), excluded=("73",))),
    ("4-12", Query("", terms=("4-12",), number_range=(4, 12))),
    *(
        (word, Query("", terms=(word,)))
        for word in ("305-8555", "883-1111", "2021-2022", "11-500", "85-1111")
    ),
    ("課:企画経営課 305-8555", Query("", terms=("305-8555",), sections=("企画経営課",))),
    ("11〜500", Query("", terms=("11〜500",), number_range=(11, 500))),
    ("11番-500番", Query("", terms=("11番-500番",), number_range=(11, 500))),
    ("番号:11-500", Query("", numbers=("11-500",), number_range=(11, 500))),
    ("029-8831", Query("", terms=("029-8831",))),
    ("2023-0011", Query("", terms=("2023-0011",))),
    ("七十二 スマートシティ", Query("", terms=("七十二", "スマートシティ"))),
    *((word, Query("", terms=(word,))) for word in ("一般", "二十歳", "三井", "八百万", "十十", "第一")),
    ("11 スマートシティ", Query("", terms=("11", "スマートシティ"))),
    ("No.11 スマートシティ", Query("", terms=("スマートシティ",), numbers=("11",))),
    ("11と水", Query("", terms=("11と水",))),
    ("11/12", Query("", terms=("11/12",))),
    ("“No.11 計画”", Query("", phrases=("No.11 計画",))),
    ("課:企画経営課 交流", Query("", terms=("交流",), sections=("企画経営課",))),
    ("担当：情報政策課、企画経営課", Query("", sections=("情報政策課", "企画経営課"))),
    ("所管: 情報政策課 -研修", Query("", sections=("情報政策課",), excluded=("研修",))),
    ("年度:令和3年度 市民", Query("", terms=("市民",), fiscal_years=(2021,))),
    ("年度:らいねん", Query("", fiscal_years=(-1,))),
    ("-課:企画経営課 交流", Query("", terms=("交流",), excluded=("企画経営課",))),
    ("95番の事業", Query("", terms=("95番",))),
    ("部:政策イノベーション部 番号:11", Query("", departments=("政策イノベーション部",), numbers=("11",))),
    ("“庁内 ネットワーク”", Query("", phrases=("庁内 ネットワーク",))),
    ("オンライン または 市民 会議", Query("", terms=("会議",), alternatives=(("オンライン", "市民"),))),
    ("a|b OR c", Query("", alternatives=(("a", "b", "c"),))),
    ("市民、参加", Query("", terms=("市民", "参加"))),
    (
        "市民の意見を集め、市政に反映させる、そのような事業は？",
        Query("", terms=("市民の意見を集め、市政に反映させる、そのような",)),
    ),
    ("川の水をきれいにするやつ", Query("", terms=("川の水をきれいにする",))),
    ("お年寄りが安いやつ", Query("", terms=("お年寄りが安い",))),
    ("おやつ", Query("", terms=("おやつ",))),
    ("PPP/PFI", Query("", terms=("PPP/PFI",))),
    ("OR", Query("")),
    ('"', Query("")),
]


@pytest.mark.parametrize(("typed", "expected"), CASES)
def test_a_query_is_read(typed: str, expected: Query) -> None:
    found = parse(typed)
    fields = set(Query.__slots__) - {"text", "in_full", "certain"}
    assert {name: getattr(found, name) for name in fields} == {
        name: getattr(expected, name) for name in fields
    }
    assert found.text == typed


@given(st.text(max_size=200))
def test_any_text_parses(typed: str) -> None:
    assert parse(typed).text == typed


@pytest.mark.parametrize(
    "again", ["番号 一 ", "番号 1 ", "事業番号 1と", "No. 十一から", "# 1、", "1-", "1 -"]
)
def test_a_long_row_of_numbers_is_read_at_once(again: str) -> None:
    typed = again * 200 + "一x"  # where a space or a hyphen could be read in two ways, this took years
    assert parse(typed).text == typed


def test_what_is_too_long_is_cut() -> None:
    assert len(parse("市民 " * 2000).terms) <= 64
