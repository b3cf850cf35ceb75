"""Which messages are due now, from deadlines, sheets, contacts, the calendar and what was delivered. Pure.

For each section, round and recipient `rules` finds the rules that have fallen due since the last delivery:
the latest is sent, the older ones are passed over. So downtime costs nothing but time, and a clock set back
sends nothing twice. What falls due for one recipient in a morning is one message. The secretariat gets a
digest on each open morning on which there is news, and one more when everything is in. A season is the same
plan over the moments to come, as if nothing changed from now on.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.days.calendar import (
    DAY,
    TOKYO,
    Calendar,
    DueDates,
    OpenItem,
    SectionWorkload,
    at,
    format_date,
    mornings,
    workloads,
)
from bot.reminders.rules import (
    LONG_AGO,
    History,
    Route,
    Situation,
    contact_problems,
    director_items,
    director_route,
    section_items,
    section_routes,
)
from store.evaluation.records import (
    Deadline,
    Delivered,
    DeliveryKey,
    Digest,
    Item,
    OpenSheet,
    Reminder,
    ReminderSettings,
    SectionContacts,
    Sheet,
    Snooze,
)

DIGEST_EVERY = 5  # working days, where nothing changed in between


def digests(workloads: Iterable[SectionWorkload], situation: Situation) -> Iterator[Reminder]:
    """At most one: this morning's, or word that a round is complete as soon as it is."""
    moment = at(situation.today, situation.settings.digest_at)
    if not situation.settings.secretariat or situation.now < moment:
        return
    running, completed = [], []
    items: list[Item] = []
    for (fiscal_year, kind), each in _by_round(workloads).items():
        begun = [workload for workload in each if workload.begun(situation.until)]
        if any(workload.open_items for workload in begun):
            running.extend(begun)
        elif _newly_complete(fiscal_year, kind, each, situation):
            completed.extend(begun)
            items.append(_complete(fiscal_year, kind, moment, situation))
    items = [*_morning(running, moment, situation), *items]
    if items:
        yield _reminder(items, running, completed, situation)


def _by_round(workloads: Iterable[SectionWorkload]) -> dict[tuple[int, str], list[SectionWorkload]]:
    rounds: dict[tuple[int, str], list[SectionWorkload]] = {}
    for workload in workloads:
        rounds.setdefault((workload.fiscal_year, workload.kind), []).append(workload)
    return rounds


def _morning(running: Sequence[SectionWorkload], moment: datetime, situation: Situation) -> Iterator[Item]:
    last = situation.history.last_digest()
    if running and last < moment and _is_worth_telling(running, last, situation):
        recipient = situation.settings.secretariat
        key = DeliveryKey("digest", "", recipient, f"digest:{situation.today.isoformat()}")
        yield Item(key, 0, "", "", "", moment)


def _is_worth_telling(running: Sequence[SectionWorkload], last: datetime, situation: Situation) -> bool:
    """Whether anything is new since the last digest, waits for a hand, or five working days are over."""
    if last == LONG_AGO or situation.calendar.between(last.date(), situation.today) >= DIGEST_EVERY:
        return True
    digest = _digest(running, (), situation)
    if digest.pending or digest.problems or digest.ambiguous:
        return True
    return any(_is_news(workload, last, situation) for workload in running)


def _is_news(workload: SectionWorkload, last: datetime, situation: Situation) -> bool:
    """A sheet that somebody changed, a deadline set or begun, a due date gone by."""
    obligations = {each.obligation for each in workload.open_items}
    if workload.obligation and workload.obligation.since <= situation.until:
        obligations.add(workload.obligation)
    return (
        any(sheet.updated_at and last < sheet.updated_at <= situation.until for sheet in workload.sheets)
        or any(last < moment for each in obligations for moment in (each.set_at, each.since))
        or any(
            last.astimezone(TOKYO).date() <= each.obligation.due.effective < situation.today
            for each in workload.open_items
        )
    )


def _newly_complete(
    fiscal_year: int, kind: str, workloads: Sequence[SectionWorkload], situation: Situation
) -> bool:
    """Whether a round that a digest has listed is complete and its completion was not sent yet."""
    sheets = [sheet for workload in workloads for sheet in workload.sheets if sheet.state != "対象外"]
    if not sheets or not all(sheet.done for sheet in sheets):
        return False
    begun = [
        workload.obligation.since
        for workload in workloads
        if workload.obligation and workload.obligation.since <= situation.until
    ]
    spoken_of = bool(begun) and situation.history.last_digest() >= min(begun)
    return spoken_of and not situation.history.taken(_complete_key(fiscal_year, kind, situation))


