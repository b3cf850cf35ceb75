"""`store.copies.backup.restore`: all is looked at first, the old content is saved, then all is replaced."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.playground.slack import Sender, SlackServer
from store import database as opening
from store import schema
from store.copies.backup import backup, restore
from store.database import DatabaseError, Databases, open_database
from store.index import writer
from store.index.writer import problems
from store.search.pipeline import search
from store.search.query import parse
from tests.running import serving
from tests.test_backup import ROOT, damage, files
from tests.test_cli import run
from tests.test_migrations import earlier, shape


def title(path: Path, new: str = "") -> str:
    """The title of the one source in the database; `new` is written first."""
    with closing(open_database(path).conn) as connection:
        if new:
            connection.execute("UPDATE sources SET title = ?", [new])
            connection.commit()
        return str(connection.execute("SELECT title FROM sources").fetchone()[0])


@pytest.fixture(scope="module")
def live_and_copy(seeded_once: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The published list's database, whose sources are called otherwise since its backup; and that backup."""
    folder = tmp_path_factory.mktemp("backed-up")
    live, copy = Path(shutil.copy(seeded_once, folder / "jigyo.db")), folder / "copy.db"
    title(live, "before")
    backup(live, copy)
    title(live, "after")
    return live, copy


@pytest.fixture
def copy(tmp_path: Path, seeded: Path, live_and_copy: tuple[Path, Path]) -> Path:
    """A backup of the seeded database, whose sources are called otherwise since."""
    live, copy = live_and_copy
    shutil.copy(live, seeded)
    return Path(shutil.copy(copy, tmp_path / "copy.db"))


def content(path: Path) -> list[str]:
    """Every row but the generations."""
    with closing(open_database(path).conn) as connection:
        return [line for line in connection.iterdump() if "generations" not in line]


def refused(copy: Path, live: Path, match: str) -> None:
    """The restore is refused for this reason, and everything as it was."""
    kept, before = files(live.parent), content(live)
    with pytest.raises(DatabaseError, match=match):
        restore(copy, live)
    assert content(live) == before
    assert sorted(files(live.parent)) == sorted(kept)
    assert files(live.parent)[copy.name] == kept[copy.name]


def test_a_restored_database_has_the_rows_of_the_moment_of_the_backup(seeded: Path, copy: Path) -> None:
    db = open_database(seeded)
    restore(copy, seeded)
    assert content(seeded) == content(copy)
    assert db.execute("SELECT title FROM sources").fetchone() == ("before",)
    assert problems(db) == []


def test_the_content_of_before_is_saved_beside_and_can_be_restored(seeded: Path, copy: Path) -> None:
    before = content(seeded)
    saved = restore(copy, seeded)
    assert saved == seeded.with_name("jigyo.before-restore.db")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert content(saved) == before
    title(seeded, "third")
    assert restore(saved, seeded) == seeded.with_name("jigyo.before-restore-2.db")
    assert content(seeded) == before
    assert title(seeded.with_name("jigyo.before-restore-2.db")) == "third"


def test_a_restore_tells_where_the_content_of_before_is(tmp_path: Path, seeded: Path, copy: Path) -> None:
    ran = run("restore", "--yes", str(copy), cwd=tmp_path, JIGYO_DB=str(seeded))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert f"それまでの内容は {seeded.with_name('jigyo.before-restore.db')} にあります。" in ran.stdout


def test_where_there_was_no_database_the_backup_becomes_it(tmp_path: Path, copy: Path) -> None:
    assert restore(copy, tmp_path / "new.db") is None
    assert (tmp_path / "new.db").stat().st_mode & 0o777 == 0o600
    assert content(tmp_path / "new.db") == content(copy)


def test_an_empty_database_is_replaced_and_not_saved(tmp_path: Path, copy: Path) -> None:
    (tmp_path / "new.db").touch()
    assert restore(copy, tmp_path / "new.db") is None
    assert content(tmp_path / "new.db") == content(copy)


