"""Opening the database: pragmas, migrations, one connection a thread."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar
from weakref import WeakValueDictionary

import sqlite_utils
from sqlite_utils.migrations import Migrations

from store import schema
from store.index import NEWEST
from store.state import USE_POSTGRESQL, Location, State, Values, postgresql, refuse_elsewhere
from store.state import DatabaseError as DatabaseError
from store.state import LockError as LockError
from store.state import StateAwayError as StateAwayError

if TYPE_CHECKING:
    from store.index.snapshot import IndexSnapshot

BUSY_TIMEOUT_MS = 10_000
LOOK_UP_MS = 100  # how often a wait that can be called off looks whether it is
PRIVATE = 0o600  # of the database (its -wal and -shm follow it), backups and exports: they name people
LONG_WRITE = 5.0  # seconds of a transaction, waiting for its lock included, that the log tells of
LARGE = 200_000_000  # bytes of a file from which on reading it in place is worth the address space
_NOT_OURS = "{} は jigyo のデータベースではありません。--db か JIGYO_DB を確かめてください。"


log = logging.getLogger(__name__)

Opened = TypeVar("Opened", bound=sqlite_utils.Database)


@dataclass(frozen=True)
class Patience:
    """For how long a connection's transactions wait for the write lock, and what calls all such waits off."""

    seconds: float
    called_off: threading.Event


