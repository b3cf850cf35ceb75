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
from bot.commands.options import echo, terminal, to_json
from bot.commands.search import as_dict, print_result, project_panel, searched
from bot.context import Context, SlackRequest, now_in_tokyo
from bot.messages.message import Message, pages
from bot.playground.slack.rules import message_problem, view_problem
from bot.slack import exchange, requests
from bot.slack.app import COMMANDS
from bot.slack.dispatch import Dispatcher
from bot.slack.listeners import home, search
from bot.slack.listeners.conversation import as_csv
from store import projects
from store.database import Databases, open_database
from store.evaluation import changes
from store.lists.cells import unguarded
from store.lists.parsing import ParsedList
from store.loader import store_list
from store.records import Project
from store.text.display import HARMFUL, harmless
from tests.season import settings

MOST_CPU = 1.0  # seconds a string
PATIENCE = 20  # seconds of CPU after which a call is given up
BLOCK = 100  # records in one database, which one process has, as a bot has one
MAY_LIVE = re.compile(r"<(?:@U0ADMIN|@U0STAFF|https?://[^<>|]*\|[^<>]*)>")  # who asked; links are ours
NOW = datetime(2026, 11, 29, tzinfo=UTC)
NO_SLACK = "http://127.0.0.1:9/api/"  # nobody listens: whoever has to be asked about is refused

PIECES: tuple[str, ...] = tuple(
    piece if isinstance(piece, str) else piece[0] * piece[1]
    for kind in json.loads(Path(__file__).with_name("hostile.json").read_text(encoding="utf-8")).values()
    for piece in kind
)
"""What Slack brings to life, what gives a screen orders, what databases and our own grammars read."""

COUNTS = ("strings", "live", "over", "screen", "unhandled")
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

    def with_more(self, other: Tally) -> Tally:
        """Both together."""
        counts = (getattr(self, name) + getattr(other, name) for name in COUNTS)
        return Tally(self.name, *counts, max(self.cpu, other.cpu), self.failures + other.failures)


class Stuck(Exception):  # noqa: N818 - it says what a call is
    """A call took more CPU than anybody waits for."""


def run(seed: int, numbers: range, *, most_mb: float) -> tuple[list[Tally], float]:
    """The tallies of these strings, one a surface, and the most MB of a process (what judges is in it)."""
    tallies: dict[str, Tally] = {}
    most = 0.0
    for first in range(numbers.start, numbers.stop, BLOCK):
        found, mb = _in_a_process(seed, range(first, min(first + BLOCK, numbers.stop)), most_mb)
        most = max(most, mb)
        for each in found:
            tallies[each.name] = tallies[each.name].with_more(each) if each.name in tallies else each
    return list(tallies.values()), most


def _in_a_process(seed: int, numbers: range, most_mb: float) -> tuple[list[Tally], float]:
    command = [sys.executable, "-m", "bench.fuzz_strings", *map(str, (seed, numbers.start, len(numbers)))]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        why = f"the process ended with {done.returncode}: {done.stderr[-2000:]}"
        return [Tally("died", unhandled=1, failures=[why])], 0.0
    told = json.loads(done.stdout)
    found = [Tally(**each) for each in told["tallies"]]
    if told["mb"] >= most_mb:
        found[0].failures.append(f"strings {numbers}: {told['mb']:.0f} MB")
    return found, float(told["mb"])


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
        context.databases.snapshot()  # as a bot does between requests
        for name, call in {**_typed(context), **_stored(context)}.items():
            tally = tallies.setdefault(name, Tally(name))
            with contextlib.suppress(Exception):  # what is loaded on first use is no cost of a string
                call("市民" if name.startswith("typed") else str(block.start + 1))
            for number, text in texts.items():
                is_command = name.endswith(("json", "search"))  # whose words are decoded by Python
                typed = text.encode("utf-8", "replace").decode() if is_command else text
                given = typed if name.startswith("typed") else str(number + 1)
                _give(tally, call, given, f"--seed {seed} --first {number} --count 1, {name}", context)
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
        took = time.thread_time() - started
        tally.cpu = max(tally.cpu, took)
        if took >= MOST_CPU:
            tally.failures.append(f"{which}: {took:.2f} s of CPU for {text[:80]!a}")
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
    changes.set_deadline(
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
        body = exchange.without_halves({"view": {"state": {"values": values}}})
        return search.submitted(body, context)["view"]

    def pressed(text: str) -> object:
        text = exchange.without_halves(text)
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
            lambda: terminal().print(project_panel(project(number)))
        ),
        "stored: show --json": lambda number: _json(asdict(project(number))),
        "stored: csv": exported,
    }


def _asked(surface: str, text: str) -> SlackRequest:
    """The text as a request of Slack's brings it: what is no text was mended before."""
    text = exchange.without_halves(text)
    if surface == "slash":
        return requests.of_command(
            {"text": text, "user_id": "U0ADMIN", "channel_id": "C0PLAN", "team_id": "T0CITY"}
        )
    if surface in ("mention", "dm"):
        event = {
            "user": "U0ADMIN", "ts": "1.1", "text": text if surface == "dm" else f"<@U0BOT> {text}",
            "type": "message" if surface == "dm" else "app_mention",
            "channel": "D0X" if surface == "dm" else "C0PLAN",
        }  # fmt: skip
        found = exchange.of_event({"event": event, "team_id": "T0CITY"}, bot_user="U0BOT")
        if found is None:
            raise LookupError("an event that nobody is asked by")
        return found
    body = {"user": {"id": "U0ADMIN"}, "team": {"id": "T0CITY"}, "channel": {"id": "C0PLAN"}}
    if surface == "home":
        return exchange.of_home({**body, "actions": [{"value": text}]})
    return exchange.of_shortcut({**body, "message": {"text": text}})


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
        tallies = strings(seed, range(first, first + count), Path(folder))
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"tallies": [asdict(each) for each in tallies], "mb": mb}))


if __name__ == "__main__":
    main()
