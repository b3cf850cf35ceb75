"""What is due, and the messages that discharge it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from bot.context import Context
from bot.days.business_days import Calendar
from bot.deadlines import roles
from bot.messages.message import Message
from bot.reminders import plan
from bot.reminders.notice_blocks import notices_message
from bot.reminders.reminder_blocks import reminder_message
from bot.reminders.rules import label
from store.evaluation import contacts, deadlines, deliveries, sheets, snoozes, watch
from store.evaluation.reminder_records import Delivered, DeliveryKey, Digest, Reminder, Snooze
from store.evaluation.sheet_records import Deadline, ReminderSettings, SectionContacts, Sheet
from store.evaluation.watch import Bundle

Known = tuple[
    list[Deadline],
    list[Sheet],
    list[SectionContacts],
    Calendar,
    list[Delivered],
    list[Snooze],
    ReminderSettings,
]

NOTICE = "notice"  # the deadline of a delivery key that tells the secretariat what went wrong


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient, and the deliveries it discharges; the first names it."""

    recipient: str
    about: str
    deliveries: tuple[Delivered, ...]
    message: Callable[[], Message]
    digest: Digest | None = None  # whose pictures go with it
    sheets: tuple[tuple[int, str, str], ...] = ()  # the keys of those it asks for

    @property
    def key(self) -> str:
        """What the message's metadata says."""
        return self.deliveries[0].key.text


def stamp(moment: datetime) -> str:
    """A moment as the ledger writes it: UTC with milliseconds, so that text compares as time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def due(context: Context, now: datetime) -> list[Reminder]:
    """The reminders to send at `now`."""
    if not open_now(context, now):
        return []
    known = everything(context, stamp(now))
    return plan.plan(*known[:4], now, *known[4:])


def everything(context: Context, now: str) -> Known:
    """All that a plan is made of besides the time: as `bot.reminders.season.season` takes it."""
    db, settings = context.databases.get(), context.settings
    return (
        deadlines.deadlines(db),
        sheets.sheets(db),
        contacts.contacts(db, watch.unreachable(db, now)),
        roles.calendar(settings),
        deliveries.delivered(db),
        snoozes.snoozes(db),
        roles.reminder_settings(settings),
    )


def of_reminder(reminder: Reminder, context: Context) -> Outgoing:
    """The message of a reminder."""
    return Outgoing(
        recipient=reminder.recipient,
        about=about(reminder),
        deliveries=tuple(item.as_delivered("claimed") for item in reminder.items),
        message=partial(reminder_message, reminder),
        digest=reminder.digest,
        sheets=tuple(each.sheet.key for each in reminder.sheets),
    )


def about(reminder: Reminder) -> str:
    """A reminder in a few words, for lists and logs."""
    first, *more = reminder.items
    what = f"{first.section} {first.kind} {label(first.key.rule)}".strip()
    return f"{what} ほか{len(more)}件" if more else what


def of_notices(bundle: Bundle, recipient: str, now: datetime) -> Outgoing:
    """The message of lines for the secretariat (each with what it can press) or for somebody else."""
    key = Delivered(DeliveryKey(NOTICE, "", recipient, bundle.name), 0, "", now, None, "claimed")
    return Outgoing(recipient, f"お知らせ {len(bundle.notices)}件", (key,), partial(notices_message, bundle))


def open_now(context: Context, now: datetime) -> bool:
    """Whether messages may go out at this hour of this day."""
    ways = roles.reminder_settings(context.settings)
    return roles.calendar(context.settings).is_open(now.date()) and (
        ways.hours_from <= now.time() < ways.hours_to
    )
