"""What puts one section's round before one recipient now: the latest rule that fell due, and news. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.days.business_days import TOKYO, Calendar
from bot.reminders.due_dates import Obligation, at
from bot.reminders.duties import Duty
from bot.reminders.history import History, Thread
from bot.reminders.rules import director_rules, section_rules
from store.evaluation.reminder_records import DeliveryKey, Item, Snooze
from store.evaluation.sheet_records import ReminderSettings


@dataclass(frozen=True, slots=True)
class Situation:
    """What every step of planning looks at besides the duty in hand; `now` is in Asia/Tokyo."""

    calendar: Calendar
    now: datetime
    history: History
    snoozes: Sequence[Snooze]
    settings: ReminderSettings

    @property
    def today(self) -> date:
        """The day it is in Asia/Tokyo."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class _Candidate:
    moment: datetime
    rule: str
    owed: Obligation


def section_items(duty: Duty, recipient: str, situation: Situation) -> Iterator[Item]:
    """Why to remind the section itself now; nothing when its latest rule has been delivered."""
    thread = Thread(duty.fiscal_year, duty.kind, duty.section_key, recipient, director=False)
    scheduled = (*_scheduled(duty, thread, situation), *_snoozed(duty, recipient, situation))
    ready = [candidate for candidate in scheduled if not _held(candidate, recipient, situation)]
    for candidate in (*_latest(ready, thread, situation), *_news(duty, thread, situation)):
        yield _item(duty, thread, candidate, situation)


def director_items(duty: Duty, recipient: str, situation: Situation) -> Iterator[Item]:
    """Why to tell the director of the section's late sheets now."""
    thread = Thread(duty.fiscal_year, duty.kind, duty.section_key, recipient, director=True)
    scheduled = [
        _Candidate(moment, rule, owed)
        for owed in _owed(duty)
        for moment, rule in director_rules(owed, situation.calendar, situation.settings)
    ]
    for candidate in _latest(scheduled, thread, situation):
        yield _item(duty, thread, candidate, situation)


def _owed(duty: Duty) -> Iterable[Obligation]:
    return dict.fromkeys(work.owed for work in duty.works)


def _latest(candidates: Iterable[_Candidate], thread: Thread, situation: Situation) -> list[_Candidate]:
    """The last to have fallen due since the last delivery."""
    reached = situation.history.reached(thread)
    fallen = [each for each in candidates if reached < each.moment <= situation.now]
    return sorted(fallen, key=_precedence)[-1:]


def _precedence(candidate: _Candidate) -> tuple[datetime, bool, int, bool, str]:
    """At one moment: a rule before a snooze, the earliest due date, the deadline of the whole section."""
    owed, snoozed = candidate.owed, candidate.rule.startswith("snooze")
    own = owed.due.source != "deadline"
    return (candidate.moment, not snoozed, -owed.due.effective.toordinal(), not own, owed.token)


def _scheduled(duty: Duty, thread: Thread, situation: Situation) -> Iterator[_Candidate]:
    for owed in _owed(duty):
        for moment, rule in section_rules(owed, situation.calendar, situation.settings, situation.today):
            if rule != "opening" or _is_new(owed, duty, thread, situation):
                yield _Candidate(moment, rule, owed)


def _is_new(owed: Obligation, duty: Duty, thread: Thread, situation: Situation) -> bool:
    """Whether its opening is still to be told; an extension or a return was told when it was given."""
    if owed == duty.owed:
        return not situation.history.told_before(thread)
    set_later = owed.due.source == "deadline" and owed.since == owed.set_at
    return set_later and not situation.history.told_before(thread, owed.token)


def _snoozed(duty: Duty, recipient: str, situation: Situation) -> Iterator[_Candidate]:
    first = min(_owed(duty), key=lambda owed: owed.due.effective)
    for snooze in situation.snoozes:
        moment = at(snooze.until, situation.settings.at)
        if snooze.recipient == recipient and moment > first.since:
            yield _Candidate(moment, f"snooze:{snooze.until.isoformat()}", first)


def _held(candidate: _Candidate, recipient: str, situation: Situation) -> bool:
    """Whether 明日また puts it off. The morning of the due date is never put off."""
    return candidate.rule != "day-of" and any(
        snooze.recipient == recipient
        and snooze.pressed_at <= candidate.moment
        and situation.now < at(snooze.until, situation.settings.at)
        for snooze in situation.snoozes
    )


def _news(duty: Duty, thread: Thread, situation: Situation) -> Iterator[_Candidate]:
    """A deadline moved, or sheets sent back: told even when a later rule has been delivered already."""
    by_deadline = any(work.owed == duty.owed for work in duty.works)
    if duty.owed and by_deadline and _told(duty, thread, situation):
        moved = _news_of("changed", duty.owed.since, duty.owed)
        if not situation.history.taken(_key(thread, moved)):
            yield moved
    back = [(work.sheet.returned_at, work.owed) for work in duty.works if work.sheet.returned_at]
    if back:
        moment, owed = max(back, key=lambda each: each[0])
        if situation.history.reached(thread, "returned") < moment <= situation.now:
            yield _news_of("returned", moment, owed)


def _news_of(kind: str, moment: datetime, owed: Obligation) -> _Candidate:
    """News is named by its moment, so that the next of its kind is another."""
    local = moment.astimezone(TOKYO)
    return _Candidate(local, f"{kind}:{local.isoformat()}", owed)


def _told(duty: Duty, thread: Thread, situation: Situation) -> date | None:
    """The section's due date this recipient was told last, where it is another one now."""
    last = situation.history.last_due(thread)
    return last if last and duty.owed and last != duty.owed.due.effective else None


def _key(thread: Thread, candidate: _Candidate) -> DeliveryKey:
    return DeliveryKey(candidate.owed.token, thread.section, thread.recipient, candidate.rule)


def _item(duty: Duty, thread: Thread, candidate: _Candidate, situation: Situation) -> Item:
    return Item(
        key=_key(thread, candidate),
        fiscal_year=duty.fiscal_year,
        kind=duty.kind,
        department=duty.contacts.department,
        section=duty.contacts.section,
        moment=candidate.moment.astimezone(TOKYO),
        due=candidate.owed.due,
        section_due=duty.owed.due if duty.owed else None,
        remaining=situation.calendar.between(situation.today, candidate.owed.due.effective),
        told=_told(duty, thread, situation),
        note=candidate.owed.note,
    )
