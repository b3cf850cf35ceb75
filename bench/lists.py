"""The lists that are measured: the seed, and where there is a copy the review and the texts of JaQuAD."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from store import projects
from store.database import open_database
from store.records import Project

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
_REVIEW, _JAQUAD = "gyosei-review-2023.csv.gz", "jaquad.csv.gz"
_BEFORE = "gyosei-review-2022.csv.gz"
ABSENT = f"{_REVIEW} is neither in $JIGYO_DATA nor in ../shared/data: measured on the seed only."


@dataclass(frozen=True)
class Loaded:
    """A list in a database of its own, and its projects in the order they were listed."""

    name: str
    db: Database
    projects: tuple[Project, ...]


def review() -> Path | None:
    """The review's file, in $JIGYO_DATA or ../shared/data, or None."""
    return _at_hand(_REVIEW)


def _at_hand(name: str) -> Path | None:
    value = os.environ.get("JIGYO_DATA")
    path = (Path(value) if value else ROOT.parent / "shared" / "data") / name
    return path if path.exists() else None


def load(name: str, source: Path, folder: Path, *options: str) -> Loaded:
    """Load `source` as a user would, with `jigyo load`, into a new database in `folder`."""
    path = folder / f"{name}.db"
    command = [sys.executable, "-m", "bot", "--db", str(path), "load", str(source), *options]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    db = open_database(path)
    return Loaded(name, db, tuple(projects.every(db)))


def available(folder: Path, names: frozenset[str]) -> Iterator[Loaded]:
    """Each list named that is at hand, loaded into `folder`."""
    if "seed" in names:
        yield load("seed", SEEDS, folder)
    if "review" in names and (path := review()):
        yield load("review", path, folder)
    if "review-2022" in names and (path := _at_hand(_BEFORE)):
        yield load("review-2022", path, folder, "--fiscal-year", "2022")
    if "jaquad" in names and (path := _at_hand(_JAQUAD)):
        yield load("jaquad", path, folder)


def largest(folder: Path) -> Loaded:
    """The review, or the seed where there is no copy of the review."""
    path = review()
    return load("review", path, folder) if path else load("seed", SEEDS, folder)
