"""The README is true: its commands run, and it names every command there is."""

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot.cli import jigyo
from bot.settings import WHERE_TO_GET
from tests.demo import transcript

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL_LINES = [
    line for block in re.findall(r"^```sh\n(.*?)^```", README, re.M | re.S) for line in block.splitlines()
]


def leaf_commands(group, path=("jigyo",)):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from leaf_commands(command, (*path, name))


COMMANDS = dict(leaf_commands(jigyo))


@pytest.fixture
def checkout(tmp_path):
    """A folder with the seeds, as a reader of the README has it, and no database yet."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return tmp_path


def test_the_readmes_shell_commands_run_in_order(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    monkeypatch.delenv("JIGYO_DB", raising=False)
    assert SHELL_LINES
    for line in SHELL_LINES:
        name, *words = shlex.split(line, comments=True)
        ran = CliRunner().invoke(jigyo, words)
        assert (name, ran.exit_code) == ("jigyo", 0), f"{line}\n{ran.output}"
        assert ran.stdout.strip(), f"{line} says nothing"


def test_the_readme_names_every_command():
    missing = {path[1] for path in COMMANDS} - set(re.findall(r"`jigyo ([a-z-]+)", README))
    assert not missing


def test_every_command_the_readme_names_exists():
    named = set(re.findall(r"\bjigyo ([a-z]+(?:-[a-z]+)*)\b", README))
    assert named <= {path[1] for path in COMMANDS}


def test_every_option_the_readme_gives_a_command_exists():
    for line in re.findall(r"^(?:\| `)?(jigyo [^\n|]+)", README, re.M):
        words = line.replace("`", " ").split()
        command = COMMANDS.get(tuple(words[:3])) or COMMANDS[tuple(words[:2])]
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        given = {word.rstrip(",;") for word in words if word.startswith("--")}
        assert given <= options, line


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_every_command_and_option_says_in_japanese_what_it_does(path):
    ran = CliRunner().invoke(jigyo, [*path[1:], "--help"])
    assert ran.exit_code == 0
    assert COMMANDS[path].get_short_help_str()
    told = ran.stdout.replace(" ".join(path), "")
    for option in COMMANDS[path].params:
        if isinstance(option, click.Option):
            assert re.search("[ぁ-ん]", option.help or ""), option.name
    assert re.search(r"^使い方: ", told)
    assert not re.search(r"\b(?:the|of|and|this)\b", told, re.IGNORECASE)


def test_the_settings_that_are_documented_are_those_there_are():
    documented = README + (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", documented, re.M)) == set(WHERE_TO_GET)


def test_every_file_the_readme_links_to_exists():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_answer_the_readme_shows_is_what_the_bot_answers(seeded, monkeypatch):
    shown = re.search(r"^```text\n(.*?)^```", README, re.M | re.S)[1]
    monkeypatch.setenv("JIGYO_DB", str(seeded))
    assert transcript("スマートシティ") == shown.rstrip()
