"""Where the state is kept: beside the lists in SQLite, or in PostgreSQL for several machines and cities.

The state is all that people and the bot change: deadlines, sheets, contacts, the ledger, the trail, talks.
Its statements are written once, in the SQL that both engines speak (SQLite has its upserts and RETURNING from
PostgreSQL). SQLite runs them as they are; SQLAlchemy binds them for PostgreSQL, pools its connections and,
with Alembic, makes its tables. None of it is imported where the state is in SQLite.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import Connection, TextClause

CONNECTIONS = 4  # a process: sixty cities on one server stay below 300
CONNECT_SECONDS = 3
AWAY_SECONDS = 2.0  # after one that failed, for which nobody else tries to connect
LOCK_SECONDS = 10  # that a change waits for another one of the same city
STATEMENT_SECONDS = 30
PROMPT = timedelta(seconds=1)  # an answer that took longer tells the time badly
HEAD = "0002"  # the newest revision in versions/
AWAY = (
    "記録のデータベース（PostgreSQL）につながりません。検索とご質問にはお答えできます。"
    "変更は、しばらくしてからもう一度お試しください。"
)
BUSY = "ほかの処理が記録を変更しています。少し待ってから、もう一度お試しください。"
LOCKED = "55P03"  # PostgreSQL's lock_not_available

Values = Sequence[Any] | Mapping[str, Any]
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do, in one line."""


class LockError(DatabaseError):
    """Somebody else held the lock until the wait for it was called off; nothing was written."""


class StateAwayError(DatabaseError):
    """PostgreSQL cannot be reached, or went away: what was being changed was not, or is looked up later."""


USE_SQLITE, USE_POSTGRESQL = "JIGYO_STATE の設定を外してください", "JIGYO_STATE を設定してください"


def refuse_left(state: State) -> None:
    """Raise DatabaseError where the state is kept elsewhere by now."""
    row = state.execute("SELECT place FROM state_place").fetchone()
    refuse_elsewhere(row[0] if row else "", USE_SQLITE if isinstance(state, PostgreSQL) else USE_POSTGRESQL)


def refuse_elsewhere(place: str, what_to_do: str) -> None:
    """Raise DatabaseError where the state is not `here` (or '')."""
    if place == "arriving":
        raise DatabaseError("記録を移している途中です。jigyo migrate-state をもう一度実行してください。")
    if place == "left":
        raise DatabaseError(f"記録はここから移してあります。{what_to_do}。")


class Location(type(Path())):  # type: ignore[misc]
    """The path of the lists' file, with the address of the state where that is not in the same file."""

    state = ""

    @classmethod
    def of(cls, path: str | Path, state: str) -> Path:
        """This path with this address; an empty one is the file itself."""
        located = cls(path)
        located.state = state
        return located if state else Path(path)


class Rows(Protocol):
    """What a statement found, and how many rows it changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class State(Protocol):
    """One of the two engines, as a thread uses it.

    Both raise sqlite3.IntegrityError for what a key or a trigger refuses; DatabaseError or sqlite3.Error when
    the database can't be used.
    """

    def execute(self, sql: str, values: Values = ()) -> Rows:
        """Run a statement; outside `writing()` it is committed by itself."""

    def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        """Run a statement for each of these rows, inside `writing()`."""

    @property
    def clock_ahead(self) -> timedelta:
        """How far this machine's clock is ahead of the one that decides about leases, maybe its own."""

    def writing(self) -> AbstractContextManager[object]:
        """One transaction; nobody else changes the state meanwhile. Inside another it is part of that one."""

    def hold(self, name: str) -> AbstractContextManager[object]:
        """Hold a name until the end of the block or of the process, whatever ends it.

        PostgreSQL raises LockError where another process holds it for too long.
        """

    def is_held(self, name: str) -> bool:
        """Whether a process holds the name, one that is stopped and may run again too."""

    def forget_held(self, but: Iterable[str]) -> None:
        """Clear away what dead processes left of names that they held, `but` for these."""


class Found(NamedTuple):
    """Rows that were read to the end."""

    rows: list[Any]
    rowcount: int

    def fetchone(self) -> Any:
        """The first row, or None; asked again, it is the same."""
        return self.rows[0] if self.rows else None

    def fetchall(self) -> list[Any]:
        """All rows."""
        return self.rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


_MARK = re.compile(r"\?(\d*)")


@lru_cache(512)
def _bound(sql: str) -> TextClause:
    """A statement with its `?`, `?1` or `:name` as named parameters; no literal of ours has a `?`."""
    from sqlalchemy import text

    numbers = iter(range(1, sql.count("?") + 1))
    return text(_MARK.sub(lambda mark: f":v{mark[1] or next(numbers)}", sql))


