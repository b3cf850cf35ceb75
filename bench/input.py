"""`make bench-input`: what a text costs that is one or two characters over and over. Nothing may stall.

Each of UNITS is repeated 800 and 8,000 times and put through what reads texts, a search and a question. Two
things must be: with no cap on what is read, ten times the text costs less than twenty times the CPU; as
people get it, less than 100 ms. What breaks either is printed, and the exit status is 1. Two
processes share the units; each measures its own CPU.
"""

from __future__ import annotations

import argparse
import json
import math
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from bench import lists
from bot.ask.engine import answer
from bot.commands.ask import asked, message_of
from bot.commands.search import searched
from bot.days.calendar import Calendar
from bot.days.dates import DateError
from bot.deadlines.requests import RequestError, read_deadline_request
from bot.messages.builders import section
from bot.messages.markup import as_typed, without_mention
from bot.messages.message import Message, pages
from store.database import Database, open_existing
from store.index.tuning import TUNING
from store.search.pipeline import search
from store.search.query import parse
from store.text.display import clauses, display, split
from store.text.morphology import cut
from store.text.normalize import (
    aligned_fold,
    alnum_key,
    header_key,
    kana_key,
    morae,
    romaji_key,
    sound,
    spaceless,
)
from store.text.numbers import (
    find_fiscal_year,
    number_key,
    number_range,
    numbers_named,
    parse_fiscal_year,
    row_in_digits,
    without_project,
    years_asked,
    years_mentioned,
)

FEW, MANY = 800, 8_000
Call = Callable[[str], object]
MOST_TIMES = 20.0
MOST_MS = 100.0
PATIENCE = 10.0  # seconds of CPU after which a call is given up
AGAIN = 2  # times what seems bad is measured again: the machine may be busy
FLOOR_MS = 0.5  # what is below costs nothing: a ratio of such figures is noise

# Signs, and words of some, that the patterns of this project look for, and some that they don't.
ONE, MORE = json.loads(Path(__file__).with_name("input_units.json").read_text())
UNITS: tuple[str, ...] = (*ONE, *MORE)


class _TooLongError(Exception):
    """A call took more CPU than anybody waits for."""


def _interrupt(*_: object) -> None:
    raise _TooLongError


def cost(call: Call, text: str, patience: float = PATIENCE) -> float:
    """Milliseconds of CPU that `call` takes of this thread; infinite when it takes more than `patience` s."""
    signal.setitimer(signal.ITIMER_VIRTUAL, patience)
    started = time.thread_time()
    try:
        call(text)
    except _TooLongError:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return (time.thread_time() - started) * 1000


def growth(call: Call, unit: str) -> tuple[float, float]:
    """The milliseconds of MANY repetitions, and how many times those of FEW; the best if bad."""
    few = cost(call, unit * FEW)
    if math.isinf(few):
        return few, few
    patience = 0.1 + few / 1000 * MOST_TIMES * 1.5
    many = cost(call, unit * MANY, patience)
    for _ in range(AGAIN):
        if many <= max(few, FLOOR_MS) * MOST_TIMES:
            break
        many = min(many, cost(call, unit * MANY, patience))
    return many, many / max(few, FLOOR_MS)


class Cost(NamedTuple):
    """What a call takes of a unit: milliseconds of MANY repetitions, and how many times those of FEW.

    The latter is 0 for what people get, of which it is not asked.
    """

    kind: str
    name: str
    unit: str
    ms: float
    times: float

    @property
    def failure(self) -> str:
        """A line that says what may not be; none if it may."""
        if self.kind == "short" and self.ms >= MOST_MS:
            return f"{self.name}: {self.unit!r} x {MANY:,} takes {self.ms:,.0f} ms"
        if self.kind == "linear" and self.times >= MOST_TIMES:
            times = f"{self.times:.0f} times what x {FEW} costs ({self.ms:,.0f} ms)"
            return f"{self.name}: {self.unit!r} x {MANY:,} costs {times}"
        return ""


def short(call: Call, unit: str) -> float:
    """The milliseconds of MANY repetitions as people get it; the best of two if bad."""
    ms = cost(call, unit * MANY)
    return ms if ms < MOST_MS else min(ms, cost(call, unit * MANY))


