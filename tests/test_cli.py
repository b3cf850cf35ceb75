"""The command's frame: which subcommands there are, how it fails."""

import io
import json
import os
import pkgutil
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

import bot.commands
from bot.cli import MODULES, jigyo, main
from bot.context import TOKYO
from store.database import DatabaseError, open_database
from store.evaluation import ledger
from store.evaluation.ledger import claim, stamp
from store.evaluation.records import Delivered, DeliveryKey
from tests import forking
from tests.conftest import SEED


@dataclass
class Ran:
    returncode: int
    stdout: str
    stderr: str


def run(*words, cwd, **variables):
    """The command as a process would run it, without the second that Python takes to start."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(cwd)
        patch.setattr(sys, "argv", ["jigyo", *words])
        patch.setattr(sys, "stdin", io.StringIO())
        for name, value in {"JIGYO_DB": "", **variables}.items():
            patch.setenv(name, value)
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code or 0
    return Ran(code, out.getvalue(), err.getvalue())


def test_every_command_of_every_module_can_be_called():
    defined = {
        (command.name, module.name)
        for module in pkgutil.iter_modules(bot.commands.__path__)
        for command in getattr(import_module(f"bot.commands.{module.name}"), "COMMANDS", ())
    }
    assert defined == set(MODULES.items())


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--db", "folder/x.db", "search", "a"), "folder/x.db"),
        (("--db", "text.db", "search", "a"), "text.db"),
        (("--db", "text.db", "load", "list.tsv"), "text.db"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_and_exit_2(tmp_path, words, reason):
    (tmp_path / "text.db").write_text("これはデータベースではありません。" * 100)
    (tmp_path / "list.tsv").write_text("事業番号\t事務事業名\t年度\n1\t公園\t2021\n")
    ran = run(*words, cwd=tmp_path)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert reason in ran.stderr


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "PORT"])
def test_a_malformed_setting_is_named_without_its_value(tmp_path, name):
    ran = run("search", "a", cwd=tmp_path, **{name: "not-a-token-at-all"})
    assert ran.returncode == 2
    assert name in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
    assert "not-a-token-at-all" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("line", ["SLACK_BOT_TOKEN=bad", "# 鍵\r\nSLACK_BOT_TOKEN=bad\r\n"])
def test_a_file_of_settings_is_read_with_a_bom_too(tmp_path, line):
    (tmp_path / ".env").write_text(line, encoding="utf-8-sig")
    ran = run("search", "a", cwd=tmp_path)
    assert "SLACK_BOT_TOKEN" in ran.stderr
    (tmp_path / ".env").write_text("# 鍵", encoding="cp932")
    ran = run("search", "a", cwd=tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert ".env の文字コード" in ran.stderr


def test_a_line_of_the_file_of_settings_that_cannot_be_read_is_named_by_its_number(tmp_path):
    (tmp_path / ".env").write_text('PORT=3000\nSLACK_BOT_TOKEN="xoxb-1\n')
    ran = forking.run(["search", "a"], cwd=tmp_path)
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert ".env の2行目を読めません" in ran.stderr


def test_doctor_tells_of_wrong_and_unknown_settings_beside_everything_else(tmp_path, seeded):
    (tmp_path / ".env").write_text("JIGYO_REMIND_BEFOR=1\nPORT=70000\n")
    token = "xoxp-1-a-users"
    ran = run("doctor", "--offline", "--json", cwd=tmp_path, SLACK_BOT_TOKEN=token, JIGYO_NANI="1")
    assert ran.returncode == 2
    found = {each["subject"]: each for each in json.loads(ran.stdout) if each["subject"] != "設定"}
    assert found["PORT"]["level"] == found["SLACK_BOT_TOKEN"]["level"] == "error"
    assert "xoxp- で始まるのはユーザーのトークンです" in found["SLACK_BOT_TOKEN"]["detail"]
    assert "大きすぎます" in found["PORT"]["detail"]
    assert found["データベース"]["level"] == "ok"
    lines = [each["detail"] for each in json.loads(ran.stdout) if each["subject"] == "設定"]
    assert lines == [
        "JIGYO_NANI という設定はありません。",
        "JIGYO_REMIND_BEFOR という設定はありません。JIGYO_REMIND_BEFORE のことでしょうか。",
    ]
    assert token not in ran.stdout + ran.stderr


@pytest.mark.parametrize("how", ["a tick", "a message"])
def test_doctor_tells_of_a_clock_that_was_far_ahead(tmp_path, seeded, how):
    def clocks():
        done = run("doctor", "--json", "--offline", cwd=tmp_path, JIGYO_DB=str(seeded))
        return [each["detail"] for each in json.loads(done.stdout) if each["subject"] == "時計"]

    assert clocks() == []
    ahead = datetime.now(UTC) + timedelta(days=40)
    db = open_database(seeded)
    if how == "a tick":
        ledger.beat(db, "host:1", now=stamp(ahead), ticked=True)
    else:
        key = DeliveryKey("1.1", "部/課", "U1", "before:1")
        sent = {"about": "", "recipient": "U1", "channel": "D1", "owner": "x", "lease_until": stamp(ahead)}
        claim(db, [Delivered(key, 2021, "一次評価", ahead, None)], now=stamp(ahead), **sent)
    [told] = clocks()
    assert f"{ahead.astimezone(TOKYO):%Y年%-m月%-d日}" in told
    assert "まで進んで動いた記録があります" in told


def test_doctor_names_every_secret_that_is_missing(tmp_path, seeded):
    def missing(**variables):
        ran = run("doctor", "--offline", "--json", cwd=tmp_path, **variables)
        found = json.loads(ran.stdout)
        return {each["subject"] for each in found if "未設定" in each["detail"]}

    both = {"SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"}
    assert missing() == {"SLACK_BOT_TOKEN", *both}
    assert missing(SLACK_BOT_TOKEN="xoxb-1-a") == both
    assert missing(SLACK_APP_TOKEN="xapp-1-a") == {"SLACK_BOT_TOKEN"}
    assert missing(SLACK_SIGNING_SECRET="0" * 32) == {"SLACK_BOT_TOKEN"}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1-2", "アプリレベルのトークンです"),
        ("SLACK_BOT_TOKEN", "bot-token", "xoxb- で始まっていません"),
        ("SLACK_BOT_TOKEN", "xoxb-１２３", "全角の文字"),
        ("SLACK_BOT_TOKEN", "xoxb-", "xoxb- の後がない"),
        ("SLACK_APP_TOKEN", "“xapp-1-2”", "引用符"),
        ("SLACK_SIGNING_SECRET", "0123abc", "7文字"),
        ("JIGYO_REMIND_AT", "9時半", "時刻として読めません"),
        ("JIGYO_REMIND_BEFORE", "十日前", "整数ではありません"),
        ("JIGYO_ROLL", "later", "選べる値のどれでもありません"),
    ],
)
def test_what_is_wrong_with_a_settings_form_is_said_without_its_value(tmp_path, name, value, why):
    ran = run("search", "a", cwd=tmp_path, **{name: value})
    assert ran.returncode == 2
    assert name in ran.stderr
    assert why in ran.stderr
    assert value not in ran.stderr or len(value) < 6


def test_the_databases_path_may_begin_at_home(tmp_path):
    ran = run("search", "a", cwd=tmp_path, JIGYO_DB="~/none.db", HOME=str(tmp_path))
    assert str(tmp_path / "none.db") in ran.stderr


def test_a_database_that_another_process_writes_to_is_said_to_be_in_use(tmp_path, seeded, monkeypatch):
    monkeypatch.setattr("store.database.BUSY_TIMEOUT_MS", 50)
    other = sqlite3.connect(seeded, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    ran = run("--db", str(seeded), "load", str(SEED), cwd=tmp_path)
    other.close()
    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert "ほかの処理がデータベースを使っています" in ran.stderr


def test_a_calendar_that_cannot_be_read_is_one_line(tmp_path, seeded):
    for content, why in ((None, "No such file"), (b"\x82\xa0", "UTF-8 ではありません")):
        if content:
            (tmp_path / "days.csv").write_bytes(content)
        ran = run("--db", str(seeded), "remind", "--dry-run", cwd=tmp_path, JIGYO_CALENDAR="days.csv")
        assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
        assert "JIGYO_CALENDAR" in ran.stderr
        assert why in ran.stderr


@pytest.mark.parametrize("words", [(), ("deadlines",), ("sheets",), ("deliveries",), ("synonyms",)])
def test_a_command_without_its_subcommand_shows_its_help(tmp_path, words):
    ran = run(*words, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout.startswith("使い方: jigyo")
    assert "\n  list" in ran.stdout or not words
    assert ran.stderr == "jigyo: コマンドを指定してください。\n"


def test_a_reader_that_leaves_early_is_no_failure(tmp_path, seeded):
    jigyo = f"{sys.executable} -m bot"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "JIGYO_DB": str(seeded)}
    ran = subprocess.run(
        ["bash", "-c", f"{jigyo} sections --json | true"],
        cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""


@pytest.mark.parametrize(
    "words",
    [
        ("search", "x", "--limit", "0"),
        ("load",),
        ("search", " "),
        ("ask", ""),
        ("ask", " 　"),
        ("bogus",),
        ("show",),
        ("--bogus",),
        ("ask", "x", "--bogus"),
    ],
    ids=" ".join,
)
def test_a_slip_in_the_words_of_a_command_is_one_line_and_exit_2(tmp_path, words):
    ran = run(*words, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 1
    assert "--help" in ran.stderr or "のように使います" in ran.stderr


SLIPS = {
    "search x --limit 0": "--limit が正しくありません。1 から 1000 までの整数を書いてください。",
    "search x --limit abc": "--limit が正しくありません。1 から 1000 までの整数を書いてください。",
    "search x --limit": "オプション --limit の値を書いてください。",
    "show 1 --json=3": "オプション --json に値は付けられません。",
    "show 1 2 3": "余分な「2 3」があります。",
    "show 11 --fiscal-year ほげ": "「ほげ」は年度ではありません。",
    "deadlines withdraw abc": "NUMBER が正しくありません。整数を書いてください。",
    "backup .": "TARGET が正しくありません。. はフォルダーです。",
    "--db . search x": "--db が正しくありません。. はフォルダーです。",
    "--db": "オプション --db の値を書いてください。",
    "deadlines bogus": "コマンド「bogus」はありません。",
    "sheets export --bogus": "オプション --bogus はありません。",
}


@pytest.mark.parametrize("words", SLIPS)
def test_a_slip_is_told_in_japanese_with_the_commands_own_help(tmp_path, words):
    ran = run(*words.split(), cwd=tmp_path)
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert SLIPS[words] in ran.stderr
    path = " ".join(word for word in words.split() if word in MODULES or word in ("withdraw", "export"))
    path = "" if words.startswith("--db") else path
    assert ran.stderr.endswith(f"使い方は {f'jigyo {path}'.strip()} --help で見られます。\n")
    assert not re.search(r"\b(?:is|not|a|the|of|got)\b", ran.stderr, re.IGNORECASE)


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_what_cannot_be_restored_is_refused_before_anything_is_asked(tmp_path, content):
    if content is not None:
        (tmp_path / "copy.db").write_bytes(content)
    ran = run("restore", "copy.db", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert "copy.db" in ran.stderr
    assert "よろしいですか" not in ran.stderr


def test_a_question_that_nobody_answers_changes_nothing(tmp_path, seeded):
    shutil.copy(seeded, tmp_path / "copy.db")
    seeded.unlink()
    ran = run("restore", "copy.db", cwd=tmp_path)
    assert ran.returncode == 2
    assert "中止" in ran.stderr
    assert not (tmp_path / "jigyo.db").exists()


NEEDS_A_DATABASE = [
    "search 公園", "ask 公園の目的は", "show 1", "similar 1", "feedback", "sections", "sections list",
    "sections export", "sections alias 企画室 企画課", "synonyms list", "synonyms export", "deadlines list",
    "deadlines set 一次評価 2099-12-25", "deadlines withdraw 1", "deadlines export", "deadlines admins",
    "sheets list", "sheets set 1 提出済", "sheets history 1", "sheets export", "remind --dry-run",
    "remind --once", "remind --plan 2099-11..2100-03", "deliveries list", "deliveries show 1",
    "deliveries settle 1 --sent",
]  # fmt: skip


@pytest.mark.parametrize("words", [each.split() for each in NEEDS_A_DATABASE], ids=NEEDS_A_DATABASE)
def test_what_needs_a_database_says_that_there_is_none_and_makes_none(tmp_path, words):
    ran = CliRunner().invoke(jigyo, ["--db", str(tmp_path / "typo.db"), *words])
    assert "typo.db がありません" in str(ran.exception)
    assert isinstance(ran.exception, DatabaseError)
    assert not (tmp_path / "typo.db").exists()


def test_a_database_that_is_not_there_is_one_line_and_exit_2(tmp_path):
    ran = run("--db", "typo.db", "deadlines", "list", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "jigyo: データベース typo.db がありません。"
        "--db か JIGYO_DB を確かめるか、jigyo load で作ってください。\n"
    )


def test_another_programs_database_is_left_as_it_is(tmp_path):
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE moz_places (url TEXT)")
    other.close()
    before = (tmp_path / "other.db").read_bytes()
    for words in (("search", "公園"), ("load", str(SEED)), ("doctor", "--offline", "--json")):
        ran = run("--db", "other.db", *words, cwd=tmp_path)
        assert ran.returncode == 2
        assert "jigyo のデータベースではありません" in ran.stdout + ran.stderr
    assert (tmp_path / "other.db").read_bytes() == before


@pytest.mark.parametrize("command", [pytest.param("search", marks=pytest.mark.slow), "ask"])
def test_every_line_of_standard_input_is_answered_whatever_its_bytes(tmp_path, seeded, command):
    asked = b"\xff\n\n\x00\na\x00b\n" + "友好都市交流事業の目的\n".encode()
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "--db", str(seeded), command, "-"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C"},
        input=asked,
        capture_output=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == 5
    assert "64" in json.dumps(answers[-1])


@pytest.mark.parametrize(
    "words",
    [
        ("backup", "{long}"), ("restore", "{long}"), ("--db", "{long}", "sections"),
        ("--db", "{long}", "load", "seeds"), ("sheets", "export", "{long}"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_name_too_long_for_a_file_is_one_line_and_exit_2(tmp_path, seeded, words):
    long = str(tmp_path / ("あ" * 120 + ".csv"))
    ran = run("--db", str(seeded), *(word.format(long=long) for word in words), cwd=tmp_path)
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.parametrize("command", ["search", "ask", "show", "similar"])
def test_words_that_are_no_utf_8_are_answered_or_refused_in_one_line(tmp_path, seeded, command):
    ran = run("--db", str(seeded), command, b"\xffa".decode("utf-8", "surrogateescape"), cwd=tmp_path)
    assert ran.returncode in (0, 2)
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("words", ["deadlines export", "sheets export", "sections export", "synonyms export"])
def test_an_export_that_cannot_be_written_is_one_line_and_exit_2(tmp_path, seeded, words):
    ran = CliRunner().invoke(jigyo, ["--db", str(seeded), *words.split(), str(tmp_path / "no" / "x.csv")])
    assert (ran.exit_code, ran.stdout, len(ran.stderr.splitlines())) == (2, "", 1)
    assert "x.csv に書けません" in ran.stderr


def test_turns_of_conversations_come_in_lines_and_an_empty_line_begins_another(seeded: Path) -> None:
    turns = "友好都市交流事業の目的は？\nその担当課は？\n\nその担当課は？\n"
    done = forking.run(["--db", str(seeded), "ask", "--json", "--thread", "-"], typed=turns)
    first, second, alone = map(json.loads, done.stdout.splitlines())
    assert (first["kind"], first["citations"]) == ("field", ["64"])
    assert (second["kind"], second["citations"]) == ("field", ["64"])
    assert (alone["kind"], alone["citations"]) == ("none", [])
