"""A city whose sections have people and a deadline, and what its tests do there over and over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.days.calendar import Calendar
from bot.gateway import build_posting_client
from bot.messages.markup import plain
from bot.messages.message import pages
from bot.messages.reminders import reminder_message
from bot.playground.slack import Post, Reply, Sender, SlackServer
from bot.slack.requests import WAIT, WAIT_TO_WRITE
from store.database import Database, open_database
from store.evaluation import changes, registry
from store.evaluation.records import DeliveryKey, Due, Item, OpenSheet, Reminder, SectionContacts
from tests.season import settings

POLICY = "政策イノベーション部"
NOW = datetime.now(ZoneInfo("Asia/Tokyo"))
TODAY = NOW.date()
DUE = Calendar().next_open(TODAY + timedelta(days=30))
KIND = "一次評価"
SECTIONS = {
    "企画経営課": SectionContacts(POLICY, "企画経営課", "U0CHIEF", "U0DEPUTY", "", "C0PLAN", ("U0STAFF",)),
    "科学技術振興課": SectionContacts(POLICY, "科学技術振興課", "U0SCIENCE", "", "", "C0TEAM", ("U0GUEST",)),
    "スタートアップ推進室": SectionContacts(POLICY, "スタートアップ推進室", "U0START", "", "", "", ()),
}


def settled(slack: SlackServer, path: Path) -> Path:
    """The database at `path` with the sections' people and a deadline, all of them in Slack."""
    for user in ("U0DEPUTY", "U0SCIENCE", "U0START", "U0NOBODY"):
        slack.workspace.add_user(user, user)
    slack.workspace.add_user("U0GUEST", "ゲスト", is_restricted=True)
    db = open_database(path)
    for section in SECTIONS.values():
        changes.set_contacts(db, section, by="operator", at=NOW)
    before, opens = NOW - timedelta(days=20), TODAY - timedelta(days=20)
    changes.set_deadline(db, fiscal_year=2021, kind=KIND, due=DUE, opens=opens, by="U0ADMIN", at=before)
    db.close()
    return path


def state(db: Database, number: str) -> str:
    sheet = registry.sheet(db, (2021, number, KIND))
    assert sheet
    return sheet.state


def said(reply: Reply) -> str:
    return plain(reply.body) if reply.body else reply.text


def told(send: Sender, text: str, **who: str) -> str:
    """What `/jigyo text` is answered: at once, or behind it for a table tried first or a slow answer."""
    before = len(send.slack.posts)
    reply = send.command(text, **who)
    if reply.text and not any(each in reply.text for each in (WAIT, WAIT_TO_WRITE)):
        return said(reply)
    behind = send.slack.wait_for(
        lambda: [post for post in send.slack.posts[before:] if post.via == "response_url"], seconds=60
    )
    return plain(vars(behind[-1]))


def ticked(view: dict[str, Any], *numbers: str) -> dict[str, list[str]]:
    """The boxes of the sheets of these numbers, by the label of their field."""
    return {
        block["label"]["text"]: [
            option["text"]["text"] for option in block["element"]["options"]
            if option["text"]["text"].split()[0] in numbers
        ]
        for block in view["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "checkboxes"
    }  # fmt: skip


def remind(slack: SlackServer, db: Database, section: str, channel: str) -> Post:
    """A reminder as the tick would post it."""
    mine = [s for s in registry.sheets(db) if s.section == section]
    item = Item(
        DeliveryKey("1.1", f"{POLICY}/{section}", channel, "before:10"), 2021, KIND, POLICY, section, NOW,
        Due(DUE, DUE), remaining=10,
    )  # fmt: skip
    reminder = Reminder(
        channel, "chief", (item,), tuple(OpenSheet(s, Due(DUE, DUE)) for s in mine), TODAY, TODAY
    )
    client = build_posting_client(settings(slack.api_url, Path("unused")))
    metadata = {"event_type": "jigyo_reminder", "event_payload": {"key": item.key.text}}
    client.chat_postMessage(channel=channel, metadata=metadata, **pages(reminder_message(reminder))[0])
    return slack.posts[-1]
