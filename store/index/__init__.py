"""What search reads of a database: written with the rows, kept in memory as a snapshot of one version.

Here are the versions: the number that every change raises, and what is read once of each version.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, Self, TypeVar, cast, overload

from sqlite_utils import Database

Value = TypeVar("Value")


NEWEST = "SELECT value FROM generations WHERE name = 'projects'"


def generation(db: Database) -> int:
    """The number that every change of the projects raises."""
    return int(db.conn.execute(NEWEST).fetchone()[0])


def raise_generation(db: Database) -> None:
    """Tell every thread and process that what they keep of the projects is out of date. Does not commit."""
    db.conn.execute("UPDATE generations SET value = value + 1 WHERE name = 'projects'")


class Version:
    """One version of the index; `here.db` is the connection through which this thread reads it now.

    `Database.reading()` sets it, as its transaction sees that version.
    """

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.lock = threading.RLock()
        self.here = threading.local()

    @property
    def db(self) -> Database:
        """This thread's connection, in a transaction that sees this version. RuntimeError outside of one."""
        db: Database | None = getattr(self.here, "db", None)
        if db is None:
            raise RuntimeError("a part of the index that was not read before is asked for outside reading()")
        return db


class _OfVersion(Protocol):
    version: Version


Owner = TypeVar("Owner", bound=_OfVersion)


class part(Generic[Owner, Value]):  # noqa: N801  # used as `property` is
    """An attribute that is read once a version, by the thread that asks first; the others wait for it.

    Once it is there, to ask for it takes no lock: it stands in the owner's `__dict__`.
    """

    def __init__(self, read: Callable[[Owner], Value]) -> None:
        self._read, self.__doc__ = read, read.__doc__

    def __set_name__(self, _: type[Owner], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, _: Any = None) -> Self: ...

    @overload
    def __get__(self, owner: Owner, _: Any = None) -> Value: ...

    def __get__(self, owner: Owner | None, _: Any = None) -> Self | Value:
        """What was read, by this thread or by another before it."""
        if owner is None:
            return self
        kept = vars(owner)
        with owner.version.lock:
            if self._name not in kept:
                kept[self._name] = self._read(owner)
        return cast(Value, kept[self._name])


def read_all(owner: _OfVersion, *, but: object = None) -> None:
    """Read every part of `owner`, `but` one."""
    for name, value in vars(type(owner)).items():
        if isinstance(value, part) and value is not but:
            getattr(owner, name)