class Snapshots:
    """The snapshots of one open database, shared by its connections: the newest, and those still in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest: IndexSnapshot | None = None
        self._in_use: WeakValueDictionary[int, IndexSnapshot] = WeakValueDictionary()

    def at(self, generation: int) -> IndexSnapshot:
        """The snapshot of that version, one for all threads that ask while any of them uses it.

        A connection in an older transaction may still ask for an older one; the newest stays.
        """
        newest = self._newest
        if newest is not None and newest.generation == generation:
            return newest
        with self._lock:
            found = self._in_use.get(generation)
            if found is None:
                found = self._in_use[generation] = _new_snapshot(generation)
            if self._newest is None or generation >= self._newest.generation:
                self._newest = found
            return found


def _new_snapshot(generation: int) -> IndexSnapshot:
    """An unread snapshot; what reads it is imported here, for most commands never look into the index."""
    from store.index.snapshot import IndexSnapshot

    return IndexSnapshot(generation)


class Database(sqlite_utils.Database):
    """A connection to an open database, and the snapshots of its index that connections to it share.

    Which version of the index a connection sees is decided by its transaction; so the snapshot that goes with
    it is had from the connection, and from nowhere else.
    """

    def __init__(self, connection: sqlite3.Connection, snapshots: Snapshots, state: str = "") -> None:
        super().__init__(connection)
        self._state = state
        self.place = ""  # of the state in the file: '' or `here`, else `arriving` or `left`
        self.opened: tuple[Path, tuple[int, int]] | None = None  # the file, and which one it was then
        self.patience: Patience | None = None  # None: as long as BUSY_TIMEOUT_MS, whatever happens
        self._snapshots = snapshots
        self._reading: IndexSnapshot | None = None
        self._within: AbstractContextManager[IndexSnapshot]  # what is read within the transaction of now

    @property
    def state(self) -> State:
        """What people and the bot change, in the engine that it is kept in. DatabaseError elsewhere."""
        if self._state:
            return postgresql(self._state)
        if self.place:
            refuse_elsewhere(self.place, USE_POSTGRESQL)
        return BesideTheLists(self)

    @property
    def state_is_elsewhere(self) -> bool:
        """Whether the state is on a server, for which no search waits."""
        return bool(self._state)

    @property
    def snapshot(self) -> IndexSnapshot:
        """The snapshot of the version that this connection is reading. RuntimeError outside `reading()`."""
        if self._reading is None:
            raise RuntimeError("the index is looked into outside reading()")
        return self._reading

    @property
    def is_reading(self) -> bool:
        """Whether it is inside `reading()`."""
        return self._reading is not None

    def reading(self) -> AbstractContextManager[IndexSnapshot]:
        """One read transaction: inside, all that is read, from tables or `snapshot`, is of one version.

        Inside another it is part of that one. Inside a transaction that writes, what it has written is seen,
        through a snapshot of its own: it may never be committed.
        """
        return Reading(self) if self._reading is None else self._within


class Reading:
    """`Database.reading()` as a context manager; it gives the snapshot of the version that is read."""

    __slots__ = ("_began", "_db", "_writes")

    def __init__(self, db: Database) -> None:
        self._db = db

    def __enter__(self) -> IndexSnapshot:
        db = self._db
        self._began = time.monotonic()
        self._writes = db.conn.in_transaction
        if not self._writes:
            db.conn.execute("BEGIN")
        try:
            (now,) = db.conn.execute(NEWEST).fetchone()
            found = _new_snapshot(now) if self._writes else db._snapshots.at(now)
        except BaseException:
            self._end()
            raise
        found.version.here.db = db
        db._reading, db._within = found, nullcontext(found)
        return found

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        db = self._db
        if db._reading is not None:
            db._reading.version.here.db = None
            db._reading = None
        if not self._writes:
            db.conn.commit()
            if log.isEnabledFor(logging.DEBUG):
                log.debug("read", extra={"took_ms": round((time.monotonic() - self._began) * 1000, 1)})


def upsert(table: str, names: Sequence[str], *, key: Sequence[str]) -> str:
    """The statement that puts a row of these columns in place of one with the same key."""
    columns = ", ".join(f'"{name}"' for name in names)
    kept = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in key)
    marks, unique = ", ".join("?" * len(names)), ", ".join(f'"{name}"' for name in key)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({unique}) DO UPDATE SET {kept}"


class BesideTheLists:
    """The state in the same file as the lists, and in the same transactions."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def execute(self, sql: str, values: Values = ()) -> sqlite3.Cursor:
        """Run a statement; outside `writing()` it is committed by itself."""
        return self._db.execute(sql, values)  # type: ignore[arg-type]  # any mapping will do

    def executemany(self, sql: str, rows: Iterable[Values]) -> None:
        """Run a statement for each of these rows, inside `writing()`."""
        self._db.conn.executemany(sql, rows)

    @property
    def clock_ahead(self) -> timedelta:
        """Whoever has the file has this machine's clock."""
        return timedelta()

    def writing(self) -> AbstractContextManager[object]:
        """A transaction of the file."""
        return writing(self._db)

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """Hold a name by the lock of a file beside the database, which ends with the process."""
        path = self._lock_file(name)
        while (connection := _locked(path)) is None:
            pass  # somebody swept the new file in the instant before it was locked: make it again
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            connection.close()

    def is_held(self, name: str) -> bool:
        """Whether the file of a name is there and locked."""
        path = self._lock_file(name)
        if not path.exists():
            return False
        connection = _locked(path)
        if connection is not None:
            connection.close()
        return connection is None

    def forget_held(self, but: Iterable[str]) -> None:
        """Remove the files that dead processes left, `but` for those of these names."""
        keep = {self._lock_file(name) for name in but}
        file = self._file
        for path in file.parent.glob(f"{file.name}-poster-*"):
            connection = None if path in keep else _locked(path)
            if connection is not None:
                path.unlink(missing_ok=True)
                connection.close()

    @property
    def _file(self) -> Path:
        assert self._db.opened is not None, "who holds a name has a file"  # noqa: S101
        return self._db.opened[0]

    def _lock_file(self, name: str) -> Path:
        return self._file.with_name(f"{self._file.name}-poster-{name}")


def _locked(path: Path) -> sqlite3.Connection | None:
    """A connection that holds the file's lock; None when another holds it, or the file went away."""
    make_private(path)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=MEMORY")  # nothing is ever written: no journal file beside it
        connection.execute("BEGIN EXCLUSIVE")
        if path.exists():
            return connection
    connection.close()
    return None


def state_of(path: str | Path) -> str:
    """The address of the state that goes with a path; '' for the file itself."""
    return path.state if isinstance(path, Location) else ""


