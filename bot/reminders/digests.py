"""The secretariat's digest: each open morning of the season, and once more when everything is in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from bot.days.business_days import DAY
from bot.reminders.due_dates import at
from bot.reminders.duties import Duty
from bot.reminders.items import Situation
from bot.reminders.recipients import contact_problem
from store.evaluation.reminder_records import DeliveryKey, Digest, Item, Reminder


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
