"""`make demo-reminders`: a season on the list's real sections, in fast-forward, against a loopback Slack.

Sections hand in at their own pace; one sheet is sent back; extensions are asked for (also at night), granted,
denied, taken back, and given to all who are late; a deadline moves, one is withdrawn; a round has reminders
of its own; a chief is away, one is deactivated, one is succeeded, one puts a reminder off; a section has
another name, deputy and channel; the clock is far ahead for a tick and the bot is down for three days. What
each recipient got is read from the loopback Slack as it was posted, not from our ledger. The table at the end
is the one in docs/reminders.md.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlite_utils import Database

from bot.commands.tables import moment
from bot.days.calendar import TOKYO, Calendar
from bot.deadlines import actions, workflow
from bot.deadlines.session import Actor, session_of
from bot.deadlines.views import NewDeadline
from bot.delivery.dispatcher import tick
from bot.playground.slack import Post, SlackServer
from store.database import open_database
from store.evaluation import changes, registry, sections
from store.evaluation.records import Absence, Nudge, RoundRules, SectionContacts, Sheet, Snooze
from store.lists import parse_list
from store.loader import store_list
from tests.season import SECRETARIAT, Season

SEEDS = Path(__file__).parent.parent / "seeds"
FIRST, LAST = date(2026, 11, 24), date(2027, 2, 12)
DUE, MOVED = date(2026, 12, 25), date(2026, 12, 28)
YEAR, KIND = 2021, "一次評価"
DOWN = (date(2027, 1, 5), date(2027, 1, 6), date(2027, 1, 7))
TIMES = (time(8, 30), time(8, 45), time(9, 0), time(9, 5), time(15, 0), time(20, 0))
EVENTS_AT, NIGHT = TIMES[-2:]
LATE_SECTIONS = 2  # these hand in weeks after the due date

Event = Callable[[Season, datetime], str]


def main() -> None:
    """Run the season and print what everybody got."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        db = open_database(Path(folder) / "season.db")
        names = _furnish(db, slack)
        city = Season(Path(folder) / "season.db", slack, now=_at(FIRST, TIMES[0]))
        posted: list[str] = []
        for line in _season(city, posted):
            print(line)
        _print_posts(slack, names, posted)


def _season(city: Season, posted: list[str]) -> Iterator[str]:
    """Play it; `posted` gets each message's text as it was before any update."""
    calendar, day = Calendar(), FIRST
    events, at_night = _events(), _events_at_night()
    while day <= LAST:
        for clock in TIMES if calendar.is_open(day) else ():
            city.now = _at(day, clock)
            happens = {EVENTS_AT: events, NIGHT: at_night}.get(clock, {})
            if day in happens:
                yield f"{moment(city.now)}  {happens[day](city, city.now)}"
            if clock == EVENTS_AT:
                _hand_in(city, day)
            if day not in DOWN:
                tick(city.delivery(gap=0.0, workspace_gap=0.0))
                posted += [post.text for post in city.slack.posts[len(posted) :]]
        day += timedelta(days=1)


def _events() -> dict[date, Event]:
    return {
        date(2026, 12, 8): _move_deadline,
        date(2026, 12, 4): lambda city, now: _extend(city, now, "87", date(2027, 1, 12)),
        date(2026, 12, 7): _away,
        date(2026, 12, 9): lambda city, now: _ask(city, "87", date(2027, 1, 29)),
        date(2026, 12, 10): _chief_leaves,
        date(2026, 12, 11): _deactivated,
        date(2026, 12, 15): lambda city, now: _undo(city, "87"),
        date(2026, 12, 16): lambda city, now: _ask(city, "72", date(2027, 1, 8)),
        date(2026, 12, 18): _far_ahead,
        date(2026, 12, 21): lambda city, now: _decide(city, "72"),
        date(2026, 12, 22): _nudge,
        date(2026, 12, 23): _succeeded,
        date(2026, 12, 24): _withdraw,
        date(2026, 12, 17): lambda city, now: _send_back(city, now, "8", date(2027, 1, 8)),
        DOWN[0]: lambda city, now: "（3日間、ボットが停止）",
    }