def test_the_backup_and_its_folder_stay_as_they_were(tmp_path: Path, seeded: Path, copy: Path) -> None:
    (tmp_path / "copies").mkdir()
    there = copy.rename(tmp_path / "copies" / "copy.db")
    before = files(there.parent), there.stat().st_mtime_ns
    restore(there, seeded)
    assert (files(there.parent), there.stat().st_mtime_ns) == before
    assert list(there.parent.iterdir()) == [there]


def test_a_restore_is_noticed_by_caches_that_compare_the_generation(seeded: Path, copy: Path) -> None:
    db = open_database(seeded)
    db.execute("UPDATE generations SET value = value + 5")
    seen = db.execute("SELECT max(value) FROM generations").fetchone()[0]
    restore(copy, seeded)
    assert db.execute("SELECT min(value) FROM generations").fetchone()[0] > seen


def test_other_threads_search_the_restored_projects(seeded: Path, copy: Path) -> None:
    databases = Databases(seeded)
    with closing(sqlite3.connect(copy)) as changed:
        changed.execute("UPDATE projects SET name = '潜水艦の建造' WHERE number = '11'")
        changed.commit()
        reindex(copy)
    asked = parse("潜水艦")
    assert not search(databases.get(), asked).hits
    restore(copy, seeded)
    assert [hit.project.number for hit in search(databases.get(), asked).hits] == ["11"]


def reindex(path: Path) -> None:
    """Make the index anew."""
    db = open_database(path)
    writer.rebuild(db)
    db.conn.commit()
    db.close()


def newer(db: Database) -> None:
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('lists', 'to_come')")


def foreign(db: Database) -> None:
    db.execute("DELETE FROM _sqlite_migrations")


def lacking_a_table(db: Database) -> None:
    db.execute("DROP TABLE notices")


def lacking_a_column(db: Database) -> None:
    db.execute("ALTER TABLE notices DROP COLUMN recipient")


def dangling(db: Database) -> None:
    db.execute("PRAGMA foreign_keys = OFF")
    db.execute("UPDATE projects SET source_id = 99 WHERE number = '11'")


def index_behind(db: Database) -> None:
    db.execute("DELETE FROM search_texts WHERE id IN (SELECT id FROM projects WHERE number = '11')")


def rows_gone(db: Database) -> None:
    db.execute("DELETE FROM projects WHERE number = '11'")


def full_text_behind(db: Database) -> None:
    db.execute("DROP TRIGGER projects_fts_update")
    db.execute("UPDATE projects SET name = '知らないうちに変わった名前' WHERE number = '11'")


def acts_by_itself(db: Database) -> None:
    db.execute("CREATE TRIGGER evil AFTER INSERT ON deadlines BEGIN UPDATE contacts SET chief = 'U0'; END")
    db.conn.commit()


