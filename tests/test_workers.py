"""Several processes on one port: a dead one is started again, all stop together, none outlives the parent."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bot.playground.slack import Sender, SlackServer
from tests.running import Served, serving


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def served(slack: SlackServer, seeded: Path) -> Iterator[Served]:
    with serving(slack, seeded, "--http", "--workers", "2", "--no-reminders") as process:
        slack.wait_for(lambda: len(workers(process)) == 2)
        yield process


def workers(served: Served) -> list[psutil.Process]:
    return psutil.Process(served.process.pid).children()


def answers(slack: SlackServer, served: Served) -> bool:
    return Sender(slack, served.url).command("統計").status == 200


def test_a_worker_that_dies_is_started_again(slack: SlackServer, served: Served):
    assert answers(slack, served)
    first, second = workers(served)
    os.kill(first.pid, signal.SIGKILL)
    slack.wait_for(lambda: {w.pid for w in workers(served)} - {first.pid, second.pid})
    assert len(workers(served)) == 2
    assert "starting it again" in served.log()
    for _ in range(6):
        assert answers(slack, served)
    assert served.stop() == 0


def test_sigterm_stops_them_all(slack: SlackServer, served: Served):
    both = workers(served)
    assert served.stop() == 0
    assert not any(worker.is_running() for worker in both)


@pytest.mark.parametrize(
    "count", [0, 1, 2], ids=["before any is there", "between the two", "when both are there"]
)
def test_sigterm_stops_them_all_however_early_it_comes(slack: SlackServer, seeded: Path, count: int):
    with serving(slack, seeded, "--http", "--workers", "2", "--no-reminders") as served:
        slack.wait_for(lambda: len(workers(served)) >= count)
        assert served.stop() == 0


def test_sigterm_stops_them_all_while_one_is_started_again(slack: SlackServer, served: Served):
    os.kill(workers(served)[0].pid, signal.SIGKILL)
    slack.wait_for(lambda: "starting it again" in served.log())
    assert served.stop() == 0


def test_none_outlives_a_killed_parent(slack: SlackServer, served: Served):
    both = workers(served)
    served.process.kill()
    slack.wait_for(lambda: not any(alive(worker) for worker in both), seconds=15)


def alive(worker: psutil.Process) -> bool:
    return worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE


def test_a_port_already_served_is_not_shared_with_another_bot(
    slack: SlackServer, served: Served, seeded: Path
):
    options = ("--http", "--port", served.url.rsplit(":", 1)[1])
    with pytest.raises(RuntimeError, match="待ち受けられません"), serving(slack, seeded, *options):
        pass
