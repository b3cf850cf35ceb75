"""The command `jigyo`: gathers the groups of subcommands; every failure is one line and an exit status."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.commands import ask, deadlines, lists, operate, remind, search, sections, serve, sheets
from bot.settings import SettingsError, read_settings
from store.database import DatabaseError

GROUPS = (
    ask,
    lists,
    search,
    sections,
    deadlines,
    sheets,
    remind,
    operate,
    serve,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Database file; else $JIGYO_DB, else jigyo.db.",
)
@click.version_option(package_name="jigyo-bot")
@click.pass_context
def jigyo(context: click.Context, db: Path | None) -> None:
    """Answer questions about a city hall's projects (事務事業), here and in Slack."""
    context.obj = db or read_settings().jigyo_db


for group in GROUPS:
    for command in group.COMMANDS:
        jigyo.add_command(command)


def main() -> None:
    """Run `jigyo`; exit 0 done, 1 done in part, 2 refused (nothing written), the reason on stderr."""
    try:
        jigyo()
    except (DatabaseError, SettingsError) as error:
        click.echo(f"jigyo: {error}", err=True)
        sys.exit(2)
