"""What the commands on forms (CSV in and out) share: options, reading, refusing, writing."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from bot.commands.load import import_lines, load_limits
from bot.commands.options import Command, Refusal, echo, file_name, system_user, to_json, warn, year
from bot.context import now_in_tokyo
from bot.days.calendar import city_calendar
from bot.days.dates import DateError, ParsedDate, parse_date
from bot.deadlines.files import Read
from bot.settings import read_settings
from store import projects
from store.database import PRIVATE, Database, open_existing
from store.evaluation import registry
from store.lists import Limits, ListError, path_text, read_file
from store.records import RejectedRow
from store.text.fiscal_years import fiscal_year

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
