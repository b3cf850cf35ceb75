from __future__ import annotations

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days.calendar import Calendar, format_date
from bot.days.dates import DateError, parse_date
from store.text.numbers import era_of

MONDAY = date(2026, 11, 23)  # a holiday, 勤労感謝の日
CALENDAR = Calendar()
KANJI = str.maketrans("0123456789", "〇一二三四五六七八九")
WIDE = str.maketrans("0123456789/-.RH", "０１２３４５６７８９／－．ＲＨ")


def kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{'〇一二三四五六七八九'[tens]}十" if tens else "") + (
        "〇一二三四五六七八九"[ones] if ones else ""
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-12-28", date(2026, 12, 28)),
        ("2026/12/28", date(2026, 12, 28)),
        ("2026.12.28", date(2026, 12, 28)),
        ("20261228", date(2026, 12, 28)),
        ("12/28", date(2026, 12, 28)),
        ("12-28", date(2026, 12, 28)),
        ("12月28日", date(2026, 12, 28)),
        (" 12月 28日 ", date(2026, 12, 28)),
        ("12月28日まで", date(2026, 12, 28)),
        ("12/28(月)", date(2026, 12, 28)),
        ("12/28㈪", date(2026, 12, 28)),
        ("12月28日（月曜日）必着", date(2026, 12, 28)),
        ("1/11(月)", date(2027, 1, 11)),
        ("1月12日（火）までに", date(2027, 1, 12)),
        ("令和8年12月28日", date(2026, 12, 28)),
        ("令8.12.28", date(2026, 12, 28)),
        ("R8.12.28", date(2026, 12, 28)),
        ("r8/12/28", date(2026, 12, 28)),
        ("8年12月28日", date(2026, 12, 28)),
        ("Ｒ８．１２．２８", date(2026, 12, 28)),
        ("１２月２８日", date(2026, 12, 28)),
        ("十二月二十八日", date(2026, 12, 28)),
        ("令和八年十二月二十八日", date(2026, 12, 28)),
        ("二〇二六年十二月二十八日", date(2026, 12, 28)),
        ("11/23", date(2026, 11, 23)),
        ("11/22", date(2027, 11, 22)),
        ("1月8日", date(2027, 1, 8)),
        ("来年1月8日", date(2027, 1, 8)),
        ("今年の12/28", date(2026, 12, 28)),
        ("28日", date(2026, 11, 28)),
        ("20日", date(2026, 12, 20)),
        ("今月30日", date(2026, 11, 30)),
        ("来月の5日", date(2026, 12, 5)),
        ("翌月20日", date(2026, 12, 20)),
        ("再来月10日", date(2027, 1, 10)),
        ("月末", date(2026, 11, 30)),
        ("来月末", date(2026, 12, 31)),
        ("12月末", date(2026, 12, 31)),
        ("2月末日", date(2027, 2, 28)),
        ("令和10年2月末", date(2028, 2, 29)),
        ("今月中", date(2026, 11, 30)),
        ("来月中", date(2026, 12, 28)),
        ("年内", date(2026, 12, 28)),
        ("年末", date(2026, 12, 28)),
        ("年度末", date(2027, 3, 31)),
        ("令和8年度末", date(2027, 3, 31)),
        ("来年度末", date(2028, 3, 31)),
        ("年度内", date(2027, 3, 31)),
        ("今日", date(2026, 11, 23)),
        ("本日中に", date(2026, 11, 23)),
        ("明日", date(2026, 11, 24)),
        ("明後日", date(2026, 11, 25)),
        ("しあさって", date(2026, 11, 26)),
        ("月曜", date(2026, 11, 30)),
        ("火曜日", date(2026, 11, 24)),
        ("日曜日", date(2026, 11, 29)),
        ("今度の金曜", date(2026, 11, 27)),
        ("今週金曜", date(2026, 11, 27)),
        ("来週金曜", date(2026, 12, 4)),
        ("来週の金曜日", date(2026, 12, 4)),
        ("再来週の月曜", date(2026, 12, 7)),
        ("今週中", date(2026, 11, 27)),
        ("来週中", date(2026, 12, 4)),
        ("3日後", date(2026, 11, 26)),
        ("三日後", date(2026, 11, 26)),
        ("10日以内", date(2026, 12, 3)),
        ("一週間後", date(2026, 11, 30)),
        ("1か月後", date(2026, 12, 23)),
        ("２ヶ月後", date(2027, 1, 23)),
        ("1年後", date(2027, 11, 23)),
        ("1営業日後", date(2026, 11, 24)),
        ("5営業日後", date(2026, 11, 30)),
        ("翌開庁日", date(2026, 11, 24)),
        ("週明け", date(2026, 11, 30)),
        ("来月初め", date(2026, 12, 1)),
        ("来月第2金曜", date(2026, 12, 11)),
        ("12月の第三月曜日", date(2026, 12, 21)),
        ("仕事納め", date(2026, 12, 28)),
        ("年明け", date(2027, 1, 4)),
        ("金曜日中", date(2026, 11, 27)),
        ("12月28日中に", date(2026, 12, 28)),
        ("12月中", date(2026, 12, 28)),
    ],
)
def test_a_date_is_read_as_its_writer_meant_it(text: str, expected: date) -> None:
    assert parse_date(text, MONDAY, CALENDAR).day == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12/28 17:00", time(17)),
        ("12/28　17：00まで", time(17)),
        ("12月28日17時", time(17)),
        ("12月28日の17時30分", time(17, 30)),
        ("明日午後5時半", time(17, 30)),
        ("2026-12-28T09:05", time(9, 5)),
        ("来週金曜正午", time(12)),
        ("12/28 午前0時", time(0)),
        ("12/28 午後0時", time(12)),
        ("12/28 24:00", time(23, 59)),
        ("12/28", None),
    ],
)
def test_a_time_of_day_is_kept_where_one_is_written(text: str, expected: time | None) -> None:
    assert parse_date(text, MONDAY, CALENDAR).clock == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2/30", "という日はありません"),
        ("令和8年13月", "という日はありません"),
        ("令和8年13月5日", "という日はありません"),
        ("平成0年5月5日", "という日はありません"),
        ("2月29日", "という日はありません"),
        ("今月31日", "という日はありません"),
        ("13/1", "という日はありません"),
        ("来月第5金曜", "という日はありません"),
        ("9999999999日後", "読めません"),
        ("令和8年12月", "何日かを書いてください"),
        ("2026-11-22", "過ぎています"),
        ("令和元年5月1日", "過ぎています"),
        ("平成31年4月30日", "過ぎています"),
        ("昨日", "過ぎています"),
        ("今月20日", "過ぎています"),
        ("先週の金曜", "過ぎています"),
        ("3日前", "過ぎています"),
        ("12/28（火）", "火曜日ではありません"),
        ("明日25時", "時刻はありません"),
        ("", "日付を書いてください"),
        ("17:00", "日付を書いてください"),
        ("そのうち", "読めません"),
        ("11", "読めません"),
        ("令和3年度", "読めません"),
        ("企画経営課", "読めません"),
    ],
)
def test_what_cannot_be_a_deadline_is_refused_in_one_line_that_says_why(text: str, reason: str) -> None:
    with pytest.raises(DateError, match=reason) as refused:
        parse_date(text, MONDAY, CALENDAR)
    assert "\n" not in str(refused.value)
    assert str(refused.value).endswith(("。", "）。"))


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2026, 12, 29), "12/28", date(2027, 12, 28)),
        (date(2026, 12, 31), "明日", date(2027, 1, 1)),
        (date(2026, 12, 31), "1営業日後", date(2027, 1, 4)),
        (date(2027, 1, 31), "1か月後", date(2027, 2, 28)),
        (date(2027, 1, 31), "来月末", date(2027, 2, 28)),
        (date(2027, 3, 31), "年度末", date(2027, 3, 31)),
        (date(2027, 4, 1), "年度末", date(2028, 3, 31)),
        (date(2027, 11, 30), "2/29", date(2028, 2, 29)),
        (date(2026, 11, 29), "今週中", None),  # Sunday: this week's last open day has gone
        (date(2026, 12, 28), "来週の月曜", date(2027, 1, 4)),
    ],
)
def test_year_and_month_ends_are_crossed_as_on_a_wall_calendar(
    today: date, text: str, expected: date | None
) -> None:
    if expected is None:
        with pytest.raises(DateError):
            parse_date(text, today, CALENDAR)
    else:
        assert parse_date(text, today, CALENDAR).day == expected


