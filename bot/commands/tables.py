"""Tables of deadlines, sheets, the trail and deliveries: as CSV in and out, on a terminal, as JSON.

What the commands on CSV files share is here: options, reading, refusing, writing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.table import Table

from bot.commands.load import import_lines, load_limits
from bot.commands.options import Command, Refusal, echo, file_name, system_user, to_json, warn, year
from bot.context import now_in_tokyo
from bot.days.calendar import TOKYO, WEEKDAYS, Calendar, DueDates, city_calendar, format_date, format_due
from bot.days.dates import DateError, ParsedDate, parse_date
from bot.deadlines.views import scope
from bot.deadlines.workflow import Read
from bot.messages.reminders import label, reminder_message
from bot.settings import read_settings
from store import projects
from store.columns import catalog
from store.columns.inference import rows_of, taken_for
from store.database import PRIVATE, Database, open_existing
from store.evaluation import registry
from store.evaluation.ledger import Post
from store.evaluation.records import Deadline, Event, OpenSheet, RecipientRole, Reminder, Roll, Sheet
from store.lists import Limits, ListError, path_text, read_file
from store.lists.cells import csv_text
from store.records import FIELD_LABELS, RejectedRow
from store.text.display import display
from store.text.numbers import fiscal_year, fiscal_year_name

Taken = TypeVar("Taken")

BY = click.option(
    "--by", default=system_user, help="記録に残す、操作した方の名前です。なければ、この端末の利用者です。"
)
YEAR = click.option("--fiscal-year", type=year, help="年度。なければ最新の一覧の年度です。")


def taken_from(file: Path, read: Callable[[bytes, Limits], Taken]) -> Taken:
    """What `read` makes of the file under the limits; refuses, nothing written, when it is no such form."""
    limits = load_limits()
    try:
        return read(read_file(file, limits), limits)
    except ListError as error:
        raise Refusal(f"{path_text(file)}: {error}") from error


def finish(context: click.Context, file: Path, done: str, rejected: Sequence[RejectedRow]) -> None:
    """Say what an import did; exit 1 when rows were refused."""
    echo("\n".join(import_lines(path_text(file.name), done, rejected)))
    if rejected:
        warn(
            f"{path_text(file)}: {len(rejected)}行を受け付けませんでした。直してもう一度取り込んでください。"
        )
        context.exit(1)


def exporting(what: str, text_of: Callable[[Database], str]) -> click.Command:
    """The command `export`, which writes the CSV text that `text_of` makes of the database."""

    @click.command(
        "export",
        cls=Command,
        help=f"{what}を CSV で FILE に書き出します。FILE がなければ標準出力に書きます。",
    )
    @click.argument("file", type=file_name, required=False)
    @click.pass_obj
    def export(path: Path, file: Path | None) -> None:
        text = text_of(open_existing(path))
        if file:
            write(file, text, encoding="utf-8-sig")
        else:
            click.echo(text, nl=False)  # guarded, and a spreadsheet wants its line ends

    return export


def write(file: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a file that its owner alone may read, whatever the umask; refuses when it can't be written."""
    try:
        with os.fdopen(_private(file), "w", encoding=encoding, newline="") as opened:
            opened.write(text)
    except OSError as error:
        raise Refusal(f"{file} に書けません（{error.strerror}）。") from None


def _private(path: Path) -> int:
    """A file opened for writing; a regular one is closed to others before anything is written into it."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    if stat.S_ISREG(os.fstat(file).st_mode):
        with suppress(PermissionError):  # somebody else's file, which we may only write into
            os.fchmod(file, PRIVATE)
    return file


def as_text(value: object) -> str:
    """JSON for people and programs; days and moments in ISO 8601."""
    return to_json(value, indent=2)


def reading(db: Database) -> Read:
    """How a row's cells are to be read now."""
    offices = [(each.department, each.section) for each in registry.contacts(db)]
    aliases = {each.name: each.canonical for each in projects.sections(db)}
    calendar = city_calendar(read_settings())
    return Read(default_year(db), now_in_tokyo().date(), calendar, offices, aliases)


def default_year(db: Database) -> int:
    """The fiscal year meant where none is named: the latest list's, else the current one."""
    return next(iter(projects.fiscal_years(db)), fiscal_year(now_in_tokyo().date()))


def day_of(text: str) -> date:
    """A day as people write it; refuses what is unreadable, impossible or past."""
    return parsed_day(text).day


def parsed_day(text: str) -> ParsedDate:
    """A day, and a time of day where there is one; refuses what is unreadable, impossible or past."""
    try:
        return parse_date(text, now_in_tokyo().date(), city_calendar(read_settings()))
    except DateError as error:
        raise Refusal(str(error)) from None


def canonical(db: Database, section: str) -> str:
    """A section by its canonical name; refuses one that is unknown."""
    if not section:
        return ""
    found = next((each.canonical for each in projects.sections(db) if each.name == section), "")
    if not found:
        raise Refusal(f"「{section}」という課は登録されていません。jigyo sections で一覧を見られます。")
    return found


def department_of(db: Database, section: str) -> str:
    """The one department that has this section ('' for none); refuses when there are several."""
    name = canonical(db, section)
    found = sorted({each.department for each in registry.contacts(db) if each.section == name})
    if len(found) > 1:
        raise Refusal(f"「{section}」は{'、'.join(found)}にあります。--department で部を指定してください。")
    return found[0] if found else ""


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
