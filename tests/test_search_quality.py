"""The right project comes first, however it was typed; nothing comes for nothing."""

from pathlib import Path

import pytest

from bot.query import parse
from store.database import open_database
from store.search import search

DEV = Path(__file__).parent / "data" / "search-dev.tsv"
ROWS = [line.split("\t") for line in DEV.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(
    ("typed", "kind", "relevant"), [row for row in ROWS if row[1] not in ("none", "question")]
)
def test_the_right_project_is_first(seeded: Path, typed: str, kind: str, relevant: str) -> None:
    result = search(open_database(seeded), parse(typed))
    found = [hit.project.number for hit in result.hits] or [near.number for near in result.suggestions]
    assert set(found[:1]) & set(relevant.split())


@pytest.mark.parametrize("typed", [typed for typed, kind, _ in ROWS if kind == "none"])
def test_nothing_answers_nonsense(seeded: Path, typed: str) -> None:
    result = search(open_database(seeded), parse(typed))
    assert (result.hits, result.suggestions, result.total) == ((), (), 0)