def _named(values: Values) -> dict[str, Any]:
    named = values if isinstance(values, Mapping) else {f"v{n}": each for n, each in enumerate(values, 1)}
    return {name: _plain(each) for name, each in named.items()}


def _plain(value: Any) -> Any:
    """A value as SQLite takes it: whether is 0 or 1; PostgreSQL keeps no NUL in a text."""
    if isinstance(value, bool):
        return int(value)
    return value.replace("\0", "") if isinstance(value, str) and "\0" in value else value


class PostgreSQL:
    """The state in a schema of a PostgreSQL server: a pool of connections for the threads of a process.

    `url` is libpq's (postgresql://role@host,standby/database?target_session_attrs=read-write); the schema is
    the one in which the role creates tables, which is that of its own name where there is one. `wall` is this
    machine's clock. Unless it `is_moving`, a state that has left or not arrived is refused.
    """

    def __init__(
        self, url: str, wall: Callable[[], datetime] | None = None, *, is_moving: bool = False
    ) -> None:
        self.url, self._wall, self._is_moving = url, wall or partial(datetime.now, UTC), is_moving
        self._local = threading.local()
        self._lock = threading.Lock()
        self._is_current = False
        self.clock_ahead, self._away_until = timedelta(), 0.0
        try:
            from sqlalchemy import create_engine
        except ImportError as error:
            raise DatabaseError(
                "JIGYO_STATE に PostgreSQL を使うには、pip install 'jigyo-bot[postgresql]' が要ります。"
            ) from error
        self._engine = create_engine(
            "postgresql+psycopg://", creator=self._connect, pool_size=CONNECTIONS, max_overflow=0,
            pool_timeout=LOCK_SECONDS,
        )  # fmt: skip
        self._at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        os.register_at_fork(after_in_child=partial(self._engine.dispose, close=False))

    def _connect(self) -> Any:
        import psycopg

        if monotonic() < self._away_until:
            raise psycopg.OperationalError("it was away a moment ago")
        try:
            # Literals instead of typed parameters: PostgreSQL then reads them as SQLite does.
            connection = psycopg.connect(
                self.url, connect_timeout=CONNECT_SECONDS, cursor_factory=psycopg.ClientCursor,
                keepalives_idle=5, keepalives_interval=2, keepalives_count=3, tcp_user_timeout=5_000,
                application_name="jigyo",
                options=f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
                " -c idle_in_transaction_session_timeout=60s " + _options(self.url),
            )  # fmt: skip
        except psycopg.OperationalError:
            self._away_until = monotonic() + AWAY_SECONDS
            raise
        self._read_clock(connection)
        return connection

    def _read_clock(self, connection: Any) -> None:
        """Compare the clocks: with every connection, of which every tick makes one."""
        asked = self._wall()
        (theirs,) = connection.execute("SELECT clock_timestamp()").fetchone()
        connection.rollback()
        ours = self._wall()
        if ours - asked < PROMPT:
            self.clock_ahead = asked + (ours - asked) / 2 - theirs

    def execute(self, sql: str, values: Values = ()) -> Rows:
        """Run a statement; outside `writing()` it is committed by itself."""
        connection: Connection | None = getattr(self._local, "connection", None)
        with self._translated():
            if connection is not None:
                return _run(connection, sql, values)
            self._migrate()
            is_reading = sql.lstrip().startswith(("SELECT", "WITH"))
            return self._once_more(partial(self._execute_alone, sql, values), is_safe=is_reading)

    def _execute_alone(self, sql: str, values: Values) -> Found:
        with self._at_once.connect() as alone:
            return _run(alone, sql, values)

    def _once_more(self, function: Callable[[], Result], *, is_safe: bool = True) -> Result:
        """Do it; again where the connection was broken since its last use: the others are made anew."""
        from sqlalchemy.exc import DBAPIError

        try:
            return function()
        except DBAPIError as error:
            if not (is_safe and error.connection_invalidated):
                raise
            return function()

    def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        """Run a statement for each of these rows, inside `writing()`."""
        connection: Connection = self._local.connection
        named = [_named(row) for row in rows]
        with self._translated():
            if named:
                connection.execute(_bound(sql), named)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction behind the city's lock. Raises LockError when somebody holds that for too long."""
        if getattr(self._local, "connection", None) is not None:
            yield
            return
        with self._translated():
            self._migrate()
            with self._once_more(self._locked) as connection:
                self._local.connection = connection
                try:
                    yield
                    connection.commit()
                finally:
                    self._local.connection = None

    def _locked(self) -> Connection:
        """A connection in a transaction with the city's lock; closed without a commit, it is rolled back."""
        connection = self._engine.connect()
        try:
            connection.exec_driver_sql(_CITY_LOCK)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Inside, everything that is read is of one moment; nobody waits for it."""
        with self._translated():
            self._migrate()
            with self._engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                self._local.connection = connection
                try:
                    yield
                finally:
                    self._local.connection = None

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a name by a lock of a connection of its own, which ends with the process or its machine."""
        import psycopg

        with self._translated():
            self._migrate()
            connection = self._connect()
            try:
                connection.autocommit = True
                connection.execute(f"SELECT pg_advisory_lock({_NAME_KEY})", [name])
            except BaseException:
                connection.close()
                raise
        try:
            yield
        finally:
            with suppress(psycopg.OperationalError):
                connection.execute(
                    "SELECT pg_advisory_unlock_all()"
                )  # the end of a connection takes a moment
            connection.close()

    def is_held(self, name: str) -> bool:
        """Whether a process holds the name: nobody else gets its lock."""
        with self._translated(), self._engine.begin() as connection:
            taken = connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_NAME_KEY})", (name,))
            return not taken.scalar_one()

    def forget_held(self, but: Iterable[str]) -> None:
        """Nothing is left of a lock."""

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """SQLAlchemy's and psycopg's errors as those that `State` promises."""
        from psycopg import OperationalError
        from sqlalchemy import exc

        try:
            yield
        except exc.IntegrityError as error:
            raise sqlite3.IntegrityError(str(error.orig)) from error
        except exc.DBAPIError as error:
            state = getattr(error.orig, "sqlstate", None) or ""
            if state == LOCKED:
                raise LockError(BUSY) from error
            if state == "25006":  # it only reads, since it became a standby: the primary is looked for anew
                self._engine.dispose()
            # Connection exceptions, a server that stops or starts.
            is_broken = isinstance(error, exc.OperationalError | exc.InterfaceError) and not state
            if error.connection_invalidated or is_broken or state == "25006" or state[:2] in ("08", "57"):
                raise StateAwayError(AWAY) from error
            raise DatabaseError(f"PostgreSQL の記録を読み書きできません: {error.orig}") from error
        except (OperationalError, exc.TimeoutError) as error:  # of a connection of its own; all are in use
            if getattr(error, "sqlstate", None) == LOCKED:
                raise LockError(BUSY) from error
            raise StateAwayError(AWAY) from error

    def _migrate(self) -> None:
        """Once a process, bring the tables up to date. Raises DatabaseError for those of a newer jigyo."""
        if self._is_current:
            return
        with self._lock:
            if self._is_current:
                return
            with self._engine.begin() as connection:
                number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
                if number < 150_000:
                    raise DatabaseError("JIGYO_STATE には PostgreSQL 15 以上が要ります。")
                if _revision(connection) != HEAD:
                    _upgrade(connection)
                place = connection.exec_driver_sql("SELECT place FROM state_place").scalar_one_or_none()
                refuse_elsewhere("" if self._is_moving else place or "", USE_SQLITE)
            self._is_current = True


