"""What is due now, as messages with the delivery keys that each discharges; the digest's pictures."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args

from slack_sdk import WebClient

from bot.context import Context
from bot.days.calendar import TOKYO, Calendar, city_calendar
from bot.days.calendar import at as at_time
from bot.deadlines.session import KNOWN_FOR, ask_whether_here, session_of
from bot.gateway import CALL_ERRORS
from bot.messages.builders import Block
from bot.messages.charts import alternative_text, points_over_time, progress_block, progress_chart
from bot.messages.digests import EXTENSION, digest_message, notices_message, read_asked, with_notices
from bot.messages.message import Message
from bot.messages.reminders import Share, gone_words, label, reminder_message, status_message
from bot.reminders import plan
from store.evaluation import changes, ledger, registry
from store.evaluation.ledger import stamp
from store.evaluation.records import (
    Bundle,
    Deadline,
    Delivered,
    DeliveryKey,
    Digest,
    Reminder,
    ReminderSettings,
    SectionContacts,
    Sheet,
    SheetState,
    Snooze,
)
from store.text.numbers import fiscal_year_name

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(days=1)  # a recipient that is gone is tried again the next day
LEASE = timedelta(seconds=60)  # several times as long as a call may take

# The steps at which a process may die; `DeliveryContext.step` is called at each.
STEPS = ("looked up", "planned", "opened", "claimed", "posted", "confirmed", "released", "told")


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown as a chart of Slack's own, else as a PNG with words for those who cannot see it."""

    name: str
    draw: Callable[[], bytes]
    alt: str
    chart: Block | None = None


MOST_ROUNDS = 2
FIRST_DAY = timedelta(days=30)  # before today, where the beginning of the round is unknown
Move = tuple[date, SheetState, SheetState]


def pictures(context: Context, digest: Digest) -> list[Picture]:
    """One of each round that is still running."""
    rounds = dict.fromkeys(
        (each.fiscal_year, each.kind) for each in digest.progress if each.done < each.total
    )
    return [_picture(context, digest, *each) for each in [*rounds][:MOST_ROUNDS]]


def _picture(context: Context, digest: Digest, fiscal_year: int, kind: str) -> Picture:
    workloads = [d for d in session_of(context).workloads if (d.fiscal_year, d.kind) == (fiscal_year, kind)]
    begun = min(
        (workload.obligation.since.date() for workload in workloads if workload.obligation),
        default=digest.day - FIRST_DAY,
    )
    sheets = [sheet for workload in workloads for sheet in workload.sheets]
    moves = _moves(context, fiscal_year, kind)
    points = points_over_time(sheets, moves, start=min(begun, digest.day), today=digest.day)
    sections = [each for each in digest.progress if (each.fiscal_year, each.kind) == (fiscal_year, kind)]
    name = f"{fiscal_year_name(fiscal_year)} {kind} 進捗"
    return Picture(
        name,
        lambda: progress_chart(points, sections),
        alternative_text(points, sections, today=digest.day),
        progress_block(name, points),
    )


def _moves(context: Context, fiscal_year: int, kind: str) -> Iterator[Move]:
    states: dict[str, SheetState] = {state: state for state in get_args(SheetState)}
    for event in changes.events(context.databases.get(), what="sheet"):
        year, rest = event.subject.split("/", 1)
        if event.field == "state" and int(year) == fiscal_year and rest.endswith(f"/{kind}"):
            yield event.at.astimezone(TOKYO).date(), states[event.before], states[event.after]


PROCESSING = 2.0  # seconds that Slack takes until a message may show a new picture


def uploaded(client: WebClient, found: list[Picture]) -> list[Block]:
    """Image blocks of pictures that only we can see until they are posted; without those that fail."""
    blocks: list[Block] = []
    for picture in found:
        try:
            answer = client.files_upload_v2(
                content=picture.draw(),
                filename=f"{picture.name}.png",
                title=picture.name,
                alt_txt=picture.alt,
            )
            file = answer["files"][0]["id"]
        except (*CALL_ERRORS, LookupError, TypeError) as error:
            log.warning("the picture %s was not uploaded: %s", picture.name, error)
        else:
            blocks.append({"type": "image", "slack_file": {"id": file}, "alt_text": picture.alt})
    return blocks


