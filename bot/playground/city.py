"""A city to try the bot in: a copy of a list, the people of its sections, their channels and a deadline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from bot.days.calendar import Calendar
from bot.playground.slack.state import BOT_USER, TEAM, Post, Workspace
from store import projects
from store.copies.backup import backup
from store.database import Database, DatabaseError, open_database
from store.evaluation import changes, registry, sections
from store.evaluation.records import KINDS, SectionContacts
from store.lists import parse_list
from store.loader import store_list

SEEDS = Path(__file__).parents[2] / "seeds"
DATABASE = "playground.db"
SECTIONS = 12  # that get people; a national list has hundreds
WITH_DEPUTIES = 2
BEGUN = timedelta(days=14)  # ago: through any holidays
DUE_IN = 11  # business days: the first reminder, ten before, is near
GENERAL, OFFICE, SHARED = "C0GENERAL", "C0OFFICE", "C0SHARED"
SECRETARY, OTHER_TEAM = "U0ADMIN", "T0OTHER"
# Common surnames; who is who is made up.
_NAMES = (
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤",
    "吉田", "山田", "佐々木", "山口", "松本", "井上", "木村", "林", "斎藤", "清水",
    "山崎", "森", "池田", "橋本", "阿部", "石川", "山下", "中島", "石井", "小川",
    "前田", "岡田", "長谷川", "藤田", "後藤", "近藤", "村上", "遠藤", "青木", "坂本",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody one can be: their name, what they are (課長 …), where, and which channels they see."""

    id: str
    name: str
    role: str
    office: str = ""
    team: str = TEAM
    channels: tuple[str, ...] | None = None  # None: every channel of the workspace
    is_app: bool = False


@dataclass
class City:
    """Who is there, what the deadline is, and a project's name for examples."""

    people: dict[str, Person] = field(default_factory=dict)
    due: date = date.min
    example: str = ""

    def named(self) -> Mapping[str, str]:
        """Names that can be mentioned, with their ids; the bot's too."""
        return {"jigyo": BOT_USER} | {each.name: each.id for each in self.people.values()}


def making(folder: Path, source: Path | None, now: datetime) -> Callable[[], Path]:
    """Begin to make the database in a process beside this one; the function waits for it. See `database`."""
    if not hasattr(os, "fork"):
        return partial(database, folder, source, now)
    child = os.fork()
    if child == 0:
        status = 1
        with suppress(Exception):
            database(folder, source, now)
            status = 0
        os._exit(status)

    def made() -> Path:
        if os.waitpid(child, 0)[1] == 0:
            return folder / DATABASE
        for part in folder.iterdir():
            part.unlink()
        return database(folder, source, now)  # which says what is wrong

    return made


def database(folder: Path, source: Path | None, now: datetime) -> Path:
    """A database of the playground's own in `folder`: a copy of `source`, else the published list.

    Raises DatabaseError when `source` is damaged or missing, or the published list is not there.
    """
    path = folder / DATABASE
    if source:
        backup(source, path)
        return path
    lists = sorted(SEEDS.glob("*.txt"))
    if not lists:
        raise DatabaseError("お試し用の一覧がありません。--db でデータベースを指定してください。")
    db = open_database(path)
    for file in lists:
        store_list(db, parse_list(file.read_bytes()), source_name=file.name, now=now.isoformat())
    lines, _ = sections.read_sections((SEEDS / "sections.csv").read_bytes())
    sections.import_aliases(db, lines)
    db.close()
    return path


