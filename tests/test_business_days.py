from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days.calendar import Calendar, CalendarError, format_due, read_days
from store.evaluation.records import Due

CALENDAR = Calendar()
DAYS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), False),
        (date(2026, 9, 22), False),  # 国民の休日, between two holidays
        (date(2027, 3, 22), False),  # 振替休日
        (date(2019, 5, 1), False),  # 天皇の即位の日
    ],
)
def test_the_city_hall_is_closed_on_weekends_holidays_and_at_the_turn_of_the_year(
    day: date, is_open: bool
) -> None:
    assert CALENDAR.is_open(day) is is_open


def test_the_citys_own_days_come_first() -> None:
    calendar = Calendar(closed=frozenset({date(2026, 11, 13)}), opened=frozenset({date(2026, 11, 15)}))
    assert not calendar.is_open(date(2026, 11, 13))
    assert calendar.is_open(date(2026, 11, 15))


def test_holidays_agree_with_an_independent_list() -> None:
    others = holidays.country_holidays("JP", years=range(2025, 2031))
    for ordinal in range(date(2025, 1, 1).toordinal(), date(2031, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        closed = day.weekday() >= 5 or day in others or (day.month, day.day) in YEAR_END
        assert CALENDAR.is_open(day) is not closed, day


@pytest.mark.parametrize(
    ("how", "effective"),
    [("next", date(2027, 1, 4)), ("previous", date(2026, 12, 28)), ("none", date(2026, 12, 31))],
)
def test_a_deadline_on_a_closed_day_rolls_by_the_setting_and_keeps_both_dates(
    how: str, effective: date
) -> None:
    assert CALENDAR.roll(date(2026, 12, 31), how) == Due(date(2026, 12, 31), effective)  # type: ignore[arg-type]


def test_both_dates_are_shown_where_they_differ() -> None:
    assert format_due(Due(date(2026, 12, 28), date(2026, 12, 28))) == "2026年12月28日（月）"
    rolled = format_due(Due(date(2026, 12, 31), date(2027, 1, 4)))
    assert "2027年1月4日（月）" in rolled
    assert "2026年12月31日（木）" in rolled


@given(DAYS, st.integers(-15, 15))
def test_working_days_added_are_the_working_days_between(day: date, count: int) -> None:
    start = CALENDAR.next_open(day)
    reached = CALENDAR.add(start, count)
    assert CALENDAR.is_open(reached)
    assert CALENDAR.between(start, reached) == count
    assert CALENDAR.add(reached, -count) == start


@given(DAYS)
def test_next_and_previous_open_days_have_only_closed_days_on_the_way(day: date) -> None:
    later, earlier = CALENDAR.next_open(day), CALENDAR.previous_open(day)
    assert CALENDAR.is_open(later)
    assert CALENDAR.is_open(earlier)
    skipped = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    assert (later == earlier == day) or not any(map(CALENDAR.is_open, skipped))


def test_a_file_that_closes_everything_is_an_error_and_no_endless_loop() -> None:
    forever = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(1000))
    with pytest.raises(CalendarError, match="開庁日がありません"):
        Calendar(closed=forever).next_open(date(2026, 6, 1))


def test_the_citys_days_are_read_from_csv_and_bad_rows_are_told_with_their_line() -> None:
    calendar, rejected = read_days(
        "\ufeff日付,区分,名称\n2026-11-13,休,市民の日\n令和8年11月15日,開,日曜開庁\n2026/2/30,休,\n\n11/16,休\n2026-11-17,半休\n"
    )
    assert calendar.closed == {date(2026, 11, 13)}
    assert calendar.opened == {date(2026, 11, 15)}
    assert [row.line for row in rejected] == [4, 6, 7]
    assert "ありません" in rejected[0].reason
    assert "年から" in rejected[1].reason
    assert "半休" in rejected[2].reason
