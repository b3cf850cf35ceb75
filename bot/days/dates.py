"""Dates as people write them, read into days. Pure: `today` and the city's calendar are arguments.

A date without a year is the next one to come, today included (`12/28` on 29 December is next year's); so is
a day without a month. A weekday alone is the next one after today; weeks begin on Monday. 中 and 内 (今週中,
年内) mean the period's last open day, 末 (月末, 年度末) its last day, open or not. A year below 100 without
an era is the current era's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time

from bot.days.business_days import WEEKDAYS, Calendar, format_date
from bot.days.date_spellings import SPELLINGS, UnreadableDateError
from bot.days.date_spellings import DateError as DateError
from store.text.wareki import date_fold

EXAMPLES = "12月28日、来週金曜、5営業日後"

_TAIL = re.compile(r"\s*(?:までに?|迄に?|に|必着|厳守|締切り?|締め切り|〆切|〆|期限|[,.])$")
_CLOCK = re.compile(
    r"(?:(?<=[\sT])|(?<![\d:/.\-]))(?:(?P<half>午前|午後|am|pm)?\s*(?P<hour>\d{1,2})"
    r"(?::(?P<minute>\d{2})|時(?:(?P<minute_ja>\d{1,2})分|(?P<half_past>半))?)|(?P<noon>正午))$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
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
