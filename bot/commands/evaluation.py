"""`jigyo deadlines` and `jigyo sheets`: until when which sheets are to be in, and how far they are."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from bot.commands.options import Group, Refusal, echo, terminal, whence
from bot.commands.tables import (
    BY,
    YEAR,
    as_text,
    canonical,
    day_of,
    deadline_table,
    default_year,
    department_of,
    event_table,
    exporting,
    finish,
    parsed_day,
    reading,
    sheet_table,
    taken_from,
)
from bot.context import Context, now_in_tokyo
from bot.days.calendar import DueDates, city_calendar, format_date
from bot.deadlines import actions, workflow
from bot.deadlines.actions import meant
from bot.deadlines.requests import round_name
from bot.deadlines.session import Actor, Session, session_of
from bot.deadlines.views import NewDeadline
from bot.deadlines.workflow import ChangeRefused, read_deadlines, read_sheets, write_deadlines, write_sheets
from bot.messages.digests import title
from bot.settings import read_settings, reminder_settings
from store.database import Databases, open_existing
from store.evaluation import changes, registry
from store.evaluation.records import STATES, RoundRules, Sheet
from store.records import RejectedRow
from store.text.numbers import fiscal_year_name


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
        terminal().print(deadline_table(every, city_calendar(settings), settings.jigyo_roll))
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


@click.group(cls=Group, help="評価シートとその状態。list、set、history、import、export。")
def sheets() -> None:
    """Evaluation sheets and their states: list, set, history, import, export."""


@sheets.command("list", help="評価シートを並べます。締切のある回ごと、事業ごとに1枚です。")
@click.option("--section", default="", help="この課のものだけにします。")
@click.option("--open", "is_open", is_flag=True, help="まだ提出されていないものだけにします。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_sheets(path: Path, section: str, is_open: bool, as_json: bool) -> None:
    """List sheets: one a project and round that has a deadline."""
    db = open_existing(path)
    wanted = canonical(db, section)
    every = [s for s in registry.sheets(db) if wanted in ("", s.section) and not (is_open and s.done)]
    if as_json:
        echo(as_text([asdict(sheet) for sheet in every]))
    elif every:
        settings = read_settings()
        due_dates = DueDates(registry.deadlines(db), city_calendar(settings), reminder_settings(settings))
        terminal().print(sheet_table(every, due_dates))
    else:
        echo("当てはまる評価シートはありません。締切を設定すると、事業ごとに1枚できます。")


@sheets.command(
    "set", help="シートの状態を、未着手 作成中 課長確認 提出済 差戻し 確定 対象外 のどれかにします。"
)
@click.argument("number")
@click.argument("state")
@YEAR
@click.option("--kind", default="", help="回（一次評価など）。なければ、次に締切が来るものです。")
@click.option("--reason", default="", help="差し戻す理由です。")
@click.option("--due", help="差し戻したシートの新しい締切です。")
@BY
@click.pass_obj
def set_sheet(
    path: Path, number: str, state: str, fiscal_year: int | None, kind: str, reason: str, due: str | None,
    by: str,
) -> None:  # fmt: skip
    """Set the state of a sheet: 未着手 作成中 課長確認 提出済 差戻し 確定 対象外."""
    word = workflow.state_of(state)
    if word is None:
        raise Refusal(f"状態「{state}」は読めません。{'、'.join(STATES)} のどれかです。")
    open_existing(path).close()
    session = session_of(Context(Databases(path), now_in_tokyo, read_settings()))
    pick = workflow.last_in if word == "差戻し" else workflow.current
    day = day_of(due) if due else None
    try:
        (sheet,) = meant(session, (number,), fiscal_year, kind, pick)
        new = (
            workflow.returned(sheet, reason, day, at=session.now)
            if word == "差戻し"
            else workflow.reported(sheet, word, by_admin=True)
        )
    except workflow.ChangeRefused as refused:
        raise Refusal(str(refused)) from None
    if changes.save(session.db, sheet, new, by=by, at=session.now, whence=whence()) is None:
        raise Refusal("ほかの人が同時に変更しました。もう一度お試しください。")
    echo(f"「{title(sheet)}」（{sheet.kind}）を{sheet.state}から{word}にしました。")


@sheets.command(help="事業のシートを、いつ誰が何から何に変えたかを表示します。")
@click.argument("number")
@click.pass_obj
def history(path: Path, number: str) -> None:
    """Print who changed what of a project's sheets, when, from what to what."""
    db = open_existing(path)
    subjects = {"/".join(map(str, sheet.key)) for sheet in registry.numbered(db, number)}
    events = [event for event in changes.events(db, what="sheet") if event.subject in subjects]
    if events:
        terminal().print(event_table(events))
    else:
        echo(f"事業番号 {number} のシートの変更はありません。")


@sheets.command(
    "import",
    help="FILE（CSV、TSV、XLSX）のとおりに状態を変えます。書き方は seeds/templates/sheets.csv にあります。",
)
@click.argument("file", type=Path)
@BY
@click.pass_context
def import_sheets(context: click.Context, file: Path, by: str) -> None:
    """Set the states of FILE (CSV, TSV or XLSX; see seeds/templates/sheets.csv)."""
    open_existing(context.obj).close()
    session = session_of(Context(Databases(context.obj), now_in_tokyo, read_settings()))
    db, now = session.db, session.now
    taken, rejected = taken_from(
        file, lambda data, limits: read_sheets(data, reading(db), registry.sheets(db), at=now, limits=limits)
    )
    changed = 0
    for line, (before, after) in taken:
        with db.state.writing():
            saved = changes.save(db, before, after, by=by, at=now, whence=whence())
            if saved and _is_decided(before, saved):
                actions.tell_decided(session, saved)
        changed += saved is not None and saved != before
        if saved is None:
            rejected.append(RejectedRow(line.line, 0, "ほかの行か人が同時に変更しました。"))
    finish(context, file, f"シート{len(taken)}件のうち{changed}件を変更しました。", rejected)


def _is_decided(before: Sheet, after: Sheet) -> bool:
    """Whether the row decided on an extension."""
    old, new = ((each.extension_state, each.extension_due) for each in (before, after))
    return new != old and after.extension_state in ("承認", "却下")


sheets.add_command(exporting("評価シート", lambda db: write_sheets(registry.sheets(db))))
COMMANDS = (deadlines, sheets)
