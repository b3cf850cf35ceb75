"""The command's frame: which subcommands there are, how it fails."""

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import bot.commands
from bot.cli import MODULES


def run(*words, cwd, **variables):
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=cwd,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "JIGYO_DB": "",
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )


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


def test_a_malformed_setting_is_named_without_its_value(tmp_path):
    ran = run("search", "a", cwd=tmp_path, SLACK_BOT_TOKEN="not-a-token-at-all")
    assert ran.returncode == 2
    assert "SLACK_BOT_TOKEN" in ran.stderr
    assert "not-a-token-at-all" not in ran.stdout + ran.stderr


def test_a_reader_that_leaves_early_is_no_failure(tmp_path):
    seeds = Path(__file__).parent.parent / "seeds"
    jigyo = f"{sys.executable} -m bot"
    ran = subprocess.run(
        ["bash", "-c", f"{jigyo} load {seeds} >loaded && {jigyo} sections --json | true"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "JIGYO_DB": "a.db"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (tmp_path / "loaded").read_text()
    assert ran.stderr == ""
