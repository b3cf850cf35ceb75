"""Random seasons: a city, what happens to it, when the clock is looked at; each from its seed alone.

`python -m tests.reminder_schedules COUNT [FIRST]` prints a fingerprint of what the plan sends in them.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from bot.days.calendar import Calendar
from bot.reminders.plan import plan
from store.evaluation.records import (
    FIRST_EVALUATION,
    Absence,
    Deadline,
    Delivered,
    Nudge,
    Reminder,
    ReminderSettings,
    RoundRules,
    SectionContacts,
    Sheet,
    SheetState,
    Snooze,
)
from tests.reminder_oracle import JST, Expected, Oracle, World

PARTS = ("政策イノベーション部", "総務部")
SECTIONS = ((PARTS[0], "企画経営課"), (PARTS[0], "科学技術振興課"), (PARTS[1], "人事課"))
PEOPLE = ("UA", "UB", "UC")
START = datetime(2026, 11, 2, 0, 0, tzinfo=JST)
SEASON_DAYS = 110


@dataclass
class Season:
    """One season. `happenings` change the world at their moment; `looks` are when the plan is asked."""

    world: World
    happenings: list[tuple[datetime, Callable[[World], None]]]
    looks: list[datetime]
    delivered: list[Delivered] = field(default_factory=list)

    def play(self) -> Iterator[tuple[datetime, World, list[Reminder]]]:
        """Each look with what the plan sends then, taken as delivered."""
        clock = START
        for look in self.looks:
            clock = max(clock, look)  # what has happened stays so when the clock is set back
            while self.happenings and self.happenings[0][0] <= clock:
                self.happenings.pop(0)[1](self.world)
            world = self.world
            reminders = plan(
                world.deadlines, world.sheets, world.contacts, Calendar(world.closed, world.opened), look,
                self.delivered, [Snooze(*each[:3], "", each[3]) for each in world.snoozes], world.settings,
            )  # fmt: skip
            self.delivered += [item.as_delivered() for each in reminders for item in each.items]
            yield look, world, reminders


@dataclass(frozen=True)
class Played:
    """What came of one season: differences between plan and oracle and doubled keys, looks, keys by rule."""

    differences: list[str]
    looks: int
    rules: Counter[str]


def compare(seed: int) -> Played:
    """Play one season, asking plan and oracle at every look, up to the first difference."""
    season, oracle, found, looks = make(seed), Oracle(), [], 0
    for look, world, reminders in season.play():
        looks += 1
        ours, theirs = sorted(map(as_expected, reminders), key=str), sorted(oracle.look(world, look), key=str)
        if ours != theirs:
            found.append(f"season {seed} at {look}: the plan has {ours}, the oracle {theirs}")
            break
    keys = Counter(each.key for each in season.delivered)
    found += [f"season {seed}: {key.text} twice" for key, times in keys.items() if times > 1]
    return Played(found, looks, Counter(key.rule_kind for key in keys))


def as_expected(reminder: Reminder) -> Expected:
    keys = ((key.deadline, key.section, key.recipient, key.rule) for key in reminder.keys)
    return reminder.recipient, frozenset(keys), frozenset(each.sheet.key for each in reminder.sheets)


def make(seed: int) -> Season:
    random = Random(seed)
    world = World(
        deadlines=[_deadline(random, 1)],
        sheets=_sheets(random),
        contacts=[_contacts(random, *where) for where in SECTIONS if random.random() < 0.9],
        closed=frozenset(_day(random) for _ in range(random.randint(0, 3))),
        opened=frozenset(_day(random) for _ in range(random.randint(0, 2))),
        snoozes=[],
        settings=_settings(random),
    )
    happenings = [(_moment(random), _happening(random)) for _ in range(random.randint(2, 14))]
    return Season(world, sorted(happenings, key=lambda each: each[0]), _looks(random))


def _looks(random: Random) -> list[datetime]:
    """Ticks on random days (the days between are downtime), now and then with the clock set wrong."""
    looks = []
    for day in sorted(random.sample(range(SEASON_DAYS), random.randint(10, 24))):
        for clock in (time(8, 30), time(8, 45), time(9), time(13, 10), time(18, 59), time(2, 30)):
            if random.random() < 0.5:
                looks.append(datetime.combine(START.date() + timedelta(days=day), clock, JST))
    looks.sort()
    for _ in range(random.randint(0, 3)):
        at = random.randrange(len(looks)) if looks else 0
        wrong = random.choice(
            (timedelta(days=-1), timedelta(hours=1), timedelta(minutes=-20), timedelta(days=40))
        )
        looks[at:at] = [looks[at] + wrong] if looks else []
    return looks


def _day(random: Random) -> date:
    return START.date() + timedelta(days=random.randrange(SEASON_DAYS))


def _moment(random: Random) -> datetime:
    minute = random.choice((0, 490, 490, 540, 600, 615, 780, 1200, 1439))
    return datetime.combine(_day(random), time(minute // 60, minute % 60, random.choice((0, 0, 7))), JST)


def _settings(random: Random) -> ReminderSettings:
    return ReminderSettings(
        at=time(9),
        day_of_at=random.choice((time(9), time(8, 30))),
        before=random.choice(((10, 5, 1), (10, 5, 1), (3,), (15, 2), ())),
        overdue=random.choice(((1, 3), (1, 3), (2,), ())),
        weekly=random.random() < 0.8,
        director=random.choice(((3,), (3,), (1, 5), ())),
        opening=random.randint(3, 25),
        roll=random.choice(("next", "previous", "none")),
        audience=random.choice(("chief", "chief", "channel", "both")),
        digest_at=random.choice((time(8, 45), time(8, 45), time(9), time(10))),
        rounds=random.choice(
            (
                (),
                (),
                (RoundRules(2026, "二次評価", (7, 2), (2,), True, (2, 6)),),
                (RoundRules(2026, FIRST_EVALUATION, (4,), (), False, ()),),
            )
        ),
        secretariat=random.choice(("CSECRETARIAT", "CSECRETARIAT", "UA", "")),
    )


def _contacts(random: Random, part: str, section: str) -> SectionContacts:
    chief, director = random.choice((*PEOPLE, "")), random.choice((*PEOPLE, "UD", ""))
    channel = random.choice((f"C{section}", "CSHARED", ""))
    deputy = random.choice((*PEOPLE, "UE", "", ""))
    gone = frozenset(who for who in (chief, deputy, director, channel) if who and random.random() < 0.1)
    away = tuple(
        Absence(who, first, first + timedelta(days=random.randint(0, 9)), random.choice((*PEOPLE, "", "")))
        for who in (chief, deputy, director)
        for first in (_day(random), _day(random))
        if who and random.random() < 0.2
    )
    return SectionContacts(part, section, chief, deputy, director, channel, (), gone, absences=away)


def _sheets(random: Random) -> list[Sheet]:
    kinds = (FIRST_EVALUATION, "二次評価")[: random.choice((1, 1, 2))]
    where = SECTIONS[: random.randint(1, 3)]
    return [
        Sheet(2026, str(10 * n + m), f"事業{n}-{m}", *place, kind=kind, state=_state(random))
        for kind in kinds
        for n, place in enumerate(where)
        for m in range(random.randint(1, 4))
    ]


def _state(random: Random) -> SheetState:
    return random.choice(("未着手", "未着手", "作成中", "課長確認", "提出済", "確定", "対象外"))


def _deadline(random: Random, number: int) -> Deadline:
    """The first is for all; later ones are of any scope and kind."""
    scope, kind = ("", ""), FIRST_EVALUATION
    if number > 1:
        scope = random.choice((("", ""), ("", ""), (PARTS[0], ""), *SECTIONS))
        kind = random.choice((FIRST_EVALUATION, FIRST_EVALUATION, FIRST_EVALUATION, "二次評価", "修正"))
    opens = _day(random) if random.random() < 0.3 else None
    set_at = START - timedelta(days=random.randint(0, 60))
    due = _day(random) if number > 1 else START.date() + timedelta(days=random.randint(25, 90))
    return Deadline(number, 2026, kind, due, set_at, *scope, opens=opens)


def _happening(random: Random) -> Callable[[World], None]:
    """Something that happens, drawn once so that it is the same for everybody who looks."""
    moment, day, pick = _moment(random), _day(random), random.random()
    fresh = replace(_deadline(random, 2), set_at=moment)
    state, who = _state(random), random.choice((*PEOPLE, "CSHARED", "C企画経営課"))
    what = random.choice(
        (
            "state",
            "state",
            "state",
            "return",
            "extend",
            "set",
            "move",
            "withdraw",
            "snooze",
            "snooze",
            "nudge",
            "leave",
        )
    )

    def happen(world: World) -> None:
        if what in ("state", "return", "extend"):
            index = int(pick * len(world.sheets))
            world.sheets[index] = _changed(world.sheets[index], what, state, day, moment, pick)
        elif what == "set":
            _set(world, fresh)
        elif what in ("move", "withdraw"):
            index = int(pick * len(world.deadlines))
            old = world.deadlines[index]
            gone = what == "withdraw"
            world.deadlines[index] = replace(
                old, due=old.due if gone else day, withdrawn=gone, version=old.version + 1, set_at=moment
            )
        elif what == "snooze":
            hour = (moment + timedelta(hours=1)).time().replace(second=0)
            in_an_hour = (who, (moment + timedelta(hours=1)).date(), moment, hour)
            tomorrow = (who, _next_open(world, moment.date()), moment, None)
            world.snoozes.append(in_an_hour if pick < 0.4 else tomorrow)
        elif what == "nudge" and world.contacts:
            index = int(pick * len(world.contacts))
            held = world.contacts[index]
            world.contacts[index] = replace(held, nudges=(*held.nudges, Nudge(moment, "お願いします")))
        elif world.contacts:
            index = int(pick * len(world.contacts))
            old_contacts = world.contacts[index]
            world.contacts[index] = replace(
                old_contacts, unreachable=old_contacts.unreachable | {old_contacts.chief}
            )

    return happen


def _changed(sheet: Sheet, what: str, state: SheetState, day: date, moment: datetime, pick: float) -> Sheet:
    sheet = replace(sheet, updated_at=moment)
    if what == "state":
        return replace(sheet, state=state)
    if what == "return":
        due = day if pick * 7 % 1 < 0.7 else None
        return replace(sheet, state="差戻し", returned_due=due, returned_at=moment)
    held_due, held_at = sheet.granted or (None, None)
    asked = replace(
        sheet, extension_state="申請中", extension_due=day, extension_at=moment, held_due=held_due,
        held_at=held_at,
    )  # fmt: skip
    outcome = pick * 5 % 1
    if outcome < 0.5:
        return replace(asked, extension_state="承認", held_due=None, held_at=None)
    return replace(asked, extension_state="却下") if outcome < 0.65 else asked


def _set(world: World, fresh: Deadline) -> None:
    scope = (fresh.kind, fresh.department, fresh.section)
    for index, old in enumerate(world.deadlines):
        if (old.kind, old.department, old.section) == scope:
            world.deadlines[index] = replace(fresh, id=old.id, version=old.version + 1)
            return
    world.deadlines.append(replace(fresh, id=len(world.deadlines) + 1))


def _next_open(world: World, day: date) -> date:
    return Calendar(world.closed, world.opened).next_open(day + timedelta(days=1))


def fingerprint(first: int, count: int) -> str:
    """A fingerprint of everything the plan sends in some seasons."""
    total = hashlib.sha256()
    for seed in range(first, first + count):
        for look, _, reminders in make(seed).play():
            for each in reminders:
                total.update(f"{look.isoformat()} {each.recipient} {each.moment.isoformat()}".encode())
                total.update(repr([key.text for key in each.keys]).encode())
                total.update(repr([(s.sheet.key, s.due, s.late) for s in each.sheets]).encode())
    return total.hexdigest()


if __name__ == "__main__":
    print(fingerprint(int(sys.argv[2]) if len(sys.argv) > 2 else 0, int(sys.argv[1])))
