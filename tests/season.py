"""A season at the edge: a database with sections, sheets and a deadline, a loopback Slack, our own clock."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from sqlite_utils import Database

from bot.context import Context
from bot.delivery.outbox import DeliveryContext, Picture
from bot.gateway import build_posting_client
from bot.playground.slack import SlackServer
from bot.settings import Settings
from store.database import Databases, open_database, state_of
from store.evaluation import changes
from store.evaluation.records import Digest, SectionContacts

TOKYO = ZoneInfo("Asia/Tokyo")
DEPARTMENT = "政策イノベーション部"
YEAR = 2026
DUE = date(2026, 12, 28)  # a Monday; ten working days before it is 2026-12-14
SET_AT = datetime(2026, 11, 24, 10, tzinfo=TOKYO)
TEN_BEFORE = datetime(2026, 12, 14, 9, 0, tzinfo=TOKYO)
SECRETARIAT = "C0SECRETARIAT"


def settings(api_url: str, path: Path, **more: Any) -> Settings:
    """Settings as the environment would give them; nothing of this machine's environment."""
    return Settings.model_construct(
        **{
            name: field.get_default(call_default_factory=True)
            for name, field in Settings.model_fields.items()
        }
        | {
            "slack_bot_token": SecretStr(SlackServer.bot_token),
            "slack_signing_secret": SecretStr(SlackServer.signing_secret),
            "slack_api_url": api_url,
            "jigyo_db": path,
            "jigyo_secretariat": SECRETARIAT,
            "jigyo_admins": ("U0ADMIN",),
        }
        | more
    )


def no_pictures(context: Context, digest: Digest) -> list[Picture]:
    """Drawing takes a second, which only the test of the picture needs."""
    return []


def section(number: int) -> SectionContacts:
    """Section number so and so: everybody has an id of its number."""
    name = f"第{number}課"
    return SectionContacts(
        DEPARTMENT, name, f"U1CHIEF{number}", f"U2DEPUTY{number}", "U3DIRECTOR", f"C1SECTION{number}",
        (f"U4STAFF{number}",),
    )  # fmt: skip


def fill(db: Database, *, sections: int, projects: int = 2) -> None:
    """Sections with their contacts, each with projects numbered `<section>0<project>`, and one deadline."""
    db["sources"].insert({"id": 1, "name": "list.txt", "sha256": "", "format": "text", "loaded_at": ""})
    for number in range(1, sections + 1):
        who = section(number)
        db["sections"].insert({"id": number, "department": DEPARTMENT, "name": who.section})
        db["projects"].insert_all(
            {
                "fiscal_year": YEAR, "number": f"{number}0{n}", "number_key": f"{number}0{n}",
                "name": f"{who.section}の事業{n}", "department": DEPARTMENT, "section": who.section,
                "section_id": number, "source_id": 1, "source_line": n,
            }
            for n in range(1, projects + 1)
        )  # fmt: skip
        changes.set_contacts(db, who, by="operator", at=SET_AT)
    changes.set_deadline(db, fiscal_year=YEAR, kind="一次評価", due=DUE, by="U0ADMIN", at=SET_AT)


def people(slack: SlackServer, *, sections: int) -> None:
    """The Slack side of the same sections."""
    slack.workspace.add_channel(SECRETARIAT, "事務局")
    slack.workspace.add_user("U3DIRECTOR", "部長")
    for number in range(1, sections + 1):
        who = section(number)
        slack.workspace.add_channel(who.channel, who.section)
        for user in (who.chief, who.deputy, *who.members):
            slack.workspace.add_user(user, f"{who.section}の方")


@dataclass
class Season:
    """One database, one Slack, one clock; `poster` makes the edges of a tick."""

    path: Path
    slack: SlackServer
    now: datetime = TEN_BEFORE

    def __post_init__(self) -> None:
        self.databases = Databases(self.path)
        self.slack.workspace.clock = lambda: self.now.timestamp()
        self.context = Context(self.databases, self.clock, settings(self.slack.api_url, self.path))

    @property
    def db(self) -> Database:
        """This thread's connection."""
        return self.databases.get()

    def clock(self) -> datetime:
        """The season's time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Time passes."""
        self.now += timedelta(seconds=seconds)

    def delivery(self, **more: Any) -> DeliveryContext:
        """The edges of a tick; one thread, for the clock is one."""
        client = build_posting_client(self.context.settings)
        client.timeout = more.pop("timeout", 10)
        return replace(
            DeliveryContext(self.context, client, sleep=self.sleep, threads=1, draw=no_pictures), **more
        )

    def texts(self, channel: str) -> list[str]:
        """What stands in a channel."""
        return [post.text for post in self.slack.posts if post.channel == channel]

    def keys(self) -> list[str]:
        """The delivery keys of everything Slack has, notices and digests aside."""
        found = [post.metadata["event_payload"]["key"] for post in self.slack.posts if post.metadata]
        return [key for key in found if not key.startswith(("notice", "digest"))]


@contextmanager
def season(path: Path, *, sections: int = 3, **more: Any) -> Iterator[Season]:
    """A season ten working days before its deadline, nothing sent yet."""
    if state_of(path):
        fill(open_database(path), sections=sections)
    else:
        path.write_bytes(_filled(sections))
    with SlackServer() as slack:
        people(slack, sections=sections)
        yield Season(path, slack, **more)


@cache
def _filled(sections: int) -> bytes:
    """The file of a season's database: made once, for its migrations take longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "jigyo.db")
        db = open_database(path)
        fill(db, sections=sections)
        db.close()
        return path.read_bytes()


def wait_until(condition: Callable[[], Any], *, seconds: float = 20.0) -> None:
    """Wait for it. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen")
        time.sleep(0.01)
