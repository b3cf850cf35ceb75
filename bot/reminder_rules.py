"""When each rule falls due, counted from a due date in working days. Pure.

Rules: `opening` when work begins; `before:N`; `day-of`; `overdue:N`, then `weekly:1`, `weekly:2` and so on;
`director:N`. Not counted from a date: `changed:…` and `returned:…` (news), `snooze:DAY`, `digest:DAY` and
`complete`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.business_days import Calendar
from bot.due_dates import Obligation, at
from store.sheet_records import ReminderSettings

Scheduled = tuple[datetime, str]


def section_rules(
    owed: Obligation, calendar: Calendar, settings: ReminderSettings, today: date
) -> Iterator[Scheduled]:
    """The moments at which a section is reminded, up to `today`; `opening` first, none before it."""
    yield owed.since, "opening"
    for moment, rule in _around(owed.due.effective, calendar, settings, today):
        if moment > owed.since:
            yield moment, rule


def director_rules(owed: Obligation, calendar: Calendar, settings: ReminderSettings) -> Iterator[Scheduled]:
    """The moments at which the director is told."""
    for days in settings.director:
        moment = at(calendar.add(owed.due.effective, days), settings.at)
        if moment > owed.since:
            yield moment, f"director:{days}"


def _around(due: date, calendar: Calendar, settings: ReminderSettings, today: date) -> Iterator[Scheduled]:
    for days in settings.before:
        yield at(calendar.add(due, -days), settings.at), f"before:{days}"
    if calendar.is_open(due):
        yield at(due, settings.day_of_at), "day-of"
    last = due
    for days in sorted(settings.overdue):
        last = calendar.add(due, days)
        yield at(last, settings.at), f"overdue:{days}"
    if settings.weekly:
        for week in range(1, (today - last).days // 7 + 1):
            day = calendar.next_open(last + timedelta(weeks=week))
            yield at(day, settings.at), f"weekly:{week}"
