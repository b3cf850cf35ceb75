"""A season's calendar: what would be sent when if nothing changed from now on, as iCalendar too. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar as ICalendar
from icalendar import Event

from bot.days.calendar import DAY, Calendar, at, format_due
from bot.messages.reminders import label
from bot.reminders.plan import plan
from store.evaluation.records import (
    Deadline,
    Delivered,
    Due,
    Item,
    Reminder,
    ReminderSettings,
    SectionContacts,
    Sheet,
    Snooze,
)
from store.text.fiscal_years import fiscal_year_name

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


MOST_NAMES = 3  # in a title; all of them are in the description


def calendar_text(planned: Iterable[Planned], *, stamp: datetime) -> str:
    """The `.ics` text of what `season.season` lists, digests left out; `stamp` is when it was made."""
    reminders = [each for each in planned if not each[1].digest]
    calendar = ICalendar()
    calendar.add("prodid", "-//jigyo-bot//reminders//JA")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "評価シートの締切と督促")
    calendar.add("x-wr-timezone", "Asia/Tokyo")
    for event in (*_due_days(reminders, stamp), *_sendings(reminders, stamp)):
        calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def _due_days(planned: Iterable[Planned], stamp: datetime) -> Iterable[Event]:
    """A day for each due date, with the sections it is for."""
    sections: dict[tuple[int, str, Due], list[str]] = {}
    for _, reminder in planned:
        for item in reminder.items:
            if item.due:
                sections.setdefault((item.fiscal_year, item.kind, item.due), []).append(item.section)
    for (year, kind, due), names in sections.items():
        what = f"{fiscal_year_name(year)} {kind}"
        uid = f"due-{year}-{kind}-{due.effective}-{due.source}-{due.as_set}"
        event = _event(uid, f"【締切】{what}（{_names(names)}）", f"{format_due(due)}\n{_all(names)}", stamp)
        event.add("dtstart", due.effective)
        event.add("dtend", due.effective + DAY)
        event.add("transp", "TRANSPARENT")
        yield event


def _sendings(planned: Iterable[Planned], stamp: datetime) -> Iterable[Event]:
    """One event for all that goes out at one moment by one rule."""
    groups: dict[tuple[datetime, str], list[Item]] = {}
    for now, reminder in planned:
        for item in reminder.items:
            groups.setdefault((now, label(item.key.rule)), []).append(item)
    for (now, rule), items in groups.items():
        names = [item.section for item in items]
        event = _event(f"{now:%Y%m%dT%H%M}-{rule}", f"{rule}（{_names(names)}）", _all(names), stamp)
        event.add("dtstart", now.astimezone(UTC))
        event.add("dtend", now.astimezone(UTC))
        yield event


def _event(uid: str, summary: str, description: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{uid}@jigyo-bot")
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", description)
    return event


def _names(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" ほか{len(unique) - MOST_NAMES}課" if len(unique) > MOST_NAMES else ""
    return "、".join(unique[:MOST_NAMES]) + more


def _all(names: Sequence[str]) -> str:
    return "、".join(dict.fromkeys(names))
