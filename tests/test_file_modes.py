"""Files that name people are readable by their owner alone, whatever the umask."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.copies.backup import backup
from store.database import open_database
from store.evaluation.ledger import poster
from tests.test_cli import run


@pytest.fixture(params=[0o000, 0o022, 0o377], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}


@pytest.mark.usefixtures("umask")
def test_a_new_database_and_what_sqlite_keeps_beside_it_are_private(tmp_path: Path) -> None:
    db = open_database(tmp_path / "jigyo.db")
    with poster(db) as owner:
        delivery = f"jigyo.db-poster-{owner.id}"
        assert modes(tmp_path) == dict.fromkeys(("jigyo.db", "jigyo.db-wal", "jigyo.db-shm", delivery), 0o600)
    db.close()


def test_a_new_database_behind_a_symbolic_link_is_private(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")
    open_database(tmp_path / "link.db").close()
    assert modes(tmp_path)["real.db"] == 0o600


@pytest.mark.usefixtures("umask")
def test_a_backup_is_private(tmp_path: Path, seeded: Path) -> None:
    seeded.chmod(0o644)
    backup(seeded, tmp_path / "copy.db")
    assert modes(tmp_path)["copy.db"] == 0o600


@pytest.mark.usefixtures("umask")
def test_exports_are_private_also_where_a_file_was_open_to_all(tmp_path: Path, seeded: Path) -> None:
    (tmp_path / "old.csv").write_text("before")
    (tmp_path / "old.csv").chmod(0o666)
    for name in ("new.csv", "old.csv"):
        assert run("sections", "export", name, cwd=tmp_path, JIGYO_DB=str(seeded)).returncode == 0
        assert modes(tmp_path)[name] == 0o600
        assert "情報政策課" in (tmp_path / name).read_text(encoding="utf-8-sig")


def test_an_export_still_goes_where_no_regular_file_is(tmp_path: Path, seeded: Path) -> None:
    before = Path(os.devnull).stat().st_mode
    assert run("sections", "export", os.devnull, cwd=tmp_path, JIGYO_DB=str(seeded)).returncode == 0
    assert Path(os.devnull).stat().st_mode == before


def test_doctor_warns_of_a_database_that_others_may_read(tmp_path: Path, seeded: Path) -> None:
    def warned() -> bool:
        findings = json.loads(run("doctor", "--offline", "--json", cwd=tmp_path, JIGYO_DB=str(seeded)).stdout)
        return any(finding["subject"] == "ファイルの権限" for finding in findings)

    seeded.chmod(0o640)
    assert warned()
    seeded.chmod(0o600)
    assert not warned()
