"""`jigyo playground`: a page on this machine where one talks to the real bot, without Slack."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

import click

from bot.commands.options import Command, Refusal, echo
from bot.settings import read_settings

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
    from bot.playground import page

    def ready(url: str, slack: str) -> None:
        echo(f"お試しのページ: {url}")
        echo(f"（ローカルの Slack: {slack}。止めるときは Ctrl+C）")

    page.run(source, port, ready)


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


COMMANDS = (playground,)
