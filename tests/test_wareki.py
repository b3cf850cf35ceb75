from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.text.numbers import (
    era_of,
    fiscal_year,
    fiscal_year_name,
    kanji_number,
    parse_fiscal_year,
    parse_full_date,
)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_an_era_changes_on_its_day(day: date, written: str) -> None:
    era, year = era_of(day)
    assert written.startswith((f"{era}{year}年", f"{era}元年" if year == 1 else f"{era}{year}年"))
    assert parse_full_date(written) == day


@pytest.mark.parametrize(
    ("day", "year"), [(date(2022, 3, 31), 2021), (date(2022, 4, 1), 2022), (date(2022, 12, 31), 2022)]
)
def test_the_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


@given(st.integers(1900, 2100))
def test_a_fiscal_years_name_reads_back(year: int) -> None:
    assert parse_fiscal_year(fiscal_year_name(year)) == year


@given(st.dates(date(1873, 1, 1), date(2117, 12, 31)))
def test_a_day_in_wareki_reads_back(day: date) -> None:
    era, year = era_of(day)
    assert parse_full_date(f"{era}{year if year > 1 else '元'}年{day.month}月{day.day}日") == day


def test_kanji_numbers() -> None:
    assert [kanji_number(text) for text in ("十", "二十八", "二八", "百五", "千九百四十五", "二〇二六")] == [
        10, 28, 28, 105, 1945, 2026,
    ]  # fmt: skip
