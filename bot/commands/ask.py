"""`jigyo ask`: what a mention would get, in a terminal or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from bot.ask import wording
from bot.ask.answers import Answer, Part, divided, plain
from bot.ask.columns.answering import asks_of_columns
from bot.ask.engine import trace
from bot.ask.follow_ups import next_turn
from bot.commands.options import (
    Command,
    Refusal,
    echo,
    file_name,
    terminal,
    to_json,
    typed_lines,
    warn,
    words,
)
from bot.context import now_in_tokyo
from bot.messages import charts
from bot.messages.message import LINES, TAIL, Message, noted, pages
from bot.messages.result_blocks import Shown, nothing_message, result_message, with_near
from bot.slack.dispatch import Reply, reply
from bot.slack.router import Decision, Kind, as_read, decide
from store.database import Database, open_existing
from store.records import Query, SearchResult
from store.talk import conversations
from store.talk.conversations import Turn
from store.text.asking import is_more

TALK = "お尋ねください。「もっと」「その成果は？」のように続けられます。終わるには Ctrl-D を押してください。"
READ_AS = "{}と読み取りました"
KINDS = {
    "question": "質問",
    "search": "探すことば",
    "talk": "あいさつや使い方のお尋ね",
    "command": "コマンド",
}


def _as_words(_: click.Context, __: click.Parameter, text: str | None) -> str | None:
    return None if text is None else words(text)


@click.command(
    cls=Command,
    help="質問にお答えします。TEXT を書かないと、1行ずつ続けてお尋ねいただけます（終わるには Ctrl-D）。"
    "TEXT に - を書くと、標準入力の1行ごとに JSON Lines で答えます。",
)
@click.argument("text", metavar="[TEXT]", default=None, required=False, callback=_as_words)
@click.option("--json", "as_json", is_flag=True, help="JSON で表示します。")
@click.option("--explain", is_flag=True, help="どのように答えを見つけたかも表示します。")
@click.option(
    "--thread",
    "in_thread",
    is_flag=True,
    help="TEXT の - とともに使うと、行を一つの会話の続きとして読みます。空の行で次の会話に移ります。",
)
@click.option(
    "--chart",
    "picture",
    type=file_name,
    help="答えの金額などのグラフを FILE に書きます（.svg なら SVG、ほかは PNG）。",
)
@click.pass_obj
def ask(
    path: Path, text: str | None, as_json: bool, explain: bool, in_thread: bool, picture: Path | None
) -> None:
    """Answer a question; TEXT `-` reads a question a line from standard input and answers in JSON Lines.

    With `--thread` the lines are turns of one conversation, and an empty line begins another. Without a text
    each line is asked in the conversation of those before it.
    """
    if text is None:
        _talk(open_existing(path), explain=explain)
        return
    if not (text.strip() or as_json):
        raise Refusal("質問を書いてください。jigyo ask ふるさと納税の成果は？ のように使います。")
    db = open_existing(path)
    if text == "-":
        for given in (
            _in_turn(db, typed_lines()) if in_thread else (asked(db, line) for line in typed_lines())
        ):
            echo(to_json(as_dict(given)))
            sys.stdout.flush()
        return
    given = asked(db, text)
    if picture:
        _draw(given, picture)
    if as_json:
        echo(to_json(as_dict(given), indent=2))
        return
    _tell(db, in_brief(given) if sys.stdout.isatty() else given, explain=explain)


def in_brief(given: Reply) -> Reply:
    """The first lines of a long summary and how to see the others, for a screen; a pipe or a file has all."""
    first, behind = _parts(given)
    if given.answer is None or not behind:
        return given
    hint = wording.lines_left_in_all(sum(len(plain(part)) for part in behind))
    return replace(given, answer=replace(given.answer, parts=(*first, hint)))


def _parts(given: Reply) -> tuple[Sequence[Part], Sequence[Part]]:
    """The parts of a summary that are shown first, some twelve lines, and those behind; all else whole."""
    answer = given.answer
    if answer is None or answer.kind != "summary":
        return (), ()
    first, behind = divided(answer.parts, LINES)
    return (first, behind) if sum(len(plain(part)) for part in behind) > TAIL else (answer.parts, ())


def _draw(given: Reply, picture: Path) -> None:
    """Write the answer's chart to a file, and others of it beside that one."""
    drawn = given.shown.charts
    for number, chart in enumerate(drawn, 1):
        file = picture if number == 1 else picture.with_stem(f"{picture.stem}-{number}")
        try:
            file.write_bytes((charts.svg if file.suffix.lower() == ".svg" else charts.png)(chart))
        except OSError as error:
            raise Refusal(f"{file} に書けません（{error.strerror}）。") from None
        warn(f"グラフを {file} に書きました。{charts.words(chart)}")
    if not drawn:
        warn("この答えにグラフにできる数字はありません。")