def open_database(path: str | Path, *, migrate: bool = True, snapshots: Snapshots | None = None) -> Database:
    """Open `path` (created when absent) with WAL, foreign keys and a busy timeout; apply pending migrations.

    The connection belongs to the calling thread; `snapshots` are those that it shares with others. Raises
    DatabaseError when the file is no SQLite database, belongs to another program or a newer jigyo, or cannot
    be opened.
    """
    make_private(path)
    try:
        connection = _connect(path)
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        database = Database(connection, snapshots or Snapshots(), state_of(path))
        if migrate:
            _refuse_others(database, path)
        if not _is_read_only_disk(path):
            _use_wal(connection)
        connection.execute("PRAGMA synchronous=FULL")
        if Path(path).exists() and (size := Path(path).stat().st_size) > LARGE:
            connection.execute(f"PRAGMA mmap_size={2 * size}")
        database.opened = _opened(path)
        if migrate:
            apply_migrations(database, schema.MIGRATIONS)
            database.place = next((row[0] for row in database.execute("SELECT place FROM state_place")), "")
    except sqlite3.Error as error:
        what = "フォルダーがあるか" if not Path(path).parent.exists() else "ほかの場所でないか、権限があるか"
        raise DatabaseError(
            f"データベース {path} を開けません（{error}）。{what}確かめてください。"
        ) from error
    return database


def _connect(path: str | Path) -> sqlite3.Connection:
    """Connect; on a read-only disk, where SQLite can make no -shm, to the file as it is.

    What a -wal of before has is not seen there: it can't be read without a -shm. One that is not empty is an
    error of SQLite's.
    """
    timeout = BUSY_TIMEOUT_MS / 1000
    if not _is_read_only_disk(path) or _size(f"{path}-wal"):
        return sqlite3.connect(str(path), timeout=timeout)
    as_it_is = f"{Path(path).resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(as_it_is, timeout=timeout, uri=True)


def _is_read_only_disk(path: str | Path) -> bool:
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (OSError, ValueError):
        return False


def _size(path: str | Path) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def make_private(path: str | Path) -> None:
    """Make the empty file `path`, readable by its owner alone whatever the umask, unless there is one.

    SQLite would make it readable by everybody. Why a file can't be made is for SQLite to tell.
    """
    if str(path) in ("", ":memory:"):
        return
    with suppress(OSError, RuntimeError):  # a link that points at itself is a RuntimeError
        file = os.open(Path(path).resolve(), os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE)
        os.fchmod(file, PRIVATE)
        os.close(file)


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn WAL on; SQLite itself does not wait while another process that opens the new file does so too."""
    give_up = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def origin(database: sqlite_utils.Database) -> Literal["empty", "ours", "newer", "other"]:
    """Whose tables these are: nobody's yet, of a version that we know, a newer jigyo's, another program's."""
    tables = {name for (name,) in database.execute("SELECT tbl_name FROM sqlite_master")}
    if not tables - {"_sqlite_migrations", "sqlite_sequence"}:
        return "empty"
    if "_sqlite_migrations" not in tables:
        return "other"
    nothing = sqlite_utils.Database(memory=True)
    known = {(each.name, step.name) for each in schema.MIGRATIONS for step in each.pending(nothing)}
    applied = set(database.execute("SELECT migration_set, name FROM _sqlite_migrations"))
    if not applied & known:
        return "other"
    return "newer" if applied - known else "ours"


def _refuse_others(database: Database, path: str | Path) -> None:
    """Another program's tables are not ours to add to; a newer jigyo's may mean something else."""
    whose = origin(database)
    if whose == "other":
        raise DatabaseError(_NOT_OURS.format(path))
    if whose == "newer":
        raise DatabaseError(
            f"データベース {path} は新しい版の jigyo で作られています。jigyo を新しくしてください。"
        )


def open_existing(path: str | Path, *, snapshots: Snapshots | None = None) -> Database:
    """Open a database for reading what is in it. Raises DatabaseError when there is none at `path`."""
    if not Path(path).exists():
        raise DatabaseError(
            f"データベース {path} がありません。--db か JIGYO_DB を確かめるか、jigyo load で作ってください。"
        )
    return open_database(path, snapshots=snapshots)


def apply_migrations(database: sqlite_utils.Database, sets: tuple[Migrations, ...]) -> None:
    """Apply what is pending, under one write lock so that processes starting together do not race."""
    if not any(migrations.pending(database) for migrations in sets):
        return
    with writing(database):
        for migrations in sets:
            migrations.apply(database)


