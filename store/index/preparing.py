"""Splitting many projects into words on two cores."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from pathlib import Path

from store.index import writer
from store.records import Project

WORKERS = 2
CHUNK = 250
WORTH_A_POOL = 600  # projects; below this, starting processes takes longer than the work

Progress = Callable[[int, int], None]
Chunk = tuple[Path, Sequence[Project]]


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
    rows: Sequence[Project],
    folder: Path,
    pool: ProcessPoolExecutor | None,
    progress: Progress | None = None,
) -> Iterator[Path]:
    """Write index rows to files in `folder`, a chunk each, and yield these in order, for `read_prepared`.

    `progress(done, total)` is told after each chunk. The rows don't go through the pool's own pipe: a worker
    killed amid a long result would leave its reader waiting for the rest for ever.
    """
    chunks = [(folder / str(start), rows[start : start + CHUNK]) for start in range(0, len(rows), CHUNK)]
    done = 0
    for path, chunk in zip(_in_pool(pool, chunks) if pool else map(_prepare, chunks), chunks, strict=True):
        yield path
        done += len(chunk[1])
        if progress:
            progress(done, len(rows))


def read_prepared(path: Path) -> list[writer.IndexRow]:
    """The index rows of a file that `prepare_all` wrote."""
    prepared: list[writer.IndexRow] = pickle.loads(path.read_bytes())  # noqa: S301 - written by ourselves
    return prepared


def _prepare(chunk: Chunk) -> Path:
    path, rows = chunk
    path.write_bytes(pickle.dumps(writer.prepare(rows)))
    return path


def _in_pool(pool: ProcessPoolExecutor, chunks: Sequence[Chunk]) -> Iterator[Path]:
    done = 0
    try:
        for path in pool.map(_prepare, chunks):
            yield path
            done += 1
    except BrokenProcessPool:  # a worker was killed, as when memory runs out: go on alone
        yield from map(_prepare, chunks[done:])


def _start_worker() -> None:
    """A worker whose parent was killed would wait for work for ever; Ctrl-C is for the parent to act on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def wait_and_end() -> None:
        parent = parent_process()
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait_and_end, daemon=True).start()
