"""The right project comes first, however it was typed; nothing comes for nothing."""

import csv
from pathlib import Path

import pytest

from bot.query import parse
from store.database import open_database
from store.search import search

DEV = Path(__file__).parent / "data" / "search-dev.tsv"
ROWS = [
    (row["query"], row["kind"], (row["relevant"] or "").split())
    for row in csv.DictReader(DEV.open(), delimiter="\t")
]
QUESTIONS_RIGHT = 4  # of 4


@pytest.mark.parametrize(
    ("typed", "kind", "relevant"), [row for row in ROWS if row[1] not in ("none", "question")]
)
def test_the_right_project_is_first(seeded: Path, typed: str, kind: str, relevant: list[str]) -> None:
    result = search(open_database(seeded), parse(typed))
    first = [hit.project.number for hit in result.hits] or [near.number for near in result.suggestions]
    assert first[:1] and first[0] in relevant


@pytest.mark.parametrize("typed", [typed for typed, kind, _ in ROWS if kind == "none"])
def test_nothing_answers_nonsense(seeded: Path, typed: str) -> None:
    result = search(open_database(seeded), parse(typed))
    assert (result.hits, result.suggestions, result.total) == ((), (), 0)
