"""`jigyo mcp`: the lists for another assistant over stdio; tokens for those that come over HTTP."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from bot.commands.options import Group, Refusal, echo, to_json, words
from bot.commands.terminal import Terminal
from bot.context import Context, now_in_tokyo
from bot.mcp.http import NOT_INSTALLED
from bot.settings import read_settings
from bot.telemetry import start_logging
from store.database import Databases, open_existing
from store.talk import tokens

MADE = (
    "トークンを作りました。表示するのは、いま一度だけです。ほかの人に見えない所に控えてください。"
    "Authorization: Bearer として /mcp に送ります。"
)


@click.group(
    invoke_without_command=True,
    cls=Group,
    help="ほかのアシスタントから、一覧を MCP で調べられるようにします（標準入出力）。"
    "HTTP の /mcp は jigyo serve が受け、そのトークンは token で作ります。",
)
@click.pass_context
def mcp(context: click.Context) -> None:
    """Serve the tools over stdio until standard input ends."""
    if context.invoked_subcommand:
        return
    open_existing(context.obj).close()
    try:
        from bot.mcp.tools import build
    except ImportError as error:
        raise Refusal(NOT_INSTALLED) from error
    settings = read_settings()
    start_logging(settings)
    build(Context(Databases(context.obj), now_in_tokyo, settings)).run("stdio")


@mcp.group(cls=Group, help="/mcp に来るアシスタントのトークン。add、list、revoke。")
def token() -> None:
    """Tokens of assistants that come over HTTP."""


@token.command(
    help="NAME というトークンを作って表示します。"
    "--user を付けると、その方に許されていること（締切を見るなど）もできます。"
)
@click.argument("name", type=words)
@click.option("--user", default="", help="このトークンを使う方の Slack の ID（U…）です。")
@click.pass_obj
def add(path: Path, name: str, user: str) -> None:
    """Make a token and print it, this once."""
    if user and not re.fullmatch("[UW][A-Z0-9]+", user):
        raise Refusal(f"「{user}」は Slack の ID ではありません。U で始まる英数字で書いてください。")
    made = tokens.add(open_existing(path), name, user=user, now=now_in_tokyo().isoformat())
    if made is None:
        raise Refusal(f"「{name}」というトークンはすでにあります。revoke で無効にしてから作り直せます。")
    echo(MADE, err=True)
    echo(made)


@token.command("list", help="トークンの名前、どなたのものか、いつ作り、最後にいつ使われたかを並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_tokens(path: Path, as_json: bool) -> None:
    """List the tokens, which are not shown again."""
    every = tokens.listed(open_existing(path))
    if as_json:
        echo(to_json([asdict(each) for each in every], indent=2))
        return
    table = Table("名前", "どなたの", "作った日", "最後に使われた日")
    for each in every:
        table.add_row(each.name, each.user or "—", each.added_at[:10], each.used_on or "—")
    Terminal().print(table if every else "トークンはまだありません。jigyo mcp token add で作れます。")


@token.command(help="NAME というトークンを、すぐに無効にします。")
@click.argument("name", type=words)
@click.pass_obj
def revoke(path: Path, name: str) -> None:
    """Make a token worth nothing, at once."""
    if not tokens.revoke(open_existing(path), name):
        raise Refusal(f"「{name}」というトークンはありません。jigyo mcp token list で見られます。")
    echo(f"「{name}」を無効にしました。")


COMMANDS = (mcp,)
