"""`jigyo sheets`: the states of evaluation sheets, in and out as CSV."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from bot.commands.import_export import (
    BY,
    YEAR,
    as_text,
    canonical,
    day_of,
    exporting,
    finish,
    reading,
    taken_from,
)
from bot.commands.options import Group, Refusal, echo
from bot.commands.tables import event_table, sheet_table
from bot.commands.terminal import Terminal, whence
from bot.context import Context, now_in_tokyo
from bot.days.calendar import DueDates, city_calendar
from bot.deadlines import workflow
from bot.deadlines.files import read_sheets, write_sheets
from bot.messages.digests import title
from bot.settings import read_settings, reminder_settings
from bot.sheets import actions
from bot.sheets.actions import meant
from bot.sheets.session import session_of
from store.database import Databases, open_existing, writing
from store.evaluation import changes, registry, trail
from store.evaluation.records import STATES, Sheet
from store.records import RejectedRow


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
        Terminal().print(sheet_table(every, due_dates))
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
    events = [event for event in trail.events(db, what="sheet") if event.subject in subjects]
    if events:
        Terminal().print(event_table(events))
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
        with writing(db):
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


COMMANDS = (sheets,)
