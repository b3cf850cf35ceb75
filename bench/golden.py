"""`make golden BASE=REV`: what every own query and question gets from a commit and from this tree.

Each tree is driven from outside only (`bench.golden_pass`), so any two commits can be compared, whatever
their modules are called. Hash seeds are left to chance, so that an answer that hangs on a set's order shows.
Exits 1 when anything differs, 0 when nothing does, 2 when a tree could not be run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from bench.golden_compare import Record, compare, show

ROOT = Path(__file__).parent.parent
REVIEW = "gyosei-review-2023.csv.gz"
LISTS = ("seed", "review")


def main() -> int:
    """Run both trees, compare them, print; the exit status."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # the worktree is removed then too
    started = time.monotonic()
    lists = [name for name in options.list if _source(name)]
    try:
        with tempfile.TemporaryDirectory(prefix="jigyo-golden-") as folder, _worktree(options.base) as base:
            runs = [(tree, name) for name in lists for tree in (base, ROOT)]
            with ThreadPoolExecutor(2) as pool:
                done = list(pool.map(lambda run: _records(run[0], run[1], Path(folder), options), runs))
    except (subprocess.CalledProcessError, RuntimeError) as error:
        print(f"golden: {error}", file=sys.stderr)
        return 2
    old, new = (
        [record for (ran, _), records in zip(runs, done, strict=True) if ran is tree for record in records]
        for tree in (base, ROOT)
    )
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        _write(options.keep / "base.jsonl", old)
        _write(options.keep / "here.jsonl", new)
    comparison = compare(old, new)
    print("\n".join(show(comparison, most=options.most)))
    took = time.monotonic() - started
    part = f"one text in {options.share} in Slack (--share 1 for all), " if options.share > 1 else ""
    told = f"{len(comparison.differing):,} of {len(new):,} differ from {options.base}"
    print(f"\n{told} ({part}{took:.0f} s)")
    return 1 if comparison.differing else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("base", metavar="REV", help="the commit to compare with")
    parser.add_argument("--list", nargs="*", default=list(LISTS), choices=LISTS)
    parser.add_argument(
        "--share", type=int, default=8, metavar="N", help="in Slack ask one text in N (1: all)"
    )
    parser.add_argument("--most", type=int, default=20, metavar="N", help="print up to N differing texts")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write base.jsonl and here.jsonl there")
    parser.add_argument("--fresh", action="store_true", help="ask the base again, though it was asked today")
    return parser.parse_args()


def _source(name: str) -> Path | None:
    """What is loaded: the seed's folder; the review in $JIGYO_DATA or ../shared/data, None without a copy."""
    if name == "seed":
        return ROOT / "seeds"
    value = os.environ.get("JIGYO_DATA")
    path = (Path(value) if value else ROOT.parent / "shared" / "data") / REVIEW
    return path.resolve() if path.exists() else None


@contextmanager
def _worktree(revision: str) -> Iterator[Path]:
    """A commit's files in a folder of their own, for as long as they are needed."""
    with tempfile.TemporaryDirectory(prefix="jigyo-base-") as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--quiet", "--detach", str(tree), revision)
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def _git(*words: str, tree: Path = ROOT) -> str:
    done = subprocess.run(("git", *words), cwd=tree, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return done.stdout


def _records(tree: Path, name: str, folder: Path, options: argparse.Namespace) -> list[Record]:
    """What `tree` gives with the list `name`; a commit that was asked the same today is not asked again.

    Raises RuntimeError when the tree cannot be run.
    """
    known = None if tree is ROOT else _known(tree, f"{name} {options.share}")
    if known and known.exists() and not options.fresh:
        return _read(known)
    own = folder / f"{'here' if known is None else 'base'}-{name}"
    own.mkdir()
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("JIGYO_", "SLACK_"))
    }
    done = subprocess.run(
        (
            sys.executable,
            "-m",
            "bench.golden_pass",
            str(tree),
            name,
            str(_source(name)),
            str(options.share),
            "out",
        ),
        cwd=own,  # where no .env is
        env={**environment, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    if done.returncode:
        raise RuntimeError(f"{tree} with {name}: {done.stderr[-3000:]}")
    records = _read(own / "out")
    if known:
        _write(known, records)
    return records


def _known(tree: Path, what: str) -> Path:
    """Where a commit's records are kept for a day: named by its files, what is asked of it, and by whom."""
    digest = hashlib.sha256(_git("rev-parse", "HEAD^{tree}", tree=tree).encode())
    digest.update(f"{date.today()} {what} {sys.version}".encode())
    folders = (("bench", "golden*"), ("seeds", "*"), ("tests/data", "*"), ("bot/playground/slack", "*.py"))
    asking = [path for folder, names in folders for path in sorted((ROOT / folder).glob(names))]
    asking = [path for path in asking if path.is_file()]
    for path in (*asking, ROOT / "tests" / "running.py", ROOT / "requirements-dev.txt"):
        digest.update(path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"jigyo-golden-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{digest.hexdigest()[:24]}.jsonl"


def _read(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _write(path: Path, records: Sequence[Record]) -> None:
    """All or nothing, as somebody else may be reading."""
    lines = "".join(json.dumps(each, ensure_ascii=False, sort_keys=True) + "\n" for each in records)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_text(lines, encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
