"""The state in SQLite and in PostgreSQL: the same tables, whole changes in turn, one clock, cities apart."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.database import Database, DatabaseError, StateAwayError, open_database
from store.evaluation import changes, ledger
from store.evaluation.ledger import stamp
from store.evaluation.records import Event
from store.state import Location, PostgreSQL
from store.state import postgresql as pool_of
from store.talk import conversations
from tests import postgres
from tests.test_ledger import claimed

ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def path(tmp_path: Path, placed: Callable[[Path], Path]) -> Path:
    return placed(tmp_path / "jigyo.db")


@pytest.fixture
def db(path: Path) -> Database:
    return open_database(path)


def count(db: Database) -> int:
    return int(db.state.execute("SELECT count(*) FROM admins").fetchone()[0])


def add(db: Database, user: str) -> None:
    db.state.execute("INSERT INTO admins VALUES (?, '', '')", [user])


def test_a_change_is_done_whole_or_not_at_all_and_one_inside_another_is_part_of_it(db: Database) -> None:
    def fail() -> None:
        with db.state.writing():
            with db.state.writing():
                add(db, "U1")
            assert count(db) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert count(db) == 0
    add(db, "U1")
    with pytest.raises(sqlite3.IntegrityError):
        add(db, "U1")
    assert count(db) == 1


def test_what_is_read_inside_a_change_holds_until_it_is_done(path: Path) -> None:
    open_database(path)

    def raise_it(_: int) -> None:
        db = open_database(path)
        with db.state.writing():
            (failures,) = db.state.execute("SELECT coalesce(max(failures), 0) FROM pace").fetchone()
            db.state.execute("DELETE FROM pace")
            db.state.execute("INSERT INTO pace VALUES ('C1', 0, ?)", [failures + 1])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(raise_it, range(12)))
    assert open_database(path).state.execute("SELECT failures FROM pace").fetchone()[0] == 12


def test_threads_that_ask_for_the_state_at_once_have_one_pool(postgresql: postgres.Server) -> None:
    for _ in range(20):
        url, together = postgresql.url(f"nobody{time.monotonic_ns()}"), threading.Barrier(8)

        def ask(_: int, url: str = url, together: threading.Barrier = together) -> PostgreSQL:
            together.wait(60)
            return pool_of(url)

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(ask, range(8)))) == 1


def test_an_event_that_two_machines_get_at_once_is_claimed_by_one(path: Path) -> None:
    open_database(path)

    def claim(_: int) -> bool:
        return conversations.claim(open_database(path), "Ev1", now="2026-11-30T09:00", abandoned_before="")

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(24))) == 1


def test_a_name_is_held_until_its_holder_is_done(path: Path) -> None:
    one, other = open_database(path), open_database(path)
    assert not other.state.is_held("me")
    with one.state.hold("me"):
        assert other.state.is_held("me")
        assert not other.state.is_held("you")
    assert not other.state.is_held("me")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trail SET after = 'x'", "DELETE FROM trail", "DELETE FROM trail WHERE id = 1",
        "TRUNCATE trail", "TRUNCATE trail_people CASCADE",
        "INSERT INTO trail_horizon VALUES (1, now()::text)",
        "INSERT INTO trail_horizon VALUES (1, 'whenever')",
        "UPDATE trail_people SET who = 'U0OTHER'", "UPDATE trail_people SET key = 9, who = NULL",
        "DELETE FROM trail_people",
    ],
)  # fmt: skip
def test_postgresql_refuses_to_change_or_delete_a_line_of_the_trail(
    postgresql: postgres.Server, tmp_path: Path, sql: str
) -> None:
    db = open_database(Location.of(tmp_path / "jigyo.db", postgresql.city()))
    changes.record(
        db, Event(datetime(2026, 11, 30, tzinfo=UTC), "U1", "sheet", "2021/57", "state", "", "提出済")
    )
    before = changes.events(db)
    with pytest.raises((sqlite3.IntegrityError, DatabaseError)):
        db.state.execute(sql)
    assert changes.events(db) == before


def columns(db: Database) -> dict[str, list[str]]:
    """Table -> its columns, in SQLite."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {table: sorted(row[1] for row in db.execute(f"PRAGMA table_info({table})")) for table in tables}


def keys(db: Database, table: str) -> set[tuple[str, ...]]:
    """The sets of columns that are unique in a table of SQLite's, its numbers aside."""
    found = {
        tuple(sorted(row[2] for row in db.execute(f"PRAGMA index_info('{index}')")))
        for _, index, is_unique, *_ in db.execute(f"PRAGMA index_list({table})").fetchall()
        if is_unique
    }
    own = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[5]]
    return found | ({tuple(sorted(own))} if own else set())


