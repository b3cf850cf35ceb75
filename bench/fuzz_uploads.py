"""Mutated uploads: files as `bench.fuzz_files` makes them, each given to `jigyo` and a fresh database.

A process of its own runs the command on one file after another, as `jigyo` does but for starting Python
anew; where it dies or hangs, that file is unhandled and a new process goes on. A refused file must leave one
line in Japanese and every byte of the database; a loaded one an index in step.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from bench.fuzz_files import Good, good_files, mutated
from bot.cli import main as command
from store.database import open_database
from store.evaluation.changes import set_deadline
from store.index.writer import problems
from store.lists import parse_list
from store.loader import store_list

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PATIENCE = 60  # seconds for one file, after which it hangs
WORKER = "from bench.fuzz_uploads import work; work()"


@dataclass(slots=True)
class Tally:
    """What became of the mutations of one kind of file; a failure says which, to make it again."""

    name: str
    files: int = 0
    refused: int = 0
    loaded: int = 0
    cpu: float = 0.0  # most seconds of one file
    mb: float = 0.0  # most resident, of the process or one that it started
    unhandled: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def run(seed: int, numbers: range, *, most_cpu: float, most_mb: float) -> list[Tally]:
    """Give the mutated files of these numbers to the command; a tally for each kind and one for all."""
    goods = good_files()
    tallies = {good.kind: Tally(good.kind) for good in goods}
    with tempfile.TemporaryDirectory() as folder:
        worker = _Worker(Path(folder), goods)
        try:
            for number in numbers:
                good = goods[number % len(goods)]
                data = mutated(good, [each.data for each in goods], random.Random(f"{seed}/{number}"))
                tally = tallies[good.kind]
                _count(
                    tally, worker.taken(good, data), f"--seed {seed}, file {number} ({good.kind})", most_cpu
                )
        finally:
            worker.stop()
    every = [*tallies.values(), _total(tallies.values())]
    every[-1].failures += [f"{tally.name}: {tally.mb:.0f} MB" for tally in every[:-1] if tally.mb >= most_mb]
    return every


def work() -> None:
    """Answer each line of standard input, a command's arguments, with what became of it. In the worker."""
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        answers.write(json.dumps(_ran(json.loads(line))) + "\n")
        answers.flush()


def _count(tally: Tally, told: dict[str, Any], which: str, most_cpu: float) -> None:
    tally.files += 1
    tally.cpu, tally.mb = max(tally.cpu, told["cpu"]), max(tally.mb, told["mb"])
    if told["wrong"]:
        tally.unhandled.append(which)
        tally.failures.append(f"{which}: {told['wrong']}")
    elif told["status"] == 2:
        tally.refused += 1
    else:
        tally.loaded += 1
    if told["cpu"] >= most_cpu:
        tally.failures.append(f"{which}: {told['cpu']:.2f} s")


def _total(tallies: Iterable[Tally]) -> Tally:
    total = Tally("all")
    for each in tallies:
        total.files += each.files
        total.refused += each.refused
        total.loaded += each.loaded
        total.unhandled += each.unhandled
        total.cpu, total.mb = max(total.cpu, each.cpu), max(total.mb, each.mb)
    return total


class _Worker:
    """The process that runs the commands, and a database for each."""

    def __init__(self, folder: Path, goods: list[Good]) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        self.pristine = folder / "pristine.db"
        self.made = 0
        db = open_database(self.pristine)
        store_list(db, parse_list(goods[0].data), source_name="first.txt", now=NOW.isoformat())
        set_deadline(db, fiscal_year=2021, kind="一次評価", due=date(2030, 12, 25), by="fuzz", at=NOW)
        db.close()
        for good in goods:  # the dictionaries are loaded, and what is good is taken
            told = self.taken(good, good.data)
            if told["wrong"] or told["status"]:
                raise SystemExit(f"{good.kind} is not taken: {told}")

    def taken(self, good: Good, data: bytes) -> dict[str, Any]:
        """What became of a file."""
        for old in self.folder.glob("jigyo-*"):
            old.unlink()
        self.made += 1  # never at the path of a database that the process may not have closed yet
        db = Path(shutil.copy(self.pristine, self.folder / f"jigyo-{self.made}.db"))
        self._put(good, data)
        told = self._asked(db, good)
        if not told["wrong"] and told["status"] == 2 and db.read_bytes() != self.pristine.read_bytes():
            told["wrong"] = "refused, and the database changed"
        if not told["wrong"] and told["status"] != 2 and (found := problems(open_database(db))):
            told["wrong"] = f"the index is out of step: {found}"
        return told

    def stop(self) -> None:
        """End the process."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def _put(self, good: Good, data: bytes) -> None:
        (self.folder / good.name).write_bytes(data)

    def _asked(self, db: Path, good: Good) -> dict[str, Any]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        asked, answers = _pipes(self.process)
        arguments = ["--db", str(db), *good.command, str(self.folder / good.name)]
        with contextlib.suppress(BrokenPipeError):
            asked.write(json.dumps(arguments) + "\n")
            asked.flush()
        ready, _, _ = select.select([answers], [], [], PATIENCE)
        line = answers.readline() if ready else ""
        if line:
            told: dict[str, Any] = json.loads(line)
            return told
        self.stop()
        return {"status": None, "wrong": "hung" if not ready else "died", "cpu": 0.0, "mb": 0.0}


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the worker has no pipes")
    return process.stdin, process.stdout


def _ran(arguments: list[str]) -> dict[str, Any]:
    out, error = io.StringIO(), io.StringIO()
    sys.argv = ["jigyo", *arguments]
    before, status, wrong = _cpu(), 0, ""
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            command()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1 if ended.code else 0
        except BaseException as unhandled:
            wrong = f"{type(unhandled).__name__}: {unhandled}"[:300]
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "status": status,
        "wrong": wrong or _ill_told(status, out.getvalue(), error.getvalue()),
        "cpu": _cpu() - before,
        "mb": max(each.ru_maxrss for each in used) / 1024,
    }


def _ill_told(status: int, out: str, error: str) -> str:
    """What is wrong with how a command ended: 2 is one line in Japanese and nothing on standard output."""
    if status not in (0, 1, 2):
        return f"exit status {status}"
    if status == 2 and (out or not re.fullmatch(r"jigyo: [^\n]*[ぁ-ん][^\n]*\n", error)):
        return f"not refused in one line: {out[:100]!r} {error[:300]!r}"
    if len(error) > 5000:
        return f"{len(error)} characters of reasons"
    return ""


def _cpu() -> float:
    times = os.times()
    return time.process_time() + times.children_user + times.children_system