def furnish(db: Database, workspace: Workspace, now: datetime) -> City:
    """Give the sections with the most projects people and channels, everybody a deadline; say a few words."""
    city = City(due=Calendar().add(Calendar().next_open(now.date()), DUE_IN))
    workspace.users = {BOT_USER: workspace.users[BOT_USER]}
    workspace.channels.clear()
    workspace.add_channel(GENERAL, "general")
    workspace.add_channel(OFFICE, "事務局")
    for old in registry.contacts(db, registered=True):  # of the source: nobody here has these ids
        nobody = SectionContacts(old.department, old.section)
        changes.set_contacts(db, nobody, by=SECRETARY, at=now)
    largest = sorted(projects.sections(db), key=lambda each: -each.projects)
    offices = dict.fromkeys((each.department, each.canonical) for each in largest)
    names = iter(_NAMES)
    for number, (department, section) in zip(range(SECTIONS), offices, strict=False):
        _staff_section(db, workspace, city, names, number, department, section, now)
    workspace.add_channel(SHARED, "共同研究", is_ext_shared=True)
    for person in _others(names):
        _settle(workspace, city, person)
    year = next(iter(projects.fiscal_years(db)), now.year)
    if not any(not each.withdrawn for each in registry.deadlines(db)):
        begun = now - BEGUN
        changes.set_deadline(
            db, fiscal_year=year, kind=KINDS[0], due=city.due, opens=begun.date(), by=SECRETARY, at=begun
        )
    city.example = next((each.name for each in projects.examples(db, limit=2)), "")
    _say_hello(workspace, city, now)
    return city


def _staff_section(
    db: Database, workspace: Workspace, city: City, names: Iterator[str], number: int, department: str,
    section: str, now: datetime,
) -> None:  # fmt: skip
    """A chief and a channel; the first ones also a deputy, and somebody who works there."""
    channel = f"C1SECTION{number}"
    workspace.add_channel(channel, section)
    members: tuple[str, ...] = ()
    deputy = ""
    if number < WITH_DEPUTIES:
        members, deputy = (f"U4MEMBER{number}",), f"U2DEPUTY{number}"
        _settle(workspace, city, Person(members[0], next(names), "課員", section))
        _settle(workspace, city, Person(deputy, next(names), "代理", section))
    chief = f"U1CHIEF{number}"
    _settle(workspace, city, Person(chief, next(names), "課長", section))
    own = SectionContacts(department, section, chief, deputy, "U3DIRECTOR", channel, members)
    changes.set_contacts(db, own, by=SECRETARY, at=now)


def _others(names: Iterator[str]) -> Iterator[Person]:
    """Everybody else whom the table of permissions knows."""
    yield Person("U3DIRECTOR", next(names), "部長")
    yield Person(SECRETARY, next(names), "事務局")
    yield Person("U0STAFF", next(names), "職員")
    yield Person("U0GUEST", next(names), "ゲスト", "外部の委員", channels=(GENERAL, SHARED))
    yield Person("U0OTHER", next(names), "組織外", "ほかの組織", team=OTHER_TEAM, channels=(SHARED,))
    yield Person("U0APP", "予定表アプリ", "アプリ", is_app=True)


def _settle(workspace: Workspace, city: City, person: Person) -> None:
    more = {"is_restricted": True} if person.role == "ゲスト" else {"is_bot": True} if person.is_app else {}
    workspace.add_user(person.id, person.name, team_id=person.team, real_name=person.name, **more)
    city.people[person.id] = person


def _say_hello(workspace: Workspace, city: City, now: datetime) -> None:
    """Messages of people, on which the shortcut may be tried."""
    asked = (
        f"「{city.example}」は、どの課の担当でしたっけ。" if city.example else "事業の一覧はどこでしたっけ。"
    )
    said = (
        (SECRETARY, GENERAL, "評価シートの提出が始まりました。よろしくお願いします。"),
        ("U0STAFF", GENERAL, asked),
        ("U0OTHER", SHARED, "実証実験の件、よろしくお願いします。"),
    )
    minutes = count(len(said), -1)
    for user, channel, text in said:
        at = now.timestamp() - 60 * next(minutes)
        post = Post(channel, f"{int(at)}.{workspace.number():06d}", text, user=user, via="person", at=at)
        workspace.add(post)
