"""`jigyo serve`: the bot itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.settings import read_settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on (0: any free one); else $PORT."
)
@click.option("--http", "mode", flag_value="http", help="Take Slack's requests over HTTP.")
@click.option("--socket", "mode", flag_value="socket", help="Take Slack's requests over Socket Mode.")
@click.option("--no-reminders", is_flag=True, help="Answer only; send no reminders from this process.")
@click.pass_obj
def serve(path: Path, host: str, port: int | None, mode: str | None, no_reminders: bool) -> None:
    """Run the bot: HTTP, or Socket Mode where SLACK_APP_TOKEN is set."""
    from bot import server  # Slack's libraries take a moment to load; other commands do without
    from bot.context import Context, now_in_tokyo
    from bot.logs import start_logging
    from store.database import Databases

    settings = read_settings()
    start_logging(settings)
    context = Context(databases=Databases(path), clock=now_in_tokyo, settings=settings)
    context.databases.get()
    serving = server.serve(
        context,
        host=host,
        port=settings.port if port is None else port,
        is_socket=mode == "socket" or (mode is None and settings.slack_app_token is not None),
        reminders=not no_reminders,
    )
    with asyncio.Runner(loop_factory=server.loop_factory()) as runner:
        runner.run(serving)


COMMANDS = (serve,)
