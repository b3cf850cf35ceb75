"""Dates as people write them, read into days. Pure: `today` and the city's calendar are arguments.

A date without a year is the next one to come, today included (`12/28` on 29 December is next year's); so is
a day without a month. A weekday alone is the next one after today; weeks begin on Monday. 中 and 内 (今週中,
年内) mean the period's last open day, 末 (月末, 年度末) its last day, open or not. A year below 100 without
an era is the current era's.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.days.calendar import WEEKDAYS, Calendar, format_date
from store.text import lazily
from store.text.numbers import (
    date_fold,
    era_of,
    fiscal_year,
    fiscal_year_end,
    parse_fiscal_year,
    parse_full_date,
    western_year,
)

LONGEST_MONTH = 31
FARTHEST = 80  # years from now; 令和99年 is a slip

Reader = Callable[[re.Match[str], date, Calendar], date]

_NAMED_DAYS = {
    name: days
    for days, names in {
        0: ("今日", "本日", "きょう", "当日"),
        1: ("明日", "あした", "あす", "翌日"),
        2: ("明後日", "あさって"),
        3: ("明々後日", "明明後日", "しあさって"),
        -1: ("昨日", "きのう"),
        -2: ("1昨日", "おととい"),  # 一 has been folded
    }.items()
    for name in names
}
_STEPS = dict.fromkeys(("先", "前", "昨", "去"), -1) | dict.fromkeys(("今", "本", "当", ""), 0)
_STEPS |= {"来": 1, "翌": 1, "明": 1, "次の": 1, "再来": 2}
_COUNTERS = r"(?:[ヶケか箇ヵカ]|カ)?月"


class DateError(Exception):
    """The text is no date that can be used; the message says why and what to write, in one line."""


class UnreadableDateError(DateError):
    """The text is not a date at all, rather than an impossible or a past one."""


def month_end(day: date, months: int = 0) -> date:
    """The last day of the month that lies `months` after the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _full(found: re.Match[str], today: date, calendar: Calendar) -> date:
    day = parse_full_date(found[0])
    if day is None:
        raise ValueError(found[0])
    return day


def _era_year(found: re.Match[str], today: date, calendar: Calendar) -> date:
    year = western_year(era_of(today)[0], int(found[1]))
    return date(year, int(found[2]), int(found[3]))


def _month_day(found: re.Match[str], today: date, calendar: Calendar) -> date:
    month, day = int(found[1]), int(found[2] or found[3])
    return date(today.year + ((month, day) < (today.month, today.day)), month, day)


