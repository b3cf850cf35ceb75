"""`jigyo show` and, as they land, `load` and `sections`: what is in the published lists."""

from __future__ import annotations

from pathlib import Path

import click

from store import projects
from store.database import open_database


@click.command()
@click.argument("number")
@click.pass_obj
def show(path: Path, number: str) -> None:
    """Print one project, whole, with its source file and line."""
    db = open_database(path)
    for year in projects.fiscal_years(db):
        if project := projects.get(db, year, number):
            click.echo(f"{project.number} {project.name}（{project.source_name} {project.source_line}行目）")
            return
    raise click.UsageError(f"事業番号 {number} は登録されていません。`jigyo search` で探せます。")


COMMANDS = (show,)
