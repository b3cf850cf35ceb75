"""`make crash-store`: load, backup, restore and migration killed with SIGKILL at random moments.

Two versions of a list take turns, every project changed. After each kill the database must hold one of them
to the last word, its indexes in step; a backup is whole or not there; what a restore replaced stands beside
it; a schema is the earlier one or the newest. All the while another process reads, which must see one version
at a time, and writes lines, of which none may be lost. Exit 1 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from bot.cli import jigyo
from bot.commands import load, operate  # noqa: F401  # imported here, so that no kill is spent on it
from store import projects, schema
from store.database import open_database
from store.index import writer
from store.index.writer import problems

WORDS = ("古い", "新しい")
OLD, NEW, NONE = "the old version whole", "the new version whole", "nothing yet"
BROKEN = "BROKEN: "

Version = dict[str, str]  # a project's number -> its overview

_processes = multiprocessing.get_context("fork")


class Arena:
    """A folder with a database, the two versions of its list as files, and a backup of each."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.live = folder, folder / "jigyo.db"
        self.versions = [_version(word, rows) for word in WORDS]
        self.files = [folder / f"{number}.tsv" for number in range(2)]
        self.copies = [folder / f"copy-{number}.db" for number in range(2)]
        for version, file, copy in zip(self.versions, self.files, self.copies, strict=True):
            _write_list(file, version)
            _finish(partial(run, "--db", str(self.live), "load", str(file)), None)
            _finish(partial(run, "--db", str(self.live), "backup", str(copy)), None)
        self._journal = folder / "journal.txt"  # the lines that the bystander knows to be committed
        self._journal.touch()
        self._saved = set[str]()  # lines that were seen in the file that a restore saved

    def version(self, path: Path) -> int | None:
        """Which version the database at `path` holds, whole, its index in step; None for a mixture."""
        stored = _stored(path)
        return self.versions.index(stored) if stored in self.versions and not _wrong(path) else None

    def change(self, before: int | None, *saved: Path) -> str:
        """What became of the database, that held the version `before`, and of the bystander's lines."""
        after = self.version(self.live)
        if before is None or after is None:
            return BROKEN + "a mixture"
        journal = self._journal.read_text(encoding="utf-8").split("\n")
        if "MIXTURE" in journal:
            return BROKEN + "two versions were seen at a time"
        self._saved.update(*map(_lines, saved))
        if lost := {*filter(None, journal)} - self._saved - _lines(self.live):
            return f"{BROKEN}{len(lost)} lines are lost"
        return OLD if after == before else NEW

    @contextmanager
    def bystander(self) -> Iterator[None]:
        """Inside, another process has the database open, as the bot has, reads it and writes into it."""
        over = _processes.Event()

        def read_and_write() -> None:
            db = open_database(self.live)
            with self._journal.open("a", encoding="utf-8") as journal:
                number = 0
                while not over.is_set():
                    stored = {project.number: project.overview for project in projects.every(db)}
                    if stored not in self.versions:
                        print("MIXTURE", file=journal, flush=True)
                    db.execute("INSERT INTO notices (key, text, at) VALUES (?, '', '')", [f"line {number}"])
                    print(f"line {number}", file=journal, flush=True)
                    number += 1
                    time.sleep(0.02)

        process = _processes.Process(target=read_and_write)
        process.start()
        try:
            yield
        finally:
            over.set()
            process.join()
        if process.exitcode:
            raise RuntimeError("the bystander failed")