def _complete_key(fiscal_year: int, kind: str, situation: Situation) -> DeliveryKey:
    return DeliveryKey(f"{fiscal_year}/{kind}", "", situation.settings.secretariat, "complete")


def _complete(fiscal_year: int, kind: str, moment: datetime, situation: Situation) -> Item:
    return Item(_complete_key(fiscal_year, kind, situation), fiscal_year, kind, "", "", moment)


def digest_now(
    deadlines: Iterable[Deadline],
    sheets: Iterable[Sheet],
    contacts: Iterable[SectionContacts],
    calendar: Calendar,
    now: datetime,
    delivered: Sequence[Delivered],
    settings: ReminderSettings,
    since: datetime | None = None,
) -> Digest:
    """The digest as it would be now, whatever the hour; with what came in and was decided `since` then."""
    history = History(delivered, now)
    due_dates = DueDates(deadlines, calendar, settings, history.sections_told())
    every = workloads(sheets, contacts, due_dates, now)
    situation = Situation(calendar, now.astimezone(TOKYO), history, (), settings, now)
    rounds = _by_round([each for each in every if each.begun(now)]).values()
    running = [each for of_round in rounds if any(w.open_items for w in of_round) for each in of_round]
    return _digest(running, [] if running else every, situation, since)


def _reminder(
    items: Sequence[Item],
    running: Sequence[SectionWorkload],
    completed: Sequence[SectionWorkload],
    situation: Situation,
) -> Reminder:
    return Reminder(
        recipient=situation.settings.secretariat,
        role="secretariat",
        items=tuple(items),
        sheets=(),
        day=situation.today,
        next_open=situation.calendar.next_open(situation.today + DAY),
        digest=_digest(running, completed, situation),
    )


def _digest(
    running: Sequence[SectionWorkload],
    completed: Sequence[SectionWorkload],
    situation: Situation,
    since: datetime | None = None,
) -> Digest:
    today, calendar, settings = situation.today, situation.calendar, situation.settings
    open_items = [
        open_item.as_open_sheet(calendar, today) for workload in running for open_item in workload.open_items
    ]
    problems = (
        problem
        for workload in running
        if workload.open_items
        for problem in contact_problems(workload.contacts, settings, today)
    )
    since = since or situation.history.last_digest()
    changed = [
        sheet
        for workload in running
        for sheet in workload.counted
        if since > LONG_AGO and sheet.updated_at and sheet.updated_at > since
    ]
    return Digest(
        today,
        pending=tuple(
            sheet for workload in running for sheet in workload.sheets if sheet.is_pending and not sheet.done
        ),
        progress=tuple(workload.progress(calendar, today) for workload in (*running, *completed)),
        late=tuple(sorted((each for each in open_items if each.late), key=lambda each: -each.late)),
        problems=(*_clock_problem(situation), *dict.fromkeys(problems)),
        ambiguous=situation.history.ambiguous(),
        complete=not running,
        arrived=tuple(sheet for sheet in changed if sheet.done),
        decided=tuple(sheet for sheet in changed if _is_decided_since(sheet, since)),
    )


def _is_decided_since(sheet: Sheet, since: datetime) -> bool:
    """Whether a request for an extension was granted or denied after then."""
    is_decided = sheet.extension_state in ("承認", "却下")
    return is_decided and sheet.extension_at is not None and sheet.extension_at > since


def _clock_problem(situation: Situation) -> Iterator[str]:
    if ahead := situation.history.ahead():
        day = format_date(ahead.astimezone(TOKYO).date())
        yield f"時計が{day}まで進んでいたときにお送りしたものがあります。サーバーの時計をご確認ください。"


def plan(
    deadlines: Iterable[Deadline],
    sheets: Iterable[Sheet],
    contacts: Iterable[SectionContacts],
    calendar: Calendar,
    now: datetime,
    delivered: Sequence[Delivered],
    snoozes: Sequence[Snooze],
    settings: ReminderSettings,
) -> list[Reminder]:
    """The messages to send at `now` (aware), sections' first, the secretariat's digest last.

    `delivered` is in the order of claiming. Nothing on closed days nor outside the settings' hours.
    """
    now = now.astimezone(TOKYO)
    if not (calendar.is_open(now.date()) and settings.hours_from <= now.time() < settings.hours_to):
        return []
    history = History(delivered, now)
    due_dates = DueDates(deadlines, calendar, settings, history.sections_told())
    until = max(now, at(now.date(), max(settings.at, settings.day_of_at)))
    every = workloads(sheets, contacts, due_dates, until)
    situation = Situation(calendar, now, history, snoozes, settings, until)
    digest = next(digests(every, situation), None)
    return _with_digest([*_reminders(every, situation, digest)], digest)