@dataclass(frozen=True)
class DeliveryContext:
    """The edges of a tick. `gap` and `workspace_gap` are seconds between posts to a channel, and to any."""

    context: Context
    client: WebClient
    sleep: Callable[[float], object] = time.sleep
    is_stopping: Callable[[], bool] = lambda: False
    step: Callable[[str], object] = log.debug
    lease: timedelta = LEASE
    gap: float = 1.0
    workspace_gap: float = 0.2
    threads: int = 8
    draw: Callable[[Context, Digest], list[Picture]] = pictures


NOTICE = "notice"  # the `deadline` in the delivery key of a notice


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
        """The delivery key in the message's metadata."""
        return self.deliveries[0].key.text


Known = tuple[
    list[Deadline],
    list[Sheet],
    list[SectionContacts],
    Calendar,
    list[Delivered],
    list[Snooze],
    ReminderSettings,
]


def due(context: Context, now: datetime) -> list[Reminder]:
    """The reminders to send at `now`."""
    if not open_now(context, now):
        return []
    known = everything(context, now)
    return plan.plan(*known[:4], now, *known[4:])


def open_now(context: Context, now: datetime) -> bool:
    """Whether messages may go out at this hour of this day."""
    hours = context.reminders
    return city_calendar(context.settings).is_open(now.date()) and (
        hours.hours_from <= now.time() < hours.hours_to
    )


def morning(context: Context, now: datetime) -> datetime:
    """The hour of the day at which the last of the morning's messages go."""
    settings = context.reminders
    return at_time(now.date(), max(settings.at, settings.day_of_at, settings.digest_at))


def everything(context: Context, now: datetime) -> Known:
    """All that a plan is made of besides the time: as `bot.reminders.plan.season` takes it."""
    db, settings = context.databases.get(), context.settings
    return (
        registry.deadlines(db),
        registry.sheets(db),
        registry.contacts(db, unreachable(context, now)),
        city_calendar(settings),
        ledger.delivered(db),
        registry.snoozes(db),
        replace(context.reminders, rounds=registry.round_rules(db)),
    )


def unreachable(context: Context, now: datetime) -> dict[str, str]:
    """Whom a message would not reach, by Slack's refusals and by its word on people; why, in words."""
    db = context.databases.get()
    refused = registry.unreachable(db, stamp(now), far=stamp(now + ASK_AGAIN))
    gone = registry.gone(db, now=now)
    return {
        **{who: gone_words(why) for who, why in refused.items()},
        **{who: gone_words(why, name) for who, (name, why) in gone.items()},
    }


def called(context: Context, recipient: str) -> str:
    """A recipient as people call them: 企画経営課の課長（田中さん）, 企画経営課のチャンネル, 事務局."""
    db = context.databases.get()
    known = registry.known(db, recipient)
    name = f"（{known.name}さん）" if known and known.name else ""
    for (department, section), role in registry.roles_of(db, recipient):
        place = department if role == "director" else section
        return f"{place}の{registry.ROLE_WORDS[role]}{name}"
    for each in registry.contacts(db):
        if recipient and each.channel == recipient:
            return f"{each.section}のチャンネル"
    if recipient and recipient == context.settings.jigyo_secretariat:
        return "事務局"
    return name.strip("（）") or "登録のない宛先"


def find_gone(delivery: DeliveryContext, recipients: Iterable[str], *, tells: bool = True) -> bool:
    """Ask about each person of whom Slack said nothing for hours; whether any left, or is back.

    Slack accepts messages to those who were deactivated, which nobody will read. Unless the secretariat's
    digest is about to say so, it gets a line of it.
    """
    context, changed = delivery.context, False
    db = context.databases.get()
    for recipient in dict.fromkeys(recipients):
        now = context.clock()
        if not recipient.startswith(("U", "W")):
            continue
        was_gone = recipient in registry.gone(db, now=now)
        known = registry.known(db, recipient, since=now - KNOWN_FOR, now=now)
        is_here = not known.gone if known else ask_whether_here(context, delivery.client, recipient, now)
        if tells and not (is_here or was_gone):
            known = registry.known(db, recipient)
            reason = known.gone if known else ""
            note_gone(context, recipient, reason, key=f"gone {recipient} {reason}")
        changed |= is_here == was_gone
    return changed


