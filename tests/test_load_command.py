"""`jigyo load`, `show` and `sections` as typed: what they print, JSON, exit status."""

import gzip
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import jigyo
from store.database import open_database
from tests.conftest import SEED, SEEDS

GOOD = "令和3年度一覧\n事業番号,事務事業名,課名\n0086,統計調査,政策部統計課\n2,交流,政策部企画課\n"
BAD_ROW = GOOD + ",名前だけ,政策部企画課\n"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "made" / "jigyo.db"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    path = tmp_path / "list.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def run(db: Path, *arguments: object) -> Result:
    return CliRunner().invoke(jigyo, ["--db", str(db), *map(str, arguments)])


def test_the_folder_of_seeds_loads_its_list_and_its_aliases(tmp_path: Path) -> None:
    db = tmp_path / "jigyo.db"
    first = run(db, "load", SEEDS)
    assert first.exit_code == 0
    assert "48件を読み込みました（追加 48）" in first.stdout
    assert "別名を1件登録しました" in first.stdout
    again = run(db, "load", SEEDS)
    assert again.exit_code == 0
    assert "変更はありません（48件）" in again.stdout
    assert "よく似た課名" not in again.stdout


def test_the_report_is_json_on_request(db: Path, listed: Path) -> None:
    result = run(db, "load", "--json", listed)
    report = json.loads(result.stdout)
    assert report["loaded"] == 2
    assert report["added"] == [
        {"fiscal_year": 2021, "number": "0086"},
        {"fiscal_year": 2021, "number": "2"},
    ]
    assert (report["changed"], report["removed"], report["rejected"]) == ([], [], [])


def test_changes_are_told_in_words(db: Path, listed: Path) -> None:
    run(db, "load", listed)
    listed.write_text(
        GOOD.replace("交流,政策部企画課", "国際交流,政策部国際課").replace("0086", "87"), encoding="utf-8"
    )
    told = run(db, "load", listed)
    assert told.exit_code == 0
    assert "令和3年度 2: 事務事業名、担当課" in told.stdout
    assert "令和3年度 0086" in told.stdout
    removed = run(db, "load", "--replace", "--json", listed)
    assert json.loads(removed.stdout)["removed"] == [{"fiscal_year": 2021, "number": "0086"}]


def test_refused_rows_are_printed_kept_and_exit_1(db: Path, listed: Path) -> None:
    listed.write_text(BAD_ROW, encoding="utf-8")
    result = run(db, "load", listed)
    assert result.exit_code == 1
    assert "5行目 1列目: 事業番号が空です。" in result.stdout
    assert result.stderr.count("\n") == 1
    kept = open_database(db).execute('SELECT line, "column", "row" FROM rejected_rows').fetchall()
    assert kept == [(5, 1, "\t名前だけ\t政策部企画課")]


FILE_ERRORS = {
    "missing": None,
    "empty": b"",
    "a cut gzip": gzip.compress(GOOD.encode())[:-5],
    "no list": "これは一覧ではありません。".encode(),
    "no rows": "令和3年度\n事業番号,事務事業名\n".encode(),
    "no year": "事業番号,事務事業名\n1,甲\n".encode(),
    "binary": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("content", FILE_ERRORS.values(), ids=FILE_ERRORS.keys())
def test_a_refused_file_is_one_line_exit_2_and_makes_no_database(
    db: Path, listed: Path, content: bytes | None
) -> None:
    if content is None:
        listed.unlink()
    else:
        listed.write_bytes(content)
    result = run(db, "load", listed)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"jigyo: {listed}: ")
    assert result.stderr.count("\n") == 1
    assert not db.exists()


def test_one_refused_file_of_two_is_done_in_part(db: Path, listed: Path, tmp_path: Path) -> None:
    result = run(db, "load", tmp_path / "none.csv", listed)
    assert result.exit_code == 1
    assert "2件を読み込みました" in result.stdout
    assert "ファイルがありません" in result.stderr


