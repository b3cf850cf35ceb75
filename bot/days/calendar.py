"""The city hall's calendar, and the due dates of evaluation sheets counted by it.

Which days are working days, which deadline governs a sheet, when it is due, what a section has left to do.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import jpholiday

from bot.settings import WHERE_TO_GET, Settings, SettingsError
from store.evaluation.records import (
    CORRECTION,
    STATES,
    Deadline,
    Due,
    DueSource,
    OpenSheet,
    ReminderSettings,
    Roll,
    SectionContacts,
    SectionProgress,
    Sheet,
)
from store.lists import ListError, read_file
from store.records import RejectedRow
from store.text.numbers import parse_full_date

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


def city_calendar(settings: Settings) -> Calendar:
    """When the city hall is open, its own days included. Raises SettingsError for an unreadable file."""
    path = settings.jigyo_calendar
    if path is None:
        return Calendar()
    try:
        return _calendar(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise SettingsError(f"JIGYO_CALENDAR の {path} を読めません（{error.strerror}）。") from None
    except ListError as error:
        raise SettingsError(f"JIGYO_CALENDAR の {path}: {error}") from None
    except UnicodeError:
        raise SettingsError(f"JIGYO_CALENDAR の {path} は UTF-8 ではありません。") from None


@lru_cache(maxsize=4)
def _calendar(path: Path, changed: int) -> Calendar:
    days, rejected = read_days(read_file(path).decode("utf-8-sig"))
    if rejected:
        first = rejected[0]
        raise SettingsError(f"{WHERE_TO_GET['JIGYO_CALENDAR']} {path} の{first.line}行目: {first.reason}")
    return days


@dataclass(frozen=True, slots=True)
class Obligation:
    """A due date, set at `set_at` and to be worked on from `since`; `token` names it in delivery keys."""

    due: Due
    set_at: datetime
    since: datetime
    token: str
    note: str = ""


def at(day: date, clock: time) -> datetime:
    """A moment in Asia/Tokyo, whatever the machine's zone."""
    return datetime.combine(day, clock, TOKYO)


class DueDates:
    """Finds the obligation of a section or a sheet among the deadlines.

    The deadline of the narrowest scope governs; a withdrawn one governs nothing.

    `told` are the (fiscal year, kind, `部/課`) for which a reminder was delivered: their work has begun, also
    where the deadline has since moved so far that it would not have begun.
    """

    def __init__(
        self,
        deadlines: Iterable[Deadline],
        calendar: Calendar,
        settings: ReminderSettings,
        told: Collection[tuple[int, str, str]] = (),
    ) -> None:
        self._calendar, self._settings, self._told = calendar, settings, told
        self._active: dict[tuple[int, str, str, str], Deadline] = {}
        self._withdrawn: dict[tuple[int, str, str, str], datetime] = {}
        self._obligations: dict[tuple[int, str, str, str], Obligation | None] = {}
        for deadline in sorted(deadlines, key=lambda each: (each.set_at, each.id)):
            scope = (deadline.fiscal_year, deadline.kind, deadline.department, deadline.section)
            if deadline.withdrawn:
                self._withdrawn[scope] = deadline.set_at
            else:
                self._active[scope] = deadline

    def of_section(self, fiscal_year: int, kind: str, department: str, section: str) -> Obligation | None:
        """The obligation of a whole section in a round, None where no deadline governs it."""
        key = (fiscal_year, kind, department, section)
        if key not in self._obligations:
            self._obligations[key] = self._govern(key)
        return self._obligations[key]

    def of_sheet(self, sheet: Sheet) -> Obligation | None:
        """The obligation of a sheet: the date of its return or extension goes before its section's."""
        section = (sheet.department, sheet.section)
        governing = self.of_section(sheet.fiscal_year, sheet.kind, *section)
        if own := self._own(sheet, governing):
            return own
        return self._correction(sheet) or governing

    def _correction(self, sheet: Sheet) -> Obligation | None:
        """The obligation by the 修正 deadline, from the return on, also before that deadline opens."""
        if sheet.returned_at is None:
            return None
        obligation = self.of_section(sheet.fiscal_year, CORRECTION, sheet.department, sheet.section)
        if obligation is None:
            return None
        since = max(obligation.set_at, sheet.returned_at)
        return replace(obligation, since=since, token=f"{obligation.token}/{sheet.kind}")

    def _govern(self, key: tuple[int, str, str, str]) -> Obligation | None:
        fiscal_year, kind, department, section = key
        withdrawals: list[datetime] = []
        for scope in ((department, section), (department, ""), ("", "")):
            found = self._active.get((fiscal_year, kind, *scope))
            if found:
                begun = (fiscal_year, kind, f"{department}/{section}") in self._told
                return self._obligation(found, withdrawals, begun=begun)
            if withdrawn := self._withdrawn.get((fiscal_year, kind, *scope)):
                withdrawals.append(withdrawn)  # until then a narrower deadline governed
        return None

    def _obligation(self, deadline: Deadline, withdrawals: list[datetime], *, begun: bool) -> Obligation:
        due = self._calendar.roll(deadline.due, self._settings.roll)
        opens = deadline.opens or self._calendar.add(due.effective, -self._settings.opening)
        begins = at(self._calendar.next_open(opens), self._settings.at)
        set_at = max(deadline.set_at, *withdrawals) if withdrawals else deadline.set_at
        since = set_at if begun else max(begins, set_at)
        return Obligation(due, set_at, since, deadline.token, deadline.note)

    def _own(self, sheet: Sheet, governing: Obligation | None) -> Obligation | None:
        if extension := self._extension(sheet, governing):
            return extension
        if sheet.returned_due and sheet.returned_at:
            return self._dated(sheet, sheet.returned_due, sheet.returned_at, "return", governing)
        return None

    def _extension(self, sheet: Sheet, governing: Obligation | None) -> Obligation | None:
        if sheet.granted is None:
            return None
        day, decided = sheet.granted
        if sheet.returned_due and sheet.returned_at:
            overtaken = sheet.returned_at > decided
        else:  # the deadline itself may since have moved as far
            overtaken = governing is not None and governing.due.as_set >= day
        since = max(decided, governing.since) if governing else decided
        return None if overtaken else self._dated(sheet, day, since, "extension", governing)

    def _dated(
        self, sheet: Sheet, day: date, since: datetime, source: DueSource, governing: Obligation | None
    ) -> Obligation:
        due = self._calendar.roll(day, self._settings.roll)
        name = governing.token if governing else f"{sheet.fiscal_year}/{sheet.kind}"
        own = Due(due.as_set, due.effective, source)
        return Obligation(own, since, since, f"{name}+{day.isoformat()}")


