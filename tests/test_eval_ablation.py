"""What a part of search is worth is measured by leaving it out, and nothing stays left out."""

from pathlib import Path

import pytest

from bench.ablation import PARTS, recording, without
from store.database import open_database
from store.search.pipeline import search
from store.search.query import parse


def answered_by(path: Path, typed: str) -> str:
    return search(open_database(path), parse(typed)).answered_by


def test_a_strategy_left_out_answers_nothing_until_it_is_back(seeded: Path):
    assert answered_by(seeded, "パブ コメ") == "joined terms"
    with without(["joined terms"]):
        assert answered_by(seeded, "パブ コメ") != "joined terms"
    assert answered_by(seeded, "パブ コメ") == "joined terms"


def test_an_expander_left_out_reads_no_term(seeded: Path):
    with without(["abbreviation"]):
        assert answered_by(seeded, "デジガバ") == ""


def test_what_finds_something_for_a_query_is_recorded_each_time(seeded: Path):
    for _ in range(2):
        used: set[str] = set()
        with recording(used):
            answered_by(seeded, "デジガバ")
        assert used == {"all terms", "abbreviation"}


def test_parts_have_names_of_their_own_and_no_other_can_be_left_out():
    assert len(set(PARTS)) == len(PARTS)
    with pytest.raises(ValueError, match="no strategy or expander"), without(["luck"]):
        pass
