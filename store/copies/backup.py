"""A copy of the whole database while it is in use, and the way back: each whole or not at all.

What is copied is looked at in a private copy, a temporary database of SQLite's that is gone when this process
ends, however it ends. A new file is made under another name and gets its own in one step, if that is free.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import chain, count
from pathlib import Path

import sqlite_utils

from store import schema
from store.copies import transfer
from store.database import (
    PRIVATE,
    BesideTheLists,
    Database,
    DatabaseError,
    Snapshots,
    apply_migrations,
    open_database,
    origin,
    state_of,
)
from store.index.writer import damage, problems
from store.state import postgresql

STEP = 1_000  # pages copied between two looks at how it went
_BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a database, and reads again
_NO_LINKS = (
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
)  # of a file system without hard links
_MOVE_AWAY = "ボットを止め、{}（あれば -wal と -shm も）を別の名前にしてから、もう一度お試しください。"


def backup(path: Path, target: Path) -> None:
    """Copy the database at `path` to the new file `target`, consistent even while others write.

    `target` appears once it is whole and was read back. It is in WAL mode, ready to be used as a database.
    Raises DatabaseError, nothing written, when `target` exists, or `path` is missing, damaged or not ours.
    """
    if not path.exists():
        raise DatabaseError(f"データベース {path} がありません。--db か JIGYO_DB を確かめてください。")
    _refuse_taken(target)
    with copy_of(path) as copy, _new_file(target) as part:
        if url := state_of(path):
            _take_state(url, copy)
        _write(copy.conn, part)  # as it is: of an earlier version it stays one of that version
        _refuse_unsound(copy, path, "以前のバックアップがあれば、jigyo restore で戻せます。")


def restore(source: Path, path: Path) -> Path | None:
    """Replace what is in the database at `path` by the backup `source`: `restoring` without a question."""
    with restoring(source, path) as replace:
        return replace()


@contextmanager
def restoring(source: Path, path: Path) -> Iterator[Callable[[], Path | None]]:
    """Look at the backup `source` and at `path`; inside, the function given replaces the content of `path`.

    It returns the file beside `path` that has the content of before, None where there was none. It replaces
    in one transaction: processes that have `path` open, and whoever opens it after a kill, see the old rows
    or the new ones. Raises DatabaseError, leaving `path` as it was, when `source` is missing, damaged or no
    database of a version that we know, or when `path` is somebody else's.
    """
    if not source.exists():
        raise DatabaseError(f"バックアップ {source} がありません。")
    _refuse_place(path, source)
    with copy_of(source) as copy:
        _refuse_unsound(copy, source, "別のバックアップを指定してください。")
        url = state_of(path)
        yield lambda: _replace_both(path, url, copy) if url else replace(path, copy)


def _take_state(url: str, copy: Database) -> None:
    """Put the state of one moment in PostgreSQL into a copy of the lists: with it, it is a whole database."""
    apply_migrations(copy, schema.MIGRATIONS)
    state = postgresql(url)
    with state.snapshot():
        transfer.copy(state, BesideTheLists(copy))
    copy.execute("DELETE FROM state_place")


def _replace_both(path: Path, url: str, copy: Database) -> Path | None:
    """Replace the lists in the file and the state in PostgreSQL: the latter is committed last."""
    before = next(_free_names(path))
    number = 0  # of the published lists: those that are restored come after the newest
    if path.exists():
        backup(path, before)
        with closing(open_database(path)) as live:
            (number,) = live.execute("PRAGMA user_version").fetchone()
    copy.execute(f"PRAGMA user_version = {number}")
    state = postgresql(url)
    with state.writing():
        transfer.copy(BesideTheLists(copy), state)
        if (saved := replace(path, copy)) is not None:
            saved.unlink()  # `before` has it, and the state
    return before if before.exists() else None


Look = Callable[[sqlite3.Connection], None]


def replace(path: Path, copy: Database, *, look: Look = lambda live: None) -> Path | None:
    """Replace the content of the file at `path` by a copy's in one transaction; where the old content is.

    `look` sees what is to be replaced once nobody can change it any more, and may raise to leave it.
    """
    if not path.exists():
        with _new_file(path) as part:
            _write(copy.conn, part)
        return None
    live = open_database(path, migrate=False)
    with closing(live.conn):
        _refuse_page_size(copy, live, path)
        saved: list[Path] = []
        try:
            _copy_over(copy, live, path, saved, look)
        except BaseException as error:
            if saved and _generation(live) < _generation(copy):  # nothing was replaced
                saved[0].unlink()
            if isinstance(error, sqlite3.Error):
                raise DatabaseError(f"{path} に書けません（{error}）。何も変えていません。") from error
            raise
        live.execute("PRAGMA busy_timeout=1000")
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the log is as large as the database now
    return saved[0] if saved else None


def _copy_over(copy: Database, live: Database, path: Path, saved: list[Path], look: Look) -> None:
    """Replace all pages of `live` in one transaction, `path` being saved (in `saved`) as it is then.

    The online backup takes the write lock at its first step and commits with its last one. Nobody writes in
    between, so that what is saved is what is replaced, to the last row.
    """
    is_locked = False

    def between(status: int, remaining: int, total: int) -> None:
        nonlocal is_locked
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DatabaseError(
                f"ほかの処理が {path} に書き込んでいます。少し待ってから、もう一度お試しください。"
            )
        if status == sqlite3.SQLITE_OK and not is_locked:
            is_locked = True
            with closing(sqlite3.connect(path)) as before:  # `live` is SQLite's until the backup is done
                look(before)
                saved.extend(_save(before, path))
                # Ahead of both histories, so that no cache takes the restored rows for those it knows.
                newest = max(_generation(sqlite_utils.Database(before)), _generation(copy)) + 1
            copy.execute("UPDATE generations SET value = ?", [newest])

    (pages,) = copy.execute("PRAGMA page_count").fetchone()
    copy.conn.backup(live.conn, pages=max(1, min(STEP, pages // 2)), progress=between)


def _save(connection: sqlite3.Connection, path: Path) -> Iterator[Path]:
    """Save the database in a new file beside its `path`, unless it is empty."""
    if origin(sqlite_utils.Database(connection)) == "empty":
        return
    target = next(_free_names(path))
    with _new_file(target) as part:
        _write(connection, part)
    yield target


def _free_names(path: Path) -> Iterator[Path]:
    """Names beside a database for what it had before, that nothing has."""
    real = Path(path).resolve()
    numbers = chain([""], (f"-{number}" for number in count(2)))
    names = (real.with_name(f"{real.stem}.before-restore{number}{real.suffix}") for number in numbers)
    return (name for name in names if not _taken(name))


def _refuse_page_size(copy: Database, live: Database, path: Path) -> None:
    """Raise DatabaseError when the pages differ in size: a database in WAL mode keeps the size it has."""
    sizes = {db.execute("PRAGMA page_size").fetchone()[0] for db in (copy, live)}
    if len(sizes) > 1:
        raise DatabaseError(
            "バックアップと今のデータベースとで、SQLite のページの大きさが違います。"
            + _MOVE_AWAY.format(path)
        )


def _generation(db: sqlite_utils.Database) -> int:
    """The newest generation; 0 where there is none to read."""
    try:
        return int(db.execute("SELECT coalesce(max(value), 0) FROM generations").fetchone()[0])
    except sqlite3.DatabaseError:
        return 0


def _refuse_place(path: Path, source: Path) -> None:
    """Raise DatabaseError unless `path` is ours to replace, or nothing has its name."""
    if not path.exists():
        _refuse_taken(path)
        return
    if path.samefile(source):
        raise DatabaseError(f"{source} は今のデータベースそのものです。バックアップを指定してください。")
    try:
        with _reading(path) as live:
            _refuse_origin(sqlite_utils.Database(live), path, can_be_empty=True)
    except sqlite3.Error as error:
        raise DatabaseError(
            f"データベース {path} の中を確かめられません（{error}）。" + _MOVE_AWAY.format(path)
        ) from error


def _refuse_unsound(copy: Database, path: Path, otherwise: str) -> None:
    """Bring the `copy` of `path` up to date; raise DatabaseError unless it is ours and nothing is wrong."""
    try:
        _refuse_origin(copy, path)
        found = [*damage(copy)]
        if not found:
            copy.execute("PRAGMA foreign_keys=ON")
            apply_migrations(copy, schema.MIGRATIONS)
            found = [*problems(copy), *_triggers_of_others(copy)]
    except sqlite3.Error as error:
        raise DatabaseError(f"{path} は壊れています（{error}）。{otherwise}") from error
    if found:
        more = f"、ほか{len(found) - 1}件" if found[1:] else ""
        raise DatabaseError(f"{path} は壊れています（{found[0].rstrip('。')}{more}）。{otherwise}")


def _triggers_of_others(copy: sqlite_utils.Database) -> Iterator[str]:
    """The triggers of an up-to-date database that are not ours: once restored, they act on their own."""
    ours = sqlite_utils.Database(memory=True)
    with closing(ours.conn):
        apply_migrations(ours, schema.MIGRATIONS)
        expected = {(trigger.name, trigger.sql) for trigger in ours.triggers}
    for trigger in copy.triggers:
        if (trigger.name, trigger.sql) not in expected:
            yield f"jigyo のものではないトリガー {trigger.name} があります"


def _refuse_origin(db: sqlite_utils.Database, path: Path, *, can_be_empty: bool = False) -> None:
    whose = origin(db)
    if whose == "newer":
        raise DatabaseError(f"{path} は新しい版の jigyo で作られています。jigyo を新しくしてください。")
    if whose == "other" or (whose == "empty" and not can_be_empty):
        raise DatabaseError(f"{path} は jigyo のデータベースではありません。")


@contextmanager
def copy_of(path: Path) -> Iterator[Database]:
    """A private copy of the database at `path`, as it is at this moment."""
    with closing(sqlite3.connect("")) as connection:
        try:
            with _reading(path) as source:
                source.backup(connection)
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise DatabaseError(f"{path} はデータベースではないか、壊れています（{error}）。") from error
            raise DatabaseError(
                f"{path} の写しを作れません（{error}）。権限と、一時ファイルの場所の空きを確かめてください。"
            ) from error
        yield Database(connection, Snapshots())


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that only reads, and leaves nothing beside `path`."""
    if not path.is_file():
        raise DatabaseError(f"{path} はファイルではありません。")
    real = path.resolve()
    # Nobody has it open: it is read without locks, for which SQLite would leave a -wal and a -shm beside it.
    is_idle = not _in_use(real)
    before = real.stat()
    options = "mode=ro&immutable=1" if is_idle else "mode=ro"
    with closing(sqlite3.connect(f"{real.as_uri()}?{options}", uri=True)) as connection:
        yield connection
    now = real.stat()
    if is_idle and (_in_use(real) or (before.st_mtime_ns, before.st_size) != (now.st_mtime_ns, now.st_size)):
        raise DatabaseError(f"{path} は今ちょうど使われ始めました。もう一度お試しください。")


