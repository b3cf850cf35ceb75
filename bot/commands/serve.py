"""`jigyo serve`: the bot itself."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.options import Command
from bot.settings import Settings, check_secrets, read_settings, unknown

if TYPE_CHECKING:
    from bot.context import Context
    from bot.mcp.http import Serving

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
    from bot.context import Context, now_in_tokyo
    from bot.mcp.http import McpEndpoint
    from bot.slack import server
    from bot.slack.workers import supervise
    from bot.telemetry import Metrics, start_logging
    from store import projects
    from store.database import Databases, open_database
    from store.text import morphology

    start_logging(settings)
    for line in unknown():
        log.warning(line)
    count = 1 if is_socket else workers or min(MOST_WORKERS, os.cpu_count() or 1)
    db = open_database(path)
    if not projects.count(db):
        log.warning("事業がまだ登録されていません（%s）。%s", path.absolute(), LOAD_FIRST)
    db.close()
    morphology.load_dictionary()
    gc.freeze()
    listening = server.listen(host, settings.port if port is None else port, count=count)
    asked = _metrics_socket(settings)
    metrics = Metrics()

    def work(number: int, until: int | None = None) -> None:
        own = listening.pop(number)
        page = asked.pop() if asked and number == 0 else None
        let_go()  # of the others': a port is free only when nobody holds it
        context = Context(
            databases=Databases(path),
            clock=now_in_tokyo,
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
    if count == 1:
        work(0)
    else:
        sys.exit(supervise(count, work, on_stop=let_go))


def _tools(context: Context) -> Serving:
    """The tools for other assistants: their SDK is loaded when the first of these calls."""
    from bot.mcp.tools import app

    return app(context)


def _metrics_socket(settings: Settings) -> list[socket.socket]:
    """Where /metrics is asked for, in a list; none where nobody asks."""
    from bot.slack import server

    if not settings.jigyo_metrics_port:
        return []
    host, port = settings.jigyo_metrics_host, settings.jigyo_metrics_port
    return server.listen(host, port, variable="JIGYO_METRICS_PORT")


COMMANDS = (serve,)
