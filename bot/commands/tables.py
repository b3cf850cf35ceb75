"""Deadlines, sheets, the audit trail, reminders and deliveries: tables of a terminal, and data for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from bot.commands.options import Command, Refusal, echo, to_json, year
from bot.days.calendar import TOKYO, WEEKDAYS, Calendar, DueDates, format_date, format_due
from bot.deadlines.views import scope
from bot.messages.reminders import label, reminder_message
from store.columns import catalog
from store.columns.inference import rows_of, taken_for
from store.database import open_existing
from store.evaluation.ledger import Post
from store.evaluation.records import Deadline, Event, OpenSheet, RecipientRole, Reminder, Roll, Sheet
from store.lists.cells import csv_text
from store.records import FIELD_LABELS
from store.text.display import display
from store.text.fiscal_years import fiscal_year_name

# A sheet's fields in the audit trail -> what they are called.
FIELDS = {
    "state": "状態",
    "returned_reason": "差戻しの理由",
    "returned_due": "再提出の期限",
    "returned_at": "差戻しの日時",
    "extension_state": "延長の状態",
    "extension_due": "延長後の期限",
    "extension_reason": "延長の理由",
    "extension_by": "延長の申請者",
    "extension_at": "延長の申請日時",
    "url": "シートの場所",
    "due": "締切",
    "opens": "開始",
    "withdrawn": "取消",
    "note": "備考",
    "chief": "課長",
    "deputy": "代理",
    "director": "部長",
    "channel": "チャンネル",
    "members": "課員",
    "admin": "事務局",
    "section": "担当課",
    "who": "名前",
    "lines": "記録の行",
    "alias": "別名",
    "aliases": "別名",
    "pairs": "同義語",
    "projects": "事業",
    "until": "次のお知らせ",
}


def deadline_table(deadlines: Iterable[Deadline], calendar: Calendar, roll: Roll) -> Table:
    """For whom, until when (also as rolled), which version."""
    shown = table("番号", "年度", "種類", "対象", "締切", "開始", "版", "備考")
    for each in deadlines:
        due = "（取消済）" if each.withdrawn else format_due(calendar.roll(each.due, roll))
        shown.add_row(
            str(each.id), fiscal_year_name(each.fiscal_year), each.kind, scope(each), due,
            format_date(each.opens) if each.opens else "", str(each.version), each.note,
        )  # fmt: skip
    return shown


def sheet_table(sheets: Iterable[Sheet], due_dates: DueDates) -> Table:
    """Each sheet with its state and its own due date."""
    shown = table("年度", "種類", "番号", "事業名", "課", "状態", "締切")
    for sheet in sheets:
        obligation = due_dates.of_sheet(sheet)
        shown.add_row(
            fiscal_year_name(sheet.fiscal_year), sheet.kind, sheet.number, sheet.name, sheet.section,
            sheet.state, format_due(obligation.due) if obligation else "",
        )  # fmt: skip
    return shown


def event_table(events: Iterable[Event]) -> Table:
    """The audit trail."""
    shown = table("日時", "だれが", "何を", "項目", "前", "後")
    for event in events:
        label = FIELDS.get(event.field, event.field)
        shown.add_row(stacked(event.at), event.by, _subject(event), label, event.before, event.after)
    return shown


def event_line(event: Event) -> str:
    """A line of the audit trail with where it came from and its note, for any width."""
    label = FIELDS.get(event.field, event.field)
    whence = f"（{event.whence}）" if event.whence else ""
    note = f"（{event.note}）" if event.note else ""
    when = event.at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M")
    sides = f"{event.before or 'なし'} → {event.after or 'なし'}"
    line = f"{when} {event.by}{whence} {_subject(event)} {label}: {sides}{note}"
    return " ".join(display(line).split())  # what people wrote makes no line of its own


def _subject(event: Event) -> str:
    """`2021/11/一次評価` as people read it."""
    year, _, rest = event.subject.partition("/")
    return (
        f"{fiscal_year_name(int(year))} {rest.replace('/', ' ')}"
        if year.isdecimal() and rest
        else event.subject
    )


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
        due_dates = dict.fromkeys(format_due(item.due) for item in reminder.items if item.due)
        shown.add_row(
            stacked(now),
            "\n".join(filter(None, (reminder.recipient, f"（{ROLES[reminder.role]}）", reminder.fallback))),
            _sections(reminder),
            "、".join(_rules(reminder)),
            "\n".join(due_dates) or "—",
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


@click.command(
    cls=Command,
    help="一覧の列を、何として読んだかとともに並べます。"
    "--csv の形で一覧の横に NAME.columns.csv として置き、直して読み込み直すと、そのとおりに読みます。",
)
@click.option("--fiscal-year", type=year, help="年度。なければ最新の一覧の年度です。")
@click.option("--csv", "as_csv", is_flag=True, help="NAME.columns.csv の形で表示します。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def columns(path: Path, fiscal_year: int | None, as_csv: bool, as_json: bool) -> None:
    """List the columns of one year's lists: heading, and what it was taken for."""
    db = open_existing(path)
    every = catalog.columns(db, fiscal_year)
    listed = [column for column in every if column.fiscal_year == every[0].fiscal_year]
    if not listed:
        raise Refusal("一覧の列がありません。jigyo load で一覧を読み込んでください。")
    if as_json:
        echo(to_json([asdict(column) for column in listed]))
        return
    if as_csv:
        click.echo(csv_text(rows_of(listed, FIELD_LABELS)), nl=False)
        return
    echo(f"{fiscal_year_name(listed[0].fiscal_year)}の一覧の列（{len(listed)}列）")
    for column in listed:
        echo(f"  {column.heading} → {taken_for(column, FIELD_LABELS)}")


COMMANDS = (columns,)
