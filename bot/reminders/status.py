"""A reminder's message as of today: what became of the sheets it spoke of. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.days.business_days import DAY, Calendar
from bot.messages import kit
from bot.messages.message import Message
from bot.reminders.due_dates import DueDates
from bot.reminders.duties import Duty, Work
from bot.reminders.reminder_blocks import Share, reminder_message
from store.evaluation.reminder_records import DeliveryKey, Item, Reminder

ALL_IN = "評価シートはすべて提出済です。ありがとうございました。"
WITHDRAWN = "締切は取り消されました。提出の必要はありません。"


def status_message(
    duties: Sequence[Duty], shares: Sequence[Share], dues: DueDates, calendar: Calendar, now: datetime, *,
    note: str = "",
) -> Message:  # fmt: skip
    """The same sections' open sheets with their states now; thanks once there are none. `note` is added."""
    extra = (kit.context(note),) if note else ()
    left = [sheet for duty in duties if share_of(duty) in shares for sheet in duty.sheets if not sheet.done]
    owed = [(sheet, owed) for sheet in left if (owed := dues.of_sheet(sheet))]
    if not owed:
        text = WITHDRAWN if left else ALL_IN
        return Message(text, (kit.section(text), *extra))
    today = now.date()
    works = [Work(*each) for each in owed]
    shown = reminder_message(
        Reminder(
            recipient="",
            role="channel",
            items=tuple(_items(works, calendar, now)),
            sheets=tuple(work.as_open_sheet(calendar, today) for work in works),
            day=today,
            next_open=calendar.next_open(today + DAY),
        )
    )
    return Message(shown.text, (*shown.blocks, *extra))


def share_of(duty: Duty) -> Share:
    """A section's round as buttons name it."""
    return (duty.fiscal_year, duty.kind, duty.contacts.department, duty.contacts.section)


def _items(works: Sequence[Work], calendar: Calendar, now: datetime) -> Iterator[Item]:
    """One for each section's round, by its earliest due date."""
    first: dict[Share, Work] = {}
    for work in sorted(works, key=lambda work: work.owed.due.effective):
        sheet = work.sheet
        first.setdefault((sheet.fiscal_year, sheet.kind, sheet.department, sheet.section), work)
    for (year, kind, department, section), work in first.items():
        key = DeliveryKey("-", f"{department}/{section}", "", "status")
        remaining = calendar.between(now.date(), work.owed.due.effective)
        yield Item(key, year, kind, department, section, now, work.owed.due, remaining=remaining)
