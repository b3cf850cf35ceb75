"""The command `jigyo`: finds the subcommand's module; every failure is one line and an exit status."""

from __future__ import annotations

import os
import sqlite3
import sys
from importlib import import_module, metadata
from pathlib import Path

import click

from bot.commands.options import Group, echo, file_name, slip
from bot.settings import Settings, SettingsError, read_settings, survey
from store.database import DatabaseError
from store.state import Location

# Subcommand -> its module in bot.commands. Only the one that runs is imported: searching from a terminal
# should not wait for Slack's libraries to load.
MODULES = {
    "ask": "ask",
    "audit": "operate",
    "backup": "operate",
    "columns": "tables",
    "deadlines": "evaluation",
    "deliveries": "remind",
    "doctor": "operate",
    "feedback": "ask",
    "forget": "operate",
    "index": "operate",
    "lineage": "lineage",
    "load": "load",
    "manifest": "operate",
    "mcp": "serve",
    "migrate-state": "operate",
    "playground": "serve",
    "remind": "remind",
    "restore": "operate",
    "search": "search",
    "sections": "names",
    "serve": "serve",
    "sheets": "evaluation",
    "show": "search",
    "similar": "search",
    "synonyms": "names",
}


class Subcommands(Group):
    """Looks a subcommand up in `MODULES` when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all subcommands, for the help."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The subcommand of this name, or None."""
        if cmd_name not in MODULES:
            return None
        commands: tuple[click.Command, ...] = import_module(f"bot.commands.{MODULES[cmd_name]}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)


def _version() -> str:
    try:
        return metadata.version("jigyo-bot")
    except metadata.PackageNotFoundError:  # `python -m bot` in a checkout
        return "(not installed)"


@click.group(
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="市の事務事業について、ここと Slack でお答えします。",
)
@click.option(
    "--db",
    type=file_name,
    help="データベースのファイル。なければ $JIGYO_DB、それもなければ jigyo.db です。",
)
@click.version_option(_version(), prog_name="jigyo", help="版を表示します。")
@click.pass_context
def jigyo(context: click.Context, db: Path | None) -> None:
    """Answer questions about a city hall's projects (事務事業), here and in Slack."""
    settings = survey()[0] if db else _settings(context.invoked_subcommand)
    state = settings.jigyo_state.get_secret_value() if settings.jigyo_state else ""
    context.obj = Location.of(db or settings.jigyo_db, state)


def _settings(subcommand: str | None) -> Settings:
    """The settings; for `doctor`, which reports wrong ones among its findings, also when they are wrong."""
    return survey()[0] if subcommand == "doctor" else read_settings()


def main() -> None:
    """Run `jigyo`; exit 0 done, 1 done in part, 2 refused (nothing written), the reason on stderr."""
    try:
        sys.exit(jigyo(prog_name="jigyo", standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        echo(error.ctx.get_help() if error.ctx else "")
        _refuse("コマンドを指定してください。")
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "jigyo"
        _refuse(f"{slip(error)}使い方は {command} --help で見られます。")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        _refuse("中止しました。何も変えていません。")
    except (DatabaseError, SettingsError) as error:
        _refuse(str(error))
    except sqlite3.Error as error:
        _refuse(_unwritable(error))
    except BrokenPipeError:  # `jigyo … | head`: the reader has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:  # a name that is too long, a folder that may not be read
        if error.filename is None:
            raise
        _refuse(f"{error.filename} を読み書きできません（{error.strerror}）。名前と権限を確かめてください。")


def _unwritable(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
        return "ほかの処理がデータベースを使っています。少し待ってから、もう一度お試しください。"
    return f"データベースを読み書きできません: {error}。空き容量と書き込みの権限を確かめてください。"


def _refuse(reason: str) -> None:
    line = " ".join(reason.split())
    echo(f"jigyo: {line}", err=True)
    sys.exit(2)
