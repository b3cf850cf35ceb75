"""`make crash`: processes that deliver, and that ask, undo and decide, are killed at 1,000 random moments.

Delivering ones also at every named step; every other chief is away every other time.

python -m bench.crash [--kills 1000] [--engine postgresql]
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot.delivery.outbox import STEPS
from store.state import Location
from tests import postgres
from tests.crashing import MISBEHAVIOURS, Arena, after_slack_accepted, arena, at_random_moments, at_step

SECTIONS = 8
TIMES = 5  # of every step, the first to the fifth time that it is come to
GENERATIONS = 3  # of workers killed in one round
LONGEST = 0.35  # seconds; a round undisturbed takes about as long


def main() -> int:
    """Kill, finish, compare; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how many at random moments")
    parser.add_argument("--seed", type=int, default=20261214)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    with _place(options.engine) as path, arena(path, sections=SECTIONS, lease=0.6) as it:
        _at_steps(it)
        _misbehaving(it)
        _at_moments(it, random.Random(options.seed), options.kills)
        lost, doubled = it.outcome()
        for why, count in it.kills.items():
            print(f"{count:6,} killed {why}")
        print(f"{it.arrived().total():6,} reminders in Slack, {it.rounds} rounds, {SECTIONS} sections")
        made, untold, twice = it.decisions()
        print(f"{made:6,} extensions decided meanwhile, {untold} decisions lost, {twice} doubled")
        print(f"{lost} lost, {doubled} doubled; {time.monotonic() - began:.0f} s")
    return int(bool(lost or doubled or untold or twice))


@contextmanager
def _place(engine: str) -> Iterator[Path]:
    """A database with its state in the file, or in a schema of a PostgreSQL server."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "jigyo.db"
        if engine == "postgresql":
            path = Location.of(path, stack.enter_context(postgres.running()).city())
        yield path


def _at_steps(it: Arena) -> None:
    for step in STEPS:
        for nth in range(1, TIMES + 1):
            at_step(it, step, nth=nth if step in ("claimed", "posted", "confirmed") else 1)
            it.finish()
    for _ in range(TIMES):
        after_slack_accepted(it)
        it.finish()


def _misbehaving(it: Arena) -> None:
    """Two and three processes at once, and a Slack that answers in every wrong way."""
    for workers in (2, 3):
        for kind in MISBEHAVIOURS:
            it.new_round()
            for _ in range(TIMES):
                it.slack(fail={"method": "chat.postMessage", "kind": kind, "seconds": 0.2})
            it.finish(*(it.work() for _ in range(workers)))
            print(f"{workers} processes, {TIMES} × {kind}: {it.outcome()} lost, doubled")


def _at_moments(it: Arena, chance: random.Random, kills: int) -> None:
    while (done := it.kills["at a random moment"]) < kills:
        it.new_round()
        for _ in range(GENERATIONS):
            at_random_moments(it, chance, workers=chance.choice((1, 2, 3)), longest=LONGEST)
        it.finish()
        if sys.stderr.isatty():
            print(f"\r{done:,}/{kills:,}", end="\r", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