@dataclass(frozen=True, slots=True)
class OpenItem:
    """A sheet that is not submitted and whose work has begun, with its obligation."""

    sheet: Sheet
    obligation: Obligation

    def as_open_sheet(self, calendar: Calendar, today: date) -> OpenSheet:
        """The same for people: with the working days it is late; it is not while an extension is pending."""
        remaining = calendar.between(today, self.obligation.due.effective)
        late = 0 if self.sheet.is_pending else max(0, -remaining)
        return OpenSheet(self.sheet, self.obligation.due, late, remaining)


@dataclass(frozen=True, slots=True)
class SectionWorkload:
    """The sheets of one section in one round.

    `obligation` is that of the whole section; `open_items` are the sheets that are open and begun.
    """

    fiscal_year: int
    kind: str
    contacts: SectionContacts
    obligation: Obligation | None
    sheets: tuple[Sheet, ...]
    open_items: tuple[OpenItem, ...]

    @property
    def section_key(self) -> str:
        """The section as delivery keys name it."""
        return f"{self.contacts.department}/{self.contacts.section}"

    @property
    def counted(self) -> list[Sheet]:
        """Its sheets without 対象外."""
        return [sheet for sheet in self.sheets if sheet.state != "対象外"]

    def begun(self, now: datetime) -> bool:
        """Whether its work has begun, by the section's deadline or by a sheet's own date."""
        return bool(self.open_items) or (self.obligation is not None and self.obligation.since <= now)

    def progress(self, calendar: Calendar, today: date) -> SectionProgress:
        """How far the section is."""
        states = Counter(sheet.state for sheet in self.sheets)
        counted = self.counted
        return SectionProgress(
            self.fiscal_year,
            self.kind,
            self.contacts.department,
            self.contacts.section,
            total=len(counted),
            done=sum(sheet.done for sheet in counted),
            late=sum(
                open_item.obligation.due.effective < today and not open_item.sheet.is_pending
                for open_item in self.open_items
            ),
            pending=sum(sheet.is_pending and not sheet.done for sheet in self.sheets),
            due=self.obligation.due if self.obligation else None,
            states=tuple((state, states[state]) for state in STATES if states[state]),
        )


def workloads(
    sheets: Iterable[Sheet], contacts: Iterable[SectionContacts], due_dates: DueDates, now: datetime
) -> list[SectionWorkload]:
    """The workload of every section in every round, in the order of the sheets; contacts may be missing."""
    known = {(each.department, each.section): each for each in contacts}
    shares: dict[tuple[int, str, str, str], list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        shares[sheet.fiscal_year, sheet.kind, sheet.department, sheet.section].append(sheet)
    return [
        SectionWorkload(
            year,
            kind,
            known.get((department, section), SectionContacts(department, section)),
            due_dates.of_section(year, kind, department, section),
            tuple(share),
            tuple(_open_items(share, due_dates, now)),
        )
        for (year, kind, department, section), share in shares.items()
    ]


def _open_items(share: Iterable[Sheet], due_dates: DueDates, now: datetime) -> Iterable[OpenItem]:
    for sheet in share:
        obligation = None if sheet.done else due_dates.of_sheet(sheet)
        if obligation and obligation.since <= now:
            yield OpenItem(sheet, obligation)


MOST_MORNINGS = 7


def mornings(calendar: Calendar, today: date, dues: Iterable[date]) -> Iterator[date]:
    """The open mornings after today up to the nearest day that is still to come; some days where none is."""
    last = min((due for due in dues if due > today), default=None)
    day = calendar.next_open(today + DAY)
    for _ in range(MOST_MORNINGS):
        if last and day > last:
            return
        yield day
        day = calendar.next_open(day + DAY)