_CITY_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 0))"
_NAME_KEY = "hashtextextended(current_schema() || ' ' || %s, 1)"


def _options(url: str) -> str:
    """What the address itself says of `options`, which ours would replace."""
    from psycopg.conninfo import conninfo_to_dict

    return str(conninfo_to_dict(url).get("options", ""))


def _run(connection: Connection, sql: str, values: Values) -> Found:
    done = connection.execute(_bound(sql), _named(values))
    return Found([tuple(row) for row in done] if done.returns_rows else [], done.rowcount)


def _revision(connection: Connection) -> str:
    known = connection.exec_driver_sql("SELECT to_regclass('alembic_version')").scalar_one()
    if known is None:
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none())


def _upgrade(connection: Connection) -> None:
    """Apply Alembic's revisions, under a lock so that processes starting together do not race."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    script = ScriptDirectory(str(Path(__file__).parent))
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 2))")
    steps = EnvironmentContext(
        Config(), script, fn=lambda revision, _: script._upgrade_revs("head", revision)
    )
    with steps:
        steps.configure(connection=connection)
        try:
            steps.run_migrations()
        except CommandError as error:
            raise DatabaseError(
                "PostgreSQL の記録は新しい版の jigyo で作られています。jigyo を新しくしてください。"
            ) from error


_POOLS: dict[str, PostgreSQL] = {}
_POOLS_LOCK = threading.Lock()


def postgresql(url: str) -> PostgreSQL:
    """The pool of this process for an address, one for all threads, whichever of them asks first."""
    if url not in _POOLS:
        with _POOLS_LOCK:
            if url not in _POOLS:
                _POOLS[url] = PostgreSQL(url)
    return _POOLS[url]
