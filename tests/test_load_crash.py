"""A load that is killed leaves the old data whole, and can be done again."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from store.database import open_database
from store.index import writer
from store.index.writer import problems
from store.lists import parse_list
from store.loader import store_list

ROOT = Path(__file__).parent.parent


def listed(count: int, wording: str) -> bytes:
    rows = [f"{n}\t{wording}{n}\t政策部企画課\t{wording}を進める" for n in range(count)]
    return "\n".join(["令和3年度一覧", "事業番号\t事業名\t課名\t概要", *rows]).encode()


def start(db: Path, data: bytes) -> "subprocess.Popen[str]":
    (db.parent / "list.tsv").write_bytes(data)
    command = [sys.executable, "-m", "tests.loading_process", str(db), str(db.parent / "list.tsv")]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill_after(process: "subprocess.Popen[str]", steps: int) -> None:
    for _ in range(steps):
        assert process.stdout
        assert process.stdout.readline(), "the process ended by itself"
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize("steps", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_load_killed_in_its_transaction_leaves_the_old_data_whole(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "jigyo.db"
    db = open_database(path)
    store_list(
        db, parse_list(listed(300, "古い事業")), source_name="list.tsv", now="2026-11-22T00:00:00+00:00"
    )
    before = list(db.iterdump())
    db.close()
    kill_after(start(path, listed(500, "新しい事業")), steps)
    db = open_database(path)
    assert list(db.iterdump()) == before
    assert problems(db) == []
    again = store_list(
        db, parse_list(listed(500, "新しい事業")), source_name="list.tsv", now="2026-11-23T00:00:00+00:00"
    )
    assert (len(again.changed), len(again.added)) == (300, 200)
    assert problems(db) == []


def test_a_load_killed_after_its_commit_has_all_of_the_new_data(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    kill_after(start(path, listed(300, "新しい事業")), 3)
    db = open_database(path)
    assert db.execute("SELECT count(*) FROM projects").fetchone() == (300,)
    assert problems(db) == []


def test_the_processes_of_a_killed_load_end_too(tmp_path: Path) -> None:
    process = start(tmp_path / "jigyo.db", listed(writer.WORTH_A_POOL, "事業"))
    assert process.stdout
    process.stdout.readline()
    workers = psutil.Process(process.pid).children(recursive=True)
    assert len(workers) >= writer.WORKERS
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert open_database(tmp_path / "jigyo.db").execute("SELECT count(*) FROM projects").fetchone() == (0,)
