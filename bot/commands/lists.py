"""`jigyo load` and `jigyo show`: published lists into the database, and one project out of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from bot.commands.helping import Command
from bot.commands.loading import Loading, files
from bot.commands.options import words, year
from bot.commands.project_panel import project_panel
from bot.commands.refusal import Refusal, warn
from store import projects
from store.database import open_existing
from store.lists import ListError, NotAListError, path_text, read_mapping
from store.text.display import display
from store.text.wareki import fiscal_year_name


@click.command(
    cls=Command,
    help="一覧（テキスト、TSV、CSV、XLSX、それらの .gz）を読み込みます。"
    "フォルダーなら、中の sections.csv と一覧を読み込みます。",
)
@click.argument("paths", nargs=-1, required=True, type=Path)
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="列名=FIELD",
    help="見出しが列名の列を、項目 FIELD として読みます。",
)
@click.option("--replace", is_flag=True, help="一覧からなくなった事業を削除します。")
@click.option("--fiscal-year", type=year, help="すべての行の年度です。")
@click.option("--json", "as_json", is_flag=True, help="ファイルごとに一つの JSON で表示します。")
@click.pass_context
def load(
    context: click.Context,
    paths: tuple[Path, ...],
    pairs: tuple[str, ...],
    replace: bool,
    fiscal_year: int | None,
    as_json: bool,
) -> None:
    """Load lists (text, TSV, CSV, XLSX, also .gz); of a folder its sections.csv and its lists."""
    loading = Loading(context.obj, _mapping(pairs), fiscal_year, replace)
    done, in_part = 0, False
    for file, in_folder in files(paths):
        try:
            outcome = loading.take(file)
        except ListError as error:
            skipped = in_folder and isinstance(error, NotAListError)
            warn(f"{path_text(file)}: {'一覧ではないので読みませんでした。' if skipped else error}")
            in_part |= not skipped
            continue
        click.echo(json.dumps(outcome.record, ensure_ascii=False) if as_json else "\n".join(outcome.lines))
        done += 1
        if rejected := len(outcome.record["rejected"]):
            warn(f"{path_text(file)}: {rejected}行を受け付けませんでした。直してもう一度読み込んでください。")
            in_part = True
    if not done and not in_part:
        raise Refusal(f"{'、'.join(map(path_text, paths))} に事業の一覧がありません。")
    context.exit((1 if in_part else 0) if done else 2)


@click.command(
    cls=Command,
    help="一つの事業を、出典のファイルと行まで、すべて表示します。NUMBER はどの書き方でも構いません。",
)
@click.argument("number", type=words)
@click.option("--fiscal-year", type=year, help="年度。なければ、その番号がある最新の年度です。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def show(path: Path, number: str, fiscal_year: int | None, as_json: bool) -> None:
    """Print one project, whole, with its source file and line; NUMBER in any spelling."""
    db = open_existing(path)
    project = projects.find(db, number, fiscal_year=fiscal_year)
    if project is None:
        where = f"{fiscal_year_name(fiscal_year)}に" if fiscal_year else ""
        raise Refusal(f"事業番号 {number} は{where}登録されていません。jigyo search で探せます。")
    alike = projects.namesakes(db, project)
    if as_json:
        click.echo(json.dumps(asdict(project), ensure_ascii=False, indent=2))
    else:
        Console(highlight=False).print(project_panel(project))
    if alike:
        others = "、".join(f"「{each.number}」（{display(each.name)}）" for each in alike)
        warn(f"同じ{fiscal_year_name(project.fiscal_year)}に、書き方だけが違う事業番号{others}もあります。")


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    try:
        return read_mapping(pairs)
    except ListError as error:
        raise Refusal(str(error)) from error


COMMANDS = (load, show)
