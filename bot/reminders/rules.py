"""Which rules have fallen due for one recipient, and which of them were delivered before. Pure.

Rules are counted from a due date in business days: `opening` when work begins; `before:N`; `day-of`;
`overdue:N`, then `weekly:1`, `weekly:2` and so on; `director:N`. Not counted from a date: `changed:…` and
`returned:…` (news), `snooze:DAY`, `digest:DAY` and `complete`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.days.calendar import DAY, TOKYO, Calendar, Obligation, SectionWorkload, at, format_date
from bot.messages.reminders import UNREACHED
from store.evaluation.records import (
    Absence,
    Audience,
    Delivered,
    DeliveryKey,
    Item,
    RecipientRole,
    ReminderSettings,
    RoundRules,
    SectionContacts,
    Snooze,
)

LONG_AGO = datetime.min.replace(tzinfo=UTC)
FAR = timedelta(days=7)  # what was delivered for a moment further ahead than this, a wrong clock did


class Thread(NamedTuple):
    """One recipient and one subject: a round, a section (`部/課`), and whether as its director."""

    fiscal_year: int
    kind: str
    section: str
    recipient: str
    director: bool


class History:
    """Deliveries in the order of claiming; the clock they were made by is not trusted, their order is.

    What a clock that was far ahead delivered silences nobody: its keys stay taken, its moments don't count.
    """

    def __init__(self, delivered: Iterable[Delivered], now: datetime) -> None:
        self._all, self._until = tuple(delivered), now + FAR
        self._keys = {each.key for each in self._all}
        self._threads: dict[Thread, list[Delivered]] = defaultdict(list)
        for each in self._all:
            self._threads[_thread(each)].append(each)

    def taken(self, key: DeliveryKey) -> bool:
        """Whether this very key is claimed, sent or ambiguous."""
        return key in self._keys

    def told_before(self, thread: Thread, token: str = "") -> bool:
        """Whether this recipient has had any word of this round, or of this deadline version in it."""
        return any(not token or each.key.deadline == token for each in self._threads.get(thread, ()))

    def sections_told(self) -> frozenset[tuple[int, str, str]]:
        """The (fiscal year, kind, `部/課`) for which anything was delivered."""
        return frozenset((each.fiscal_year, each.kind, each.section) for each in self._threads)

    def last_due(self, thread: Thread) -> date | None:
        """The section's due date in the last message to this recipient."""
        return self._threads[thread][-1].due if thread in self._threads else None

    def reached(self, thread: Thread, kind: str = "") -> datetime:
        """The latest moment whose rule (of that kind, or any) was delivered: nothing older is sent again."""
        moments = (
            each.moment
            for each in self._threads.get(thread, ())
            if (not kind or each.key.rule_kind == kind) and each.moment <= self._until
        )
        return max(moments, default=LONG_AGO)

    def last_digest(self) -> datetime:
        """The moment of the latest morning digest."""
        mornings = (each.moment for each in self._all if each.key.rule_kind == "digest")
        return max((each for each in mornings if each <= self._until), default=LONG_AGO)

    def ahead(self) -> datetime | None:
        """The latest moment for which a clock that was far ahead delivered something."""
        return max((each.moment for each in self._all if each.moment > self._until), default=None)

    def ambiguous(self) -> tuple[Delivered, ...]:
        """Deliveries whose outcome is unknown."""
        return tuple(each for each in self._all if each.status == "ambiguous")


def _thread(each: Delivered) -> Thread:
    director = each.key.rule_kind == "director"
    return Thread(each.fiscal_year, each.kind, each.key.section, each.key.recipient, director)


Scheduled = tuple[datetime, str]


def section_rules(
    obligation: Obligation, calendar: Calendar, settings: ReminderSettings, of: RoundRules, today: date
) -> Iterator[Scheduled]:
    """The moments at which a section is reminded, up to `today`; `opening` first, none before it."""
    yield obligation.since, "opening"
    for moment, rule in _around(obligation.due.effective, calendar, settings, of, today):
        if moment > obligation.since:
            yield moment, rule


def director_rules(
    obligation: Obligation, calendar: Calendar, settings: ReminderSettings, of: RoundRules
) -> Iterator[Scheduled]:
    """The moments at which the director is reminded."""
    for days in of.director:
        moment = at(calendar.add(obligation.due.effective, days), settings.at)
        if moment > obligation.since:
            yield moment, f"director:{days}"