def test_a_folder_skips_what_is_no_list_but_not_what_is_broken(db: Path, listed: Path) -> None:
    (listed.parent / "README.md").write_text("説明", encoding="utf-8")
    (listed.parent / "deadlines.csv").write_text(
        "年度,種類,期限\n2026,一次評価,2026-12-28\n", encoding="utf-8"
    )
    skipped = run(db, "load", listed.parent)
    assert skipped.exit_code == 0
    assert "deadlines.csv: 一覧ではないので読みませんでした" in skipped.stderr
    assert "README" not in skipped.stderr
    (listed.parent / "broken.xlsx").write_bytes(b"PK\x03\x04")
    assert run(db, "load", listed.parent).exit_code == 1


def test_the_form_of_sheets_is_no_list_whose_projects_have_lost_their_texts(
    seeded: Path, tmp_path: Path
) -> None:
    form = tmp_path / "forms" / "sheets.csv"
    form.parent.mkdir()
    assert run(seeded, "deadlines", "import", SEEDS / "templates" / "deadlines.csv").exit_code == 0
    assert run(seeded, "sheets", "export", form).exit_code == 0
    before = run(seeded, "show", "11").stdout
    refused = run(seeded, "load", form)
    assert refused.exit_code == 2
    assert "jigyo sheets import" in refused.stderr
    assert "sheets.csv: 一覧ではないので読みませんでした" in run(seeded, "load", form.parent).stderr
    assert run(seeded, "show", "11").stdout == before