def note_gone(context: Context, recipient: str, reason: str, *, key: str) -> None:
    """Tell the secretariat that somebody is not reached any more, and what happens instead."""
    words = gone_words(reason)
    text = f"{called(context, recipient)}{words}。代理、課のチャンネル、事務局の順に代わりへお送りします。"
    ledger.note(
        context.databases.get(),
        key=key,
        text=f"{text}宛先の登録をご確認ください。",
        at=stamp(context.clock()),
    )


def of_reminder(reminder: Reminder, context: Context, bundles: Sequence[Bundle] = ()) -> Outgoing:
    """The message of a reminder, with the lines that wait for the same recipient."""
    now = context.clock()

    def message() -> Message:
        return with_notices(
            reminder_message(reminder), bundles, _requested(context, bundles), reminder.digest
        )

    return Outgoing(
        recipient=reminder.recipient,
        about=about(reminder),
        deliveries=(
            *(item.as_delivered("claimed") for item in reminder.items),
            *(_of_bundle(each, reminder.recipient, now) for each in bundles),
        ),
        message=message,
        digest=reminder.digest,
        sheets=() if reminder.digest else tuple(each.sheet.key for each in reminder.sheets),
    )


def _of_bundle(bundle: Bundle, recipient: str, now: datetime) -> Delivered:
    """What discharges the lines of a bundle."""
    return Delivered(DeliveryKey(NOTICE, "", recipient, bundle.name), 0, "", now, None, "claimed")


def about(reminder: Reminder) -> str:
    """A reminder in a few words, for lists and logs."""
    first, *more = reminder.items
    what = f"{first.section} {first.kind} {label(first.key.rule)}".strip()
    return f"{what} ほか{len(more)}件" if more else what


def of_notices(bundle: Bundle, recipient: str, context: Context, now: datetime) -> Outgoing:
    """The message of lines for the secretariat (each with what it can press) or for somebody else."""

    def message() -> Message:
        return notices_message(bundle, _requested(context, [bundle]))

    about = f"お知らせ {len(bundle.notices)}件"
    return Outgoing(recipient, about, (_of_bundle(bundle, recipient, now),), message)


def shown_now(
    context: Context, channel: str, ts: str, shares: Sequence[Share] = (), *, note: str = ""
) -> Message | None:
    """What a message of ours would show now: its sections, its requests, or the digest; None for others.

    `shares` are the sections that its buttons name; without them the ledger knows.
    """
    db = context.databases.get()
    keys = ledger.keys_of(db, channel, ts)
    rest = [each for each in keys if each.key.deadline != NOTICE]
    lines = [each.key.rule for each in keys if each.key.deadline == NOTICE]
    bundles = [found for rule in lines if (found := ledger.bundle_of(db, rule))]
    if not (rest or shares):
        return notices_message(bundles[0], _requested(context, bundles)) if bundles else None
    session = session_of(context)
    digests = [each.moment for each in rest if each.key.rule_kind in ("digest", "complete")]
    digest: Digest | None = None
    if digests:
        known = everything(context, session.now)
        digest = plan.digest_now(*known[:4], session.now, known[4], known[6], since=min(digests))
        message = digest_message(digest)
    else:
        message = status_message(
            session.workloads, list(dict.fromkeys(shares or map(share_of_key, rest))), session.due_dates,
            session.calendar, session.now, note=note, secretariat=context.settings.jigyo_secretariat,
            role="director" if _is_directors(rest) else "channel",
        )  # fmt: skip
    return with_notices(message, bundles, _requested(context, bundles), digest)


def _is_directors(keys: Sequence[Delivered]) -> bool:
    return bool(keys) and all(each.key.rule_kind == "director" for each in keys)


def share_of_key(each: Delivered) -> Share:
    """The section's round that a delivery was about."""
    department, _, section = each.key.section.partition("/")
    return each.fiscal_year, each.kind, department, section


def _requested(context: Context, bundles: Sequence[Bundle]) -> dict[tuple[int, str, str], Sheet]:
    """The sheets of the requests in bundles, as they are now."""
    keys = (each.key for bundle in bundles for each in bundle.notices)
    asked = (read_asked(key.removeprefix(EXTENSION)) for key in keys if key.startswith(EXTENSION))
    found = (registry.sheet(context.databases.get(), each.key) for each in asked)
    return {sheet.key: sheet for sheet in found if sheet}
