"""A reminder's message as of today: what became of the sheets it spoke of. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot import kit
from bot.business_days import DAY, Calendar
from bot.message import Message
from bot.reminder_blocks import Share, reminder_message
from bot.rounds import Duty
from store.reminder_records import DeliveryKey, Item, RecipientRole, Reminder

ALL_IN = "評価シートはすべて提出済です。ありがとうございました。"


def status_message(
    duties: Sequence[Duty], shares: Sequence[Share], calendar: Calendar, now: datetime, *, note: str = ""
) -> Message:
    """The same sections' open sheets with their states now; thanks once there are none. `note` is added."""
    wanted = [duty for duty in duties if _share(duty) in shares and duty.works]
    extra = (kit.context(note),) if note else ()
    if not wanted:
        return Message(ALL_IN, (kit.section(ALL_IN), *extra))
    today = now.date()
    role: RecipientRole = "channel"
    shown = reminder_message(
        Reminder(
            recipient="",
            role=role,
            items=tuple(_item(duty, calendar, today, now) for duty in wanted),
            sheets=tuple(work.as_open_sheet(calendar, today) for duty in wanted for work in duty.works),
            day=today,
            next_open=calendar.next_open(today + DAY),
        )
    )
    return Message(shown.text, (*shown.blocks, *extra))


def _item(duty: Duty, calendar: Calendar, today: date, now: datetime) -> Item:
    due = min((work.owed.due for work in duty.works), key=lambda due: due.effective)
    return Item(
        key=DeliveryKey("-", duty.section_key, "", "status"),
        fiscal_year=duty.fiscal_year,
        kind=duty.kind,
        department=duty.contacts.department,
        section=duty.contacts.section,
        moment=now,
        due=due,
        remaining=calendar.between(today, due.effective),
    )


def _share(duty: Duty) -> Share:
    return (duty.fiscal_year, duty.kind, duty.contacts.department, duty.contacts.section)