def trail_unguarded(db: Database) -> None:
    db.execute(f"DROP TRIGGER {next(each.name for each in db.triggers if each.table == 'trail')}")
    db.conn.commit()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (newer, "新しい版"),
        (foreign, "jigyo のデータベースではありません"),
        (lacking_a_table, "notices"),
        (lacking_a_column, "recipient"),
        (dangling, "sources"),
        (index_behind, "索引"),
        (rows_gone, "索引"),
        (full_text_behind, "projects_fts"),
        (acts_by_itself, "トリガー evil"),
        (trail_unguarded, "trail_"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_unsound_backup_is_refused_and_the_database_left_as_it_was(
    seeded: Path, copy: Path, spoil: Callable[[Database], None], reason: str
) -> None:
    db = open_database(copy)
    spoil(db)
    db.close()
    refused(copy, seeded, reason)


def test_a_damaged_backup_is_refused_and_the_database_left_as_it_was(seeded: Path, copy: Path) -> None:
    damage(copy)
    refused(copy, seeded, r"copy\.db は壊れています.*別のバックアップ")


def test_a_backup_that_was_cut_off_is_refused(seeded: Path, copy: Path) -> None:
    whole = copy.read_bytes()
    for length in (len(whole) // 2, 4096, 100, 0):
        copy.write_bytes(whole[:length])
        refused(copy, seeded, r"copy\.db")


@pytest.mark.parametrize("text", [b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_what_is_no_backup_is_refused(seeded: Path, copy: Path, text: bytes) -> None:
    copy.write_bytes(text)
    refused(copy, seeded, r"copy\.db はデータベースではないか、壊れています")


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, seeded: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", seeded, "ファイルではありません")


def test_the_database_is_not_restored_from_itself(tmp_path: Path, seeded: Path) -> None:
    (tmp_path / "link.db").symlink_to(seeded)
    for same in (seeded, tmp_path / "link.db"):
        refused(same, seeded, "今のデータベースそのもの")


def test_a_backup_of_an_earlier_version_is_brought_up_to_date_before_it_is_put_back(
    tmp_path: Path, seeded: Path
) -> None:
    old = earlier(tmp_path / "old.db", schema.search, "word_pairs", later_sets=True)
    version = shape(old)
    old.close()
    newest = shape(open_database(seeded))
    restore(tmp_path / "old.db", seeded)
    assert shape(open_database(seeded, migrate=False)) == newest
    assert shape(open_database(tmp_path / "old.db", migrate=False)) == version


def test_a_backup_with_pages_of_another_size_is_refused_unless_there_is_no_database(
    tmp_path: Path, seeded: Path, copy: Path
) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("PRAGMA page_size = 8192")
        other.execute("VACUUM")
        assert other.execute("PRAGMA page_size").fetchone() == (8192,)
    refused(copy, seeded, "ページの大きさ.*別の名前")
    restore(copy, tmp_path / "new.db")
    assert content(tmp_path / "new.db") == content(copy)


def test_a_backup_in_use_as_a_database_is_restored_with_what_stands_in_its_log(
    seeded: Path, copy: Path
) -> None:
    used = open_database(copy)
    used.execute("UPDATE sources SET title = 'only in the log so far'")
    restore(copy, seeded)
    assert title(seeded) == "only in the log so far"


def test_a_damaged_database_is_replaced_and_saved_as_it_was(seeded: Path, copy: Path) -> None:
    damage(seeded)
    damaged = seeded.read_bytes()
    saved = restore(copy, seeded)
    assert saved
    assert saved.read_bytes()[4096:] == damaged[4096:]
    assert content(seeded) == content(copy)
    assert problems(open_database(seeded)) == []


@pytest.mark.parametrize("text", [b"somebody's notes" * 500, b"SQLite format 3\x00" + b"\xff" * 8176])
def test_what_cannot_be_read_is_not_replaced(tmp_path: Path, copy: Path, text: bytes) -> None:
    (tmp_path / "notes.db").write_bytes(text)
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match=r"notes\.db の中を確かめられません.*別の名前"):
        restore(copy, tmp_path / "notes.db")
    assert files(tmp_path) == before


def test_another_programs_database_is_not_replaced(tmp_path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE notes (text)")
    before = files(tmp_path)
    with pytest.raises(DatabaseError, match=r"other\.db は jigyo のデータベースではありません"):
        restore(copy, tmp_path / "other.db")
    assert files(tmp_path) == before


def test_a_database_of_a_newer_version_is_not_replaced(seeded: Path, copy: Path) -> None:
    db = open_database(seeded)
    newer(db)
    db.close()
    before = seeded.read_bytes()
    with pytest.raises(DatabaseError, match=r"jigyo\.db は新しい版"):
        restore(copy, seeded)
    assert seeded.read_bytes() == before


def test_a_link_to_the_database_stays_a_link(tmp_path: Path, seeded: Path, copy: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link.db"
    link.symlink_to(seeded)
    assert restore(copy, link) == seeded.with_name("jigyo.before-restore.db")
    assert link.readlink() == seeded
    assert content(seeded) == content(copy)


def test_a_link_to_nothing_is_not_replaced(tmp_path: Path, copy: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "nothing.db")
    with pytest.raises(DatabaseError, match=r"link\.db は既にあります"):
        restore(copy, tmp_path / "link.db")
    assert (tmp_path / "link.db").is_symlink()


def test_the_log_of_a_database_that_is_gone_is_not_mixed_into_the_restored_one(
    tmp_path: Path, copy: Path
) -> None:
    (tmp_path / "gone.db-wal").write_bytes(b"of another database")
    with pytest.raises(DatabaseError, match=r"gone\.db-wal が残っています"):
        restore(copy, tmp_path / "gone.db")
    assert not (tmp_path / "gone.db").exists()


def test_a_restore_that_may_not_write_now_says_so_and_saves_nothing(
    seeded: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_TIMEOUT_MS", 200)
    writer = open_database(seeded)
    writer.execute("BEGIN IMMEDIATE")
    refused(copy, seeded, "書き込んでいます")
    writer.execute("UPDATE sources SET title = 'written at last'")
    writer.execute("COMMIT")
    assert title(seeded) == "written at last"


def test_who_reads_during_a_restore_reads_the_old_rows_to_the_end(seeded: Path, copy: Path) -> None:
    reader = open_database(seeded)
    reader.execute("BEGIN")
    assert reader.execute("SELECT title FROM sources").fetchone() == ("after",)
    restore(copy, seeded)
    assert reader.execute("SELECT title FROM sources").fetchone() == ("after",)
    reader.execute("COMMIT")
    assert reader.execute("SELECT title FROM sources").fetchone() == ("before",)


def test_what_is_written_during_a_restore_is_saved_or_stays(seeded: Path, copy: Path) -> None:
    """Of the lines that a busy bot writes all the while, none is in neither file."""
    written: list[str] = []
    is_over = threading.Event()

    def write() -> None:
        with closing(open_database(seeded).conn) as connection:
            while not is_over.is_set():
                key = f"line {len(written)}"
                with connection:
                    connection.execute("INSERT INTO notices (key, text, at) VALUES (?, '', '')", [key])
                written.append(key)
                is_over.wait(0.001)  # a lock that is never free is had by nobody else

    def kept(path: Path) -> list[str]:
        with closing(open_database(path).conn) as connection:
            return [key for (key,) in connection.execute("SELECT key FROM notices ORDER BY rowid")]

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 20:
            assert writer.is_alive()
        saved = restore(copy, seeded)
        so_far = len(written)
        while len(written) < so_far + 20:
            assert writer.is_alive()
    finally:
        is_over.set()
        writer.join()
    assert saved
    assert kept(saved) + kept(seeded) == written
    assert len(kept(saved)) >= 20
    assert len(kept(seeded)) >= 20


@pytest.mark.parametrize(("share", "named"), [(0.5, "before-restore"), (2.0, "書けません")])
def test_a_full_disk_is_one_line_and_leaves_the_database_as_it_was(
    tmp_path: Path, copy: Path, share: float, named: str
) -> None:
    """There is no room to save what is there; or that is saved, and there is none for what is to come."""
    small = tmp_path / "small" / "small.db"
    small.parent.mkdir()
    db = open_database(small)
    db.execute("INSERT INTO notices (key, text, at) VALUES ('kept', '', '')")
    db.close()
    before, limit = content(small), int(small.stat().st_size * share)
    assert limit < copy.stat().st_size
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--db", str(small), "restore", "--yes", str(copy)],
        cwd=ROOT, capture_output=True, text=True, check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1), ran
    assert named in ran.stderr
    assert list(small.parent.iterdir()) == [small]
    assert content(small) == before


def test_a_running_bot_answers_from_the_restored_list(
    slack: SlackServer, tmp_path: Path, seeded: Path, copy: Path
) -> None:
    db = open_database(copy)
    db.execute("UPDATE projects SET name = '潜水艦の建造' WHERE number = '11'")
    db.close()
    reindex(copy)
    with serving(slack, seeded, "--http", "--no-reminders") as bot:
        send = Sender(slack, bot.url)
        assert "潜水艦の建造" not in send.command("11").seen
        ran = run("restore", "--yes", str(copy), cwd=tmp_path, JIGYO_DB=str(seeded))
        assert (ran.returncode, ran.stderr) == (0, "")
        assert "潜水艦の建造" in send.command("11").seen
        assert "潜水艦の建造" in send.command("潜水艦").seen
