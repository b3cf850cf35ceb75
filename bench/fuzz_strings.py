"""Hostile strings: each is typed on every surface, and stands in a record that every surface shows.

What comes out is held to Slack's rules as the loopback Slack knows them (they are not our gate's), to what
may be alive in it, and to what may reach a screen. A process of its own does it, so that its memory is ours.

    python -m bench.fuzz_strings SEED FIRST COUNT      prints the tallies as JSON
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import logging
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.commands.ask import as_dict as of_question
from bot.commands.ask import asked
from bot.commands.options import echo, to_json
from bot.commands.search import as_dict, print_result, project_panel, searched
from bot.commands.terminal import Terminal
from bot.context import Context, SlackRequest, now_in_tokyo
from bot.messages.message import Message, pages
from bot.slack import requests
from bot.slack.app import COMMANDS
from bot.slack.dispatch import Dispatcher
from bot.slack.listeners import home, search
from bot.slack.listeners.sharing import as_csv
from store import projects
from store.database import Databases, open_database
from store.evaluation import deadlines
from store.lists.csv_text import unguarded
from store.lists.parsing import ParsedList
from store.loader import store_list
from store.records import Project
from store.text.display import HARMFUL, harmless
from tests.season import settings
from tests.slack_server.rules import message_problem, view_problem

PATIENCE = 20  # seconds of CPU after which a call is given up
BLOCK = 100  # records in one database
MAY_LIVE = re.compile(
    r"<(?:@U0ADMIN|https?://[^<>|]*\|[^<>]*)>"
)  # the registered admin; links are made by us
NOW = datetime(2026, 11, 29, tzinfo=UTC)
NO_SLACK = "http://127.0.0.1:9/api/"  # nobody listens: whoever has to be asked about is refused

PIECES = (
    # what Slack brings to life
    "<!channel>", "<!here>", "<!everyone>", "<@U0STAFF>", "<@U0STAFF|山田>", "<#C0PLAN|plan>", "<!subteam^S1>",
    "<https://evil.example|市の公式>", "<mailto:a@b|x>", "&lt;!channel&gt;", "&amp;lt;!here&amp;gt;", "<!date^1^{date}|x>",
    "*太*", "_斜_", "~消~", "`code`", "```", ">>> 引用", "\n> 引用", ":bomb:", "@channel", "<", ">", "&", "<<!channel>>",
    "<script>alert(1)</script>", "<li>", "</ul>", "<!--", "-->", "<br>" * 30, "&#0;", "&#x202e;", "&nbsp;", "<!---->" * 20,
    # what gives a screen orders
    "\x00", "\x07", "\x08" * 9, "\x1b[2J", "\x1b]0;x\x07", "\x1b[8m", "\x9b31m", "\r", "\r\n", "\x0b", "\x0c", "\x7f", "\x85",
    "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "\u200b", "\u200d", "\ufeff", "\u2028", "\u2029", "\ufffe",
    "\ud800", "\udfff", "\ud83d", "\U000e0041", "\ue000", "\ue001", "e" + "\u0301" * 60, "\u0e47" * 40, "\ufe0f" * 20, "👨\u200d👩\u200d👧" * 8,
    # what a database, a format or a shell reads
    "' OR 1=1 --", '"; DROP TABLE projects; --', '" NEAR(a b)', "NEAR/2", "a*", "^a", "name:x", "AND", "OR NOT", '"', '""', "(", ")" * 40,
    "(" * 200, "{}", "{0.__class__}", "%s%n", "\\", "\\u0000", "$(reboot)", "../../etc/passwd", "=cmd|' /C calc'!A0", "+81", "-1", "@SUM(1)",
    "＝1+1", "\t=1", "null", "NaN", "1e308", "99999999999999999999", "0x0", "-0", "٣", "①②③", "Ⅳ", "㍻",
    # what our own grammars read
    "課:", "部:", "年度:", "年度:R3", "令和3年度", "令和99年度", "R3", "事業番号", "No.", "11", "0086", "11、12", "-統計", "一覧", "もっと", "その成果は？",
    "締切", "締切 設定", "提出 すべて", "差戻し 11", "延長 11 12/25", "進捗", "設定", "統計", "似ている", "使い方", "まとめ", "件数", "予算", "なぜ",
    "企画経営課", "スマートシティ", "の", "は？", "を教えてください", "ー" * 300, "ヽ" * 200, "「" * 150, "」", "（" * 150, "、" * 200, "。" * 200,
    " " * 300, "\u3000" * 300, "\n" * 120, "あ" * 900, "a" * 900, "ア" * 900, "漢" * 2500, "0" * 400, "1 " * 300, "課 " * 300,
)  # fmt: skip

Call = Callable[[str], object]


@dataclass(slots=True)
class Tally:
    """What one surface made of the strings; a failure names the string's number, to make it again."""

    name: str
    strings: int = 0
    live: int = 0
    over: int = 0  # a limit of Slack's
    screen: int = 0  # orders to a screen
    unhandled: int = 0
    cpu: float = 0.0  # most seconds of one string
    failures: list[str] = field(default_factory=list)


