"""What is kept of conversations, and writes that nobody waits for.

No answer waits while a load locks the database, or the state is away. The writes are done one after the
other, in a thread of their own. What is to be read back is found here until then.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextvars import copy_context
from time import monotonic
from typing import Any

from store.database import Database, DatabaseError, Databases, StateAwayError

MOMENT = 0.5  # seconds that a write is waited for; it usually takes milliseconds
MOST_WAITING = 10_000  # writes; what comes on top is not kept
TRY_AGAIN = 0.5  # seconds after which what is away is asked again
TELL_EVERY = 60.0  # seconds between two lines of the log about writes that failed

Write = Callable[[Database], Any]

log = logging.getLogger(__name__)


class WriteBehind:
    """A queue of writes to one database file."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._thread = ThreadPoolExecutor(1, "write-behind")
        self._waiting: dict[Hashable, Any] = {}
        self._lock = threading.Lock()
        self._is_closed = threading.Event()
        self._failed, self._told_at = 0, float("-inf")
        self._began = 0.0  # when the write in hand was begun

    def put(self, key: Hashable, value: Any, write: Write, *, wait: float = MOMENT) -> Any:
        """Queue a write whose `value` is found by `key` until it is done.

        What it returned, if it was done within `wait` seconds; they are not waited for where the write in
        hand has waited longer for a database that somebody else holds. None else, and when it failed.
        """
        with self._lock:
            is_stuck = self.waited > wait
            if len(self._waiting) >= MOST_WAITING or self._is_closed.is_set():
                self._tell("too many wait")
                return None
            self._waiting[key] = value
            self._began = self._began if len(self._waiting) > 1 else monotonic()
        done = self._thread.submit(copy_context().run, self._run, key, value, write)
        return _result(done, wait) if wait and not is_stuck else None

    def get(self, key: Hashable) -> Any | None:
        """The value of a write that still waits, or None."""
        return self._waiting.get(key)

    @property
    def waiting(self) -> int:
        """How many writes wait."""
        return len(self._waiting)

    @property
    def waited(self) -> float:
        """For how many seconds the write in hand has waited for the database; 0 when there is none."""
        return monotonic() - self._began if self._waiting else 0.0

    def close(self, *, wait: float) -> None:
        """Take no more; give what waits some seconds to be written."""
        self._is_closed.set()
        end = monotonic() + wait
        while self._waiting and monotonic() < end:
            threading.Event().wait(0.02)
        if self._waiting:
            log.warning("%d notes of conversations were not written", len(self._waiting))
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _run(self, key: Hashable, value: Any, write: Write) -> Any:
        self._began = monotonic()
        try:
            while True:
                try:
                    result = write(self._databases.get())
                    _log_done(key, monotonic() - self._began)
                    return result
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                        raise
                    if self._is_closed.is_set():
                        return None
                except StateAwayError:
                    if self._is_closed.wait(TRY_AGAIN):
                        return None
        except (sqlite3.Error, DatabaseError) as error:  # a disk that is full or read-only: answers go on
            self._tell(str(error))
            return None
        finally:
            with self._lock:
                if self._waiting.get(key) is value:
                    del self._waiting[key]

    def _tell(self, why: str) -> None:
        self._failed += 1
        if monotonic() - self._told_at >= TELL_EVERY:
            log.warning("notes of conversations not written: %d (%s)", self._failed, why)
            self._failed, self._told_at = 0, monotonic()


def _log_done(key: Hashable, took: float) -> None:
    if log.isEnabledFor(logging.DEBUG):
        what = key[0] if isinstance(key, tuple) else key
        log.debug("wrote behind", extra={"what": str(what), "took_ms": round(took * 1000, 1)})


def _result(done: Future[Any], wait: float) -> Any:
    try:
        return done.result(wait)
    except NotYet:
        return None
