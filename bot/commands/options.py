"""What subcommands share: argument types, input, output that gives a terminal no orders, refusals, help."""

from __future__ import annotations

import getpass
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click
from click import exceptions as slips

from store.text.display import HARMFUL, harmless
from store.text.numbers import parse_fiscal_year

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    from store.database import Database
    from store.evaluation.records import EventKind


class Refusal(click.ClickException):
    """Nothing was done; the message is one Japanese line: what was wrong and what to do."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line."""
        warn(self.message)


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print text without what gives a terminal orders: it may hold what others typed or published."""
    click.echo(harmless(text), err=err, nl=nl)


def to_json(value: object, *, indent: int | None = None) -> str:
    """JSON for people and programs: moments in ISO 8601, what gives a terminal orders as JSON's escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=lambda each: each.isoformat())
    return HARMFUL.sub(lambda each: f"\\u{ord(each[0]):04x}", text)


def warn(message: str) -> None:
    """Say something in one line on stderr."""
    echo(f"jigyo: {message}", err=True)


AnyCommand = TypeVar("AnyCommand", bound=Callable[..., Any])


def words(text: str) -> str:
    """Text as typed; bytes that are no UTF-8 become U+FFFD, so that it can be printed and stored."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def typed_lines() -> Iterator[str]:
    """The lines of standard input, one for one, read as UTF-8 whatever the locale."""
    for line in io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace"):
        yield line.rstrip("\r\n")


def year(text: str) -> int:
    """A fiscal year in any spelling (2021, 令和3年度, R3). Raises click.BadParameter for anything else."""
    found = parse_fiscal_year(text)
    if found is None:
        raise click.BadParameter(
            f"「{text}」は年度ではありません。2021 や 令和3年度 のように指定してください。"
        )
    return found


def file_name(text: str) -> Path:
    """The path of a file that may be new. Raises click.BadParameter for a directory."""
    path = Path(text)
    if path.is_dir():
        raise click.BadParameter(f"{path} はフォルダーです。ファイルの名前を書いてください。")
    return path


def typed(name: str, metavar: str) -> Callable[[AnyCommand], AnyCommand]:
    """An argument of one word or several: what a shell takes apart (課:企画経営課 交流) is one text."""

    def joined(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> str:
        return " ".join(value)

    return click.argument(name, metavar=metavar, type=words, nargs=-1, required=True, callback=joined)


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


class ListsCommand(Command):
    """A command that changes the lists: the newest ones, published where machines share a state."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it, when nobody else changes them."""
        from store.database import state_of

        if not state_of(ctx.obj):
            return super().invoke(ctx)
        from store.copies.publishing import changing

        with changing(ctx.obj, waits=lambda: warn("ほかのマシンが一覧を変えています。終わるのを待ちます。")):
            return super().invoke(ctx)


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


@cache
def _terminal() -> type[Console]:
    from rich.console import Console  # it takes a moment to load, and not every command prints tables
    from rich.segment import Segment

    class Terminal(Console):
        """A console that sends no escape sequences but its own: texts may hold what others wrote."""

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            """Render segments without what gives a terminal orders."""
            for segment in super().render(renderable, options):
                shown = segment.text if segment.control else harmless(segment.text)
                yield segment if shown == segment.text else Segment(shown, segment.style)

    return Terminal


def terminal(*, highlight: bool = True, stderr: bool = False) -> Console:
    """A console on which texts that others wrote give the terminal no orders."""
    return _terminal()(highlight=highlight, stderr=stderr)


def system_user() -> str:
    """The operating system's name of the user, whatever the environment says; the number of one without."""
    try:
        from pwd import getpwuid

        return getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return getpass.getuser() if os.name == "nt" else str(os.getuid())


def note_change(
    db: Database, what: EventKind, subject: str, field: str, *, before: str = "", after: str = ""
) -> None:
    """Add a line about what a command does to the trail, inside the transaction of the change."""
    from bot.context import now_in_tokyo
    from store.evaluation import changes
    from store.evaluation.records import Event

    line = Event(now_in_tokyo(), system_user(), what, subject, field, before, after, whence=whence())
    changes.record(db, line)


def whence() -> str:
    """Where a command's change comes from, as the trail keeps it: the system's user, whatever `--by` says."""
    return f"command @{system_user()}"