@contextmanager
def writing(database: Opened) -> Iterator[Opened]:
    """One write transaction, taken at once: what is read inside cannot change before it commits.

    Inside another it is part of that one; inside `reading()` RuntimeError, for that one is never committed.
    Raises LockError when the connection's `patience` is called off before the lock is had.
    """
    if isinstance(database, Database) and database.is_reading:
        raise RuntimeError("what is only reading does not write")
    if database.conn.in_transaction:
        yield database
        return
    began, before = time.monotonic(), database.conn.total_changes
    _take_lock(database)
    taken = time.monotonic()
    try:
        _refuse_gone(database)
        yield database
        database.conn.execute("COMMIT")
        _log_write(database.conn.total_changes - before, waited=taken - began, took=time.monotonic() - taken)
    except BaseException:
        database.conn.rollback()
        raise


def _opened(path: str | Path) -> tuple[Path, tuple[int, int]] | None:
    try:
        now = Path(path).stat()
    except (OSError, ValueError):  # one in memory
        return None
    return Path(path), (now.st_dev, now.st_ino)


def _refuse_gone(database: sqlite_utils.Database) -> None:
    """Raise DatabaseError when the file is not where it was opened: what is written now nobody would find."""
    if isinstance(database, Database) and database.opened and _opened(database.opened[0]) != database.opened:
        raise DatabaseError(f"データベース {database.opened[0]} がなくなっています。何も変えていません。")


def _take_lock(database: sqlite_utils.Database) -> None:
    patience = database.patience if isinstance(database, Database) else None
    if patience is None:
        database.conn.execute("BEGIN IMMEDIATE")
        return
    give_up = time.monotonic() + patience.seconds
    database.conn.execute(f"PRAGMA busy_timeout={LOOK_UP_MS}")  # while SQLite waits nothing can call it off
    try:
        while True:
            try:
                database.conn.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                    raise
                if patience.called_off.is_set():
                    raise LockError("the wait for the write lock was called off") from error
    finally:
        database.conn.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")


def _log_write(changes: int, *, waited: float, took: float) -> None:
    """A line about a transaction, with the id of the request it was for; at WARNING when it was long."""
    level = logging.WARNING if waited + took > LONG_WRITE else logging.DEBUG
    if log.isEnabledFor(level):
        figures = {"changes": changes, "waited_ms": round(waited * 1000, 1), "took_ms": round(took * 1000, 1)}
        log.log(level, "wrote", extra=figures)


class Databases:
    """Hands every thread its own connection to one file (a sqlite3 connection belongs to its thread).

    All of them share the snapshots of its index.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._path, self.located = str(path), Path(path) if isinstance(path, str) else path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._file: tuple[int, int] | None = None
        self._snapshots = Snapshots()

    def get(self) -> Database:
        """This thread's connection, opened on first use, anew when another file was put at the path.

        Raises DatabaseError when the file is gone on first use.
        """
        opened: tuple[Database, Snapshots] | None = getattr(self._local, "opened", None)
        if opened is not None and opened[0].is_reading:
            return opened[0]
        while opened is None or opened[1] is not self._of_file():
            snapshots = self._of_file()
            opened = self._local.opened = (open_existing(self.located, snapshots=snapshots), snapshots)
        return opened[0]

    @property
    def is_shared(self) -> bool:
        """Whether other machines may have the same state."""
        return bool(getattr(self.located, "state", ""))

    def close(self) -> None:
        """Close this thread's connection; the next `get` opens another."""
        opened = self._local.__dict__.pop("opened", None)
        if opened is not None:
            opened[0].close()

    def snapshot(self) -> IndexSnapshot:
        """The newest version of the index, every part of it in memory: any thread may use it, at any time."""
        with self.get().reading() as snapshot:
            snapshot.warm_up()
            return snapshot

    def _of_file(self) -> Snapshots:
        """The snapshots of the file that is at the path, or last was."""
        try:
            now = os.stat(self._path)  # noqa: PTH116  # asked at every request: a Path costs as much again
        except OSError:
            return self._snapshots
        file = (now.st_dev, now.st_ino)
        if file != self._file:
            with self._lock:
                if self._file not in (None, file):
                    self._snapshots = Snapshots()
                self._file = file
        return self._snapshots