def test_both_engines_have_the_same_tables_columns_and_keys(
    postgresql: postgres.Server, tmp_path: Path
) -> None:
    db, url = open_database(tmp_path / "jigyo.db"), postgresql.city()
    PostgreSQL(url).execute("SELECT 1")
    city = url.partition("//")[2].partition("@")[0]
    there: dict[str, list[str]] = {}
    for table, column in postgresql.execute(
        f"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '{city}'"
    ):
        there.setdefault(table, []).append(column)
    assert set(there.pop("alembic_version")) == {"version_num"}
    assert there.pop("published")
    assert there.pop("published_parts")
    there["deliveries"].remove("rowid")  # SQLite has it without being told
    assert {table: sorted(names) for table, names in there.items()} == {
        table: names for table, names in columns(db).items() if table in there
    }
    unique: dict[str, set[tuple[str, ...]]] = {}
    for table, names in postgresql.execute(
        "SELECT t.relname, array_agg(a.attname ORDER BY a.attname)::text[] FROM pg_index i"
        " JOIN pg_class t ON t.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = t.oid"
        f" AND a.attnum = ANY (i.indkey) WHERE i.indisunique AND t.relnamespace = '{city}'::regnamespace"
        " GROUP BY t.relname, i.indexrelid"
    ):
        unique.setdefault(table, set()).add(tuple(names))
    unique["deliveries"].remove(("rowid",))
    assert {table: unique[table] for table in there} == {table: keys(db, table) for table in there}


def test_machines_whose_clocks_are_minutes_apart_agree_when_a_lease_is_over(
    postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.city()
    fast, slow = (
        PostgreSQL(url, wall=lambda off=timedelta(minutes=minutes): datetime.now(UTC) + off)
        for minutes in (7, -7)
    )
    db = open_database(Location.of(tmp_path / "jigyo.db", url))
    clocks = []
    for state, minutes in ((fast, 7), (slow, -7)):
        state.execute("SELECT 1")
        clocks.append(datetime.now(UTC) + timedelta(minutes=minutes) - state.clock_ahead)
    assert abs(clocks[0] - clocks[1]) < timedelta(minutes=1)
    post = claimed(db, "before:10")
    assert post
    lease = stamp(clocks[0] + timedelta(minutes=5))
    taken = ledger.take_over(db, post, owner="fast", now=stamp(clocks[0]), lease_until=lease)
    assert taken
    assert ledger.unconfirmed(db, stamp(clocks[1])) == []  # by its own clock, it would lie in the future


def test_no_city_reaches_the_state_of_another(postgresql: postgres.Server, tmp_path: Path) -> None:
    ours, theirs = (postgresql.city() for _ in range(2))
    add(open_database(Location.of(tmp_path / "their.db", theirs)), "U1")
    db = open_database(Location.of(tmp_path / "our.db", ours))
    assert count(db) == 0
    schema, role = (url.partition("//")[2].partition("@")[0] for url in (theirs, ours))
    for sql in (
        f"SELECT * FROM {schema}.admins", f"INSERT INTO {schema}.admins VALUES ('U2', '', '')",
        f"DELETE FROM {schema}.admins", f"DROP SCHEMA {schema} CASCADE",
        f"CREATE TABLE {schema}.mine (id integer)",
        f"SET ROLE {schema}", f"GRANT {schema} TO {role}", f"ALTER SCHEMA {schema} OWNER TO {role}",
        "CREATE TABLE public.mine (id integer)",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=r"permission denied|must (be|have)|ADMIN option"):
            db.state.execute(sql)
    with db.state.writing():
        db.state.execute(f"SET LOCAL search_path TO {schema}")
        with pytest.raises(DatabaseError, match="does not exist"):
            count(db)


def test_a_state_of_a_newer_version_or_that_is_away_is_told_in_a_line(
    postgresql: postgres.Server, tmp_path: Path
) -> None:
    url = postgresql.city()
    PostgreSQL(url).execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match="新しい版"):
        PostgreSQL(url).execute("SELECT 1")
    away = open_database(Location.of(tmp_path / "jigyo.db", f"postgresql://city@/city?host={tmp_path}"))
    for change in (lambda: count(away), lambda: add(away, "U1"), away.state.writing().__enter__):
        with pytest.raises(StateAwayError, match="つながりません"):
            change()
