"""Which process answers an event: one, once; a claim whose process died is taken over."""

from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import Database, open_database
from store.talk import conversations

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def db(tmp_path: Path, placed: Callable[[Path], Path]) -> Database:
    return open_database(placed(tmp_path / "jigyo.db"))


def claim(db: Database, second: int, *, lease: int = 30) -> bool:
    return conversations.claim(db, "Ev1", now=at(second), abandoned_before=at(second - lease))


def at(second: int) -> str:
    return f"2026-11-23T09:{second // 60:02d}:{second % 60:02d}+09:00"


def test_the_first_to_claim_answers_and_no_other(db: Database):
    assert claim(db, 100)
    assert not claim(db, 101)
    conversations.answered(db, "Ev1", now=at(102))
    assert not claim(db, 1000)


def test_a_claim_left_by_a_process_that_died_is_taken_over_once(db: Database):
    assert claim(db, 100)
    assert not claim(db, 129)
    assert claim(db, 131)
    assert not claim(db, 132)


def test_a_claim_given_up_is_free_and_an_answer_is_not_given_up(db: Database):
    assert claim(db, 100)
    conversations.release(db, "Ev1")
    assert claim(db, 101)
    conversations.answered(db, "Ev1", now=at(102))
    conversations.release(db, "Ev1")
    assert not claim(db, 103)


def test_old_events_are_forgotten(db: Database):
    claim(db, 100)
    assert conversations.prune_events(db, before=at(100)) == 0
    assert conversations.prune_events(db, before=at(101)) == 1
    assert claim(db, 102)
