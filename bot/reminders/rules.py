"""When each rule falls due, counted from a due date in working days. Pure.

Rules: `opening` when work begins; `before:N`; `day-of`; `overdue:N`, then `weekly:1`, `weekly:2` and so on;
`director:N`. Not counted from a date: `changed:…` and `returned:…` (news), `snooze:DAY`, `digest:DAY` and
`complete`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.days.business_days import Calendar
from bot.reminders.due_dates import Obligation, at
from store.evaluation.sheet_records import ReminderSettings

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


_LABELS = {
    "opening": "作成開始のお知らせ",
    "before": "締切{}営業日前",
    "day-of": "締切当日",
    "overdue": "締切{}営業日超過",
    "weekly": "未提出のお知らせ（毎週、{}回目）",
    "director": "部長へのお知らせ（{}営業日超過）",
    "changed": "締切変更のお知らせ",
    "returned": "差戻しのお知らせ",
    "snooze": "明日また（{}）",
    "digest": "事務局への進捗（{}）",
    "complete": "全件提出のお知らせ",
}


def label(rule: str) -> str:
    """A rule of a delivery key in words for tables and calendars: `before:10` is 締切10営業日前."""
    kind, _, detail = rule.partition(":")
    return _LABELS[kind].format(detail)
