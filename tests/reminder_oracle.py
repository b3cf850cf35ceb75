"""A second, plain reading of the rules that shares no code with the plan: every day is asked what it is.

Slow and simple on purpose. It keeps its own list of what was sent and answers, for one look at the clock,
which messages there should be: `(recipient, keys, sheets)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

import holidays

from store.evaluation.records import Deadline, ReminderSettings, SectionContacts, Sheet

JST = timezone(timedelta(hours=9))
ONE = timedelta(days=1)
FIRST, LAST = date(2026, 8, 1), date(2027, 12, 31)
JAPAN = holidays.country_holidays("JP", years=range(2026, 2029))
ALL_DAYS = [FIRST + ONE * n for n in range((LAST - FIRST).days + 1)]

Key = tuple[str, str, str, str]
Expected = tuple[str, frozenset[Key], frozenset[tuple[int, str, str]]]


@dataclass
class World:
    """What a city looks like at one look at the clock."""

    deadlines: list[Deadline]
    sheets: list[Sheet]
    contacts: list[SectionContacts]
    closed: frozenset[date]
    opened: frozenset[date]
    snoozes: list[tuple[str, date, datetime, time | None]]
    settings: ReminderSettings


@dataclass
class Owed:
    as_set: date
    due: date
    since: datetime
    set_at: datetime
    token: str
    own: bool


@dataclass
class Sent:
    thread: tuple[int, str, str, str, str]  # year, kind, section, recipient, stream
    key: Key
    moment: datetime
    due: date | None


@cache
def open_days(closed: frozenset[date], opened: frozenset[date]) -> tuple[date, ...]:
    year_end = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    return tuple(
        day
        for day in ALL_DAYS
        if day in opened
        or not (day in closed or day.weekday() > 4 or day in JAPAN or (day.month, day.day) in year_end)
    )


@dataclass
class Oracle:
    sent: list[Sent] = field(default_factory=list)

    def look(self, world: World, now: datetime) -> list[Expected]:
        """What is to be sent now; remembered as sent."""
        days = open_days(world.closed, world.opened)
        local = now.astimezone(JST)
        clock = local.time()
        if local.date() not in days or clock < world.settings.hours_from or clock >= world.settings.hours_to:
            return []
        morning = max(world.settings.at, world.settings.day_of_at)
        until = max(local, datetime.combine(local.date(), morning, JST))
        digest = [*self._digest(world, local, until, days)]
        news = [*self._sections(world, local, until, days, bool(digest))]
        for who, sents, _ in digest:
            rest = next((each for each in news if each[0] == who), None)
            if rest:
                news.remove(rest)
            news.append((who, sents + (rest[1] if rest else []), rest[2] if rest else frozenset()))
        for _, sents, _ in news:
            self.sent += sents
        return [(who, frozenset(each.key for each in sents), sheets) for who, sents, sheets in news]

    def _sections(
        self, world: World, now: datetime, until: datetime, days: tuple[date, ...], with_digest: bool
    ) -> Iterator[tuple[str, list[Sent], frozenset[tuple[int, str, str]]]]:
        reasons: dict[str, list[tuple[str, Sent]]] = {}
        shown: dict[tuple[str, str], set[tuple[int, str, str]]] = {}
        for (year, kind, part, section), sheets in shares(world).items():
            rows = [(each, owed) for each in sheets if (owed := self._owed(world, each, now, days))]
            rows = [(each, owed) for each, owed in rows if owed.since <= until]
            if not rows:
                continue
            people = next(
                (each for each in world.contacts if (each.department, each.section) == (part, section)),
                SectionContacts(part, section),
            )
            base = self._governing(world, year, kind, part, section, days)
            for who, begins, away in section_recipients(people, world.settings, now.date()):
                thread = (year, kind, f"{part}/{section}", who, "section")
                reasons.setdefault(who, []).extend(
                    ("section", each)
                    for each in self._section_news(world, rows, base, thread, now, until, days, begins, away)
                )
                shown.setdefault((who, "section"), set()).update(each.key for each, _ in rows)
            who, begins, _ = director(people, world.settings, now.date())
            thread = (year, kind, f"{part}/{section}", who, "director")
            reasons.setdefault(who, []).extend(
                ("director", each)
                for each in self._director_news(world, rows, base, thread, now, until, days, begins)
            )
            shown.setdefault((who, "director"), set()).update(
                each.key for each, owed in rows if owed.due < now.date()
            )
        for who, found in reasons.items():
            today = any(each.moment.date() == now.date() and each.moment <= now for _, each in found)
            late = any(each.moment.date() != now.date() for _, each in found)
            goes = today or (late and now.time() >= world.settings.at)
            if who == world.settings.secretariat:
                goes = with_digest or (goes and now.time() >= world.settings.digest_at)
            if found and goes:
                streams = {stream for stream, _ in found}
                sheets_shown = set().union(*(shown.get((who, stream), set()) for stream in streams))
                yield who, [each for _, each in found], frozenset(sheets_shown)

    def _section_news(
        self, world: World, rows: list[tuple[Sheet, Owed]], base: Owed | None,
        thread: tuple[int, str, str, str, str], now: datetime, until: datetime,
        days: tuple[date, ...], begins: date | None, away: str,
    ) -> list[Sent]:  # fmt: skip
        before = [each for each in self.sent if each.thread == thread]
        reached = max((each.moment for each in before if believable(each.moment, now)), default=None)
        who = thread[3]
        found: list[tuple[datetime, bool, int, bool, str, str]] = []
        for _, owed in rows:
            for moment, rule in every_rule(owed, rules_of(world, thread), days, now.date()):
                if moment > owed.since:
                    found.append((moment, True, -owed.due.toordinal(), not owed.own, owed.token, rule))
            opening = not before if base == owed else not any(each.key[0] == owed.token for each in before)
            if opening and not owed.own and (base == owed or owed.since == owed.set_at):
                found.append((owed.since, True, -owed.due.toordinal(), not owed.own, owed.token, "opening"))
        first = min((owed for _, owed in rows), key=lambda owed: owed.due)
        for person, again, _, clock in world.snoozes:
            moment = datetime.combine(again, clock or world.settings.at, JST)
            if person == who and moment > first.since:
                rule = f"snooze:{again}" + (f"T{clock:%H:%M}" if clock else "")
                found.append((moment, False, -first.due.toordinal(), not first.own, first.token, rule))
        found = [
            each
            for each in found
            if each[0] <= until
            and (reached is None or each[0] > reached)
            and not (each[5] != "day-of" and put_off(world, who, each[0], until))
            and theirs(each[0], begins)
        ]
        due = base.due if base else None
        result = []
        if found:
            moment, _, _, _, token, rule = max(found, key=lambda each: each[:5])
            result.append(Sent(thread, (token, thread[2], who, rule), moment, due))
        heard = before or [e for e in self.sent if away and e.thread == (*thread[:3], away, "section")]
        if base and heard and heard[-1].due and heard[-1].due != base.due and any(o == base for _, o in rows):
            key = (base.token, thread[2], who, f"changed:{base.since.isoformat()}")
            if theirs(base.since, begins) and not any(each.key == key for each in self.sent):
                result.append(Sent(thread, key, base.since, due))
        people = next((e for e in world.contacts if f"{e.department}/{e.section}" == thread[2]), None)
        for nudge in people.nudges if people else ():
            asked = nudge.at.astimezone(JST)
            goes_on = next(day for day in days if day > asked.date())
            key = (f"{thread[0]}/{thread[1]}", thread[2], who, f"nudge:{nudge.at.isoformat()}")
            if (
                theirs(asked, begins)
                and asked.date() <= now.date() <= goes_on
                and not any(each.key == key for each in self.sent)
            ):
                result.append(Sent(thread, key, asked, due))
        back = [(sheet.returned_at, owed.token) for sheet, owed in rows if sheet.returned_at]
        if back:
            moment, token = max(back, key=lambda each: each[0])
            told = [
                each.moment
                for each in before
                if each.key[3].startswith("returned") and believable(each.moment, now)
            ]
            if theirs(moment, begins) and moment <= until and not any(each >= moment for each in told):
                result.append(
                    Sent(thread, (token, thread[2], who, f"returned:{moment.isoformat()}"), moment, due)
                )
        return result

    def _director_news(
        self, world: World, rows: list[tuple[Sheet, Owed]], base: Owed | None,
        thread: tuple[int, str, str, str, str], now: datetime, until: datetime,
        days: tuple[date, ...], begins: date | None,
    ) -> list[Sent]:  # fmt: skip
        before = [e.moment for e in self.sent if e.thread == thread and believable(e.moment, now)]
        found = []
        for sheet, owed in rows:
            if sheet.extension_state == "申請中":
                continue
            for late in rules_of(world, thread).director:
                day = [each for each in days if each > owed.due][late - 1]
                moment = datetime.combine(day, world.settings.at, JST)
                if not theirs(moment, begins):
                    continue
                if owed.since < moment <= until and all(each < moment for each in before):
                    rule = f"director:{late}"
                    found.append((moment, -owed.due.toordinal(), not owed.own, owed.token, rule))
        if not found:
            return []
        moment, _, _, token, rule = max(found, key=lambda each: each[:4])
        return [Sent(thread, (token, thread[2], thread[3], rule), moment, base.due if base else None)]

    def _digest(
        self, world: World, now: datetime, until: datetime, days: tuple[date, ...]
    ) -> Iterator[tuple[str, list[Sent], frozenset[tuple[int, str, str]]]]:
        who, moment = world.settings.secretariat, datetime.combine(now.date(), world.settings.digest_at, JST)
        if not who or now < moment:
            return
        mornings = [
            each.moment
            for each in self.sent
            if each.key[3].startswith("digest") and believable(each.moment, now)
        ]
        running, done, going = False, [], []
        for year, kind in dict.fromkeys((each.fiscal_year, each.kind) for each in world.sheets):
            sheets = [each for each in world.sheets if (each.fiscal_year, each.kind) == (year, kind)]
            owed = [self._owed(world, each, now, days) for each in sheets]
            if any(each and each.since <= until for each in owed):
                running = True
                going += sheets
                continue
            counted = [each for each in sheets if each.state != "対象外"]
            bases = [
                self._governing(world, year, kind, each.department, each.section, days) for each in sheets
            ]
            begun = [each.since for each in bases if each and each.since <= until]
            key = (f"{year}/{kind}", "", who, "complete")
            if (
                counted
                and all(each.state in ("提出済", "確定") for each in counted)
                and any(each >= since for since in begun for each in mornings)
                and not any(each.key == key for each in self.sent)
            ):
                done.append(Sent((year, kind, "", who, "complete"), key, moment, None))
        if (
            running
            and all(each < moment for each in mornings)
            and self._is_worth_it(world, going, max(mornings, default=None), now, until, days)
        ):
            key = ("digest", "", who, f"digest:{now.date()}")
            done.append(Sent((0, "", "", who, "digest"), key, moment, None))
        if done:
            yield who, done, frozenset()

    def _is_worth_it(
        self, world: World, going: list[Sheet], last: datetime | None, now: datetime, until: datetime,
        days: tuple[date, ...],
    ) -> bool:  # fmt: skip
        """Every fifth open day; sooner where somebody did something, a day came, or a hand is needed."""
        if last is None or sum(last.date() < day <= now.date() for day in days) >= 5:
            return True
        if any(not believable(each.moment, now) for each in self.sent):
            return True
        for sheet in going:
            where = (sheet.department, sheet.section)
            base = self._governing(world, sheet.fiscal_year, sheet.kind, *where, days)
            owed = self._owed(world, sheet, now, days)
            owed = owed if owed and owed.since <= until else None
            has_begun = owed or (base and base.since <= until)
            office = [
                each
                for each in going
                if (each.department, each.section, each.fiscal_year, each.kind)
                == (*where, sheet.fiscal_year, sheet.kind)
            ]
            begun_here = (base and base.since <= until) or any(
                (o := self._owed(world, each, now, days)) and o.since <= until for each in office
            )
            if not begun_here:
                continue
            if sheet.extension_state == "申請中" and sheet.state not in ("提出済", "確定", "対象外"):
                return True
            if sheet.updated_at and last < sheet.updated_at <= until:
                return True
            for each in (owed, base if base and base.since <= until else None):
                if each and (last < each.set_at or last < each.since):
                    return True
            if owed and last.date() <= owed.due < now.date():
                return True
            if has_begun and owed and needs_a_hand(world, sheet, now.date()):
                return True
        return False

    def _owed(self, world: World, sheet: Sheet, now: datetime, days: tuple[date, ...]) -> Owed | None:
        if sheet.state in ("提出済", "確定", "対象外"):
            return None
        where = (sheet.department, sheet.section)
        base = self._governing(world, sheet.fiscal_year, sheet.kind, *where, days)
        name = base.token if base else f"{sheet.fiscal_year}/{sheet.kind}"
        returned = sheet.returned_due if sheet.returned_at else None
        day, decided = sheet.extension_due, sheet.extension_at
        if sheet.extension_state != "承認":
            day, decided = sheet.held_due, sheet.held_at  # the last that was approved
        if day and decided:
            if returned and sheet.returned_at:
                stands = sheet.returned_at <= decided
            else:
                stands = base is None or base.as_set < day
            if stands:
                since = max(decided, base.since) if base else decided
                return Owed(day, rolled(world, day, days), since, since, f"{name}+{day}", True)
        if returned and sheet.returned_at:
            token = f"{name}+{returned}"
            at = sheet.returned_at
            return Owed(returned, rolled(world, returned, days), at, at, token, True)
        if sheet.returned_at:
            correction = self._governing(world, sheet.fiscal_year, "修正", *where, days)
            if correction:
                correction.since = max(correction.set_at, sheet.returned_at)
                correction.token += f"/{sheet.kind}"
                return correction
        return base

    def _governing(
        self, world: World, year: int, kind: str, part: str, section: str, days: tuple[date, ...]
    ) -> Owed | None:
        gone: list[datetime] = []
        for scope in ((part, section), (part, ""), ("", "")):
            same = [
                each
                for each in world.deadlines
                if (each.fiscal_year, each.kind, each.department, each.section) == (year, kind, *scope)
            ]
            for each in same:
                if each.withdrawn:
                    gone.append(each.set_at)
                    continue
                due = rolled(world, each.due, days)
                opens = each.opens or [day for day in days if day < due][-world.settings.opening]
                opens = next(day for day in days if day >= opens)
                set_at = max([each.set_at, *gone])
                since = max(set_at, datetime.combine(opens, world.settings.at, JST))
                if any(sent.thread[:3] == (year, kind, f"{part}/{section}") for sent in self.sent):
                    since = set_at
                return Owed(each.due, due, since, set_at, f"{each.id}.{each.version}", False)
        return None


def shares(world: World) -> dict[tuple[int, str, str, str], list[Sheet]]:
    found: dict[tuple[int, str, str, str], list[Sheet]] = {}
    for each in world.sheets:
        found.setdefault((each.fiscal_year, each.kind, each.department, each.section), []).append(each)
    return found


def rolled(world: World, day: date, days: tuple[date, ...]) -> date:
    if world.settings.roll == "next":
        return next(each for each in days if each >= day)
    if world.settings.roll == "previous":
        return [each for each in days if each <= day][-1]
    return day


def rules_of(world: World, thread: tuple[int, str, str, str, str]) -> ReminderSettings:
    """The settings, with a round's own reminders in the place of the usual ones."""
    for own in world.settings.rounds:
        if (own.fiscal_year, own.kind) == thread[:2]:
            return replace(
                world.settings,
                before=own.before,
                overdue=own.overdue,
                weekly=own.weekly,
                director=own.director,
            )
    return world.settings


