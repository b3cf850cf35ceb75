"""Numbers and fiscal years as people write them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.normalize import nfkc
from store.text.numbers import find_fiscal_year, number_key, numbers_named, parse_fiscal_year

SPELLINGS = (
    "86", "0086", "８６", "No.86", "NO 86", "№86", "＃86", "事業番号86", "事業番号 ０８６", "事務事業番号:86",
    "番号は86", "86番", "第86号", " 86 ", "86.0",
    "八十六", "八六", "事業番号 八十六", "第八十六号", "№八十六番",
)  # fmt: skip


@pytest.mark.parametrize("typed", SPELLINGS)
def test_every_spelling_of_a_number_has_one_key(typed: str) -> None:
    assert number_key(typed) == "86"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("2023-こども-新23-0011", "2023-こども-新23-11"),
        ("２０２３－こども－新２３－００１１", "2023-こども-新23-11"),
        ("2023ーこども‐新23−0011", "2023ーこども-新23-11"),
        ("1ー02", "1-2"),
        ("1.10", "1.10"),
        ("A-007", "a-7"),
        ("000", "0"),
        ("千八十八", "1088"),
        ("〇八六", "86"),
        ("二三十", "二三十"),
        ("八百万", "八百万"),
        ("データ", "データ"),
        ("番号", "番号"),
        ("", ""),
    ],
)
def test_other_numbers_are_folded_in_width_case_dashes_and_zeros(typed: str, key: str) -> None:
    assert number_key(typed) == key


@given(st.text(max_size=30))
def test_a_key_is_its_own_key(text: str) -> None:
    key = number_key(text)
    assert number_key(number_key(key)) == number_key(key)


YEARS = {
    2021: ("令和3年度", "令和３年度", "令和三年度", "2021年度", "２０２１", "R3", "r3年度", "㋿3"),
    2019: ("二〇一九", "令和元年度", "平成31年度", "平成三十一年度", "H31", "2019 年度"),
    1998: ("平成十年度", "平成 10 年度", "1998"),
    1989: ("昭和64年度", "S64", "平成元"),
    2025: ("令和7", "2025", " 2025年 ", "R7年度"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "year"), [(text, year) for year, texts in YEARS.items() for text in texts])
def test_a_year_alone(text: str, year: int) -> None:
    assert parse_fiscal_year(text) == year
    assert find_fiscal_year(text) == year


@pytest.mark.parametrize(
    "text",
    ["", "令和", "令和0年度", "平成32年度", "昭和65年", "99999", "0021", "2999年度", "3", "13月", "総務課"],
)
def test_what_is_no_possible_year_alone(text: str) -> None:
    assert parse_fiscal_year(text) is None


TITLES = {
    "令和3年度事務事業一覧（事務事業マネジメントシートから一部抜粋）": 2021,
    "令和4年3月31日現在 令和3年度事務事業一覧": 2021,
    "つくば市R3事務事業一覧": 2021,
    "行政事業レビュー 2023": 2023,
    "2021年度 事業評価": 2021,
    "令和3年 事業の一覧": 2021,
    "平成３１年度　主要事業": 2019,
    "平成33年度ではなく令和3年度": 2021,
}


@pytest.mark.parametrize(("title", "year"), TITLES.items())
def test_a_year_in_a_title(title: str, year: int) -> None:
    assert find_fiscal_year(title) == year


@pytest.mark.parametrize(
    "title", ["事務事業一覧", "令和4年3月31日現在", "Society5.0", "電話 029-883-1111", "COVID19対策"]
)
def test_a_title_without_a_year(title: str) -> None:
    assert find_fiscal_year(title) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("72番の事業の担当課は？", ("72",)),
        ("七十二番の事業の担当課は？", ("72",)),
        ("七二番の目的", ("72",)),
        ("第７２号の事業の成果", ("72",)),
        ("事業番号は七十二の担当課は？", ("72",)),
        ("スマートシティと番号:72の違い", ("72",)),
        ("No.A-007の目的", ("A-007",)),
        ("事業番号2023-こども-新23-0011の目的", ("2023-こども-新23-0011",)),
        ("2023-こども-新23-0011の担当課は", ("2023-こども-新23-0011",)),
        ("72とは", ("72",)),
        ("72の方の目的は", ("72",)),
        ("十一番と十二番の担当課は？", ("11", "12")),
        ("事業番号１１、１２の目的", ("11", "12")),
        ("11と11の目的", ("11",)),
    ],
)
def test_the_numbers_that_a_sentence_names(text: str, numbers: tuple[str, ...]) -> None:
    assert tuple(number for span in numbers_named(nfkc(text)) for number in span.numbers) == numbers


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("57〜60の担当課は？", 57, 60),
        ("五十七番から六十番までの事業は何件？", 57, 60),
        ("番号:５７～６０の成果", 57, 60),
    ],
)
def test_a_range_that_a_sentence_begins_with(text: str, first: int, last: int) -> None:
    (span,) = numbers_named(nfkc(text))
    assert span.between == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "番号一覧", "番号一つ", "一番多い課は？", "一番の課題", "3番目の事業", "二十歳のつどいの目的",
        "Notionの利用", "第2期計画の成果", "三井不動産との協定", "1番街の整備", "令和3年度の事業",
        "Society5.0の目的", "100の方法", "5の方々は",
    ],
)  # fmt: skip
def test_what_is_no_number_of_a_project(text: str) -> None:
    assert numbers_named(nfkc(text)) == ()


@given(st.text(alphabet="番号11十二と、〜からNo.事業の目的 -", max_size=40))
def test_the_numbers_named_are_spans_in_order(text: str) -> None:
    spans = numbers_named(nfkc(text))
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(nfkc(text)[span.start : span.end] for span in spans)