def _talk(db: Database, *, explain: bool) -> None:
    """Answer line after line in one conversation; at a terminal each is asked for by a prompt."""
    at_terminal = sys.stdin.isatty()
    if at_terminal:
        echo(TALK)
    talk = Conversation(db)
    while line := (_prompted() if at_terminal else sys.stdin.readline()):
        if not line.strip():
            continue
        _tell(db, talk.answer(words(line.rstrip("\r\n"))), explain=explain)
        echo("")
        sys.stdout.flush()


def _prompted() -> str:
    try:
        return input("> ") + "\n"
    except (EOFError, KeyboardInterrupt):
        echo("")
        return ""


def _tell(db: Database, given: Reply, *, explain: bool) -> None:
    """The reply in plain text; with `explain` how it came about."""
    echo(message_of(given).text)
    if not explain:
        return
    way = trace(db, given.decision.text) if given.decision.kind == "question" else ()
    reasons = (reason.text for reason in (*way, *given.shown.why))
    for told in (READ_AS.format(KINDS[given.decision.kind]), *reasons):
        echo(f"  ※ {told}")


def _in_turn(db: Database, lines: Iterable[str]) -> Iterator[Reply]:
    """What each turn of conversations would get in a thread; an empty line is answered by nothing."""
    talk = Conversation(db)
    for line in lines:
        if not line.strip():
            talk = Conversation(db)
            continue
        yield talk.answer(line)


class Conversation:
    """Turns that go on with each other. Of a summary some twelve lines are shown, and the rest for もっと."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._last: Turn | None = None
        self._behind: tuple[Answer, Sequence[Part]] | None = None

    def answer(self, line: str) -> Reply:
        """What a line gets after those before it."""
        if self._behind and is_more(line):
            summary, parts = self._behind
            decision = Decision("question", line, words=line)
            return self._folded(Reply(decision, replace(summary, parts=tuple(parts))))
        given = asked(self._db, line, self._last)
        self._last = next_turn(self._last, given.shown)
        return self._folded(given)

    def _folded(self, given: Reply) -> Reply:
        first, behind = _parts(given)
        self._behind = (given.answer, behind) if given.answer and behind else None
        if given.answer is None or not behind:
            return given
        left = wording.lines_left(sum(len(plain(part)) for part in behind))
        return replace(given, answer=replace(given.answer, parts=(*first, left)))


def asked(
    db: Database, text: str, last: Turn | None = None, clock: Callable[[], datetime] = now_in_tokyo
) -> Reply:
    """What a mention would get in a thread that `last` showed something in, or in none.

    A word of a command of Slack's is one to look for here.
    """
    with db.reading() as index:
        decision = decide(
            text,
            "ask",
            lambda: index.catalog,
            was_shown=lambda: last is not None,
            asks_of_columns=lambda asked: asks_of_columns(db, asked),
        )
        if not text.strip():
            decision = decision._replace(kind="question")
        elif decision.kind == "command":
            kind: Kind = "talk" if decision.command == "usage" else "search"
            decision = decision._replace(kind=kind, text=as_read(text), words=as_read(text))
        return reply(db, decision, last=last, today=clock().date())


def as_dict(given: Reply) -> dict[str, Any]:
    """The JSON of a reply; `blocks` are those of its first message as Slack would get it."""
    message = message_of(given)
    found = given.shown.as_json(pages(message)[0].get("blocks", []))
    near = [hit.project.number for hit in given.result.hits] if given.answer and given.result else []
    near += [guess.number for guess in given.result.suggestions] if given.result else []
    pointers = list(dict.fromkeys((*found["pointers"], *near)))
    return {**found, "text": message.text, "pointers": pointers}


def message_of(given: Reply) -> Message:
    """The reply as Slack would show it to everybody, without the buttons that only Slack has."""
    if given.answer is None:
        result = given.result or SearchResult(Query(given.decision.text))
        message = result_message(result, Shown()) if result.hits else nothing_message(result)
    elif given.result is None:
        message = Message(given.answer.text, given.answer.blocks)
    else:
        message = with_near(given.answer.message(), given.result)
    return noted(message, given.decision.note)


@click.command(cls=Command, help="回答への意見（役に立った・違う）を、新しいものから並べます。")
@click.option("--wrong", is_flag=True, help="「違う」と言われた回答だけにします。")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines で表示します。")
@click.pass_obj
def feedback(path: Path, wrong: bool, as_json: bool) -> None:
    """List what people said of answers (役に立った / 違う), the latest first."""
    given = conversations.listed(open_existing(path), only_wrong=wrong)
    if as_json:
        for one in given:
            echo(to_json(asdict(one)))
        return
    table = Table("日時", "評価", "種類", "質問", "事業番号")
    for one in given:
        verdict = "役に立った" if one.is_helpful else "違う"
        asked = Text(one.question or "（保存期間を過ぎました）")
        table.add_row(one.at[:16], verdict, one.kind, asked, "、".join(one.citations))
    terminal().print(table if given else "まだ意見はありません。")


COMMANDS = (ask, feedback)
