"""Which messages are due now, from deadlines, sheets, contacts, the calendar and what was delivered. Pure.

For each section, round and recipient `rules` finds the rules that have fallen due since the last delivery:
the latest is sent, the older ones are passed over. So downtime costs nothing but time, and a clock set back
sends nothing twice. What falls due for one recipient at once is one message. The secretariat gets a digest
on each open morning of the season, and one more when everything is in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.days.business_days import DAY, TOKYO, Calendar
from bot.deadlines.due_dates import DueDates, at
from bot.deadlines.workload import Duty, Work, duties
from bot.reminders.recipients import Route, contact_problem, director_route, section_routes
from bot.reminders.rules import History, Situation, director_items, section_items
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


def digests(duties: Iterable[Duty], situation: Situation) -> Iterator[Reminder]:
    """At most one: this morning's, or word that a round is complete as soon as it is."""
    moment = at(situation.today, situation.settings.digest_at)
    if not situation.settings.secretariat or situation.now < moment:
        return
    running, completed = [], []
    items: list[Item] = []
    for (fiscal_year, kind), each in _by_round(duties).items():
        begun = [duty for duty in each if duty.begun(situation.now)]
        if any(duty.works for duty in begun):
            running.extend(begun)
        elif _newly_complete(fiscal_year, kind, each, situation):
            completed.extend(begun)
            items.append(_complete(fiscal_year, kind, moment, situation))
    items = [*_morning(running, moment, situation), *items]
    if items:
        yield _reminder(items, running, completed, situation)


def _by_round(duties: Iterable[Duty]) -> dict[tuple[int, str], list[Duty]]:
    rounds: dict[tuple[int, str], list[Duty]] = {}
    for duty in duties:
        rounds.setdefault((duty.fiscal_year, duty.kind), []).append(duty)
    return rounds


def _morning(running: Sequence[Duty], moment: datetime, situation: Situation) -> Iterator[Item]:
    if running and situation.history.last_digest() < moment:
        recipient = situation.settings.secretariat
        key = DeliveryKey("digest", "", recipient, f"digest:{situation.today.isoformat()}")
        yield Item(key, 0, "", "", "", moment)


def _newly_complete(fiscal_year: int, kind: str, duties: Sequence[Duty], situation: Situation) -> bool:
    """Whether all of a round that a digest has spoken of is in, and nobody has said so."""
    sheets = [sheet for duty in duties for sheet in duty.sheets if sheet.state != "対象外"]
    if not sheets or not all(sheet.done for sheet in sheets):
        return False
    begun = [duty.owed.since for duty in duties if duty.owed and duty.owed.since <= situation.now]
    spoken_of = bool(begun) and situation.history.last_digest() >= min(begun)
    return spoken_of and not situation.history.taken(_complete_key(fiscal_year, kind, situation))


def _complete_key(fiscal_year: int, kind: str, situation: Situation) -> DeliveryKey:
    return DeliveryKey(f"{fiscal_year}/{kind}", "", situation.settings.secretariat, "complete")


def _complete(fiscal_year: int, kind: str, moment: datetime, situation: Situation) -> Item:
    return Item(_complete_key(fiscal_year, kind, situation), fiscal_year, kind, "", "", moment)


def _reminder(
    items: Sequence[Item], running: Sequence[Duty], completed: Sequence[Duty], situation: Situation
) -> Reminder:
    today, calendar, settings = situation.today, situation.calendar, situation.settings
    works = [work.as_open_sheet(calendar, today) for duty in running for work in duty.works]
    problems = (contact_problem(duty.contacts, settings) for duty in running if duty.works)
    digest = Digest(
        today,
        progress=tuple(duty.progress(calendar, today) for duty in (*running, *completed)),
        late=tuple(sorted((each for each in works if each.late), key=lambda each: -each.late)),
        problems=tuple(dict.fromkeys(filter(None, problems))),
        ambiguous=situation.history.ambiguous(),
        complete=not running,
    )
    return Reminder(
        recipient=settings.secretariat,
        role="secretariat",
        items=tuple(items),
        sheets=(),
        day=today,
        next_open=calendar.next_open(today + DAY),
        digest=digest,
    )


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
    history = History(delivered)
    due_dates = DueDates(deadlines, calendar, settings, history.sections_told())
    owed = duties(sheets, contacts, due_dates, now)
    situation = Situation(calendar, now, history, snoozes, settings)
    return [*_reminders(owed, situation), *digests(owed, situation)]


@dataclass(frozen=True, slots=True)
class _Call:
    """One duty put before one recipient: the sheets to show, and the items that make it due now, if any."""

    route: Route
    director: bool
    items: tuple[Item, ...]
    works: tuple[Work, ...]


def _reminders(owed: Iterable[Duty], situation: Situation) -> Iterator[Reminder]:
    calls: dict[str, list[_Call]] = defaultdict(list)
    for duty in owed:
        if duty.works:
            for call in _calls(duty, situation):
                calls[call.route.recipient].append(call)
    for recipient in calls:
        if reminder := _merge(calls[recipient], situation):
            yield reminder


def _calls(duty: Duty, situation: Situation) -> Iterator[_Call]:
    for route in section_routes(duty.contacts, situation.settings):
        yield _Call(route, False, tuple(section_items(duty, route.recipient, situation)), duty.works)
    route = director_route(duty.contacts, situation.settings)
    late = tuple(work for work in duty.works if work.owed.due.effective < situation.today)
    yield _Call(route, True, tuple(director_items(duty, route.recipient, situation)), late)


def _merge(calls: Sequence[_Call], situation: Situation) -> Reminder | None:
    """One message of all that is due for a recipient; None while nothing is, or it waits for the morning."""
    due = [call for call in calls if call.items]
    items = sorted((item for call in due for item in call.items), key=_urgency)
    if not any(_ripe(item, situation) for item in items):
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
    )


def _ripe(item: Item, situation: Situation) -> bool:
    """What is left over from an earlier day waits for the hour at which today's reminders go."""
    return item.moment.date() == situation.today or situation.now.time() >= situation.settings.at


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
    works = {work.sheet.key: work for call in calls for work in call.works}
    today = situation.today
    shown = (work.as_open_sheet(situation.calendar, today) for work in works.values())
    return tuple(sorted(shown, key=lambda each: each.due.effective))
