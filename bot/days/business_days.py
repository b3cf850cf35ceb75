"""The city hall's calendar: when it is open, and counting and rolling by working days."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

import jpholiday

from store.evaluation.records import Due, Roll
from store.records import RejectedRow
from store.text.fiscal_years import parse_full_date

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
DAY = timedelta(days=1)
LONGEST_CLOSURE = 366  # days; beyond this the city's own file must be wrong

_CLOSED_WORDS = frozenset(("休", "休み", "休日", "休業", "休業日", "閉庁", "閉庁日", "closed", ""))
_OPEN_WORDS = frozenset(("開", "開庁", "開庁日", "営業", "営業日", "open"))


class CalendarError(Exception):
    """The calendar has no open day within reach; the message says what to correct, in one line."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekends, national holidays and 12/29–1/3 are closed; `closed` and `opened` are the city's own days.

    A day in `opened` is open whatever else it is (a Sunday counter day).
    """

    closed: frozenset[date] = field(default_factory=frozenset)
    opened: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, day: date) -> bool:
        """Whether the city hall is open."""
        return day in self.opened or not (day in self.closed or _closed_everywhere(day))

    def next_open(self, day: date) -> date:
        """The first open day on or after `day`. Raises CalendarError when there is none within a year."""
        return self._search(day, DAY)

    def previous_open(self, day: date) -> date:
        """The last open day on or before `day`. Raises CalendarError when there is none within a year."""
        return self._search(day, -DAY)

    def add(self, day: date, working_days: int) -> date:
        """The open day that many working days after `day` (before it when negative); 0 is `day` itself."""
        return _added(self, day, working_days)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return _open_days_between(self, start, end)

    def roll(self, day: date, how: Roll) -> Due:
        """Both dates of a deadline: as set, and where it falls when that day is closed."""
        if how == "none":
            return Due(day, day)
        return Due(day, self.next_open(day) if how == "next" else self.previous_open(day))

    def _search(self, day: date, step: timedelta) -> date:
        for offset in range(LONGEST_CLOSURE):
            if self.is_open(candidate := day + step * offset):
                return candidate
        raise CalendarError(
            f"{format_date(day)}の前後1年に開庁日がありません。休業日のファイルを確かめてください。"
        )


@lru_cache(maxsize=1024)  # thousands of sheets share a few due dates
def _open_days_between(calendar: Calendar, start: date, end: date) -> int:
    days = (start + DAY * offset for offset in range(1, (end - start).days + 1))
    return sum(map(calendar.is_open, days))


@lru_cache(maxsize=16384)  # jpholiday takes about a millisecond a day
def _closed_everywhere(day: date) -> bool:
    year_end = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return day.weekday() >= 5 or year_end or jpholiday.is_holiday(day)


@lru_cache(maxsize=16384)  # thousands of sections count from the same few days
def _added(calendar: Calendar, day: date, working_days: int) -> date:
    step, following = (DAY, calendar.next_open) if working_days > 0 else (-DAY, calendar.previous_open)
    for _ in range(abs(working_days)):
        day = following(day + step)
    return day


def format_date(day: date) -> str:
    """A day with its weekday: 2026年12月28日（月）."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def format_due(due: Due) -> str:
    """A due date with its weekday, and the day it was set to where the calendar moved it."""
    if due.as_set == due.effective:
        return format_date(due.effective)
    return f"{format_date(due.effective)}※{format_date(due.as_set)}は閉庁日のため"


def read_days(text: str) -> tuple[Calendar, tuple[RejectedRow, ...]]:
    """The city's own days from CSV: 日付, then 休 (or nothing) or 開; a heading and more columns are allowed.

    Rows that cannot be read are returned with their line and reason, the others count.
    """
    days: dict[bool, set[date]] = {True: set(), False: set()}
    rejected = []
    for line, row in enumerate(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), start=1):
        first, kind = islice((cell.strip() for cell in [*row, "", ""]), 2)
        if not first or (line == 1 and not any(map(str.isdigit, first))):
            continue
        try:
            days[_is_open_word(kind)].add(_full_date(first))
        except ValueError as error:
            rejected.append(RejectedRow(line, 1, str(error), ",".join(row)))
    return Calendar(closed=frozenset(days[False]), opened=frozenset(days[True])), tuple(rejected)


def _is_open_word(word: str) -> bool:
    if word.lower() in _OPEN_WORDS:
        return True
    if word.lower() in _CLOSED_WORDS:
        return False
    raise ValueError(f"区分「{word}」は読めません。「休」か「開」と書いてください。")


def _full_date(text: str) -> date:
    try:
        day = parse_full_date(text)
    except ValueError:
        raise ValueError(f"「{text}」という日はありません。") from None
    if day is None:
        raise ValueError(f"日付「{text}」が読めません。2026-12-28 のように年から書いてください。")
    return day
