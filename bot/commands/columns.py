"""`jigyo columns`: what the columns of the loaded lists were taken for, and as a file that settles it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from bot.commands.help import Command
from bot.commands.options import Refusal, echo, to_json, year
from store.columns import catalog
from store.columns.settings import rows_of, taken_for
from store.database import open_existing
from store.lists.csv_text import csv_text
from store.records import FIELD_LABELS
from store.text.fiscal_years import fiscal_year_name


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