def _year_month_day(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return date(today.year + _STEPS[found[1]], int(found[2]), int(found[3] or found[4]))


def _day_of_month(found: re.Match[str], today: date, calendar: Calendar) -> date:
    day = int(found[1])
    month = month_end(today, int(day < today.day))
    if day > month.day and day <= LONGEST_MONTH:
        later = next(end for end in (month_end(today, ahead) for ahead in range(3)) if end.day >= day)
        raise DateError(
            f"{month.month}月に{day}日はありません。{month.month}月{month.day}日か{later.month}月{day}日の"
            "ように書いてください。"
        )
    return month.replace(day=day)


def _day_of_named_month(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return month_end(today, _STEPS[found[1]]).replace(day=int(found[2]))


def _end_of_named_month(found: re.Match[str], today: date, calendar: Calendar) -> date:
    end = month_end(today, _STEPS[found[1]])
    return calendar.previous_open(end) if found[2] == "中" else end


def _end_of_month(found: re.Match[str], today: date, calendar: Calendar) -> date:
    month = int(found["month"])
    year = parse_fiscal_year(found["year"] or "")
    if found["step"]:
        year = today.year + _STEPS[found["step"]]
    elif year is None:
        year = today.year + (month < today.month)
    end = month_end(date(year, month, 1))
    return calendar.previous_open(end) if found["how"] == "中" else end


def _year_end(found: re.Match[str], today: date, calendar: Calendar) -> date:
    step = found[1] if found.re.groups else None
    return calendar.previous_open(date(today.year + _STEPS[step or ""], 12, 31))


def _fiscal_year_end(found: re.Match[str], today: date, calendar: Calendar) -> date:
    named = parse_fiscal_year(found["named"]) if found["named"] else None
    end = fiscal_year_end(fiscal_year(today) + _STEPS[found["step"] or ""] if named is None else named)
    return end if found["how"] == "末" else calendar.previous_open(end)


def _weekday(found: re.Match[str], today: date, calendar: Calendar) -> date:
    ahead = (WEEKDAYS.index(found[1]) - today.weekday() - 1) % 7 + 1
    return today + timedelta(days=ahead)


def _monday(today: date, step: str) -> date:
    return today + timedelta(days=7 * _STEPS[step] - today.weekday())


def _weekday_of_week(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return _monday(today, found[1]) + timedelta(days=WEEKDAYS.index(found[2]))


def _end_of_week(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return calendar.previous_open(_monday(today, found[1]) + timedelta(days=6))


def _after_weekend(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return calendar.next_open(_monday(today, "来"))


def _month_beginning(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return month_end(today, _STEPS[found[1]]).replace(day=1)


def _weekday_of_month(found: re.Match[str], today: date, calendar: Calendar) -> date:
    if found["month"]:
        month = int(found["month"])
        first = date(today.year + (month < today.month), month, 1)
    else:
        first = month_end(today, _STEPS[found["step"]]).replace(day=1)
    ahead = (WEEKDAYS.index(found["weekday"]) - first.weekday()) % 7
    return first.replace(day=1 + ahead + 7 * (int(found["nth"]) - 1))


def _first_day_of_work(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return calendar.next_open(date(today.year + 1, 1, 1))


def _named_day(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return today + timedelta(days=_NAMED_DAYS[found[1]])


def _working_days(found: re.Match[str], today: date, calendar: Calendar) -> date:
    return calendar.add(today, int(found[1] or 1))


def _later(found: re.Match[str], today: date, calendar: Calendar) -> date:
    count = int(found[1]) * (-1 if found[3] == "前" else 1)
    if found[2] in ("日", "週", "週間"):
        return today + timedelta(days=count * (1 if found[2] == "日" else 7))
    end = month_end(today, count * (12 if found[2] == "年" else 1))
    return end.replace(day=min(today.day, end.day))


def _short_year(found: re.Match[str], today: date, calendar: Calendar) -> date:
    """26/12/28 and 8/12/28: of the century, or of the era, whichever is this year or one of the next two."""
    year, month, day = (int(part) for part in found.groups())
    near = range(today.year, today.year + 3)
    for full in (today.year // 100 * 100 + year, western_year(era_of(today)[0], year) if year else 0):
        if full in near:
            return date(full, month, day)
    raise DateError(
        f"「{found[0]}」の年が読めません。{today.year}年12月28日か令和{era_of(today)[1]}年12月28日のように"
        "書いてください。"
    )


def _vague(found: re.Match[str], today: date, calendar: Calendar) -> date:
    what = found[0]
    month = found.groupdict().get("month") or today.month
    example = "来週の金曜" if "週" in what else f"{month}月28日"
    raise DateError(f"「{what}」のどの日かを書いてください（例: {example}）。")


def _first_era_year(found: re.Match[str], today: date, calendar: Calendar) -> date:
    era = era_of(today)[0]
    raise DateError(f"「{found[0]}」は、どの元号の元年かが読めません（{era}元年は過ぎています）。")


def _month_alone(found: re.Match[str], today: date, calendar: Calendar) -> date:
    if 1 <= int(found[1]) <= 12:
        raise DateError(f"{found[0]}の何日かを書いてください（例: {found[0]}28日、{found[0]}末）。")
    raise ValueError(found[0])


_ERA_YEAR = r"(?:令和|平成|昭和|大正|明治|[令平昭大明RHSTMrhstm])\.?(?:\d{1,2}|元)"
_STEP = "(先|前|今|本|当|来|翌|次の|再来)"
_YEAR_STEP = "(去|昨|今|本|来|翌|明|再来)年の?"
_MONTH_DAY = r"(\d{1,2})(?:月の?(\d{1,2})日?|[-/.](\d{1,2}))"

SPELLINGS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (lazily(pattern), reader)
    for pattern, reader in (
        (rf"(?:{_ERA_YEAR}|\d{{4}})(?:年.+日|[-/.]\d+[-/.]\d+)", _full),
        (r"\d{8}", _full),
        (r"(\d{1,2})年(\d{1,2})月(\d{1,2})日", _era_year),
        (_MONTH_DAY, _month_day),
        (_YEAR_STEP + _MONTH_DAY, _year_month_day),
        (r"(\d{2}|\d)[-/.](\d{1,2})[-/.](\d{1,2})", _short_year),
        (r"元年.*", _first_era_year),
        (r"(\d{1,2})日", _day_of_month),
        (rf"{_STEP}月の?(\d{{1,2}})日?", _day_of_named_month),
        (r"(今|本|当|来|翌|再来|)月(末日?|中)", _end_of_named_month),
        (
            rf"(?:(?P<step>去|昨|今|本|来|翌|明|再来)年の?|(?P<year>{_ERA_YEAR}|\d{{4}})年)?"
            r"(?P<month>\d{1,2})月の?(?P<how>末日?|中)",
            _end_of_month,
        ),
        (r"(今|本|来|翌)?年(?:内|末|中)", _year_end),
        (r"(?:(?P<step>今|本|当|来|翌)年度|(?P<named>.+年度)|年度)の?(?P<how>末|内|中)", _fiscal_year_end),
        (r"(?:次の|今度の)?([月火水木金土日])曜日?", _weekday),
        (rf"{_STEP}週の?([月火水木金土日])曜日?", _weekday_of_week),
        (rf"{_STEP}週(?:中|末|内)", _end_of_week),
        ("週明け", _after_weekend),
        (r"(来|翌|再来)月(?:初め?|はじめ|頭|1日)", _month_beginning),
        (
            r"(?:(?P<step>今|本|来|翌|再来)月|(?P<month>\d{1,2})月)の?第(?P<nth>[1-5])の?(?P<weekday>[月火水木金土日])曜日?",
            _weekday_of_month,
        ),
        ("仕事納め|御用納め", _year_end),
        ("仕事始め|御用始め|年明け", _first_day_of_work),
        (rf"({'|'.join(_NAMED_DAYS)})中?", _named_day),
        (r"(?:(\d{1,3})|翌|次の)(?:営業日|開庁日|稼働日|平日)(?:後|以内)?", _working_days),
        (rf"(\d{{1,4}})(日|週間|週|{_COUNTERS}|年)(後|以内|前)", _later),
        (r"(?:.+年)?(\d{1,2})月", _month_alone),
        (rf"{_STEP}週", _vague),
        (rf"(?:{_STEP}月|(?P<month>\d{{1,2}})月)の?(?:上|中|下)旬|(?:{_STEP}月)", _vague),
    )
)


EXAMPLES = "12月28日、来週金曜、5開庁日後"

_TAIL = lazily(r"\s*(?:までに?|迄に?|に|必着|厳守|締切り?|締め切り|〆切|〆|期限|[,.])$")
_CLOCK = lazily(
    r"(?:(?<=[\sT])|(?<![\d:/.\-]))(?:(?P<half>午前|午後|am|pm)?\s*(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})|時(?:(?P<minute_ja>\d{1,2})分|(?P<half_past>半))?)|(?P<noon>正午))$",
    re.IGNORECASE,
)
_WEEKDAY = lazily(
    r"(?<=[\d日後末])(?<!第\d)\s*(?:\((?P<short>[月火水木金土日])(?:曜日?)?[・,]?(?:祝日?|休)?\)|(?P<long>[月火水木金土日])曜日?)$"
)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A day, and the time of day where one was written."""

    day: date
    clock: time | None = None

    @property
    def echo(self) -> str:
        """What to show for confirmation: 2026年12月28日（月）, with 17時00分 where a time was given."""
        if self.clock is None:
            return format_date(self.day)
        return f"{format_date(self.day)} {self.clock.hour}時{self.clock.minute:02d}分"


def parse_date(text: str, today: date, calendar: Calendar) -> ParsedDate:
    """Read a date in any usual spelling. Raises DateError when it is unreadable, impossible or past."""
    rest = _without_tails(date_fold(text))
    rest, clock = _split_clock(rest)
    rest = "".join(rest.removesuffix("T").removesuffix("の").split())
    if not rest:
        raise UnreadableDateError(f"日付を書いてください（例: {EXAMPLES}）。")
    rest, weekday = _split_weekday(rest)
    day = _read_day(rest, today, calendar, typed=text.strip())
    if weekday and WEEKDAYS[day.weekday()] != weekday:
        raise DateError(f"{format_date(day)}は{weekday}曜日ではありません。日付か曜日を確かめてください。")
    if day.year > today.year + FARTHEST:
        raise DateError(f"{format_date(day)}は{FARTHEST}年より先です。年を確かめてください。")
    if day < today:
        raise DateError(f"{format_date(day)}は過ぎています。これからの日付を書いてください。")
    return ParsedDate(day, clock)


def _without_tails(text: str) -> str:
    while (shorter := _TAIL.sub("", text)) != text:
        text = shorter
    return text


def _split_clock(text: str) -> tuple[str, time | None]:
    found = _CLOCK.search(text)
    if not found:
        return text, None
    return text[: found.start()].rstrip(), _clock(found)


def _clock(found: re.Match[str]) -> time:
    if found["noon"]:
        return time(12)
    half = (found["half"] or "").lower()
    hour, minute = int(found["hour"]), int(found["minute"] or found["minute_ja"] or 0)
    if found["half_past"]:
        minute = 30
    if half and hour <= 12:
        hour = hour % 12 + 12 * (half in ("午後", "pm"))
    if (hour, minute) == (24, 0):
        return time(23, 59)  # the end of that day, which time(0) would move to its beginning
    try:
        return time(hour, minute)
    except ValueError:
        raise DateError(f"{found[0]}という時刻はありません。時刻を確かめてください。") from None


def _split_weekday(text: str) -> tuple[str, str]:
    found = _WEEKDAY.search(text)
    if not found:
        return text, ""
    return text[: found.start()], found["short"] or found["long"]


def _read_day(text: str, today: date, calendar: Calendar, *, typed: str) -> date:
    for pattern, read in SPELLINGS:
        if found := pattern.fullmatch(text) or pattern.fullmatch(text.removesuffix("中")):
            try:
                return read(found, today, calendar)
            except (ValueError, OverflowError):
                raise DateError(f"「{typed}」という日はありません。日付を確かめてください。") from None
    raise UnreadableDateError(f"「{typed}」は日付として読めません。{EXAMPLES} のように書いてください。")
