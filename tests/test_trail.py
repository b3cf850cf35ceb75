"""The trail of changes: it can only be added to; it is read, dropped in time, and forgets people."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.commands.options import system_user
from store.database import Database, open_database
from store.evaluation import changes, registry
from store.evaluation.records import Event
from store.schema.state import sheets as migrations
from tests.conftest import SEED
from tests.sheet_city import DUE, KIND, NOW, POLICY, SECTIONS
from tests.test_migrations import earlier

LONG_AGO = NOW - timedelta(days=800)


def line(at: datetime, by: str = "U0CHIEF", field: str = "state", after: str = "提出済") -> Event:
    return Event(at, by, "sheet", f"2021/57/{KIND}", field, "", after, "", "Slack slash C0PLAN")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_database(tmp_path / "jigyo.db")
    for at in (LONG_AGO, NOW):
        changes.record(db, line(at))
    changes.record(db, line(NOW, "U0ADMIN", "extension_by", "U0DEPUTY"))
    db.conn.commit()
    return db


def audit(path: Path, *words: str) -> list[dict[str, str]]:
    ran = CliRunner().invoke(jigyo, ["--db", str(path), "audit", "--json", *words])
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE trail SET after = 'x'",
        "UPDATE OR REPLACE trail SET id = 2 WHERE id = 1",
        "DELETE FROM trail",
        "DELETE FROM trail WHERE id = 1",
        "INSERT OR REPLACE INTO trail SELECT * FROM trail WHERE id = 1",
        "INSERT INTO trail_horizon VALUES (1, datetime('now'))",
        "INSERT INTO trail_horizon VALUES (1, 'whenever')",
        "UPDATE trail_people SET who = 'U0OTHER'",
        "UPDATE trail_people SET key = 9, who = NULL",
        "DELETE FROM trail_people",
        "INSERT OR REPLACE INTO trail_people (key, who) VALUES (1, 'U0OTHER')",
        "INSERT OR REPLACE INTO trail_people (who) VALUES ('U0CHIEF')",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_line(db: Database, sql: str) -> None:
    before = changes.events(db)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(sql)
    db.conn.rollback()
    assert changes.events(db) == before


def test_lines_go_at_the_end_of_their_years_and_that_is_a_line(db: Database) -> None:
    changes.record(db, line(LONG_AGO, "U0GONE"))
    db.conn.commit()
    assert changes.prune(db, before=NOW - timedelta(days=400), at=NOW) == 2
    left = changes.events(db)
    assert [event.by for event in left] == ["U0CHIEF", "U0ADMIN", changes.BOT]
    assert (left[-1].what, left[-1].before) == ("trail", "2")
    assert changes.prune(db, before=NOW - timedelta(days=400), at=NOW) == 0
    assert "U0GONE" not in {who for (who,) in db.execute("SELECT who FROM trail_people")}
    assert not db.execute("SELECT * FROM trail_horizon").fetchall()


def test_lines_of_the_last_year_cannot_be_dropped(db: Database) -> None:
    before = changes.events(db)
    with pytest.raises(sqlite3.IntegrityError):
        changes.prune(db, before=NOW + timedelta(days=1), at=NOW)
    assert changes.events(db) == before


def test_who_is_forgotten_is_named_nowhere_and_the_lines_stay(db: Database) -> None:
    (path,) = (row[2] for row in db.execute("PRAGMA database_list"))
    db.close()
    for user in ("U0CHIEF", "U0DEPUTY"):
        ran = CliRunner().invoke(jigyo, ["--db", path, "forget", user])
        assert ran.exit_code == 0, ran.output
    db = open_database(path)
    assert [event.by for event in changes.events(db)[:3]] == ["（消去済み1）", "（消去済み1）", "U0ADMIN"]
    assert changes.events(db)[2].after == "（消去済み2）"
    dump = "\n".join(db.conn.iterdump())
    assert "U0CHIEF" not in dump
    assert "U0DEPUTY" not in dump
    again = changes.events(db)[-1]
    assert (again.what, again.by) == ("person", system_user())
    assert CliRunner().invoke(jigyo, ["--db", path, "forget", "U0CHIEF"]).exit_code == 2


def test_who_is_still_registered_is_not_forgotten(seeded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    db = open_database(seeded)
    changes.set_contacts(db, SECTIONS["企画経営課"], by="root", at=NOW)
    monkeypatch.setenv("JIGYO_ADMINS", "U0ADMIN")
    for user in ("U0CHIEF", "U0STAFF", "U0ADMIN"):
        ran = CliRunner().invoke(jigyo, ["--db", str(seeded), "forget", user])
        assert ran.exit_code == 2
    assert {event.by for event in changes.events(db)} == {"root"}


def test_the_trail_is_read_by_sheet_section_person_and_time(seeded: Path) -> None:
    db = open_database(seeded)
    changes.set_contacts(db, SECTIONS["企画経営課"], by="root", at=LONG_AGO)
    common = {"fiscal_year": 2021, "kind": KIND, "due": DUE}
    changes.set_deadline(db, **common, by="U0ADMIN", at=NOW)
    changes.set_deadline(db, **common, department=POLICY, section="企画経営課", by="U0ADMIN", at=NOW)
    for number, user in (("57", "U0CHIEF"), ("11", "U0START")):
        sheet = registry.sheet(db, (2021, number, KIND))
        done = replace(sheet, state="提出済")
        changes.save(db, sheet, done, by=user, at=NOW, whence="Slack slash C0PLAN", note="前\n後")
    assert [each["by"] for each in audit(seeded, "--sheet", "57")] == ["U0CHIEF"]
    assert audit(seeded, "--sheet", "57")[0]["whence"] == "Slack slash C0PLAN"
    of_section = audit(seeded, "--section", "企画経営課")
    assert {each["what"] for each in of_section} == {"section", "deadline", "sheet"}
    assert {each["by"] for each in of_section} == {"root", "U0ADMIN", "U0CHIEF"}
    assert [each["subject"] for each in audit(seeded, "--by", "U0START")] == [f"2021/11/{KIND}"]
    assert audit(seeded, "--by", "U0NOBODY") == []
    yesterday = (NOW - timedelta(days=1)).date().isoformat()
    assert {each["by"] for each in audit(seeded, "--until", yesterday)} == {"root"}
    assert "root" not in {each["by"] for each in audit(seeded, "--since", NOW.date().isoformat())}
    shown = CliRunner().invoke(jigyo, ["--db", str(seeded), "audit", "--sheet", "57"]).stdout
    assert shown.count("\n") == 1
    told = "U0CHIEF（Slack slash C0PLAN） 令和3年度 57 一次評価 状態: 未着手 → 提出済（前 後）\n"
    assert shown.endswith(told)
    refused = CliRunner().invoke(jigyo, ["--db", str(seeded), "audit", "--since", "いつか"])
    assert refused.exit_code == 2


def test_lists_aliases_and_synonyms_are_in_the_trail_too(tmp_path: Path, seeded: Path) -> None:
    listed, synonyms = tmp_path / "one.tsv", tmp_path / "synonyms.csv"
    shutil.copy(SEED, listed)
    synonyms.write_text("語,同義語\n図書,書籍\n", encoding="utf-8")
    for words in (
        ["load", str(listed), "--fiscal-year", "2022"],
        ["sections", "alias", "情政", "情報政策課"],
        ["sections", "alias", "情政", "--remove"],
        ["synonyms", "import", str(synonyms)],
    ):
        ran = CliRunner().invoke(jigyo, ["--db", str(seeded), *words])
        assert ran.exit_code == 0, ran.output
    told = [(each["what"], each["subject"].rpartition("/")[2], each["after"]) for each in audit(seeded)]
    assert told == [
        ("list", "one.tsv", "+48 ~0 -0"), ("alias", "情政", "情報政策課"), ("alias", "情政", ""),
        ("synonyms", "synonyms.csv", "+1"),
    ]  # fmt: skip


def test_a_change_by_a_command_tells_the_systems_user_whoever_is_named(seeded: Path) -> None:
    for words in (
        ["deadlines", "set", KIND, DUE.isoformat()],
        ["sheets", "set", "57", "提出済", "--by", "課長"],
        ["deadlines", "admins", "U0SECOND"],
    ):
        disguised = {"LOGNAME": "somebody", "USER": "somebody"}
        ran = CliRunner().invoke(jigyo, ["--db", str(seeded), *words], env=disguised)
        assert ran.exit_code == 0, ran.output
    told = audit(seeded)
    assert {each["whence"] for each in told} == {f"command {system_user()}"}
    assert {each["by"] for each in told} == {system_user(), "課長"}
    assert [each["subject"] for each in told if each["what"] == "setting"] == ["U0SECOND"]


def test_the_trail_of_an_earlier_version_is_kept_and_names_people_by_a_key(tmp_path: Path) -> None:
    path = tmp_path / "jigyo.db"
    old = earlier(path, migrations, "append_only_trail", later_sets=True)
    for row in (
        [NOW.isoformat(), "U1", "section", "政策部/企画課", "members", "U2 U3", "U2", ""],
        [NOW.isoformat(), "U1", "setting", "U3", "admin", "", "事務局", "異動"],
    ):
        old.execute(f"INSERT INTO changes VALUES (NULL, {', '.join('?' * 8)})", row)
    old.conn.commit()
    old.close()
    db = open_database(path)
    assert [(e.by, e.subject, e.before, e.after, e.note) for e in changes.events(db)] == [
        ("U1", "政策部/企画課", "U2 U3", "U2", ""), ("U1", "U3", "", "事務局", "異動"),
    ]  # fmt: skip
    assert not any("U3" in str(row) for row in db.execute("SELECT * FROM trail"))
