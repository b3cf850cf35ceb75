"""Several processes on one port, a core for each: started, started again when one dies, stopped together."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

log = logging.getLogger(__name__)

STOPPED_BY = (signal.SIGTERM, signal.SIGINT)
REFUSED = 2  # the exit status of a worker that another start would not help
STOPPING, STOPPED = "stopping: finishing what is being answered", "stopped"
PAUSE_SECONDS = 1.0  # before a worker that died is started again

Work = Callable[[int, int], None]  # (the worker's number, a file that ends when the parent does)


def supervise(count: int, work: Work, *, on_stop: Callable[[], None]) -> int:
    """Run `work` in `count` processes until SIGTERM or SIGINT, then stop them; their worst exit status.

    `on_stop` lets go, in this process, of what the workers are to let go of.
    """
    alive_read, alive_write = os.pipe()
    os.set_inheritable(alive_read, True)
    workers: dict[int, int] = {}
    stopping: list[int] = []

    def stop(number: int, frame: object = None) -> None:
        if not stopping:
            log.info(STOPPING)
        stopping.append(number)
        on_stop()
        for pid in workers:
            os.kill(pid, signal.SIGTERM)

    def start(number: int) -> None:
        with _held_back():  # a worker is known before it is to be stopped
            if not stopping:
                workers[_fork(work, number, alive_read, alive_write)] = number

    for stopped_by in STOPPED_BY:
        signal.signal(stopped_by, stop)
    for number in range(count):
        start(number)
    worst = 0
    while workers:
        pid, status = os.wait()
        number, code = workers.pop(pid), os.waitstatus_to_exitcode(status)
        if stopping:
            worst = max(worst, 0 if code == -signal.SIGTERM else abs(code))  # it had not begun to serve
        elif code == REFUSED:
            worst = REFUSED
            stop(signal.SIGTERM)
        else:
            log.error("worker %d ended with status %d; starting it again", number, code)
            time.sleep(PAUSE_SECONDS)
            start(number)
    log.info(STOPPED)
    return worst


@contextmanager
def _held_back() -> Iterator[None]:
    """Hold the signals that stop us back for a moment."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPED_BY)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPED_BY)


def _fork(work: Work, number: int, alive_read: int, alive_write: int) -> int:
    pid = os.fork()
    if pid == 0:
        os.close(alive_write)  # so that the pipe ends with the parent
        _run(work, number, alive_read)
    return pid


def _run(work: Work, number: int, alive_read: int) -> NoReturn:
    """Do the work in this new process and leave it without returning into the parent's code."""
    status = 1
    try:
        for handled in STOPPED_BY:
            signal.signal(handled, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPED_BY)
        work(number, alive_read)
        status = 0
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(status)