def every_rule(
    owed: Owed, settings: ReminderSettings, days: tuple[date, ...], today: date
) -> Iterator[tuple[datetime, str]]:
    """Walks the open days one by one and asks of each what it is."""
    still_before = sum(1 for day in days if day < owed.due)
    since_due, last_overdue, yesterday = 0, owed.due, FIRST
    for position, day in enumerate(days):
        if day > today:
            return
        left = still_before - position
        if day < owed.due and left in settings.before:
            yield datetime.combine(day, settings.at, JST), f"before:{left}"
        if day == owed.due:
            yield datetime.combine(day, settings.day_of_at, JST), "day-of"
        if day > owed.due:
            since_due += 1
            if since_due in settings.overdue:
                last_overdue = day
                yield datetime.combine(day, settings.at, JST), f"overdue:{since_due}"
            if settings.weekly and since_due > max(settings.overdue, default=0):
                for passed in range((day - last_overdue).days, (yesterday - last_overdue).days, -1):
                    if passed > 0 and passed % 7 == 0:
                        yield datetime.combine(day, settings.at, JST), f"weekly:{passed // 7}"
        yesterday = day


def put_off(world: World, who: str, moment: datetime, now: datetime) -> bool:
    for person, until, pressed, clock in world.snoozes:
        again = datetime.combine(until, clock or world.settings.at, JST)
        if person == who and pressed <= moment and now < again:
            return True
    return False


