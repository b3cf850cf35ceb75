"""Lists that one machine loads are on the others, with all made of them; the state stays where it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store import projects
from store.copies.publishing import fetch, generation, publish, publishing
from store.database import DatabaseError, Databases, open_database
from store.evaluation import changes, registry
from store.index.writer import problems
from store.search.pipeline import search
from store.search.query import parse
from store.state.engine import Location
from tests import postgres
from tests.conftest import SEED, SEEDS
from tests.running import serving
from tests.sheet_city import NOW, SECTIONS
from tests.test_cli import run


@pytest.fixture
def url(postgresql: postgres.Server) -> str:
    return postgresql.city()


def found(path: Path, text: str) -> int:
    db = Databases(path).get()
    with db.reading():
        return search(db, parse(text)).total


def test_what_one_machine_loads_is_found_on_another(url: str, tmp_path: Path) -> None:
    one, other = (Location.of(tmp_path / name, url) for name in ("one.db", "other.db"))
    told = run("load", str(SEED), cwd=tmp_path, JIGYO_DB=str(one), JIGYO_STATE=url)
    assert told.returncode == 0, told.stderr
    assert fetch(other)
    assert not fetch(other)
    db = open_database(other)
    assert projects.count(db) == 48
    assert problems(db) == []
    assert found(other, "スマートシティ") == found(one, "スマートシティ") > 0
    aliases, here = str(SEEDS / "sections.csv"), {"JIGYO_DB": str(other), "JIGYO_STATE": url}
    told = run("sections", "import", aliases, cwd=tmp_path, **here)
    assert told.returncode == 0, told.stderr
    assert fetch(one)
    assert [each.canonical for each in projects.sections(open_database(one))] == [
        each.canonical for each in projects.sections(open_database(other))
    ]


def test_the_state_of_before_is_not_published_with_the_lists(seeded: Path, url: str, tmp_path: Path) -> None:
    changes.set_contacts(open_database(seeded), SECTIONS["企画経営課"], by="U0ADMIN", at=NOW)
    told = run("migrate-state", "postgresql", cwd=tmp_path, JIGYO_DB=str(seeded), JIGYO_STATE=url)
    assert told.returncode == 0, told.stderr
    other = Location.of(tmp_path / "other.db", url)
    assert fetch(other)
    assert b"U0ADMIN" not in other.read_bytes()
    assert any(each.chief == "U0CHIEF" for each in registry.contacts(open_database(other)))
    with pytest.raises(DatabaseError, match="JIGYO_STATE"):
        registry.contacts(open_database(tmp_path / "other.db"))


def test_of_two_machines_that_change_the_lists_at_once_one_is_told_to_do_it_again(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    one = Location.of(seeded, url)
    other = Location.of(Path(shutil.copy(seeded, tmp_path / "other.db")), url)
    done = publishing(other)
    assert publish(one)
    open_database(other).execute("UPDATE projects SET name = name || '（改）'")
    with pytest.raises(DatabaseError, match="もう一度"):
        done()
    assert fetch(other)
    assert generation(open_database(other)) == 1
    assert not open_database(other).execute("SELECT 1 FROM projects WHERE name LIKE '%（改）'").fetchall()


def test_a_bot_that_runs_takes_the_lists_of_another_machine(
    url: str, slack: SlackServer, seeded: Path, tmp_path: Path
) -> None:
    path = Location.of(tmp_path / "other.db", url)
    open_database(path).close()
    with serving(slack, path, "--http", "--no-reminders", "--workers", "1") as served:
        send = Sender(slack, served.url)
        publish(Location.of(seeded, url))
        slack.wait_for(
            lambda: "スマートシティの推進" in plain(send.command("スマートシティ").body or {}), seconds=90
        )
