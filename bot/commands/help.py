"""Help and slips in Japanese, laid out by the width of its characters: click's own are English."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from click import exceptions as slips

if TYPE_CHECKING:
    from rich.console import Console


WIDEST = 100  # columns


class _InJapanese(click.Command):
    """The help of a command or a group, in Japanese."""

    def get_help(self, ctx: click.Context) -> str:
        """How it is used, what it does, its options and subcommands."""
        return _laid_out(self, ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, saying so in Japanese."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "この説明を表示します。"
        return option

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command. Raises click.UsageError, which knows the command."""
        is_strict, ctx.allow_extra_args = not ctx.allow_extra_args, True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if is_strict and rest:  # click's own message is in English
            raise click.UsageError(f"余分な「{' '.join(rest)}」があります。", ctx)
        return rest

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of its help."""
        return (self.help or "").partition("。")[0]


class Command(_InJapanese):
    """A command whose help is in Japanese."""


class Group(_InJapanese, click.Group):
    """A command with subcommands, whose help is in Japanese; its subcommands are `Command`s."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the subcommand. Raises click.UsageError when there is none of this name."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(f"コマンド「{args[0]}」はありません。", ctx)
        return super().resolve_command(ctx, args)


def slip(error: click.UsageError) -> str:
    """What was wrong in how a command was typed, in one Japanese line."""
    if isinstance(error, slips.NoSuchOption):
        return f"オプション {error.option_name} はありません。"
    if isinstance(error, slips.BadOptionUsage):
        return _misused(error)
    if isinstance(error, slips.MissingParameter) and error.param:
        return f"{error.param.human_readable_name} を書いてください。"
    if isinstance(error, slips.BadParameter):
        name = error.param.get_error_hint(error.ctx).strip("'") if error.param and error.ctx else "値"
        return f"{name} が正しくありません。{_wanted(error)}"
    return error.format_message()


def _misused(error: slips.BadOptionUsage) -> str:
    """An option lacks its value, or has one and is a switch."""
    options = error.ctx.command.params if error.ctx else ()
    is_switch = any(
        isinstance(option, click.Option) and option.is_flag and error.option_name in option.opts
        for option in options
    )
    wrong = "に値は付けられません" if is_switch else "の値を書いてください"
    return f"オプション {error.option_name} {wrong}。"


def _wanted(error: slips.BadParameter) -> str:
    """What a value should be: of numbers we say it, for click does in English; other types are our own."""
    kind = error.param.type if error.param else None
    if isinstance(kind, click.IntRange):
        return f"{kind.min} から {kind.max} までの整数を書いてください。"
    return "整数を書いてください。" if isinstance(kind, type(click.INT)) else error.message


def _laid_out(command: click.Command, ctx: click.Context) -> str:
    from rich.console import Console  # it takes a moment to load, and few ask for help
    from rich.padding import Padding

    console = Console(highlight=False, color_system=None)
    console.width = min(console.width, WIDEST)
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    options = [
        each.get_help_record(ctx) for each in command.get_params(ctx) if isinstance(each, click.Option)
    ]
    group = command if isinstance(command, click.Group) else click.Group()
    parts = [(name, group.get_command(ctx, name)) for name in group.list_commands(ctx)]
    with console.capture() as written:
        console.print(f"使い方: {usage}", markup=False)
        console.print(Padding(command.help or "", (1, 2)), markup=False)
        _print(console, "オプション", filter(None, options))
        _print(console, "コマンド", ((name, part.get_short_help_str()) for name, part in parts if part))
    return "\n".join(map(str.rstrip, written.get().rstrip().split("\n")))


def _print(console: Console, title: str, rows: Iterable[tuple[str, str]]) -> None:
    from rich.table import Column, Table
    from rich.text import Text

    table = Table.grid("", Column(overflow="fold"), padding=(0, 2, 0, 0))
    for name, text in rows:
        table.add_row(Text(f"  {name}"), Text(text.replace("[default:", "[既定:")))
    if table.row_count:
        console.print(f"{title}:")
        console.print(table)
        console.print()
