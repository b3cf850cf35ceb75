"""`make ask-properties`: every project of every list asked about, and random sets of them summarized.

Prints how many replies were made, how many quotes are not in their record, and how many pages Slack would
refuse; exits 1 unless the last two are none.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bench import lists
from bench.ask_checks import problems
from bot.ask.answers import Answer
from bot.ask.intents import briefs, fields
from bot.ask.wording import LISTED_BEFORE
from bot.messages.message import pages
from bot.playground.slack.rules import message_problem
from store.records import Project

SETS = 100
LARGEST = 60
FIELDS = ("section", "purpose", "overview", "outcome")


def main() -> int:
    """Check both lists; the exit status."""
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        every = lists.available(Path(folder), frozenset({"seed", "review"}))
        broken = [line for loaded in every for line in check(loaded, console)]
    if not lists.review():
        console.print(lists.ABSENT)
    for line in broken[:20]:
        console.print(line, markup=False)
    return 1 if broken else 0


def check(loaded: lists.Loaded, console: Console) -> list[str]:
    """What is wrong with the replies about a list, a line each."""
    by_number = {project.number: project for project in loaded.projects}
    replies, wrong, refused = 0, list[str](), list[str]()
    total = len(loaded.projects) * (len(FIELDS) + 1) + SETS
    for reply in track(answers(loaded), total=total, description=loaded.name, console=console):
        replies += 1
        wrong += problems(reply, by_number)
        refused += [problem for page in pages(reply.message()) if (problem := message_problem(page))]
    console.print(
        f"{loaded.name}: {len(loaded.projects):,} projects, {replies:,} replies,"
        f" {len(wrong)} quotes not verbatim or cut, {len(refused)} pages refused"
    )
    return [*wrong, *refused]


def answers(loaded: lists.Loaded) -> Iterator[Answer]:
    """Every field and the summary of every project, then summaries of random sets."""
    for project in loaded.projects:
        yield from (fields.of_project(project, (field,)) for field in FIELDS)
        yield briefs.of_project(project)
    draw = random.Random(loaded.name)
    for _ in range(SETS):
        size = draw.randint(2, min(LARGEST, len(loaded.projects)))
        chosen: list[Project] = draw.sample(loaded.projects, size)
        yield briefs.of_projects(loaded.db, chosen, LISTED_BEFORE)


if __name__ == "__main__":
    sys.exit(main())
