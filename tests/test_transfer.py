"""`jigyo migrate-state`, backup and restore: every row arrives, whatever was cut off; one engine has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.playground.slack import Sender, SlackServer
from store.copies.backup import backup, restore
from store.copies.transfer import TABLES, to_postgresql, to_sqlite
from store.database import Database, DatabaseError, open_database
from store.evaluation import changes, ledger, registry
from store.evaluation.records import Absence, Nudge, Snooze
from store.state import Location, PostgreSQL
from store.talk import conversations
from store.talk.conversations import Feedback, Turn
from tests import postgres
from tests.running import serving
from tests.sheet_city import DUE, KIND, NOW, SECTIONS
from tests.test_cli import run
from tests.test_ledger import claimed

AT = NOW.isoformat()


def lived_in(path: Path) -> None:
    """Put something into every table of the state."""
    db = open_database(path)
    for section in SECTIONS.values():
        changes.set_contacts(db, section, by="operator", at=NOW)
    changes.set_deadline(db, fiscal_year=2021, kind=KIND, due=DUE, by="U0ADMIN", at=NOW)
    sheet = registry.sheet(db, (2021, "57", KIND))
    assert sheet
    changes.save(db, sheet, replace(sheet, state="提出済"), by="U0CHIEF", at=NOW)
    changes.set_admin(db, "U0ADMIN", listed=True, by="operator", at=NOW)
    changes.set_absence(db, Absence("U0CHIEF", DUE, DUE, "U0DEPUTY"), by="U0CHIEF", at=NOW)
    changes.add_nudge(db, ("政策部", "企画課"), Nudge(NOW, "お早めに", "U0ADMIN"))
    db.state.execute("INSERT INTO round_rules VALUES (2021, ?, '10', '1', 1, '3')", [KIND])
    registry.snooze(db, Snooze("U0CHIEF", DUE, NOW, "U0CHIEF"))
    registry.keep_known(db, "U0CHIEF", said=registry.Known("staff", "T0CITY"), now=NOW)
    registry.turned_away(db, "U0GONE", reason="x", now=AT, ask_again_at=AT)
    for rule in ("before:10", "before:5"):
        assert claimed(db, rule)
    ledger.slot(db, "C1", now=1.5, gap=1.0, patience=9.0)
    ledger.keep_direct_channel(db, "U0CHIEF", "D1")
    ledger.note(db, key="late 1", text="遅れ", at=AT)
    ledger.beat(db, "host:1", now="2026-01-01T00:00:00.000+00:00")
    conversations.claim(db, "Ev1", now=AT, abandoned_before="")
    conversations.keep_value(db, "key", {"blocks": []}, now=AT)
    conversations.is_first(db, "v0=1", now=NOW)
    conversations.remember(db, "T C 1.1", Turn(), now=AT)
    conversations.add(db, Feedback(AT, True, "field", "目的は？", ("11",), "U1", "C1 1.1"))
    conversations.set_section(db, "T1", "C1", "政策部", "企画課", by="U1", at=AT)
    conversations.remember_question(db, "T1", "U1", "ふるさと納税", kind="search", now=AT)
    conversations.add_token(db, "assistant", user="U1", now=AT)
    changes.forget(db, "U0DEPUTY", by="operator", at=NOW)
    db.close()


def rows(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the state."""
    return {
        table.name: sorted(map(tuple, db.state.execute(f"SELECT * FROM {table.name}")), key=repr)
        for table in TABLES
        if table.name != "sheets"  # whose columns stand in another order
    } | {"sheets": [tuple(sorted(map(str, row))) for row in db.state.execute("SELECT * FROM sheets")]}