def _with_digest(reminders: list[Reminder], digest: Reminder | None) -> list[Reminder]:
    """The secretariat's own and what comes round to it are one message."""
    if digest is None:
        return reminders
    others = [each for each in reminders if each.recipient != digest.recipient]
    for each in reminders:
        if each.recipient == digest.recipient:
            digest = replace(each, items=(*digest.items, *each.items), digest=digest.digest)
    return [*others, digest]


@dataclass(frozen=True, slots=True)
class _Call:
    """A workload for one recipient: the sheets to show, and the items that are due now, if any."""

    route: Route
    director: bool
    items: tuple[Item, ...]
    open_items: tuple[OpenItem, ...]


def _reminders(
    workloads: Iterable[SectionWorkload], situation: Situation, digest: Reminder | None
) -> Iterator[Reminder]:
    calls: dict[str, list[_Call]] = defaultdict(list)
    for workload in workloads:
        if workload.open_items:
            for call in _calls(workload, situation):
                calls[call.route.recipient].append(call)
    for recipient in calls:
        goes_along = digest is not None and recipient == digest.recipient
        if reminder := _merge(calls[recipient], situation, goes_along=goes_along):
            yield reminder


def _calls(workload: SectionWorkload, situation: Situation) -> Iterator[_Call]:
    today = situation.today
    for route in section_routes(workload.contacts, situation.settings, today):
        items = section_items(workload, route, situation)
        yield _Call(route, False, tuple(items), workload.open_items)
    route = director_route(workload.contacts, situation.settings, today)
    late = tuple(open_item for open_item in workload.open_items if open_item.obligation.due.effective < today)
    yield _Call(route, True, tuple(director_items(workload, route, situation)), late)


def _merge(calls: Sequence[_Call], situation: Situation, *, goes_along: bool) -> Reminder | None:
    """One message of all that is due for a recipient; None while nothing is, or it waits for the morning.

    What `goes_along` with the digest waits for nothing else.
    """
    due = [call for call in calls if call.items]
    items = sorted((item for call in due for item in call.items), key=_urgency)
    recipient = calls[0].route.recipient
    if not items or not (goes_along or any(_ripe(item, recipient, situation) for item in items)):
        return None
    as_director = {call.director for call in due}
    lead = min(due, key=lambda call: call.director)  # who answers for a section is that first of all
    today = situation.today
    return Reminder(
        recipient=lead.route.recipient,
        role=lead.route.role,
        items=tuple(items),
        sheets=_open_sheets((call for call in calls if call.director in as_director), situation),
        day=today,
        next_open=situation.calendar.next_open(today + DAY),
        fallback="、".join(dict.fromkeys(call.route.fallback for call in due if call.route.fallback)),
        secretariat=situation.settings.secretariat,
        mornings=tuple(mornings(situation.calendar, today, _due_days(calls))),
    )


def _due_days(calls: Sequence[_Call]) -> Iterator[date]:
    return (each.obligation.due.effective for call in calls for each in call.open_items)


def _ripe(item: Item, recipient: str, situation: Situation) -> bool:
    """What is left over from an earlier day waits for the hour at which today's reminders go.

    What comes round to the secretariat waits for the hour of the digest.
    """
    now, settings = situation.now, situation.settings
    if recipient == settings.secretariat and now.time() < settings.digest_at:
        return False
    if item.moment.date() == situation.today:
        return item.moment <= now
    return now.time() >= settings.at


def _urgency(item: Item) -> tuple[object, ...]:
    first_due = item.due.effective if item.due else item.moment.date()
    return (
        first_due,
        item.key.rule_kind in ("changed", "returned"),
        item.fiscal_year,
        item.kind,
        item.key.section,
    )


def _open_sheets(calls: Iterable[_Call], situation: Situation) -> tuple[OpenSheet, ...]:
    open_items = {open_item.sheet.key: open_item for call in calls for open_item in call.open_items}
    today = situation.today
    shown = (open_item.as_open_sheet(situation.calendar, today) for open_item in open_items.values())
    return tuple(sorted(shown, key=lambda each: (-each.late, each.due.effective)))


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