def _in_use(real: Path) -> bool:
    return any(Path(f"{real}{end}").exists() for end in ("-wal", "-journal"))


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A private file that gets the name `target` in one step at the end of the block, if that is free."""
    _refuse_taken(target)
    try:
        file, name = tempfile.mkstemp(prefix=".jigyo-", suffix=".part", dir=target.parent)
        os.fchmod(file, PRIVATE)
        os.close(file)
        try:
            yield Path(name)
            _name(Path(name), target)
        finally:
            for end in ("", *_BESIDE):
                Path(f"{name}{end}").unlink(missing_ok=True)
    except FileExistsError:
        raise _taken_error(target) from None
    except OSError as error:
        raise DatabaseError(f"{target} に書けません（{error.strerror}）。") from error
    except sqlite3.Error as error:
        raise DatabaseError(f"{target} に書けません（{error}）。") from error


def _name(part: Path, target: Path) -> None:
    """Give the file its name for good. Raises FileExistsError when something has it: nothing is replaced."""
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError from None
        part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    with suppress(OSError):
        os.fsync(folder)
    os.close(folder)


def _write(source: sqlite3.Connection, part: Path) -> None:
    """Copy all pages into the empty file `part` and read it back; what is damaged is copied as it is."""
    with closing(sqlite3.connect(part)) as whole:
        whole.execute("PRAGMA journal_mode=OFF")  # no file beside it
        source.backup(whole)
        whole.execute("PRAGMA journal_mode=WAL")
    with closing(sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as written:
        if not _is_sound(written) and _is_sound(source):
            raise OSError(errno.EIO, "書いたものを読み返せません")


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        return not [*damage(sqlite_utils.Database(connection))]
    except sqlite3.DatabaseError:
        return False


def _taken(target: Path) -> bool:
    """Whether something has this name, a link to nothing too, or is left of a database of this name."""
    return any(os.path.lexists(f"{target}{end}") for end in ("", *_BESIDE))


def _refuse_taken(target: Path) -> None:
    if target.name == "-" or target.name.endswith(_BESIDE):  # SQLite would take it for its own, and empty it
        raise DatabaseError(
            f"{target} という名前のファイルには保存しません。.db で終わるような、別の名前を指定してください。"
        )
    if _taken(target):
        raise _taken_error(target)


def _taken_error(target: Path) -> DatabaseError:
    if os.path.lexists(target):
        return DatabaseError(f"{target} は既にあります。別のファイル名を指定してください。")
    left = next((end for end in _BESIDE if os.path.lexists(f"{target}{end}")), "")
    return DatabaseError(
        f"{target}{left} が残っています。不要なら別の場所に移してから、もう一度お試しください。"
    )
