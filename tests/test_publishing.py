"""Lists that one machine loads are on the others, with all made of them; the state stays where it is."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import psycopg
import pytest

from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store import projects
from store.copies.publishing import NAME, behind, changing, fetch, generation, keep_up, publish
from store.database import DatabaseError, Databases, open_database, state_of, writing
from store.evaluation import changes, registry
from store.index import synonyms
from store.index.writer import problems
from store.search.pipeline import search
from store.search.query import parse
from store.state import Location, PostgreSQL
from tests import forking, postgres
from tests.conftest import SEED, SEEDS
from tests.running import Served, serving
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


def machines(seeded: Path, url: str, tmp_path: Path) -> tuple[Path, Path]:
    """Two machines of a city, with the same lists."""
    one = Location.of(seeded, url)
    publish(one)
    other = Location.of(tmp_path / "other.db", url)
    assert fetch(other)
    return one, other


@contextmanager
def typing(path: Path, *command: str) -> Iterator[IO[bytes]]:
    """A command on a machine: begun inside, where its stderr is read; done and well at the end."""
    environment = {**os.environ, "JIGYO_DB": str(path), "JIGYO_STATE": state_of(path)}
    read, write = os.pipe()
    with open(read, "rb") as said, open(write, "wb") as errors:  # noqa: PTH123
        process = forking.start(command, env=environment, errors=errors)
        errors.close()
        yield said
        complaints = said.read().decode()
        assert process.wait(120) == 0, complaints


def pairs_file(folder: Path, *pairs: tuple[str, str]) -> str:
    """A file of synonyms."""
    file = folder / f"{pairs[0][0]}.csv"
    file.write_text("語,同義語\n" + "".join(f"{word},{other}\n" for word, other in pairs), "utf-8")
    return str(file)


def words(path: Path) -> set[str]:
    """The words that have a synonym on a machine."""
    return {word for word, _ in synonyms.listed(open_database(path))}


def aliases(path: Path) -> dict[str, str]:
    """The aliases of sections on a machine."""
    every = projects.sections(open_database(path))
    return {each.name: each.canonical for each in every if each.name != each.canonical}


@pytest.mark.slow  # three commands wait for their turns, half a minute in all
def test_two_machines_that_change_the_lists_at_once_both_keep_their_changes(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    one, other = machines(seeded, url, tmp_path)
    with ExitStack() as begun, changing(one):  # both wait for their turn
        for machine, *command in (
            (one, "synonyms", "import", pairs_file(tmp_path, ("ふるさと便", "ふるさと納税"))),
            (other, "synonyms", "import", pairs_file(tmp_path, ("見守り隊", "防犯"))),
            (other, "sections", "alias", "企画室", "企画経営課"),
        ):
            said = begun.enter_context(typing(machine, *command))
            assert "終わるのを待ちます" in said.readline().decode()
    for machine in (one, other):
        fetch(machine)
        assert words(machine) == {"ふるさと便", "見守り隊"}
        assert aliases(machine)["企画室"] == "企画経営課"
        assert problems(open_database(machine)) == []
    assert found(other, "ふるさと便") == found(other, "ふるさと納税") > 0


def typed(path: Path, *command: str) -> None:
    """A command on a machine, which goes well."""
    told = run(*command, cwd=path.parent, JIGYO_DB=str(path), JIGYO_STATE=state_of(path))
    assert told.returncode == 0, told.stderr


def test_synonyms_and_aliases_outlive_the_next_list_of_another_machine(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    one, other = machines(seeded, url, tmp_path)
    typed(other, "synonyms", "import", pairs_file(tmp_path, ("ふるさと便", "ふるさと納税")))
    typed(other, "sections", "alias", "企画室", "企画経営課")
    later = tmp_path / "2022.txt"
    later.write_text(SEED.read_text("utf-8").replace("令和3年度", "令和4年度"), "utf-8")
    typed(one, "load", "--fiscal-year", "2022", str(later))
    for machine in (one, other):
        fetch(machine)
        assert set(projects.fiscal_years(open_database(machine))) == {2021, 2022}
        assert words(machine) == {"ふるさと便"}
        assert aliases(machine)["企画室"] == "企画経営課"


def test_while_the_state_is_away_lists_are_read_and_a_change_of_them_is_refused_in_one_line(
    seeded: Path, tmp_path: Path
) -> None:
    here = {"JIGYO_DB": str(seeded), "JIGYO_STATE": f"postgresql://city@/city?host={tmp_path}"}
    for command in (("synonyms", "list"), ("sections",), ("search", "ふるさと納税")):
        assert run(*command, cwd=tmp_path, **here).returncode == 0
    file = pairs_file(tmp_path, ("ふるさと便", "ふるさと納税"))
    refused = run("synonyms", "import", file, cwd=tmp_path, **here)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "つながりません" in refused.stderr
    assert words(seeded) == set()


def test_a_restored_backup_is_published_as_the_newest_lists(seeded: Path, url: str, tmp_path: Path) -> None:
    one, other = machines(seeded, url, tmp_path)
    typed(one, "backup", str(tmp_path / "copy.db"))
    for word in ("ふるさと便", "見守り隊"):
        typed(one, "synonyms", "import", pairs_file(tmp_path, (word, "防犯")))
    typed(one, "restore", "--yes", str(tmp_path / "copy.db"))
    assert fetch(other)
    assert words(one) == words(other) == set()


def test_a_change_that_was_cut_off_before_it_was_published_is_published_later(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    one, other = machines(seeded, url, tmp_path)
    code = (
        "import os, pathlib, sys\nfrom store.copies.publishing import changing\n"
        "from store.database import open_database, writing\nfrom store.index import synonyms\n"
        "from store.state import Location\n"
        "path = Location.of(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
        "with changing(path):\n    db = open_database(path)\n"
        "    with writing(db):\n        synonyms.add(db, [('ふるさと便', 'ふるさと納税')])\n    os._exit(9)\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(one), url], check=False).returncode == 9
    assert not fetch(other)
    wait_until_nobody_holds_the_lists(url)
    keep_up(one)
    assert fetch(other)
    assert words(other) == {"ふるさと便"}
    keep_up(one)
    assert generation(open_database(one)) == 2


def wait_until_nobody_holds_the_lists(url: str) -> None:
    """PostgreSQL is to know that who held them is gone."""
    state, give_up = PostgreSQL(url), time.monotonic() + 60
    state.execute("SELECT 1")
    while state.is_held(NAME):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_what_others_have_overtaken_is_kept_beside_the_lists(seeded: Path, url: str, tmp_path: Path) -> None:
    one, other = machines(seeded, url, tmp_path)
    db = open_database(other)
    db.execute("PRAGMA user_version = -2")  # changed, of the first; nobody else knows
    with writing(db):
        synonyms.add(db, [("見守り隊", "防犯")])
    db.close()
    typed(one, "synonyms", "import", pairs_file(tmp_path, ("ふるさと便", "ふるさと納税")))
    keep_up(other)
    assert words(other) == {"ふるさと便"}
    (kept,) = tmp_path.glob("other.before-restore*.db")
    assert words(kept) == {"見守り隊"}


def publish_changed(url: str, sql: str) -> None:
    """Publish the first lists as the second, changed by a statement."""
    with psycopg.connect(url, autocommit=True) as there, closing(sqlite3.connect(":memory:")) as lists:
        parts = there.execute("SELECT data FROM published_parts WHERE generation = 1 ORDER BY part")
        lists.deserialize(zlib.decompress(b"".join(bytes(data) for (data,) in parts)))
        lists.executescript(f"{sql}; PRAGMA user_version = 2")
        image = lists.serialize()
        sha256 = hashlib.sha256(image).hexdigest()
        there.execute("INSERT INTO published VALUES (2, '', %s, 1)", [sha256])
        there.execute("INSERT INTO published_parts VALUES (2, 0, %s)", [zlib.compress(image)])


def test_lists_of_a_newer_version_are_left_and_those_of_an_older_one_brought_up_to_date(
    seeded: Path, url: str, tmp_path: Path
) -> None:
    _, other = machines(seeded, url, tmp_path)
    publish_changed(url, "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('lists', 'to_come')")
    with pytest.raises(DatabaseError, match="新しい版の jigyo"):
        fetch(other)
    assert behind(other) == 1
    assert found(other, "スマートシティ") > 0


def ready(served: Served) -> tuple[int, list[str]]:
    """What a bot says of itself on /readyz."""
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    with closing(connection):
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())["problems"]


@pytest.mark.slow  # half a minute goes by until a machine looks for newer lists again
def test_a_bot_says_that_its_lists_are_older_than_the_published_ones_and_takes_those_when_it_can(
    url: str, slack: SlackServer, seeded: Path, tmp_path: Path
) -> None:
    one, other = machines(seeded, url, tmp_path)
    with psycopg.connect(url, autocommit=True) as there:  # as one whose parts are still on their way
        there.execute("INSERT INTO published VALUES (2, '', '', 1)")
    with serving(slack, other, "--http", "--no-reminders", "--workers", "1") as served:
        slack.wait_for(lambda: ready(served)[0] == 503, seconds=60)
        assert ready(served)[1] == ["ほかのマシンで読み込まれた新しい一覧を、取り込めていません。"]
        send = Sender(slack, served.url)
        assert "見つかりません" in plain(send.command("ふるさと便").body or {})
        with psycopg.connect(url, autocommit=True) as there:
            there.execute("DELETE FROM published WHERE generation = 2")
        typed(one, "synonyms", "import", pairs_file(tmp_path, ("ふるさと便", "ふるさと納税")))
        slack.wait_for(lambda: "ふるさと納税" in plain(send.command("ふるさと便").body or {}), seconds=90)
        slack.wait_for(lambda: ready(served) == (200, []), seconds=60)