def test_a_folder_without_lists_is_refused(db: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run(db, "load", tmp_path / "empty")
    assert (result.exit_code, db.exists()) == (2, False)
    assert "一覧がありません" in result.stderr


def test_map_and_fiscal_year(db: Path, listed: Path) -> None:
    listed.write_text("ID,プロジェクト\n1,甲\n", encoding="utf-8")
    refused = run(db, "load", listed)
    assert refused.exit_code == 2
    done = run(
        db, "load", listed, "--map", "ID=number", "--map", "プロジェクト=事務事業名", "--fiscal-year", 2024
    )
    assert done.exit_code == 0, done.stderr
    assert json.loads(run(db, "show", "1", "--json").stdout)["fiscal_year"] == 2024
    assert run(db, "load", listed, "--map", "ID=nani").exit_code == 2
    assert run(db, "load", listed, "--fiscal-year", "令和0年度").exit_code == 2


@pytest.mark.parametrize("number", ["86", "0086", "８６", "No.86", "事業番号86"])
def test_show_takes_a_number_in_any_spelling(db: Path, listed: Path, number: str) -> None:
    run(db, "load", listed)
    shown = json.loads(run(db, "show", number, "--json").stdout)
    assert (shown["number"], shown["name"], shown["source_name"], shown["source_line"]) == (
        "0086",
        "統計調査",
        "list.csv",
        3,
    )


def test_show_says_which_other_number_is_typed_alike(db: Path, listed: Path) -> None:
    listed.write_text(GOOD + "86,別の調査,政策部統計課\n", encoding="utf-8")
    assert "令和3年度 「0086」と「86」" in run(db, "load", listed).stdout
    shown = run(db, "show", "86", "--json")
    assert json.loads(shown.stdout)["number"] == "86"
    assert "「0086」（統計調査）もあります" in shown.stderr


def test_show_prints_the_whole_record_and_where_it_was_listed(seeded: Path) -> None:
    result = run(seeded, "show", "72")
    text = "".join(line.strip("│╭╰╮╯─ ") for line in result.stdout.splitlines())
    assert result.exit_code == 0
    for part in (
        "令和3年度",
        "市民意識調査",
        "統計・データ活用推進室",
        "別名",
        "市民の意向の把握",
        f"{SEED.name} 32行目",
    ):
        assert part in text
    assert "課名" not in text  # the office as listed is department and section again


def test_show_gives_the_latest_year_and_others_on_request(db: Path, listed: Path) -> None:
    run(db, "load", listed)
    listed.write_text(GOOD.replace("令和3年度", "令和4年度").replace("交流", "国際交流"), encoding="utf-8")
    run(db, "load", listed)
    assert json.loads(run(db, "show", "2", "--json").stdout)["name"] == "国際交流"
    assert json.loads(run(db, "show", "2", "--json", "--fiscal-year", "令和3年度").stdout)["name"] == "交流"


def test_show_refuses_a_number_that_is_not_there(seeded: Path) -> None:
    result = run(seeded, "show", "99999")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_sections_lists_and_sets_aliases(db: Path, listed: Path) -> None:
    run(db, "load", listed)
    assert run(db, "sections", "alias", "企画室", "企画課").exit_code == 0
    assert "既に" in run(db, "sections", "alias", "企画室", "企画課").stdout
    every = json.loads(run(db, "sections", "--json").stdout)
    assert [(s["department"], s["name"], s["canonical"], s["projects"]) for s in every] == [
        ("政策部", "企画室", "企画課", 0),
        ("政策部", "企画課", "企画課", 1),
        ("政策部", "統計課", "統計課", 1),
    ]
    assert "企画室" in run(db, "sections", "list").stdout
    assert run(db, "sections", "alias", "企画室", "--remove").exit_code == 0
    assert run(db, "sections", "alias", "企画室", "水道課").exit_code == 0  # 水道課 is to come
    assert run(db, "sections", "alias", "消防課", "防災課").exit_code == 2
    assert run(db, "sections", "alias", "企画室").exit_code == 2


def test_sections_go_out_and_come_back(seeded: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert run(seeded, "sections", "export", out).exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    other = tmp_path / "other.db"
    assert run(other, "sections", "import", out).exit_code == 0
    assert run(other, "sections", "export").stdout == out.read_text(encoding="utf-8-sig").replace(
        "\r\n", "\n"
    )
    out.write_text("部,課\n政策部,\n政策部,企画課\n", encoding="utf-8")
    assert run(other, "sections", "import", out).exit_code == 1
    assert run(other, "sections", "import", SEED).exit_code == 2


def test_a_section_that_no_project_has_is_reported_with_the_one_that_may_be_meant(
    seeded: Path, tmp_path: Path
) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(
        "部,課,課長\n政策イノベーション部,科学技術振興カ,U0CHIEF\n政策イノベーション部,情報政策課,U0CHIEF\n"
        "市民部,宇宙開発室,U0CHIEF\n",
        encoding="utf-8",
    )
    told = run(seeded, "sections", "import", contacts)
    assert told.exit_code == 0
    assert (
        "事業が一つもない課（課名をお確かめください。jigyo sections remove で消せます）（2件）" in told.stdout
    )
    assert "科学技術振興カ」（「政策イノベーション部 科学技術振興課」のことでしょうか）" in told.stdout
    assert "「市民部 宇宙開発室」\n" in told.stdout
    assert "情報政策課」" not in told.stdout


def test_sections_may_be_imported_before_there_is_any_list(db: Path, listed: Path, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("部,課,課長\n政策部,企画課,U0CHIEF\n", encoding="utf-8")
    assert "事業が一つもない課" not in run(db, "sections", "import", contacts).stdout


def test_a_progress_bar_on_a_terminal_only(db: Path, listed: Path) -> None:
    assert run(db, "load", listed).stderr == ""
    listed.write_text(GOOD.replace("令和3年度", "令和4年度"), encoding="utf-8")
    screen, terminal = pty.openpty()
    command = [sys.executable, "-m", "bot", "--db", str(db), "load", str(listed)]
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=terminal, cwd=SEEDS.parent, env=environment
    ):
        pass
    os.close(terminal)
    seen = os.read(screen, 65536).decode()
    assert "list.csv" in seen
    assert "2/2" in seen
