"""`jigyo backup`, `restore` and `doctor`: what an operator needs besides serving."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bot import doctor as examination
from bot.commands.helping import Command
from bot.commands.options import file_name
from store import backup as copies


@click.command(
    cls=Command, help="データベースを新しいファイル TARGET に写します。ボットの動作中でも構いません。"
)
@click.argument("target", type=file_name)
@click.pass_obj
def backup(path: Path, target: Path) -> None:
    """Copy the database to the new file TARGET, also while the bot is running."""
    copies.backup(path, target)
    click.echo(f"{path} を {target} に保存しました。")


@click.command(
    cls=Command, help="データベースの内容をバックアップ SOURCE に戻します。ボットの動作中でも構いません。"
)
@click.argument("source", type=file_name)
@click.option("--yes", "is_sure", is_flag=True, help="確認せずに戻します。")
@click.pass_obj
def restore(path: Path, source: Path, is_sure: bool) -> None:
    """Replace the database's content by the backup SOURCE, also while the bot is running."""
    with copies.restoring(source, path) as replace:
        if not is_sure:
            click.confirm("今の内容は別のファイルに残し、置き換えます。よろしいですか", abort=True)
        saved = replace()
    click.echo(f"{source} の内容を {path} に戻しました。")
    if saved:
        click.echo(f"それまでの内容は {saved} にあります。")


@click.command(
    cls=Command,
    help="設定、トークン、権限、データベースと索引を調べます。直すべき点があれば終了コードは 2 です。",
)
@click.option("--json", "as_json", is_flag=True, help="結果を JSON で表示します。")
@click.option("--offline", is_flag=True, help="Slack には問い合わせません。")
@click.pass_context
def doctor(context: click.Context, as_json: bool, offline: bool) -> None:
    """Check settings, tokens, scopes, the database and its index; exit 2 when something must be mended."""
    findings = examination.examine(context.obj, ask_slack=not offline)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(findings))
    if any(finding.level == "error" for finding in findings):
        click.echo("jigyo: 直すべき点があります。上の「要対応」の行をご覧ください。", err=True)
        context.exit(2)


MARKS = {"ok": "[green]良好[/]", "warning": "[yellow]注意[/]", "error": "[red]要対応[/]"}


def _table(findings: list[examination.Finding]) -> Table:
    table = Table("状態", "項目", "内容", title="jigyo doctor")
    for column in table.columns:
        column.overflow = "fold"  # what is to be done about it is not cut off
    for finding in findings:
        table.add_row(MARKS[finding.level], finding.subject, finding.detail)
    return table


COMMANDS = (backup, restore, doctor)