def measure(path: Path, units: Sequence[str], only: Sequence[str]) -> list[Cost]:
    """The costs of all calls (of `only` those, if any are named) of these units, in a process of its own."""
    signal.signal(signal.SIGVTALRM, _interrupt)
    db = open_existing(path)
    as_shown, uncapped = (
        {name: call for name, call in calls.items() if not only or name in only}
        for calls in (surfaces(db), texts(db))
    )
    for call in (*as_shown.values(), *uncapped.values()):  # what is loaded on first use is no cost of a text
        call("スマートシティの目的は？")
        call("ぬるぽきゃらめる")
    found = [
        _told(Cost("short", name, unit, short(call, unit), 0))
        for name, call in as_shown.items()
        for unit in units
    ]
    object.__setattr__(TUNING.reading, "characters", sys.maxsize)
    return found + [
        _told(Cost("linear", name, unit, *growth(call, unit)))
        for name, call in uncapped.items()
        for unit in units
    ]


def _told(found: Cost) -> Cost:
    """The same; what may not be is told at once, for all of it takes long."""
    if found.failure:
        print(found.failure, file=sys.stderr, flush=True)
    return found


def texts(db: Database) -> dict[str, Call]:
    """What is done with texts, by its name, with no cap on what is read."""
    with db.reading() as index:
        catalog = index.catalog
    return {
        "search": lambda text: search(db, parse(text)),
        "question": lambda text: answer(db, text),
        "what Slack sends": lambda text: without_mention(as_typed(text), "U0BOT"),
        "what Slack is sent": lambda text: pages(Message("", (section(text * 4),))),
        "display": display.__wrapped__,
        "sentences": lambda text: [clauses(each.text) for each in split.__wrapped__(text)],
        "words": cut,
        "keys": lambda text: [
            key(text) for key in (header_key, alnum_key, spaceless, aligned_fold, number_key)
        ],
        "years": lambda text: (
            parse_fiscal_year(text),
            find_fiscal_year(text),
            years_asked(text),
            years_mentioned(text),
        ),
        "numbers": lambda text: (
            numbers_named(text),
            row_in_digits(text),
            number_range(text),
            without_project(text),
        ),
        "names": catalog.mentions,
        "sounds": _all(sound, morae, romaji_key, kana_key),
        "a deadline": _deadline,
    }


def surfaces(db: Database) -> dict[str, Call]:
    """The ways in as people get them, from what was typed to what is shown."""
    return {
        "jigyo search": lambda text: searched(db, text, limit=10),
        "jigyo ask": lambda text: pages(message_of(asked(db, text))),
    }


def _all(*calls: Call) -> Call:
    return lambda text: [call(text) for call in calls]


def _deadline(text: str) -> object:
    try:
        return read_deadline_request(text, date(2026, 4, 1), Calendar(), ())
    except (RequestError, DateError) as refused:
        return refused


def main() -> int:
    """Measure, print a table and what must not be; the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=2, metavar="N", help="one unit in N (1: all)")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="what is measured: all if none is named")
    parser.add_argument("--units", nargs="*", help="what is repeated, instead")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes that share the units")
    options = parser.parse_args()
    units, only = options.units or UNITS[:: options.every], options.only or ()
    with tempfile.TemporaryDirectory(prefix="jigyo-input-") as folder:
        path = _loaded(Path(folder))
        shares = [units[at :: options.jobs] for at in range(options.jobs)]
        with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
            parts = pool.map(measure, repeat(path), [share for share in shares if share], repeat(only))
            found = [each for part in parts for each in part]
    Console(width=120).print(_table(found, len(units)))
    failures = [each.failure for each in found if each.failure]
    for line in failures:
        print(line)
    return 1 if failures else 0


def _loaded(folder: Path) -> Path:
    lists.load("seed", lists.SEEDS, folder).db.close()
    return folder / "seed.db"


def _table(found: Sequence[Cost], units: int) -> Table:
    table = Table("", f"ms of x {MANY:,}, at most", f"times x {FEW}, at most", "of", title=f"{units} units")
    for kind, name in dict.fromkeys((each.kind, each.name) for each in found):
        costs = [each for each in found if (each.kind, each.name) == (kind, name)]
        worst = max(costs, key=lambda each: (each.times, each.ms))
        times = f"{worst.times:,.1f}" if kind == "linear" else ""
        table.add_row(name, f"{max(each.ms for each in costs):,.1f}", times, repr(worst.unit))
    return table


if __name__ == "__main__":
    sys.exit(main())