class Stuck(Exception):  # noqa: N818 - it says what a call is
    """A call took more CPU than anybody waits for."""


def run(seed: int, numbers: range, *, most_cpu: float, most_mb: float) -> list[Tally]:
    """The tallies of a process that was given these strings, one a surface; the last has its memory."""
    command = [sys.executable, "-m", "bench.fuzz_strings", *map(str, (seed, numbers.start, len(numbers)))]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return [Tally("died", failures=[f"the process ended with {done.returncode}: {done.stderr[-2000:]}"])]
    told = json.loads(done.stdout)
    found = [Tally(**each) for each in told["tallies"]]
    for each in found:
        if each.cpu >= most_cpu:
            each.failures.append(f"{each.name}: {each.cpu:.2f} s")
    memory = Tally(f"memory: {told['mb']:.0f} MB")
    if told["mb"] >= most_mb:
        memory.failures.append(memory.name)
    return [*found, memory]


def hostile(seed: int, number: int) -> str:
    """The string of that number: pieces at random, now and then with any characters of Unicode between."""
    chance = random.Random(f"{seed}/{number}")
    parts = [chance.choice(PIECES) for _ in range(chance.choice((1, 1, 2, 3, 5, 8)))]
    if chance.random() < 0.3:
        at = chance.randrange(len(parts) + 1)
        parts.insert(at, "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(1, 20))))
    return chance.choice(("", " ", "")).join(parts)


def strings(seed: int, numbers: range, folder: Path) -> list[Tally]:
    """Type and store the strings of these numbers."""
    tallies: dict[str, Tally] = {}
    for start in range(numbers.start, numbers.stop, BLOCK):
        block = range(start, min(start + BLOCK, numbers.stop))
        texts = {number: hostile(seed, number) for number in block}
        context = _city(folder / f"{start}.db", texts)
        for name, call in {**_typed(context), **_stored(context)}.items():
            tally = tallies.setdefault(name, Tally(name))
            for number, text in texts.items():
                given = text if name.startswith("typed") else str(number + 1)
                _give(tally, call, given, f"--seed {seed}, string {number}, {name}", context)
        context.later.close(wait=5)
        for pool in (context.pool, context.patient):
            pool.shutdown()
    return list(tallies.values())


def _give(tally: Tally, call: Call, text: str, which: str, context: Context) -> None:
    """Give a text to a surface and judge what comes."""
    tally.strings += 1
    failed = context.metrics.total("jigyo_failures")
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    started = time.thread_time()
    try:
        shown = call(text)
    except (Exception, Stuck) as error:
        tally.unhandled += 1
        tally.failures.append(f"{which}: {type(error).__name__}: {error!a:.300}")
        return
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        tally.cpu = max(tally.cpu, time.thread_time() - started)
    if context.metrics.total("jigyo_failures") > failed:
        tally.unhandled += 1
        tally.failures.append(f"{which}: a receipt number")
    for kind, problem in problems_of(shown):
        setattr(tally, kind, getattr(tally, kind) + 1)
        tally.failures.append(f"{which}: {problem!a:.300}")


def problems_of(shown: object) -> Iterator[tuple[str, str]]:
    """What must not be in what a surface shows: pages of a message, a view, or a terminal's text."""
    if isinstance(shown, str):
        if found := HARMFUL.search(shown):
            yield "screen", f"{found[0]!a} in {shown[max(0, found.start() - 20) : found.end() + 20]!a}"
        return
    for payload in shown if isinstance(shown, tuple) else (shown,):
        is_view = payload.get("type") in ("modal", "home")
        if problem := (view_problem if is_view else message_problem)(payload):
            yield "over", problem
        for text, is_markup in _texts(payload):
            if found := HARMFUL.search(text):
                yield "screen", f"{found[0]!a} in a message"
            if is_markup and (left := re.search(r"<[^<>]*>?", MAY_LIVE.sub("", text))):
                yield "live", left[0]


def _texts(node: Any, *, is_markup: bool = True) -> Iterator[tuple[str, bool]]:
    """Every text that is shown, and whether Slack reads it as markup."""
    if isinstance(node, Mapping):
        plain = node.get("type") in ("plain_text", "raw_text", "text", "emoji")
        for key, value in node.items():
            if isinstance(value, str):
                if key in ("text", "alt_text", "initial_value", "title"):
                    yield value, is_markup and not plain and key == "text"
            else:
                yield from _texts(value, is_markup=is_markup)
    elif isinstance(node, list | tuple):
        for each in node:
            yield from _texts(each, is_markup=is_markup)


def _city(path: Path, texts: Mapping[int, str]) -> Context:
    """A database whose records, sections and one deadline's note are hostile, and the edges around it."""
    db = open_database(path)
    listed = tuple(
        _project(number, text.encode("utf-8", "replace").decode()) for number, text in texts.items()
    )
    store_list(
        db, ParsedList("令和3年度", "csv", "utf-8", listed, ()), source_name="list.csv", now=NOW.isoformat()
    )
    note = next(iter(texts.values())).encode("utf-8", "replace").decode()
    deadlines.set_deadline(
        db, fiscal_year=2021, kind="一次評価", due=date(2030, 12, 25), by="U0ADMIN", at=NOW, note=note
    )
    db.close()
    return Context(Databases(path), now_in_tokyo, settings(NO_SLACK, path))


def _project(number: int, text: str) -> Project:
    short = text[:300].strip() or "空"
    return Project(
        2021, str(number + 1), short, department=f"部{short[:40]}", section=f"課{short[-40:]}", purpose=text,
        overview=f"{text}を図る。", outcome=text * 2, source_line=number + 1,
    )  # fmt: skip


def _typed(context: Context) -> Mapping[str, Call]:
    """The surfaces on which a string is typed."""
    dispatcher, db = Dispatcher(COMMANDS), context.databases.get()

    def on(surface: str) -> Call:
        return lambda text: _pages(dispatcher(_asked(surface, text), context))

    def home_of(text: str) -> object:
        return home.view_of(context, dispatcher, _asked("home", text))

    def filled(text: str) -> object:
        values = {"words": {"words": {"value": text}}}
        return search.submitted({"view": {"state": {"values": values}}}, context)["view"]

    def pressed(text: str) -> object:
        return tuple(
            page
            for handler in (search.suggested, search.detail, search.similar_pressed)
            for page in _pages(handler(SlackRequest(text, surface="button", channel="C0PLAN"), context))
        )

    return {
        **{f"typed: {surface}": on(surface) for surface in ("slash", "mention", "dm")},
        "typed: home": home_of,
        "typed: form": filled,
        "typed: button": pressed,
        "typed: shortcut": lambda text: _pages(search.related(_asked("shortcut", text), context)),
        "typed: jigyo search": lambda text: _printed(lambda: print_result(searched(db, text, limit=5)[1])),
        "typed: search --json": lambda text: _json(as_dict(text, *searched(db, text, limit=5, explain=True))),
        "typed: ask --json": lambda text: _json(of_question(asked(db, text))),
    }


def _stored(context: Context) -> Mapping[str, Call]:
    """The surfaces on which a record is shown, by its number."""
    dispatcher, db = Dispatcher(COMMANDS), context.databases.get()

    def project(number: str) -> Project:
        found = projects.get(db, 2021, number)
        if found is None:
            raise LookupError(number)
        return found

    def said(*forms: str) -> Call:
        return lambda number: tuple(
            page
            for form in forms
            for page in _pages(dispatcher(_asked("mention", form.format(number)), context))
        )

    def exported(number: str) -> str:
        rows = list(csv.reader(io.StringIO(as_csv([project(number)]).decode("utf-8-sig"), newline="")))
        if unguarded(rows[1][6]) != harmless(project(number).purpose) or rows[1][6].startswith(
            ("=", "+", "-", "@")
        ):
            raise ValueError(f"a cell: {rows[1][6]!a}")
        return "".join(cell for row in rows for cell in row)

    return {
        "stored: card": said("{}", "事業番号{}"),
        "stored: answers": said("{}の成果は？", "{}の担当課は？", "{}を要約して", "似ている {}"),
        "stored: lists": said("課の一覧", "統計", "使い方", "締切 すべて", "進捗", "事業の一覧"),
        "stored: view": lambda number: home.detail_of(db, f"2021 {number}"),
        "stored: form": lambda number: search.form(context),
        "stored: jigyo show": lambda number: _printed(
            lambda: Terminal().print(project_panel(project(number)))
        ),
        "stored: show --json": lambda number: _json(asdict(project(number))),
        "stored: csv": exported,
    }


def _asked(surface: str, text: str) -> SlackRequest:
    """The text as a request of Slack's brings it."""
    if surface == "slash":
        return requests.of_command(
            {"text": text, "user_id": "U0ADMIN", "channel_id": "C0PLAN", "team_id": "T0CITY"}
        )
    if surface in ("mention", "dm"):
        event = {
            "type": "message" if surface == "dm" else "app_mention", "channel": "D0X" if surface == "dm" else "C0PLAN",
            "user": "U0ADMIN", "ts": "1.1", "text": text if surface == "dm" else f"<@U0BOT> {text}",
        }  # fmt: skip
        found = requests.of_event({"event": event, "team_id": "T0CITY"}, bot_user="U0BOT")
        if found is None:
            raise LookupError("an event that nobody is asked by")
        return found
    body = {"user": {"id": "U0ADMIN"}, "team": {"id": "T0CITY"}, "channel": {"id": "C0PLAN"}}
    if surface == "home":
        return requests.of_home({**body, "actions": [{"value": text}]})
    return requests.of_shortcut({**body, "message": {"text": text}})


def _pages(message: Message | Mapping[str, Any]) -> tuple[Any, ...]:
    return pages(message) if isinstance(message, Message) else (message,)


def _printed(call: Callable[[], None]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        call()
    return out.getvalue()


def _json(value: object) -> str:
    """JSON as printed; what it says must be what was to be said."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        echo(to_json(value))
    json.loads(out.getvalue())
    out.getvalue().encode()
    return out.getvalue()


def _interrupt(*_: object) -> None:
    raise Stuck


def main() -> None:
    """Do it in this process."""
    seed, first, count = map(int, sys.argv[1:])
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGVTALRM, _interrupt)
    with tempfile.TemporaryDirectory(prefix="jigyo-fuzz-") as folder:
        # What is loaded on first use is no cost of a string.
        strings(seed, range(-1, 0), Path(folder) / "")
        tallies = strings(seed, range(first, first + count), Path(folder))
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"tallies": [asdict(each) for each in tallies], "mb": mb}))


if __name__ == "__main__":
    main()
