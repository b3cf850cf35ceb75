"""Numbers and fiscal years as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.fiscal_years import find_fiscal_year, parse_fiscal_year
from store.text.numbers import number_key

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
