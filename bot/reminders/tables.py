"""Reminders and deliveries for a terminal: rows of a table, and the same as plain data for JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.table import Table

from bot.days.business_days import WEEKDAYS, format_due
from bot.reminders.reminder_blocks import reminder_message
from bot.reminders.rules import label
from store.evaluation.deliveries import Post
from store.evaluation.reminder_records import OpenSheet, RecipientRole, Reminder

ROLES: dict[RecipientRole, str] = {
    "chief": "課長",
    "channel": "課のチャンネル",
    "director": "部長",
    "secretariat": "事務局",
    "nobody": "宛先なし",
}
NAMED = 2  # sections of one reminder that are named
STATES = {"claimed": "送信中", "sent": "送信済", "ambiguous": "不明", "released": "取消"}


def reminder_table(planned: Iterable[tuple[datetime, Reminder]]) -> Table:
    """When, to whom, about which sections, why, and how many sheets."""
    shown = table("日時", "宛先", "課", "理由", "締切", "件数")
    for now, reminder in planned:
        dues = dict.fromkeys(format_due(item.due) for item in reminder.items if item.due)
        shown.add_row(
            stacked(now),
            "\n".join(filter(None, (reminder.recipient, f"（{ROLES[reminder.role]}）", reminder.fallback))),
            _sections(reminder),
            "、".join(_rules(reminder)),
            "\n".join(dues) or "—",
            str(len(reminder.sheets)),
        )
    return shown


def reminder_record(now: datetime, reminder: Reminder) -> dict[str, Any]:
    """One reminder as plain data."""
    return {
        "at": now.isoformat(),
        "recipient": reminder.recipient,
        "role": reminder.role,
        "why": list(why(reminder)),
        "fallback": reminder.fallback,
        "items": [
            {
                "key": item.key.text,
                "rule": item.key.rule,
                "fiscal_year": item.fiscal_year,
                "kind": item.kind,
                "department": item.department,
                "section": item.section,
                "moment": item.moment.isoformat(),
                "due": item.due.effective.isoformat() if item.due else None,
                "due_as_set": item.due.as_set.isoformat() if item.due else None,
            }
            for item in reminder.items
        ],
        "sheets": [_sheet_record(each) for each in reminder.sheets],
        "text": reminder_message(reminder).text,
    }


def why(reminder: Reminder) -> Iterator[str]:
    """The rules that make it due, in words, and why it goes to someone else than it should."""
    yield from _rules(reminder)
    if reminder.fallback:
        yield reminder.fallback


def _rules(reminder: Reminder) -> Iterable[str]:
    return dict.fromkeys(label(item.key.rule) for item in reminder.items)


def _sections(reminder: Reminder) -> str:
    """The sections by name while there are few; a column of names cannot be read (--json has them all)."""
    names = list(dict.fromkeys(item.section for item in reminder.items if item.section))
    return "、".join(names) if len(names) <= NAMED else f"{len(names)}課"


def post_table(posts: Iterable[Post]) -> Table:
    """The ledger's rows."""
    shown = table("番号", "状態", "内容", "宛先", "会話", "送信開始 (UTC)", "キー")
    for post in posts:
        claimed = post.claimed_at[:19].replace("T", " ")
        shown.add_row(
            str(post.id), STATES[post.state], post.about, post.recipient, post.channel, claimed, post.key
        )
    return shown


def moment(now: datetime) -> str:
    """A moment as people write it: 2026-12-14（月）09:00."""
    return f"{now:%Y-%m-%d}（{WEEKDAYS[now.weekday()]}）{now:%H:%M}"


def stacked(now: datetime) -> str:
    """A moment in two lines, for a narrow column."""
    return moment(now).replace("（", "\n（")


def _sheet_record(each: OpenSheet) -> dict[str, Any]:
    sheet = each.sheet
    return {
        "fiscal_year": sheet.fiscal_year,
        "number": sheet.number,
        "name": sheet.name,
        "kind": sheet.kind,
        "department": sheet.department,
        "section": sheet.section,
        "state": sheet.state,
        "due": each.due.effective.isoformat(),
        "late": each.late,
    }


def table(*headings: str) -> Table:
    """An empty table whose cells fold rather than end in dots."""
    shown = Table(*headings)
    for column in shown.columns:
        column.overflow = "fold"
    return shown
