"""`make crash-load`: `jigyo load` killed with SIGKILL at random moments; each time one version is whole.

Two versions of a list take turns, every project changed. After each kill the database must hold one of them
to the last word, its indexes in step. Exit 1 on any other state.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.lists import ROOT
from store import projects
from store.database import open_database
from store.index.integrity import problems

Version = dict[str, str]


def main() -> None:
    """Kill as often as asked for, print what was found."""
    options = _options()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "jigyo.db"
        files = [_write(Path(folder) / f"{word}.tsv", word, options.rows) for word in ("古い", "新しい")]
        versions = [_version(word, options.rows) for word in ("古い", "新しい")]
        _load(path, files[1], kill_after=None)
        seconds = _load(path, files[0], kill_after=None)
        moments = [random.uniform(0, seconds * 1.25) for _ in range(options.kills)]
        found = Counter(_kill(path, files, versions, moment) for moment in moments)
    print(f"{options.rows} rows, {seconds:.1f} s a load, {options.kills} kills:")
    for outcome, count in sorted(found.items()):
        print(f"  {outcome}: {count}")
    sys.exit(1 if any("BROKEN" in outcome for outcome in found) else 0)


def _kill(path: Path, files: list[Path], versions: list[Version], moment: float) -> str:
    before = versions.index(_stored(path))
    _load(path, files[1 - before], kill_after=moment)
    wrong = problems(open_database(path))
    stored = _stored(path)
    if wrong or stored not in versions:
        return f"BROKEN {wrong or 'a mixture'}"
    return "the old version whole" if versions.index(stored) == before else "the new version whole"


def _load(path: Path, file: Path, *, kill_after: float | None) -> float:
    started = time.monotonic()
    command = [sys.executable, "-m", "bot", "--db", str(path), "load", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(kill_after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return time.monotonic() - started


def _stored(path: Path) -> Version:
    return {project.number: project.overview for project in projects.every(open_database(path))}


def _version(word: str, rows: int) -> Version:
    return {str(n): f"{word}事業{n}を進め、市民と交流する。" for n in range(rows)}


def _write(file: Path, word: str, rows: int) -> Path:
    lines = [f"{n}\t事業{n}\t政策部企画課\t{overview}" for n, overview in _version(word, rows).items()]
    file.write_text("\n".join(["令和3年度一覧", "事業番号\t事業名\t課名\t概要", *lines]), encoding="utf-8")
    return file


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20261123)
    return parser.parse_args()


if __name__ == "__main__":
    main()
