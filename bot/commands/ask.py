"""`jigyo ask`: what a mention would get, in a terminal or as JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.answers import Answer, answer
from bot.commands.help import Command
from bot.commands.options import Refusal, typed, typed_lines
from bot.messages.message import pages
from store.database import open_existing
from store.talk import feedback as verdicts


@click.command(
    cls=Command, help="質問にお答えします。TEXT に - を書くと、標準入力の1行ごとに JSON Lines で答えます。"
)
@typed("text", "TEXT")
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.option("--explain", is_flag=True, help="どのように答えを見つけたかも表示します。")
@click.pass_obj
def ask(path: Path, text: str, as_json: bool, explain: bool) -> None:
    """Answer a question; TEXT `-` reads a question a line from standard input and answers in JSON Lines."""
    if not (text.strip() or as_json):
        raise Refusal("質問を書いてください。jigyo ask ふるさと納税の成果は？ のように使います。")
    db = open_existing(path)
    if text == "-":
        for line in typed_lines():
            click.echo(json.dumps(as_dict(answer(db, line)), ensure_ascii=False))
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


@click.command(cls=Command, help="回答への意見（役に立った・違う）を、新しいものから並べます。")
@click.option("--wrong", is_flag=True, help="「違う」と言われた回答だけにします。")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines で表示します。")
@click.pass_obj
def feedback(path: Path, wrong: bool, as_json: bool) -> None:
    """List what people said of answers (役に立った / 違う), the latest first."""
    given = verdicts.listed(open_existing(path), only_wrong=wrong)
    if as_json:
        for one in given:
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
        return
    table = Table("日時", "評価", "種類", "質問", "事業番号")
    for one in given:
        verdict = "役に立った" if one.is_helpful else "違う"
        asked = Text(one.question or "（保存期間を過ぎました）")
        table.add_row(one.at[:16], verdict, one.kind, asked, "、".join(one.citations))
    Console().print(table if given else "まだ意見はありません。")


COMMANDS = (ask, feedback)
