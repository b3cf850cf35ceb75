"""A season's calendar: what would be sent when if nothing changed from now on. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from bot.days.business_days import DAY, Calendar
from bot.reminders.due_dates import at
from bot.reminders.plan import plan
from store.evaluation.reminder_records import Delivered, Reminder, Snooze
from store.evaluation.sheet_records import Deadline, ReminderSettings, SectionContacts, Sheet

Planned = tuple[datetime, Reminder]  # the moment of sending, and what is sent

_MONTHS = re.compile(r"(\d{4})-(\d{1,2})(?:\.\.(\d{4})-(\d{1,2}))?")


def read_months(text: str) -> tuple[date, date]:
    """The first and last day of `2026-11..2027-03` (or of one month). Raises ValueError in one line."""
    found = _MONTHS.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, month, *end = (int(part) for part in found.groups() if part)
        last_year, last_month = end or (year, month)
        start, stop = date(year, month, 1), date(last_year, last_month, monthrange(last_year, last_month)[1])
        if stop < start:
            raise ValueError
    except ValueError:
        raise ValueError(f"期間「{text}」が読めません。2026-11..2027-03 のように書いてください。") from None
    return start, stop


def season(
    deadlines: Sequence[Deadline],
    sheets: Sequence[Sheet],
    contacts: Sequence[SectionContacts],
    calendar: Calendar,
    delivered: Sequence[Delivered],
    snoozes: Sequence[Snooze],
    settings: ReminderSettings,
    *,
    start: date,
    stop: date,
) -> Iterator[Planned]:
    """What would be sent from `start` to `stop`, both included, as if no further sheet came in."""
    ledger = list(delivered)
    for now in _ticks(calendar, settings, start, stop):
        for reminder in plan(deadlines, sheets, contacts, calendar, now, ledger, snoozes, settings):
            ledger += [item.as_delivered() for item in reminder.items]
            yield now, reminder


def _ticks(calendar: Calendar, settings: ReminderSettings, start: date, stop: date) -> Iterable[datetime]:
    """Every moment of an open day at which something can fall due."""
    clocks = sorted({settings.at, settings.day_of_at, settings.digest_at})
    days = (start + DAY * offset for offset in range((stop - start).days + 1))
    return (at(day, clock) for day in days if calendar.is_open(day) for clock in clocks)
