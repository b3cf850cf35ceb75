"""`jigyo audit` reads the trail of changes, `jigyo forget` empties the name of a person in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path

import click
from sqlite_utils import Database

from bot.commands.import_export import as_text, canonical
from bot.commands.options import Command, Refusal, echo
from bot.commands.tables import event_line
from bot.commands.terminal import system_user, whence
from bot.context import now_in_tokyo
from bot.days.calendar import TOKYO
from bot.settings import read_settings
from store.database import open_existing, writing
from store.evaluation import registry, trail
from store.evaluation.records import Event
from store.talk import conversations

Test = Callable[[Event], bool]


@click.command(
    cls=Command,
    help="締切、シート、担当課、連絡先、事務局の変更を、いつ誰がどこから何から何に変えたか表示します。",
)
@click.option("--sheet", default="", help="この事業番号のシートの変更だけにします。")
@click.option("--section", default="", help="この課のシート、締切、連絡先、チャンネルの変更だけにします。")
@click.option("--by", default="", help="この方（Slack の ID、または端末の利用者）の変更だけにします。")
@click.option("--since", default="", help="この日からの変更だけにします。")
@click.option("--until", default="", help="この日までの変更だけにします。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def audit(path: Path, sheet: str, section: str, by: str, since: str, until: str, as_json: bool) -> None:
    """Print who changed what, when, where, from what to what: by sheet, section, person and time."""
    db = open_existing(path)
    tests = [*([_of_sheet(db, sheet)] if sheet else ()), *([_of_section(db, section)] if section else ())]
    end = _day(until)
    found = trail.events(db, by=by, since=_day(since), until=end + timedelta(days=1) if end else None)
    shown = [event for event in found if all(test(event) for test in tests)]
    if as_json:
        echo(as_text([asdict(event) for event in shown]))
    elif shown:
        echo("\n".join(map(event_line, shown)))
    else:
        echo("当てはまる変更はありません。")


@click.command(
    cls=Command,
    help="USER（Slack の ID、または端末の利用者）の名前を変更の記録から消し、入力された質問なども消します。",
)
@click.argument("user")
@click.pass_obj
def forget(path: Path, user: str) -> None:
    """Empty the name of USER in the trail, and what else is kept of them; the lines of the trail stay."""
    db, now = open_existing(path), now_in_tokyo()
    if places := registry.roles_of(db, user):
        (department, section), _ = places[0]
        raise Refusal(
            f"{user} は{department}{section}に登録されています。先に jigyo sections import で外してください。"
        )
    if user in registry.admins(db) or user in read_settings().jigyo_admins:
        raise Refusal(
            f"{user} は事務局に登録されています。jigyo deadlines admins --remove か設定で外してください。"
        )
    with writing(db):
        rows = conversations.forget(db, user)
        was_known = trail.forget(db, user, by=system_user(), at=now, whence=whence())
    if not (rows or was_known):
        raise Refusal(f"{user} の記録はありません。")
    echo(f"{user} の名前を消しました。変更の記録は、名前のないまま残ります。")


def _of_sheet(db: Database, number: str) -> Test:
    keys = {"/".join(map(str, sheet.key)) for sheet in registry.numbered(db, number)}
    return lambda event: event.what == "sheet" and event.subject in keys


def _of_section(db: Database, name: str) -> Test:
    section = canonical(db, name)
    keys = {"/".join(map(str, each.key)) for each in registry.sheets(db) if each.section == section}
    scopes = {str(each.id) for each in registry.deadlines(db) if each.section == section}

    def is_of(event: Event) -> bool:
        match event.what:
            case "sheet":
                return event.subject in keys
            case "deadline":
                return event.subject.partition(".")[0] in scopes
            case "section":
                return event.subject.rpartition("/")[2] == section
            case "channel":
                return section in (event.before.rpartition("/")[2], event.after.rpartition("/")[2])
        return False

    return is_of


def _day(text: str) -> datetime | None:
    """The beginning of a day (YYYY-MM-DD) in Asia/Tokyo; None for none."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"「{text}」は日付として読めません。2026-11-30 のように書いてください。") from None
    return datetime.combine(day, time(), TOKYO)


COMMANDS = (audit, forget)
