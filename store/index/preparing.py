"""Splitting many projects into words on two cores."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from store.index import writer
from store.records import Project

WORKERS = 2
CHUNK = 250
WORTH_A_POOL = 600  # projects; below this, starting processes takes longer than the work

Progress = Callable[[int, int], None]


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor | None]:
    """Processes for `prepare_all`, starting at once; None when `count` projects are too few for them."""
    if count < WORTH_A_POOL:
        yield None
        return
    # Spawned, because a forked child of a process with threads may hang.
    with ProcessPoolExecutor(WORKERS, get_context("spawn"), _start_worker) as pool:
        pool.submit(writer.prepare, ())
        yield pool


def prepare_all(
    rows: Sequence[Project], pool: ProcessPoolExecutor | None, progress: Progress | None = None
) -> Iterator[list[writer.IndexRow]]:
    """Yield index rows, a chunk at a time, in order; `progress(done, total)` is told after each chunk."""
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    done = 0
    for prepared in _in_pool(pool, chunks) if pool else map(writer.prepare, chunks):
        yield prepared
        done += len(prepared)
        if progress:
            progress(done, len(rows))


def _in_pool(
    pool: ProcessPoolExecutor, chunks: Sequence[Sequence[Project]]
) -> Iterator[list[writer.IndexRow]]:
    done = 0
    try:
        for prepared in pool.map(writer.prepare, chunks):
            yield prepared
            done += 1
    except BrokenProcessPool:  # a worker was killed, as when memory runs out: go on alone
        yield from map(writer.prepare, chunks[done:])


def _start_worker() -> None:
    """A worker whose parent was killed would wait for work for ever; Ctrl-C is for the parent to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_and_end() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_and_end, daemon=True).start()