class Load:
    """A list that is loaded over another."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.arena = Arena(folder, rows)
        self.beside: AbstractContextManager[None] = self.arena.bystander()

    def prepare(self) -> None:
        """Look at what there is."""
        self.before = self.arena.version(self.arena.live)

    def work(self) -> None:
        """What is killed."""
        run("--db", str(self.arena.live), "load", str(self.arena.files[1 - (self.before or 0)]))

    def outcome(self) -> str:
        """What there is after it."""
        return self.arena.change(self.before)


class Backup(Load):
    """A backup into a new file."""

    def prepare(self) -> None:
        """Look at what there is."""
        super().prepare()
        self.target = self.arena.folder / "new.db"
        self.there = {*self.arena.folder.iterdir()}

    def work(self) -> None:
        """What is killed."""
        run("--db", str(self.arena.live), "backup", str(self.target))

    def outcome(self) -> str:
        """What there is after it; it is taken away."""
        made = {*self.arena.folder.iterdir()} - self.there
        strange = {each.name for each in made if not each.name.startswith((".jigyo-", "new.db", "jigyo.db-"))}
        whole = not self.target.exists() or self.arena.version(self.target) == self.before
        outcome = (NEW if self.target.exists() else NONE) if whole else BROKEN + "the backup"
        _remove(self.arena.folder, "new.db*", ".jigyo-*")
        live = self.arena.change(self.before)
        if strange or live != OLD:
            return BROKEN + (f"{strange} left behind" if strange else live)
        return outcome


class Restore(Load):
    """A backup that is put back over another version."""

    def work(self) -> None:
        """What is killed."""
        run("--db", str(self.arena.live), "restore", "--yes", str(self.arena.copies[1 - (self.before or 0)]))

    def outcome(self) -> str:
        """What there is after it; saved files are taken away."""
        saved = [*self.arena.folder.glob("jigyo.before-restore*.db")]
        held = [self.arena.version(each) for each in saved]
        outcome = self.arena.change(self.before, *saved)
        _remove(self.arena.folder, "jigyo.before-restore*", ".jigyo-*")
        if held != [self.before] and (held or outcome == NEW):
            return f"{BROKEN}what was replaced is not saved: {held}"
        return outcome


class FirstRestore(Restore):
    """A backup that is put where there is no database."""

    def __init__(self, folder: Path, rows: int) -> None:
        super().__init__(folder, rows)
        self.beside = nullcontext()

    def prepare(self) -> None:
        """Take the database away."""
        _remove(self.arena.folder, "jigyo.db*", ".jigyo-*")
        self.before = 0

    def outcome(self) -> str:
        """What there is after it."""
        if not self.arena.live.exists():
            return NONE
        return NEW if self.arena.version(self.arena.live) == 1 else BROKEN + "a mixture"


class Migration:
    """A database of an earlier version that is opened."""

    beside: AbstractContextManager[None] = nullcontext()

    def __init__(self, folder: Path, rows: int) -> None:
        self.folder, self.path = folder, folder / "jigyo.db"
        self.version = _version(WORDS[0], rows)
        _write_earlier(folder / "old.db", self.version)
        self.content = (folder / "old.db").read_bytes()
        self.earlier = _schema(folder / "old.db")
        open_database(folder / "newest.db").close()
        self.newest = _schema(folder / "newest.db")

    def prepare(self) -> None:
        """Put the earlier version there again."""
        _remove(self.folder, "jigyo.db*")
        self.path.write_bytes(self.content)

    def work(self) -> None:
        """What is killed."""
        open_database(self.path).close()

    def outcome(self) -> str:
        """What there is after it, and whether it opens then."""
        found, wrong = _schema(self.path), _wrong(self.path)
        if found not in (self.earlier, self.newest) or wrong or _stored(self.path) != self.version:
            return f"{BROKEN}{wrong}"
        return OLD if found == self.earlier else NEW


KINDS = (Load, Backup, Restore, FirstRestore, Migration)


def main() -> None:
    """Kill as often as asked for, print what was found."""
    options = _options()
    chance = random.Random(options.seed)
    broken = 0
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            scenario = kind(Path(folder), options.rows)
            with scenario.beside:
                undisturbed = [_attempt(scenario, None) for _ in range(2)]
                if {outcome for outcome, _ in undisturbed} != {NEW}:
                    sys.exit(f"{kind.__doc__} Undisturbed: {undisturbed}")
                longest = 1.1 * max(seconds for _, seconds in undisturbed)
                found = Counter(
                    _attempt(scenario, chance.uniform(0, longest))[0] for _ in range(options.kills)
                )
        print(f"{kind.__doc__} {options.kills} kills within {longest:.2f} s:")
        for outcome, number in sorted(found.items()):
            print(f"{number:6} {outcome}", flush=True)
            broken += number * outcome.startswith(BROKEN)
    print(f"{broken} broken")
    sys.exit(min(broken, 1))


def _attempt(scenario: Load | Migration, kill_after: float | None) -> tuple[str, float]:
    """The outcome of its work in another process, killed or left alone, and the seconds that it had."""
    scenario.prepare()
    seconds = _finish(scenario.work, kill_after)
    return scenario.outcome(), seconds


def _finish(work: Callable[[], None], kill_after: float | None) -> float:
    """Do the work in another process, killed after so many seconds or left alone; the seconds that it had.

    Here no database is open then: SQLite does not survive a fork.
    """
    started = time.monotonic()
    process = _processes.Process(target=work)
    process.start()
    process.join(kill_after)
    process.kill()
    process.join()
    return time.monotonic() - started


def run(*words: str) -> None:
    """The command, in this process, in silence."""
    with contextlib.redirect_stdout(io.StringIO()):
        jigyo([*words], standalone_mode=False)


def _stored(path: Path) -> Version:
    db = open_database(path)
    stored = {project.number: project.overview for project in projects.every(db)}
    db.close()
    return stored


def _wrong(path: Path) -> list[str]:
    db = open_database(path)
    found = problems(db)
    db.close()
    return found


def _lines(path: Path) -> set[str]:
    db = open_database(path)
    found = {str(key) for (key,) in db.execute("SELECT key FROM notices")}
    db.close()
    return found


def _schema(path: Path) -> set[tuple[str, str]]:
    db = open_database(path, migrate=False)
    found = set(db.execute("SELECT name, coalesce(sql, '') FROM sqlite_master"))
    db.close()
    return found


def _remove(folder: Path, *patterns: str) -> None:
    for each in (each for pattern in patterns for each in folder.glob(pattern)):
        each.unlink()


def _write_earlier(path: Path, version: Version) -> None:
    """A database as it was before bigrams were indexed."""
    db = open_database(path, migrate=False)
    for migrations in schema.MIGRATIONS:
        migrations.apply(db, stop_before="word_pairs" if migrations is schema.search else None)
    with db.conn:
        db.execute("INSERT INTO sources (id, name, sha256, format, loaded_at) VALUES (1, 'a', '', '', '')")
        db.conn.executemany(
            "INSERT INTO projects (fiscal_year, number, number_key, name, overview, source_id, source_line)"
            " VALUES (2021, ?1, ?1, '事業' || ?1, ?2, 1, 1)",
            version.items(),
        )
        db.conn.executemany(
            "INSERT INTO search_words (rowid, name, section, purpose, overview, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            ((row.project_id, *row.fields) for row in writer.prepare(projects.of_year(db, 2021))),
        )
    db.close()


def _version(word: str, rows: int) -> Version:
    return {str(n): f"{word}事業{n}を進め、市民と交流する。" for n in range(rows)}


def _write_list(file: Path, version: Version) -> None:
    lines = [f"{n}\t事業{n}\t政策部企画課\t{overview}" for n, overview in version.items()]
    file.write_text("\n".join(["令和3年度一覧", "事業番号\t事業名\t課名\t概要", *lines]), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="of each kind")
    parser.add_argument("--rows", type=int, default=700)
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


if __name__ == "__main__":
    main()
