"""Processes killed with SIGKILL while delivering: nothing lost, nothing doubled. `make crash` does more."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.delivery.outbox import STEPS
from store.database import open_database
from store.evaluation import ledger
from tests.crashing import MISBEHAVIOURS, after_slack_accepted, arena, at_random_moments, at_step

ENGINES = ("sqlite", "postgresql")
# The others tell that a worker dies there too, that one is stopped, and that Slack misbehaves.
SLOW_IN_POSTGRESQL = (
    "test_killed_at_every_named_step_nothing_is_lost_or_doubled",
    "test_killed_at_random_moments_alone_and_together_nothing_is_lost_or_doubled",
    "test_three_processes_at_once_send_each_message_once",
)


@pytest.fixture
def path(tmp_path: Path, placed: Callable[[Path], Path]) -> Path:
    return placed(tmp_path / "jigyo.db")


def test_killed_at_every_named_step_nothing_is_lost_or_doubled(path: Path) -> None:
    with arena(path, sections=4, lease=0.5) as it:
        for step in STEPS:
            at_step(it, step)
            it.finish()
        assert it.kills == {f"at step: {step}": 1 for step in STEPS}
        assert it.outcome() == (0, 0)


@pytest.mark.slow  # the named steps above are where it can go wrong
def test_killed_at_random_moments_alone_and_together_nothing_is_lost_or_doubled(path: Path) -> None:
    chance = random.Random(20261214)
    with arena(path, sections=6, lease=0.5) as it:
        for workers in (1, 3):
            it.new_round()
            at_random_moments(it, chance, workers=workers, longest=0.25)
            it.finish(it.work(), it.live(chance))
            it.finish()
        assert sum(it.kills.values()) >= 2
        assert it.outcome() == (0, 0)
        made, lost, doubled = it.decisions()
        assert made > 0
        assert (lost, doubled) == (0, 0)


def test_killed_after_slack_accepted_and_before_it_answered(path: Path) -> None:
    with arena(path, sections=2, lease=0.5) as it:
        after_slack_accepted(it)
        it.finish()
        assert (it.kills.total(), it.outcome()) == (1, (0, 0))


def test_three_processes_at_once_send_each_message_once(path: Path) -> None:
    with arena(path, sections=8) as it:
        for _ in range(2):
            it.new_round()
            it.finish(it.work(), it.work(), it.work())
        assert it.outcome() == (0, 0)


def test_a_process_stopped_before_its_post_is_not_overtaken_and_posts_once_it_runs_again(path: Path) -> None:
    with arena(path, sections=1, lease=0.3) as it:
        it.new_round()
        pid = it.work(stops_at="claimed")
        os.waitpid(pid, os.WUNTRACED)
        time.sleep(0.4)  # its lease is over
        db = open_database(it.path)
        assert [post.state for post in ledger.in_states(db, ("claimed",))] == ["claimed"]
        db.close()
        other = it.work()
        time.sleep(0.5)
        assert it.outcome() == (1, 0)
        os.kill(pid, signal.SIGCONT)
        it.finish(pid, other)
        assert it.outcome() == (0, 0)


def test_two_processes_and_a_slack_that_misbehaves_in_every_way(path: Path) -> None:
    with arena(path, sections=6, lease=0.5) as it:
        it.new_round()
        for kind in MISBEHAVIOURS:
            it.slack(fail={"method": "chat.postMessage", "kind": kind, "seconds": 0.1})
        it.finish(it.work(), it.work())
        assert it.outcome() == (0, 0)
