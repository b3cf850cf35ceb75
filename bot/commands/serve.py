"""`jigyo serve`, `jigyo mcp`, `jigyo playground`: the bot in Slack, for other assistants, on a page to try.

Each loads what it needs when it runs.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import re
import socket
import sqlite3
import sys
import tempfile
import threading
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import Command, Group, Refusal, echo, to_json, words
from bot.settings import Settings, check_secrets, read_settings, unknown

if TYPE_CHECKING:
    from bot.context import Context
    from bot.mcp import Serving
    from store.database import Database

log = logging.getLogger(__name__)

LOAD_FIRST = "一覧を jigyo load で読み込んでください。場所が違うときは --db か JIGYO_DB で示せます。"
MOST_WORKERS = 2  # unless told otherwise: each keeps an index of its own in memory


@click.command(
    cls=Command, help="ボットを動かします。HTTP で、SLACK_APP_TOKEN があれば Socket Mode で答えます。"
)
@click.option("--host", default="127.0.0.1", show_default=True, help="待ち受けるアドレスです。")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="待ち受けるポート（0 は空いているもの）。なければ $PORT です。",
)
@click.option("--http", "mode", flag_value="http", help="HTTP で受けます。")
@click.option("--socket", "mode", flag_value="socket", help="Socket Mode で受けます。")
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    help=f"HTTP で答えるプロセスの数。なければコアの数（{MOST_WORKERS} まで）です。",
)
@click.option("--no-reminders", is_flag=True, help="お答えだけをし、お知らせは送りません。")
@click.pass_obj
def serve(
    path: Path, host: str, port: int | None, mode: str | None, workers: int | None, no_reminders: bool
) -> None:
    """Run the bot: HTTP, or Socket Mode where SLACK_APP_TOKEN is set."""
    settings = read_settings()
    is_socket = mode == "socket" or (mode is None and settings.slack_app_token is not None)
    check_secrets(settings, is_socket=is_socket, is_chosen=mode is not None)
    gc.disable()  # what is imported stays: there is nothing in it to look for until the server begins
    # It reads the certificates that the system trusts, which takes no turn of the interpreter's.
    beside = threading.Thread(target=import_module, args=("aiohttp",))
    beside.start()
    from bot.context import Context, Metrics, clock_of, start_logging
    from bot.mcp import McpEndpoint
    from bot.slack import server
    from bot.slack.app import read_for_all
    from bot.slack.http import listen
    from store import projects
    from store.database import Databases

    beside.join()
    start_logging(settings)
    for line in unknown():
        log.warning(line)
    count = 1 if is_socket else workers or min(MOST_WORKERS, os.cpu_count() or 1)
    db = _taken_up(path)
    if not projects.count(db):
        log.warning("事業がまだ登録されていません（%s）。%s", path.absolute(), LOAD_FIRST)
    db.close()
    listening = listen(host, settings.port if port is None else port, count=count)
    asked = _metrics_socket(settings)
    metrics, databases = Metrics(), Databases(path)
    if count > 1:  # who forks shares its memory; a process alone answers first, and reads the rest behind it
        read_for_all(databases)
    gc.freeze()

    def work(number: int, until: int | None = None) -> None:
        own = listening.pop(number)
        page = asked.pop() if asked and number == 0 else None
        let_go()  # of the others': a port is free only when nobody holds it
        context = Context(
            databases=databases,
            clock=clock_of(databases),
            settings=settings,
            metrics=metrics.worker(number, of=count),
        )
        serving = server.serve(
            context,
            own,
            is_socket=is_socket,
            reminders=not no_reminders and number == 0,
            until=until,
            metrics=page,
            mcp=McpEndpoint(context, _tools),
        )
        with asyncio.Runner(loop_factory=server.loop_factory()) as runner:
            runner.run(serving)

    def let_go() -> None:
        for each in (*listening, *asked):
            each.close()

    log.info("listening on http://%s:%s", *listening[0].getsockname()[:2])
    for each in asked:
        log.info("metrics on http://%s:%s/metrics", *each.getsockname()[:2])
    try:
        if count == 1:
            work(0)
        else:
            sys.exit(server.supervise(count, work, on_stop=let_go))
    finally:
        _put_down(path)


def _taken_up(path: Path) -> Database:
    """The database, its state marked as in use and its lists the newest; without PostgreSQL, answers go on.

    Raises DatabaseError where the state is kept elsewhere. What PostgreSQL takes is loaded here, before the
    workers are forked.
    """
    from bot.context import now_in_tokyo
    from store.database import DatabaseError, LockError, StateAwayError, open_database
    from store.evaluation import ledger
    from store.state import refuse_left

    db = open_database(path)
    try:
        db.state.execute("SELECT 1")
        # Nobody can write to it, or somebody does for long.
        with suppress(sqlite3.OperationalError, LockError), db.state.writing():
            refuse_left(db.state)  # while this waited
            ledger.beat(db, ledger.me(), now=ledger.stamp(now_in_tokyo() - db.state.clock_ahead))
    except StateAwayError as error:
        log.warning("%s", error)
        return db
    if db.state_is_elsewhere:
        from store.copies.publishing import fetch

        try:
            fetch(path)
        except DatabaseError as error:
            log.warning("%s", error)
    return db


def _put_down(path: Path) -> None:
    """Tell that nobody uses the state any more, unless that takes long."""
    from store.database import DatabaseError, open_existing
    from store.evaluation import ledger

    with suppress(DatabaseError, sqlite3.Error), closing(open_existing(path)) as db:
        db.execute("PRAGMA busy_timeout=1000")
        ledger.beat_no_more(db, ledger.me())


def _tools(context: Context) -> Serving:
    """The tools for other assistants: their SDK is loaded when the first of these calls."""
    from bot.mcp.tools import app

    return app(context)


def _metrics_socket(settings: Settings) -> list[socket.socket]:
    """Where /metrics is asked for, in a list; none where nobody asks."""
    from bot.slack.http import listen

    if not settings.jigyo_metrics_port:
        return []
    host, port = settings.jigyo_metrics_host, settings.jigyo_metrics_port
    return listen(host, port, variable="JIGYO_METRICS_PORT")


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
    from bot.context import Context, now_in_tokyo, start_logging
    from bot.mcp import NOT_INSTALLED
    from store.database import Databases, open_existing

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
    from bot.context import now_in_tokyo
    from store.database import open_existing
    from store.talk import conversations

    if user and not re.fullmatch("[UW][A-Z0-9]+", user):
        raise Refusal(f"「{user}」は Slack の ID ではありません。U で始まる英数字で書いてください。")
    made = conversations.add_token(open_existing(path), name, user=user, now=now_in_tokyo().isoformat())
    if made is None:
        raise Refusal(f"「{name}」というトークンはすでにあります。revoke で無効にしてから作り直せます。")
    echo(MADE, err=True)
    echo(made)


@token.command("list", help="トークンの名前、どなたのものか、いつ作り、最後にいつ使われたかを並べます。")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.pass_obj
def list_tokens(path: Path, as_json: bool) -> None:
    """List the tokens, which are not shown again."""
    from rich.table import Table

    from bot.commands.options import terminal
    from store.database import open_existing
    from store.talk import conversations

    every = conversations.tokens(open_existing(path))
    if as_json:
        echo(to_json([asdict(each) for each in every], indent=2))
        return
    table = Table("名前", "どなたの", "作った日", "最後に使われた日")
    for each in every:
        table.add_row(each.name, each.user or "—", each.added_at[:10], each.used_on or "—")
    terminal().print(table if every else "トークンはまだありません。jigyo mcp token add で作れます。")


@token.command(help="NAME というトークンを、すぐに無効にします。")
@click.argument("name", type=words)
@click.pass_obj
def revoke(path: Path, name: str) -> None:
    """Make a token worth nothing, at once."""
    from store.database import open_existing
    from store.talk import conversations

    if not conversations.revoke_token(open_existing(path), name):
        raise Refusal(f"「{name}」というトークンはありません。jigyo mcp token list で見られます。")
    echo(f"「{name}」を無効にしました。")


# Slack's own tokens have digits after the first hyphen; those of the loopback Slack have not.
_REAL = re.compile(r"xox[a-z]?[a-z.]*-\d|xapp-\d|xoxe")
_SECRETS = ("slack_bot_token", "slack_app_token")
NOT_HERE = (
    "{} に本物の Slack のトークンが設定されています。お試しのページは Slack につながないため、"
    "設定を外してから（.env のないフォルダーなどで）もう一度お試しください。"
)


@click.command(
    cls=Command,
    help="Slack なしでボットを試せるページを、このパソコンの中だけで開きます。止めるときは Ctrl+C です。"
    "--db を付けると、そのデータベースの写しで試せます（元のデータベースは変わりません）。",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="ページのポート。なければ空いているものです。"
)
@click.pass_context
def playground(context: click.Context, port: int) -> None:
    """Serve the page until Ctrl+C."""
    refuse_real_tokens()
    source: Path | None = context.parent.params["db"] if context.parent else None
    logging.basicConfig(level=logging.WARNING, format="jigyo: %(message)s")
    from bot.playground import city

    def ready(url: str, slack: str) -> None:
        echo(f"お試しのページ: {url}")
        echo(f"（ローカルの Slack: {slack}。止めるときは Ctrl+C）")

    with tempfile.TemporaryDirectory(prefix="jigyo-playground-") as folder:
        made = city.making(Path(folder), source, datetime.now().astimezone())
        from bot.playground import page  # while the database is being made

        page.run(made, port, ready)


def refuse_real_tokens() -> None:
    """Raise Refusal where the environment, or `.env`, holds a token that Slack may have given."""
    settings = read_settings()
    for name in _SECRETS:
        secret = getattr(settings, name)
        if secret and _REAL.match(secret.get_secret_value()):
            raise Refusal(NOT_HERE.format(name.upper()))
    for variable, value in os.environ.items():
        if variable.startswith("SLACK_") and _REAL.match(value):
            raise Refusal(NOT_HERE.format(variable))


COMMANDS = (serve, mcp, playground)
