"""Builders and a small driver for tests of the reminders' plan: ticks in, messages out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.days.calendar import TOKYO, Calendar
from bot.reminders.plan import plan
from store.evaluation.records import (
    Deadline,
    Delivered,
    Reminder,
    ReminderSettings,
    SectionContacts,
    Sheet,
    SheetState,
    Snooze,
)

DEPARTMENT, SECTION = "政策イノベーション部", "企画経営課"
CHIEF, CHANNEL, DIRECTOR, SECRETARIAT = "UCHIEF", "CSECTION", "UDIRECTOR", "CSECRETARIAT"
CONTACTS = SectionContacts(DEPARTMENT, SECTION, chief=CHIEF, director=DIRECTOR, channel=CHANNEL)
LONG_BEFORE = datetime(2026, 4, 1, 9, 0, tzinfo=TOKYO)


def moment(text: str) -> datetime:
    """`2026-12-14 09:00` in Asia/Tokyo."""
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def deadline(due: str, **changes: object) -> Deadline:
    base = Deadline(1, 2026, "一次評価", date.fromisoformat(due), LONG_BEFORE)
    return replace(base, **changes)  # type: ignore[arg-type]


def sheet(number: str = "11", state: SheetState = "未着手", **changes: object) -> Sheet:
    base = Sheet(2026, number, f"事業{number}", DEPARTMENT, SECTION, state=state)
    return replace(base, **changes)  # type: ignore[arg-type]


@dataclass
class City:
    """All that the plan looks at; `tick` plans, takes what it says as delivered and returns it."""

    deadlines: Sequence[Deadline] = ()
    sheets: Sequence[Sheet] = ()
    contacts: Sequence[SectionContacts] = (CONTACTS,)
    calendar: Calendar = field(default_factory=Calendar)
    settings: ReminderSettings = field(default_factory=ReminderSettings)
    snoozes: Sequence[Snooze] = ()
    delivered: list[Delivered] = field(default_factory=list)

    def look(self, now: datetime) -> list[Reminder]:
        return plan(
            self.deadlines, self.sheets, self.contacts, self.calendar, now,
            self.delivered, self.snoozes, self.settings,
        )  # fmt: skip

    def tick(self, now: datetime) -> list[Reminder]:
        reminders = self.look(now)
        self.delivered += [item.as_delivered() for reminder in reminders for item in reminder.items]
        return reminders

    def run(self, start: str, end: str, every: timedelta = timedelta(minutes=30)) -> list[tuple[str, ...]]:
        """(when, recipient, rules) of every message between two moments, the clock ticking regularly."""
        now, last, sent = moment(start), moment(end), []
        while now <= last:
            sent += [line(now, reminder) for reminder in self.tick(now)]
            now += every
        return sent


def line(now: datetime, reminder: Reminder) -> tuple[str, ...]:
    return (f"{now:%m-%d %H:%M}", reminder.recipient, *(item.key.rule for item in reminder.items))


def rules_of(reminders: Iterable[Reminder]) -> list[str]:
    return [item.key.rule for reminder in reminders for item in reminder.items]


SEASON = ("2026-11-20 00:00", "2027-01-31 23:30")
TWO_SHEETS = (sheet("11"), sheet("12"))


def sent(city: City, start: str = SEASON[0], end: str = SEASON[1]) -> list[str]:
    """`12-14 09:00 before:10` for all that the chief gets."""
    return [f"{line[0]} {' '.join(line[2:])}" for line in city.run(start, end) if line[1] == CHIEF]