def _around(
    due: date, calendar: Calendar, settings: ReminderSettings, of: RoundRules, today: date
) -> Iterator[Scheduled]:
    for days in of.before:
        yield at(calendar.add(due, -days), settings.at), f"before:{days}"
    if calendar.is_open(due):
        yield at(due, settings.day_of_at), "day-of"
    last = due
    for days in sorted(of.overdue):
        last = calendar.add(due, days)
        yield at(last, settings.at), f"overdue:{days}"
    if of.weekly:
        for week in range(1, (today - last).days // 7 + 1):
            day = calendar.next_open(last + timedelta(weeks=week))
            yield at(day, settings.at), f"weekly:{week}"


ROLE_NAMES: dict[RecipientRole, str] = {
    "chief": "課長", "deputy": "代理", "channel": "チャンネル", "director": "部長",
}  # fmt: skip
Roles = tuple[RecipientRole, ...]

# One message for each line, to the first of it who can be reached.
_LINES: dict[Audience, tuple[Roles, ...]] = {
    "chief": (("chief", "deputy", "channel"),),
    "channel": (("channel", "chief", "deputy"),),
    "both": (("chief", "deputy"), ("channel",)),
}


@dataclass(frozen=True, slots=True)
class Route:
    """One recipient; `fallback` is the reason why it replaces the regular one, '' when it is regular.

    A deputy for somebody who is away (`instead_of`) gets what falls due from `since` on, nothing of before.
    """

    recipient: str
    role: RecipientRole
    fallback: str = ""
    since: date | None = None
    instead_of: str = ""


def section_routes(contacts: SectionContacts, settings: ReminderSettings, day: date) -> list[Route]:
    """Where a section's reminders go on a day: never nowhere, unless nobody at all is configured."""
    lines = _LINES[settings.audience]
    reached = list(_reached(contacts, lines, day))
    every: Roles = tuple(role for line in lines for role in line)
    return reached or [_last_resort(contacts, every, settings)]


def director_route(contacts: SectionContacts, settings: ReminderSettings, day: date) -> Route:
    """Where word of late sheets goes above the section on a day."""
    return _reach(contacts, "director", day) or _last_resort(contacts, ("director",), settings)


def contact_problems(contacts: SectionContacts, settings: ReminderSettings, day: date) -> Iterator[str]:
    """A line for the secretariat where the section's first recipient, or its director, cannot be reached."""
    routes = section_routes(contacts, settings, day)
    for line in _LINES[settings.audience]:
        if not _is_reachable(contacts, line[0]):
            instead = "・".join(ROLE_NAMES.get(route.role, "事務局") for route in routes)
            where = f"{instead}にお送りしています" if routes[0].recipient else "どこにも届いていません"
            yield f"{contacts.section}: {_why_in_full(contacts, line[0])}（{where}）"
    if contacts.director in contacts.unreachable and contacts.director:
        yield f"{contacts.department}: {_why_in_full(contacts, 'director')}"


def _reached(contacts: SectionContacts, lines: tuple[Roles, ...], day: date) -> Iterator[Route]:
    missing: Roles = ()
    for line in lines:
        for role in line:
            if route := _reach(contacts, role, day, missing=missing):
                yield route
                missing = ()
                break
            missing = (*missing, role)


def _reach(contacts: SectionContacts, role: RecipientRole, day: date, missing: Roles = ()) -> Route | None:
    if not _is_reachable(contacts, role):
        return None
    recipient = _id(contacts, role)
    absence = _absence(contacts, recipient, day)
    if absence and (deputy := _deputy(contacts, role, absence, day)):
        until = f"{ROLE_NAMES[role]}は{format_date(absence.last)}まで不在です"
        as_role: RecipientRole = "director" if role == "director" else "deputy"
        return Route(deputy, as_role, until, absence.first, recipient)
    return Route(recipient, role, _why(contacts, missing))


def _absence(contacts: SectionContacts, who: str, day: date) -> Absence | None:
    away = [each for each in contacts.absences if each.user == who and each.covers(day)]
    return max(away, key=lambda each: (each.last, each.first), default=None)


def _deputy(contacts: SectionContacts, role: RecipientRole, absence: Absence, day: date) -> str:
    """Who stands in; '' where nobody can, and whoever is away gets it all the same."""
    own = contacts.deputy if role == "chief" else ""
    deputy = absence.deputy or own
    is_here = deputy and deputy not in contacts.unreachable and not _absence(contacts, deputy, day)
    return deputy if is_here else ""


def _is_reachable(contacts: SectionContacts, role: RecipientRole) -> bool:
    recipient = _id(contacts, role)
    return bool(recipient) and recipient not in contacts.unreachable


def _last_resort(contacts: SectionContacts, roles: Roles, settings: ReminderSettings) -> Route:
    role: RecipientRole = "secretariat" if settings.secretariat else "nobody"
    return Route(settings.secretariat, role, _why(contacts, roles))


def _why(contacts: SectionContacts, roles: Roles) -> str:
    """In few words, for the message itself; that there is no deputy is no reason."""
    unknown = "と".join(ROLE_NAMES[role] for role in roles if not _id(contacts, role) and role != "deputy")
    turned_away = "と".join(ROLE_NAMES[role] for role in roles if _id(contacts, role))
    told = (f"{unknown}が未登録です" if unknown else "", f"{turned_away}{UNREACHED}" if turned_away else "")
    return "、".join(filter(None, told))


def _why_in_full(contacts: SectionContacts, role: RecipientRole) -> str:
    recipient = _id(contacts, role)
    if not recipient:
        return f"{ROLE_NAMES[role]}が未登録です"
    return f"{ROLE_NAMES[role]}{dict(contacts.reasons).get(recipient, UNREACHED)}"


def _id(contacts: SectionContacts, role: RecipientRole) -> str:
    ids = {
        "chief": contacts.chief, "deputy": contacts.deputy, "channel": contacts.channel,
        "director": contacts.director,
    }  # fmt: skip
    return ids[role]


@dataclass(frozen=True, slots=True)
class Situation:
    """The inputs of every step of planning besides the workload; moments are in Asia/Tokyo.

    `until` is when the morning's last reminders fall due, or now if that is later: what is due by then goes
    with the first of the morning, that nobody gets two messages.
    """

    calendar: Calendar
    now: datetime
    history: History
    snoozes: Sequence[Snooze]
    settings: ReminderSettings
    until: datetime

    @property
    def today(self) -> date:
        """The day it is in Asia/Tokyo."""
        return self.now.date()


@dataclass(frozen=True, slots=True)
class _Candidate:
    moment: datetime
    rule: str
    obligation: Obligation


def section_items(workload: SectionWorkload, route: Route, situation: Situation) -> Iterator[Item]:
    """The reasons to remind the section now; none when its latest rule has been delivered."""
    recipient = route.recipient
    thread = Thread(workload.fiscal_year, workload.kind, workload.section_key, recipient, director=False)
    scheduled = (*_scheduled(workload, thread, situation), *_snoozed(workload, recipient, situation))
    ready = [candidate for candidate in scheduled if not _held(candidate, recipient, situation)]
    told = _told(workload, thread, route, situation)
    news = [each for each in _news(workload, thread, told, situation) if _is_for(route, each)]
    ready = [each for each in ready if _is_for(route, each)]
    for candidate in (*_latest(ready, thread, situation), *news):
        yield _item(workload, thread, candidate, told, situation)


def director_items(workload: SectionWorkload, route: Route, situation: Situation) -> Iterator[Item]:
    """The reasons to remind the director of late sheets now; those with an extension pending are none."""
    thread = Thread(workload.fiscal_year, workload.kind, workload.section_key, route.recipient, director=True)
    scheduled = [
        _Candidate(moment, rule, obligation)
        for obligation in dict.fromkeys(
            each.obligation for each in workload.open_items if not each.sheet.is_pending
        )
        for moment, rule in director_rules(
            obligation, situation.calendar, situation.settings, _rules_of(workload, situation)
        )
    ]
    scheduled = [each for each in scheduled if _is_for(route, each)]
    told = _told(workload, thread, route, situation)
    for candidate in _latest(scheduled, thread, situation):
        yield _item(workload, thread, candidate, told, situation)


def _is_for(route: Route, candidate: _Candidate) -> bool:
    """Whether it falls due in the recipient's time: a deputy's begins with the absence."""
    return route.since is None or candidate.moment.astimezone(TOKYO).date() >= route.since


def _obligations(workload: SectionWorkload) -> Iterable[Obligation]:
    return dict.fromkeys(open_item.obligation for open_item in workload.open_items)


def _latest(candidates: Iterable[_Candidate], thread: Thread, situation: Situation) -> list[_Candidate]:
    """The last to have fallen due since the last delivery."""
    reached = situation.history.reached(thread)
    fallen = [each for each in candidates if reached < each.moment <= situation.until]
    return sorted(fallen, key=_precedence)[-1:]


def _precedence(candidate: _Candidate) -> tuple[datetime, bool, int, bool, str]:
    """At one moment: a rule before a snooze, the earliest due date, the deadline of the whole section."""
    obligation, snoozed = candidate.obligation, candidate.rule.startswith("snooze")
    own = obligation.due.source != "deadline"
    return (candidate.moment, not snoozed, -obligation.due.effective.toordinal(), not own, obligation.token)


def _scheduled(workload: SectionWorkload, thread: Thread, situation: Situation) -> Iterator[_Candidate]:
    for obligation in _obligations(workload):
        for moment, rule in section_rules(
            obligation,
            situation.calendar,
            situation.settings,
            _rules_of(workload, situation),
            situation.today,
        ):
            if rule != "opening" or _is_new(obligation, workload, thread, situation):
                yield _Candidate(moment, rule, obligation)


def _is_new(obligation: Obligation, workload: SectionWorkload, thread: Thread, situation: Situation) -> bool:
    """Whether its opening was not delivered yet; an extension or a return was delivered when it was given."""
    if obligation == workload.obligation:
        return not situation.history.told_before(thread)
    set_later = obligation.due.source == "deadline" and obligation.since == obligation.set_at
    return set_later and not situation.history.told_before(thread, obligation.token)


def _snoozed(workload: SectionWorkload, recipient: str, situation: Situation) -> Iterator[_Candidate]:
    first = _nearest(workload)
    for snooze in situation.snoozes:
        moment = _again(snooze, situation)
        if snooze.recipient == recipient and moment > first.since:
            clock = f"T{snooze.clock:%H:%M}" if snooze.clock else ""
            yield _Candidate(moment, f"snooze:{snooze.until.isoformat()}{clock}", first)


def _rules_of(workload: SectionWorkload, situation: Situation) -> RoundRules:
    return situation.settings.of(workload.fiscal_year, workload.kind)


def _nearest(workload: SectionWorkload) -> Obligation:
    return min(_obligations(workload), key=lambda obligation: obligation.due.effective)


def _again(snooze: Snooze, situation: Situation) -> datetime:
    return at(snooze.until, snooze.clock or situation.settings.at)


def _held(candidate: _Candidate, recipient: str, situation: Situation) -> bool:
    """Whether 明日また puts it off. The morning of the due date is never put off."""
    return candidate.rule != "day-of" and any(
        snooze.recipient == recipient
        and snooze.pressed_at <= candidate.moment
        and situation.until < _again(snooze, situation)
        for snooze in situation.snoozes
    )


def _news(
    workload: SectionWorkload, thread: Thread, told: date | None, situation: Situation
) -> Iterator[_Candidate]:
    """A deadline moved, or sheets sent back: due even when a later rule has been delivered already."""
    by_deadline = any(open_item.obligation == workload.obligation for open_item in workload.open_items)
    if workload.obligation and by_deadline and told:
        moved = _news_of("changed", workload.obligation.since, workload.obligation)
        if not situation.history.taken(_key(thread, moved)):
            yield moved
    for nudge in workload.contacts.nudges:
        wanted = _Candidate(nudge.at.astimezone(TOKYO), f"nudge:{nudge.at.isoformat()}", _nearest(workload))
        day = wanted.moment.date()
        is_fresh = situation.calendar.next_open(day + DAY) >= situation.today >= day
        if is_fresh and not situation.history.taken(_key(thread, wanted)):
            yield wanted
    back = [
        (open_item.sheet.returned_at, open_item.obligation)
        for open_item in workload.open_items
        if open_item.sheet.returned_at
    ]
    if back:
        moment, obligation = max(back, key=lambda each: each[0])
        if situation.history.reached(thread, "returned") < moment <= situation.until:
            yield _news_of("returned", moment, obligation)


def _news_of(kind: str, moment: datetime, obligation: Obligation) -> _Candidate:
    """News is named by its moment, so that the next of its kind is another."""
    local = moment.astimezone(TOKYO)
    return _Candidate(local, f"{kind}:{local.isoformat()}", obligation)


def _told(workload: SectionWorkload, thread: Thread, route: Route, situation: Situation) -> date | None:
    """The section's due date in the last message to this recipient, where it has changed since.

    A deputy who had none yet is told of a change by what whoever is away was told.
    """
    last = situation.history.last_due(thread)
    if last is None and route.instead_of:
        last = situation.history.last_due(thread._replace(recipient=route.instead_of))
    return last if last and workload.obligation and last != workload.obligation.due.effective else None


def _key(thread: Thread, candidate: _Candidate) -> DeliveryKey:
    token = candidate.obligation.token
    if candidate.rule.startswith("nudge"):
        token = f"{thread.fiscal_year}/{thread.kind}"  # whatever becomes of the deadline, it is sent once
    return DeliveryKey(token, thread.section, thread.recipient, candidate.rule)


def _note(workload: SectionWorkload, candidate: _Candidate) -> str:
    """The secretariat's own line of one that it sends now, else the deadline's."""
    said = (n.note for n in workload.contacts.nudges if candidate.rule == f"nudge:{n.at.isoformat()}")
    return next(filter(None, said), candidate.obligation.note)


def _item(
    workload: SectionWorkload, thread: Thread, candidate: _Candidate, told: date | None, situation: Situation
) -> Item:
    return Item(
        key=_key(thread, candidate),
        fiscal_year=workload.fiscal_year,
        kind=workload.kind,
        department=workload.contacts.department,
        section=workload.contacts.section,
        moment=candidate.moment.astimezone(TOKYO),
        due=candidate.obligation.due,
        section_due=workload.obligation.due if workload.obligation else None,
        remaining=situation.calendar.between(situation.today, candidate.obligation.due.effective),
        told=told,
        note=_note(workload, candidate),
        total=len(workload.counted),
        done=sum(sheet.done for sheet in workload.counted),
    )