def _events_at_night() -> dict[date, Event]:
    return {
        date(2026, 12, 2): _renamed,
        date(2026, 12, 10): lambda city, now: _ask(city, "62", date(2027, 1, 22)),
        date(2026, 12, 11): lambda city, now: _decide(city, "62", approved=False),
        date(2026, 12, 14): _put_off,
        date(2026, 12, 16): _new_deputy,
        date(2027, 1, 13): _all_late,
    }


def _hand_in(city: Season, day: date) -> None:
    """Each section hands in a sheet every other working day, the late ones only in January."""
    for number, (office, share) in enumerate(sorted(_open_sheets(city.db).items())):
        begins = date(2027, 1, 12) if number < LATE_SECTIONS else date(2026, 12, 7) + timedelta(days=number)
        ready = [s for s in share if not s.extension_due or day >= s.extension_due]
        if day >= begins and (day.toordinal() + number) % 2 and office:
            for sheet in ready[: 1 + len(share) // 6]:
                changes.save(city.db, sheet, replace(sheet, state="提出済"), by="課員", at=city.now)


def _open_sheets(db: Database) -> dict[str, list[Sheet]]:
    shares: dict[str, list[Sheet]] = defaultdict(list)
    for sheet in registry.sheets(db):
        shares[sheet.section] += [] if sheet.done else [sheet]
    return shares


def _move_deadline(city: Season, now: datetime) -> str:
    changes.set_deadline(city.db, fiscal_year=YEAR, kind=KIND, due=MOVED, by="事務局", at=now)
    return "事務局が締切を12月25日から12月28日に変更"


def _extend(city: Season, now: datetime, number: str, due: date) -> str:
    sheet = _sheet(city.db, number)
    asked = workflow.extension_asked(sheet, due, "議会の日程", present=MOVED, by="U1CHIEF1", at=now)
    saved = changes.save(city.db, sheet, asked, by="課長", at=now)
    if saved:
        decided = workflow.extension_decided(saved, approved=True, by="U0ADMIN", at=now)
        changes.save(city.db, saved, decided, by="事務局", at=now)
    return f"事業{number}の延長を承認（{due}まで）"


def _send_back(city: Season, now: datetime, number: str, due: date) -> str:
    sheet = _sheet(city.db, number)
    submitted = changes.save(city.db, sheet, replace(sheet, state="提出済"), by="課員", at=now) or sheet
    returned = workflow.returned(submitted, "成果の数値をご確認ください", due, at=now)
    changes.save(city.db, submitted, returned, by="事務局", at=now)
    return f"事業{number}を差戻し（{due}まで）"


def _chief_leaves(city: Season, now: datetime) -> str:
    user = "U1CHIEF3"
    del city.slack.workspace.users[user]
    city.slack.workspace.channels.pop("D1CHIEF3", None)
    return f"{user} が退職（Slack に宛先がなくなる）"


OFFICE = Actor("U0ADMIN", "staff", is_admin=True, whence="demo")


def _away(city: Season, now: datetime) -> str:
    absence = Absence("U1CHIEF4", date(2026, 12, 10), date(2026, 12, 22), "U2DEPUTY4")
    changes.set_absence(city.db, absence, by="U1CHIEF4", at=now)
    return "U1CHIEF4 が12月10日から22日まで休暇（代理 U2DEPUTY4）"


def _deactivated(city: Season, now: datetime) -> str:
    city.slack.workspace.users["U1CHIEF5"]["deleted"] = True
    return "U1CHIEF5 のアカウントが停止（Slack は受け取り続ける）"


def _ask(city: Season, number: str, until: date) -> str:
    session = session_of(city.context)
    return actions.ask_extension(session, OFFICE, [_sheet(city.db, number)], until, "議会の日程")[0]


def _undo(city: Season, number: str) -> str:
    return actions.undo(session_of(city.context), OFFICE, [_sheet(city.db, number)])[0]


def _decide(city: Season, number: str, *, approved: bool = True) -> str:
    session = session_of(city.context)
    return actions.decide_extension(session, OFFICE, [_sheet(city.db, number)], approved=approved)[0]


def _renamed(city: Season, now: datetime) -> str:
    [old] = [each for each in registry.contacts(city.db) if each.chief == "U1CHIEF8"]
    sections.set_alias(city.db, old.department, old.section, f"{old.section}（新）")
    return f"{old.section} が {old.section}（新）に改称"


def _put_off(city: Season, now: datetime) -> str:
    tomorrow = Calendar().next_open(now.date() + timedelta(days=1))
    registry.snooze(city.db, Snooze("U1CHIEF7", tomorrow, now, "U1CHIEF7"))
    return "U1CHIEF7 が［明日また］"


def _new_deputy(city: Season, now: datetime) -> str:
    before = registry.contacts(city.db)
    [old] = [each for each in before if each.chief == "U1CHIEF5"]
    changes.set_contacts(city.db, replace(old, deputy="U6NEW"), by="U0ADMIN", at=now)
    actions.tell_changed_people(city.db, before, registry.contacts(city.db), by="U0ADMIN", at=now)
    return "U1CHIEF5 の課の代理が U6NEW に交代"


def _all_late(city: Season, now: datetime) -> str:
    session = session_of(city.context)
    late = [
        each.sheet
        for workload in session.workloads
        for each in workload.open_items
        if each.obligation.due.effective < session.today
    ]
    actions.grant_extension(session, OFFICE, late, date(2027, 1, 29), "年度末のため")
    return f"遅れている{len(late)}件をまとめて1月29日まで延長"


def _far_ahead(city: Season, now: datetime) -> str:
    clock = city.slack.workspace.clock
    city.slack.workspace.clock = lambda: now.timestamp()  # Slack's own clock is right
    city.now = now + timedelta(days=122)
    tick(city.delivery(gap=0.0, workspace_gap=0.0))
    city.now, city.slack.workspace.clock = now, clock
    return "サーバーの時計が一度だけ122日進む"


def _nudge(city: Season, now: datetime) -> str:
    for each in registry.contacts(city.db):
        if each.chief == "U1CHIEF0":
            changes.add_nudge(
                city.db, (each.department, each.section), Nudge(now, "本日中にお願いします。", "U0ADMIN")
            )
    return "事務局が U1CHIEF0 の課に「本日中にお願いします。」"


def _succeeded(city: Season, now: datetime) -> str:
    before = registry.contacts(city.db)
    [old] = [each for each in before if each.chief == "U1CHIEF6"]
    changes.set_contacts(city.db, replace(old, chief="U5NEW"), by="事務局", at=now)
    actions.tell_changed_people(city.db, before, registry.contacts(city.db), by="U0ADMIN", at=now)
    return "U1CHIEF6 の後任に U5NEW を登録"


def _withdraw(city: Season, now: datetime) -> str:
    new = NewDeadline(YEAR, "二次評価", date(2027, 1, 22), withdrawn=True)
    return actions.set_deadline(session_of(city.context), OFFICE, new)


def _sheet(db: Database, number: str) -> Sheet:
    sheet = registry.sheet(db, (YEAR, number, KIND))
    if sheet is None:
        raise SystemExit(f"{number} is not in the list")
    return sheet


def _furnish(db: Database, slack: SlackServer) -> dict[str, str]:
    """Load the list, its aliases, made-up contacts and the deadline; conversation -> whose it is."""
    seed = next(SEEDS.glob("*.txt"))
    store_list(db, parse_list(seed.read_bytes()), source_name=seed.name, now="2026-11-23T00:00:00+00:00")
    lines, _ = sections.read_sections((SEEDS / "sections.csv").read_bytes())
    sections.import_aliases(db, lines)
    slack.workspace.add_channel(SECRETARIAT, "事務局")
    slack.workspace.add_user("U3DIRECTOR", "部長")
    names = {SECRETARIAT: "事務局のチャンネル", "D3DIRECTOR": "部長"}
    set_at = _at(date(2026, 11, 24), time(8, 0))
    for number, each in enumerate(registry.contacts(db)):
        chief, channel = f"U1CHIEF{number}", f"C1SECTION{number}"
        slack.workspace.add_user(chief, chief)
        slack.workspace.add_user(f"U2DEPUTY{number}", f"代理{number}")
        slack.workspace.add_channel(channel, each.section)
        names |= {f"D2DEPUTY{number}": f"{each.section} 代理"}
        names |= {f"D1CHIEF{number}": f"{each.section} 課長", channel: f"{each.section} チャンネル"}
        registered = SectionContacts(
            each.department, each.section, chief if number != 1 else "",
            f"U2DEPUTY{number}" if number in (4, 5) else "", "U3DIRECTOR", channel,
        )  # fmt: skip
        changes.set_contacts(db, registered, by="事務局", at=set_at)
    changes.set_deadline(
        db, fiscal_year=YEAR, kind=KIND, due=DUE, opens=date(2026, 11, 30), by="事務局", at=set_at
    )
    changes.set_round_rules(
        db, RoundRules(YEAR, "二次評価", (15, 7, 2), (2,), False, (4,)), by="事務局", at=set_at
    )
    changes.set_deadline(db, fiscal_year=YEAR, kind="二次評価", due=date(2027, 1, 22), by="事務局", at=set_at)
    slack.workspace.add_user("U5NEW", "後任")
    slack.workspace.add_user("U6NEW", "後任の代理")
    names |= {"D5NEW": "後任の課長", "D6NEW": "後任の代理", "D0ADMIN": "事務局の方（延長を申請した）"}
    db.close()
    return names


def _print_posts(slack: SlackServer, names: dict[str, str], posted: list[str]) -> None:
    by_channel: dict[str, list[tuple[Post, str]]] = defaultdict(list)
    for post, text in zip(slack.posts, posted, strict=True):
        by_channel[post.channel].append((post, text))
    for channel, posts in sorted(by_channel.items(), key=lambda each: names.get(each[0], each[0])):
        print(f"\n{names.get(channel, channel)}（{len(posts)}通）")
        for post, text in posts:
            thread = "（スレッド）" if post.thread_ts else ""
            when = moment(datetime.fromtimestamp(post.at, TOKYO))
            print(f"  {when}  {thread}{text.splitlines()[0]}")
    _print_table(slack, names)
    keys = Counter(post.metadata["event_payload"]["key"] for post in slack.posts if post.metadata)
    doubled = sum(count - 1 for count in keys.values())
    mornings = Counter(
        (post.channel, datetime.fromtimestamp(post.at, TOKYO).date())
        for post in slack.posts
        if datetime.fromtimestamp(post.at, TOKYO).hour < NOON
    )
    print(f"\n全{len(slack.posts)}通、重複 {doubled}通、同じ朝に同じ宛先へ最大 {max(mornings.values())}通")


def _print_table(slack: SlackServer, names: dict[str, str]) -> None:
    """How many messages went to whom, as Markdown: the table in docs/reminders.md."""
    posts: dict[str, list[Post]] = defaultdict(list)
    for post in slack.posts:
        posts[names.get(post.channel, post.channel)].append(post)
    rows = [(name, *_counted(found)) for name, found in posts.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    print("\n| to | messages | in a morning | at once | of these in a thread |\n|---|--:|--:|--:|--:|")
    for row in (*rows, ("all", *_counted(slack.posts))):
        print("|", " | ".join(map(str, row)), "|")


def _counted(posts: Sequence[Post]) -> tuple[int, int, int, int]:
    """All, those before noon, the others, and those in a thread."""
    early = sum(datetime.fromtimestamp(post.at, TOKYO).hour < NOON for post in posts)
    return len(posts), early, len(posts) - early, sum(bool(post.thread_ts) for post in posts)


NOON = 12


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, TOKYO)


if __name__ == "__main__":
    main()
