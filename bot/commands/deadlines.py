"""`jigyo deadlines`: deadlines of evaluation sheets, in and out as CSV."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from bot.commands.import_export import (
    BY,
    YEAR,
    as_text,
    canonical,
    day_of,
    default_year,
    department_of,
    exporting,
    finish,
    parsed_day,
    reading,
    taken_from,
)
from bot.commands.options import Group, Refusal, echo
from bot.commands.tables import deadline_table
from bot.commands.terminal import Terminal, whence
from bot.context import Context, now_in_tokyo
from bot.days.calendar import city_calendar, format_date
from bot.deadlines.files import read_deadlines, write_deadlines
from bot.deadlines.requests import round_name
from bot.deadlines.views import NewDeadline
from bot.deadlines.workflow import ChangeRefused
from bot.settings import read_settings
from bot.sheets import actions
from bot.sheets.roles import Actor
from bot.sheets.session import Session, session_of
from store.database import Databases, open_existing
from store.evaluation import changes, registry
from store.evaluation.records import RoundRules
from store.text.fiscal_years import fiscal_year_name


def _offsets(context: click.Context, parameter: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    words = [word for word in re.split(r"[\s,、]+", text.strip()) if word]
    if not all(word.isdecimal() and 0 < int(word) <= MOST_OFFSET for word in words):
        raise Refusal(f"「{text}」が読めません。10,5,1 のように開庁日の数を書いてください。")
    return tuple(int(word) for word in words)


MOST_OFFSET = 60


@click.group(cls=Group, help="評価シートの締切。list、set、withdraw、rules、import、export、admins。")
def deadlines() -> None:
    """Deadlines of evaluation sheets: list, set, withdraw, import, export."""


@deadlines.command("list", help="締切を早いものから並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_deadlines(path: Path, as_json: bool) -> None:
    """List deadlines, the earliest first."""
    every = registry.deadlines(open_existing(path))
    if as_json:
        echo(as_text([asdict(each) | {"scope": each.scope} for each in every]))
    elif every:
        settings = read_settings()
        Terminal().print(deadline_table(every, city_calendar(settings), settings.jigyo_roll))
    else:
        echo("締切は設定されていません。jigyo deadlines set か import で設定できます。")


@deadlines.command(
    "set", help="締切を設定します。KIND は一次評価、修正、二次評価など、DUE は普段の書き方の日付です。"
)
@click.argument("kind")
@click.argument("due")
@YEAR
@click.option("--department", default="", help="この部だけの締切にします。")
@click.option("--section", default="", help="この課だけの締切にします。")
@click.option("--opens", help="作成を始める日。なければ、設定にある開庁日数だけ前の日です。")
@click.option("--note", default="", help="締切とともに表示する言葉です。")
@click.option("--yes", is_flag=True, help="端末でも、確かめずに設定します。")
@BY
@click.pass_obj
def set_deadline(
    path: Path, kind: str, due: str, fiscal_year: int | None, department: str, section: str,
    opens: str | None, note: str, yes: bool, by: str,
) -> None:  # fmt: skip
    """Set the deadline of a round (一次評価, 修正, 二次評価 …); DUE as people write dates."""
    session = _session(path)
    db, day = session.db, parsed_day(due)
    new = NewDeadline(
        fiscal_year or default_year(db), round_name(kind), day.day,
        _known_department(session, department) or department_of(db, section), canonical(db, section),
        day_of(opens) if opens else None, actions.with_clock(note, day),
    )  # fmt: skip
    try:
        echo(actions.confirm_lines_of(session, new))
    except ChangeRefused as refused:
        raise Refusal(str(refused)) from None
    if sys.stdin.isatty() and not yes:
        click.confirm("この内容で設定しますか", abort=True)
    echo(actions.set_deadline(session, _operator(by), new))


def _session(path: Path) -> Session:
    open_existing(path).close()
    return session_of(Context(Databases(path), now_in_tokyo, read_settings()))


def _operator(by: str) -> Actor:
    return Actor(by, "staff", is_admin=True, whence=whence())


def _known_department(session: Session, name: str) -> str:
    """A department by its name; refuses one that no list names."""
    if name and name not in {each.department for each in session.contacts}:
        raise Refusal(f"「{name}」という部は登録されていません。jigyo sections で一覧を見られます。")
    return name


@deadlines.command(help="回 KIND にだけ、ほかと違うお知らせを決めます。付けなかったものは設定どおりです。")
@click.argument("kind")
@YEAR
@click.option("--before", callback=_offsets, metavar="10,5,1", help="締切の何開庁日前にお知らせするか。")
@click.option("--overdue", callback=_offsets, metavar="1,3", help="締切の何開庁日後にお知らせするか。")
@click.option("--director", callback=_offsets, metavar="3", help="部長には何開庁日後にお知らせするか。")
@click.option("--weekly/--no-weekly", default=None, help="その後、毎週お知らせするか。")
@click.option("--usual", is_flag=True, help="設定どおりに戻します。")
@BY
@click.pass_obj
def rules(
    path: Path, kind: str, fiscal_year: int | None, before: tuple[int, ...] | None,
    overdue: tuple[int, ...] | None, director: tuple[int, ...] | None, weekly: bool | None, usual: bool,
    by: str,
) -> None:  # fmt: skip
    """Which reminders the round KIND has; without an option they are those of the settings."""
    session = _session(path)
    held = replace(session.reminder_settings, rounds=registry.round_rules(session.db))
    old = held.of(fiscal_year or default_year(session.db), round_name(kind))
    new = RoundRules(
        old.fiscal_year, old.kind, old.before if before is None else before,
        old.overdue if overdue is None else overdue, old.weekly if weekly is None else weekly,
        old.director if director is None else director,
    )  # fmt: skip
    if usual or new != old:
        changes.set_round_rules(session.db, new, usual=usual, by=by, at=now_in_tokyo(), whence=whence())
    if usual:
        new = session.reminder_settings.of(old.fiscal_year, old.kind)
    echo(
        f"{fiscal_year_name(new.fiscal_year)} {new.kind}: 締切の{_days(new.before)}前、当日、"
        f"{_days(new.overdue)}後{'、その後毎週' if new.weekly else ''}。部長には{_days(new.director)}後。"
    )


def _days(offsets: tuple[int, ...]) -> str:
    return "・".join(map(str, offsets)) + "開庁日" if offsets else "（なし）"


@deadlines.command(help="この番号（list で見られます）の締切を取り消します。以後はお知らせしません。")
@click.argument("number", type=int)
@BY
@click.pass_obj
def withdraw(path: Path, number: int, by: str) -> None:
    """Withdraw the deadline of this number (see list): nobody is reminded of it any more."""
    session = _session(path)
    found = next((each for each in registry.deadlines(session.db) if each.id == number), None)
    if found is None or found.withdrawn:
        raise Refusal(f"締切 {number} はありません。jigyo deadlines list で番号を見られます。")
    new = NewDeadline(
        found.fiscal_year, found.kind, found.due, found.department, found.section, found.opens, found.note,
        withdrawn=True,
    )  # fmt: skip
    actions.set_deadline(session, _operator(by), new)
    echo(f"締切 {number}（{found.kind} {format_date(found.due)}）を取り消しました。")


@deadlines.command(
    "import",
    help="FILE（CSV、TSV、XLSX）の締切を設定します。書き方は seeds/templates/deadlines.csv にあります。",
)
@click.argument("file", type=Path)
@BY
@click.pass_context
def import_deadlines(context: click.Context, file: Path, by: str) -> None:
    """Set the deadlines of FILE (CSV, TSV or XLSX; see seeds/templates/deadlines.csv)."""
    session = _session(context.obj)
    taken, rejected = taken_from(file, lambda data, limits: read_deadlines(data, reading(session.db), limits))
    changed = 0
    for _, each in taken:
        new = NewDeadline(
            each.fiscal_year, each.kind, each.due, *each.office, each.opens, each.note, each.withdrawn
        )
        old, now = actions.change_deadline(session, _operator(by), new)
        changed += old != now
    finish(context, file, f"締切{len(taken)}件のうち{changed}件を設定しました。", rejected)


@deadlines.command(help="締切を設定できる方を並べます。USERS（Slack の ID、U…）を書くと加えます。")
@click.argument("users", nargs=-1)
@click.option("--remove", is_flag=True, help="USERS を外します。")
@BY
@click.pass_obj
def admins(path: Path, users: tuple[str, ...], remove: bool, by: str) -> None:
    """List who may set deadlines, or put USERS (Slack ids, U…) on the list; $JIGYO_ADMINS adds more."""
    db = open_existing(path)
    if wrong := [user for user in users if not re.fullmatch(r"[UW][A-Z0-9]{2,}", user)]:
        raise Refusal(f"「{wrong[0]}」は Slack のメンバー ID（U…）ではありません。")
    for user in users:
        changes.set_admin(db, user, listed=not remove, by=by, at=now_in_tokyo(), whence=whence())
    listed = sorted({*registry.admins(db), *read_settings().jigyo_admins})
    echo("\n".join(listed) or "登録された方はいません。")


deadlines.add_command(exporting("締切", lambda db: write_deadlines(registry.deadlines(db))))


COMMANDS = (deadlines,)
