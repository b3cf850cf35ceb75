"""A season as an iCalendar file: due dates as whole days, reminders at the moment they would go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event

from bot.days.business_days import DAY, format_due
from bot.reminders.rules import label
from bot.reminders.season import Planned
from store.evaluation.reminder_records import Due, Item
from store.text.wareki import fiscal_year_name

MOST_NAMES = 3  # in a title; all of them are in the description


def calendar_text(planned: Iterable[Planned], *, stamp: datetime) -> str:
    """The `.ics` text of what `season.season` lists, digests left out; `stamp` is when it was made."""
    reminders = [each for each in planned if not each[1].digest]
    calendar = Calendar()
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