def test_the_echo_has_the_weekday_and_the_time() -> None:
    assert parse_date("12/28", MONDAY, CALENDAR).echo == "2026年12月28日（月）"
    assert parse_date("12/28 17時", MONDAY, CALENDAR).echo == "2026年12月28日（月） 17時00分"


@given(st.dates(date(2019, 1, 1), date(2060, 12, 31)))
def test_every_date_is_read_back_from_every_spelling_that_names_its_year(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    era, era_year = era_of(day)
    letter = {"平成": "H", "令和": "R"}[era]
    spellings = [
        f"{y}-{m:02d}-{d:02d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y:04d}{m:02d}{d:02d}", f"{y}年{m}月{d}日",
        f"{letter}{era_year}.{m}.{d}", f"{letter.lower()}{era_year:02d}/{m:02d}/{d:02d}",
        f"{era[0]}{era_year}年{m}月{d}日", format_date(day), f"{era}{era_year}年{m}月{d}日",
        f"{str(y).translate(KANJI)}年{kanji(m)}月{kanji(d)}日",
        f"{era}{kanji(era_year)}年{kanji(m)}月{kanji(d)}日",
    ]  # fmt: skip
    for text in spellings:
        assert parse_date(text, date(2019, 1, 1), CALENDAR).day == day, text
        assert parse_date(text.translate(WIDE), date(2019, 1, 1), CALENDAR).day == day, text


@given(st.dates(date(2019, 1, 1), date(2060, 12, 31)), st.integers(0, 364))
def test_a_date_without_its_year_is_the_next_one_to_come(today: date, ahead: int) -> None:
    day = date.fromordinal(today.toordinal() + ahead)
    for text in (
        f"{day.month}/{day.day}",
        f"{day.month}月{day.day}日",
        f"{kanji(day.month)}月{kanji(day.day)}日",
    ):
        if (day.month, day.day) != (2, 29):
            assert parse_date(text, today, CALENDAR).day == day
        assert parse_date(f"{ahead}日後", today, CALENDAR).day == day


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_and_never_breaks(text: str) -> None:
    with suppress(DateError):
        assert parse_date(text, MONDAY, CALENDAR).day >= MONDAY


@pytest.mark.parametrize(
    ("text", "day"),
    [("26/12/28", date(2026, 12, 28)), ("8/12/28", date(2026, 12, 28)), ("27.1.8", date(2027, 1, 8))],
)
def test_a_short_year_is_of_the_century_or_of_the_era_whichever_is_near(text: str, day: date) -> None:
    assert parse_date(text, date(2026, 11, 24), Calendar()).day == day


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31日", "11月に31日はありません。11月30日か12月31日の"),
        ("来週", "「来週」のどの日かを書いてください（例: 来週の金曜）"),
        ("12月下旬", "「12月下旬」のどの日かを書いてください（例: 12月28日）"),
        ("来月", "「来月」のどの日か"),
        ("元年12月28日", "どの元号の元年か"),
        ("99/12/28", "年が読めません。2026年12月28日か令和8年12月28日"),
        ("令和99年12月28日", "80年より先です。年を確かめて"),
    ],
)
def test_what_is_no_one_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DateError, match=reason):
        parse_date(text, date(2026, 11, 24), Calendar())