def without_row_ids(found: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return found | {"deliveries": sorted((row[-10:] for row in found["deliveries"]), key=repr)}


def ignore(table: str, count: int) -> None:
    """Nobody is told."""


@pytest.fixture
def url(postgresql: postgres.Server) -> str:
    return postgresql.city()


def test_every_row_arrives_there_and_back(seeded: Path, url: str) -> None:
    lived_in(seeded)
    before = without_row_ids(rows(open_database(seeded)))
    assert all(before.values())
    there = Location.of(seeded, url)
    told = run("migrate-state", "postgresql", cwd=seeded.parent, JIGYO_DB=str(seeded), JIGYO_STATE=url)
    assert told.returncode == 0, told.stderr
    assert "deliveries: 2行、元と同じです" in told.stdout
    db = open_database(there)
    assert without_row_ids(rows(db)) == before
    with pytest.raises(DatabaseError, match="JIGYO_STATE を設定"):
        _ = open_database(seeded).state
    assert not claimed(db, "before:10")
    assert claimed(db, "before:1")  # whose number no other row has had
    after = without_row_ids(rows(db))
    assert to_sqlite(seeded, url, now=NOW, tell=ignore) == sum(map(len, after.values()))
    assert without_row_ids(rows(open_database(seeded))) == after
    with pytest.raises(DatabaseError, match="外してください"):
        PostgreSQL(url).execute("SELECT 1")
    changes.set_admin(open_database(seeded), "U0LATER", listed=True, by="U9", at=NOW)
    to_postgresql(seeded, url, now=NOW, tell=ignore)
    assert [event.by for event in changes.events(open_database(there))][-1] == "U9"


def test_a_number_is_not_given_twice_also_of_a_row_that_is_gone(seeded: Path, url: str) -> None:
    db = open_database(seeded)
    common = {"fiscal_year": 2021, "kind": KIND, "due": DUE, "by": "U1", "at": NOW}
    _, gone = changes.set_deadline(db, **common)
    db.execute("DELETE FROM deadlines")
    db.close()
    to_postgresql(seeded, url, now=NOW, tell=ignore)
    _, new = changes.set_deadline(open_database(Location.of(seeded, url)), **common)
    assert new.id > gone.id


@pytest.mark.parametrize(
    "moment", [0.05, pytest.param(0.0, marks=pytest.mark.slow), pytest.param(0.2, marks=pytest.mark.slow)]
)
def test_what_was_cut_off_goes_on_and_nobody_uses_half_of_it(seeded: Path, url: str, moment: float) -> None:
    lived_in(seeded)
    before = without_row_ids(rows(open_database(seeded)))
    code = (
        "import sys, datetime, pathlib\nfrom store.copies.transfer import to_postgresql\n"
        "tell = lambda table, rows: print(table, flush=True)\n"
        "now = datetime.datetime.fromisoformat(sys.argv[3])\n"
        "to_postgresql(pathlib.Path(sys.argv[1]), sys.argv[2], now=now, tell=tell)\n"
    )
    arguments = [sys.executable, "-c", code, str(seeded), url, AT]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout
    process.stdout.readline()  # the first table is there
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    place = PostgreSQL(url, is_moving=True).execute("SELECT place FROM state_place").fetchone()[0]
    if place == "arriving":
        with pytest.raises(DatabaseError, match="移している途中"):
            PostgreSQL(url).execute("SELECT 1")
        to_postgresql(seeded, url, now=NOW, tell=ignore)
    assert without_row_ids(rows(open_database(Location.of(seeded, url)))) == before


def test_a_state_that_is_used_or_there_already_is_left_alone(seeded: Path, url: str) -> None:
    lived_in(seeded)
    db = open_database(seeded)
    ledger.beat(db, "host:1", now=ledger.stamp(NOW))
    with pytest.raises(DatabaseError, match="ボットが動いています"):
        to_postgresql(seeded, url, now=NOW, tell=ignore)
    other = PostgreSQL(url)
    other.execute("INSERT INTO admins VALUES ('U5', '', '')")
    with pytest.raises(DatabaseError, match="既に記録があります"):
        to_postgresql(seeded, url, now=NOW + timedelta(hours=1), tell=ignore)
    assert other.execute("SELECT count(*) FROM admins").fetchone()[0] == 1
    assert registry.admins(db) == {"U0ADMIN"}


def test_a_bot_that_runs_is_noticed_also_one_without_reminders_and_one_that_stopped_is_not(
    seeded: Path, url: str, slack: SlackServer
) -> None:
    for to, path in (("postgresql", seeded), ("sqlite", Location.of(seeded, url))):
        move = partial(run, "migrate-state", to, cwd=seeded.parent, JIGYO_DB=str(seeded), JIGYO_STATE=url)
        with serving(slack, path, "--http", "--no-reminders", "--workers", "2") as served:
            told = move()
            assert told.returncode == 2
            assert told.stderr == (
                "jigyo: ボットが動いています。すべて止めてから2分ほど待って、もう一度お試しください。\n"
            )
            assert served.stop() == 0
        told = move()
        assert told.returncode == 0, told.stderr
    with serving(slack, seeded, "--http", "--no-reminders", "--workers", "1") as served:
        assert Sender(slack, served.url).command("締切").status == 200


def test_a_bot_is_not_started_where_the_state_has_left(seeded: Path, url: str, slack: SlackServer) -> None:
    to_postgresql(seeded, url, now=NOW, tell=ignore)
    with pytest.raises(RuntimeError, match="JIGYO_STATE を設定"), serving(slack, seeded, "--http"):
        pass


def test_a_backup_of_both_is_one_file_that_either_engine_takes(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    lived_in(seeded)
    to_postgresql(seeded, url, now=NOW, tell=ignore)
    there = Location.of(seeded, url)
    before = without_row_ids(rows(open_database(there)))
    backup(there, tmp_path / "copy.db")
    assert without_row_ids(rows(open_database(tmp_path / "copy.db"))) == before
    changes.set_admin(open_database(there), "U0LATER", listed=True, by="operator", at=NOW)
    later = without_row_ids(rows(open_database(there)))
    saved = restore(tmp_path / "copy.db", there)
    assert without_row_ids(rows(open_database(there))) == before
    assert saved
    assert without_row_ids(rows(open_database(saved))) == later


def test_the_doctor_says_which_engine_has_the_state(seeded: Path, url: str, tmp_path: Path) -> None:
    said = run("doctor", "--offline", cwd=tmp_path, JIGYO_DB=str(seeded)).stdout
    assert "SQLite（一覧と同じファイル）" in said
    said = run("doctor", "--offline", cwd=tmp_path, JIGYO_DB=str(seeded), JIGYO_STATE=url).stdout
    assert "PostgreSQL 18" in said
    away = f"postgresql://city@/city?host={tmp_path}"
    done = run("doctor", "--offline", "--json", cwd=tmp_path, JIGYO_DB=str(seeded), JIGYO_STATE=away)
    assert "つながりません" in done.stdout
    assert done.returncode == 2