def usable(people: SectionContacts, who: str) -> bool:
    return bool(who) and who not in people.unreachable


def believable(moment: datetime, now: datetime) -> bool:
    """A week and more ahead of now no clock that is right would have sent anything."""
    return moment <= now + timedelta(days=7)


def theirs(moment: datetime, first: date | None) -> bool:
    """A deputy's share begins on the first day of the absence."""
    return first is None or moment.astimezone(JST).date() >= first


def stands_in(people: SectionContacts, who: str, own: str, today: date) -> tuple[str, date | None, str]:
    """Who gets it in place of somebody who is away, and from which day on."""
    away = [each for each in people.absences if each.user == who and each.first <= today <= each.last]
    if away:
        longest = sorted(away, key=lambda each: (each.last, each.first))[-1]
        deputy = longest.deputy or own
        deputy_away = any(e.user == deputy and e.first <= today <= e.last for e in people.absences)
        if usable(people, deputy) and not deputy_away:
            return deputy, longest.first, who
    return who, None, ""


def section_recipients(
    people: SectionContacts, settings: ReminderSettings, today: date
) -> list[tuple[str, date | None, str]]:
    persons = []
    if usable(people, people.chief):
        persons = [stands_in(people, people.chief, people.deputy, today)]
    elif usable(people, people.deputy):
        persons = [stands_in(people, people.deputy, "", today)]
    channel: list[tuple[str, date | None, str]] = (
        [(people.channel, None, "")] if usable(people, people.channel) else []
    )
    if settings.audience == "both":
        reached = persons + channel
    else:
        reached = (channel + persons if settings.audience == "channel" else persons + channel)[:1]
    return reached or [(settings.secretariat, None, "")]


def needs_a_hand(world: World, sheet: Sheet, today: date) -> bool:
    """Whether the section's first recipient, or its director, is unknown or gone."""
    people = next(
        (e for e in world.contacts if (e.department, e.section) == (sheet.department, sheet.section)),
        SectionContacts(sheet.department, sheet.section),
    )
    first = {
        "chief": [people.chief], "channel": [people.channel], "both": [people.chief, people.channel],
    }[world.settings.audience]  # fmt: skip
    return not all(usable(people, who) for who in first) or (
        bool(people.director) and not usable(people, people.director)
    )


def director(
    people: SectionContacts, settings: ReminderSettings, today: date
) -> tuple[str, date | None, str]:
    if usable(people, people.director):
        return stands_in(people, people.director, "", today)
    return settings.secretariat, None, ""
