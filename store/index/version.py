"""Versions of the index: the number that every change raises, and what is read once of each version."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, Self, TypeVar, cast, overload

from sqlite_utils import Database

Value = TypeVar("Value")


def generation(db: Database) -> int:
    """The number that every change of the projects raises."""
    row = db.conn.execute("SELECT value FROM generations WHERE name = 'projects'").fetchone()
    return int(row[0])


def raise_generation(db: Database) -> None:
    """Tell every thread and process that what they keep of the projects is out of date. Does not commit."""
    db.conn.execute("UPDATE generations SET value = value + 1 WHERE name = 'projects'")


class Version:
    """One version of the index, and through which connection each thread reads it now."""

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.lock = threading.RLock()
        self._here = threading.local()

    @property
    def db(self) -> Database:
        """This thread's connection, in a transaction that sees this version. RuntimeError outside of one."""
        db: Database | None = getattr(self._here, "db", None)
        if db is None:
            raise RuntimeError("a part of the index that was not read before is asked for outside reading()")
        return db

    def read_through(self, db: Database | None) -> None:
        """Let this thread read this version through `db`, whose transaction sees it; None ends that."""
        self._here.db = db


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
