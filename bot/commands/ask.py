"""`jigyo ask`: what a mention would get, in a terminal or as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from bot.answers import Answer, answer
from bot.message import pages
from store.database import open_database


@click.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--explain", is_flag=True, help="Say how the answer was matched.")
@click.pass_obj
def ask(path: Path, text: str, as_json: bool, explain: bool) -> None:
    """Answer a question; TEXT `-` reads a question a line from standard input and answers in JSON Lines."""
    db = open_database(path)
    if text == "-":
        for line in sys.stdin:
            if question := line.strip():
                click.echo(json.dumps(as_dict(answer(db, question)), ensure_ascii=False))
                sys.stdout.flush()
        return
    found = answer(db, text)
    if as_json:
        click.echo(json.dumps(as_dict(found), ensure_ascii=False, indent=2))
        return
    click.echo(found.text)
    for reason in found.why if explain else ():
        click.echo(f"  ※ {reason}")


def as_dict(found: Answer) -> dict[str, Any]:
    """The JSON of an answer; `blocks` are those of its first message as Slack would get it."""
    return found.as_json(pages(found.message())[0].get("blocks", []))


COMMANDS = (ask,)
