"""What subcommands share: argument types, lines of standard input, how one refuses."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import click

from store.text.display import HARMFUL, harmless
from store.text.fiscal_years import parse_fiscal_year


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
