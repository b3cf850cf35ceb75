"""A city is installed as docs/operate.md says; where SQLite does, no other engine is loaded."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest

from bot.playground.slack import Sender, SlackServer
from store.state import Location
from tests import postgres
from tests.conftest import SEED
from tests.running import Served, running, serving
from tests.sheet_city import said

ROOT = Path(__file__).parent.parent
OPERATE = (ROOT / "docs" / "operate.md").read_text("utf-8")
CITY, PROGRAM = "tsukuba", "/opt/jigyo/.venv/bin/jigyo"
OTHERS = ("sqlalchemy", "alembic", "psycopg")


def units() -> dict[str, str]:
    """The units that the documents give, by their names."""
    texts = {"jigyo@.service": OPERATE, "jigyo.service": (ROOT / "docs" / "install.md").read_text("utf-8")}
    found = {name: re.search(r"```ini\n(\[Unit\].*?)```", text, re.DOTALL) for name, text in texts.items()}
    return {name: unit[1] for name, unit in found.items() if unit}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="a machine without systemd")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    assert len(units()) == 2
    for name, unit in units().items():
        (tmp_path / name).write_text(unit.replace(PROGRAM, sys.executable), "utf-8")
        instance = tmp_path / name.replace("@", f"@{CITY}")
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(instance)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout + done.stderr) == (0, "")


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def city_environment(slack: SlackServer, server: postgres.Server, state: Path) -> dict[str, str]:
    """The city's env file as the document has it, with the values of this test."""
    written = re.search(r"```\n(JIGYO_DB=.*?)```", OPERATE, re.DOTALL)
    assert written
    lines = written[1] + (
        f"PORT={free_port()}\nSLACK_BOT_TOKEN={slack.bot_token}\nSLACK_SIGNING_SECRET={slack.signing_secret}\n"
        f"SLACK_API_URL={slack.api_url}\n"
    )
    values = dict(line.split("=", 1) for line in lines.splitlines())
    assert values["JIGYO_DB"] == f"/var/lib/jigyo/{CITY}/jigyo.db"
    assert values["JIGYO_STATE"].startswith(f"postgresql://{CITY}:secret@")
    return values | {"JIGYO_DB": str(state / "jigyo.db"), "JIGYO_STATE": server.url(CITY)}


def test_a_city_is_made_loaded_and_served_as_the_document_says(
    slack: SlackServer, postgresql: postgres.Server, tmp_path: Path
) -> None:
    for sql in re.findall(r'^psql jigyo -c "(.*)"$', OPERATE, re.MULTILINE):
        postgresql.execute(sql)
    unit = RawConfigParser(strict=True)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's names have capitals
    unit.read_string(units()["jigyo@.service"].replace("%i", CITY))
    service = unit["Service"]
    assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"
    assert service["EnvironmentFile"] == f"/etc/jigyo/{CITY}.env"
    state = tmp_path / service["StateDirectory"]
    state.mkdir(parents=True)
    # Nothing of ours but the file: systemd gives a service little more.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    environment |= city_environment(slack, postgresql, state)
    jigyo = [sys.executable, "-m", "bot"]
    here = {**environment, "JIGYO_DB": str(tmp_path / "root.db")}
    loaded = subprocess.run(
        [*jigyo, "load", str(SEED)], env=here, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert loaded.returncode == 0, loaded.stderr
    program, *options = shlex.split(service["ExecStart"])
    assert program == PROGRAM
    with running([*jigyo, *options], environment, slack, cwd=state) as served:
        slack.wait_for(lambda: ready(served), seconds=60)
        assert "スマートシティの推進" in said(Sender(slack, served.url).command("スマートシティ"))
        assert served.stop() == 0


def ready(served: Served) -> bool:
    """Whether /readyz has nothing to complain of."""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        with urlopen(f"{served.url}/readyz", timeout=10) as answer:
            return answer.status == 200
    except HTTPError:
        return False


def imported(log: str) -> set[str]:
    """Which of the libraries that PostgreSQL takes a process has imported, by Python's own account."""
    assert "import time:" in log
    assert "sqlite3" in log
    return {name for name in OTHERS if re.search(rf"^import time: .*\b{name}\b", log, re.MULTILINE)}


@pytest.mark.parametrize(
    "command",
    [
        "ask スマートシティの推進の担当課は？",
        pytest.param("search スマートシティ", marks=pytest.mark.slow),  # which asking does too
    ],
)
def test_with_sqlite_a_command_loads_nothing_of_postgresqls(seeded: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bot", *command.split()],
        env={**os.environ, "JIGYO_DB": str(seeded), "JIGYO_STATE": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "スマートシティ" in done.stdout
    assert imported(done.stderr) == set()


@pytest.mark.slow  # the command above is held to the same
def test_with_sqlite_a_bot_loads_nothing_of_postgresqls(
    seeded: Path, slack: SlackServer, postgresql: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    for path, expected in ((seeded, set()), (Location.of(seeded, postgresql.city()), set(OTHERS))):
        with serving(slack, path, "--http", "--workers", "1", anew=True) as served:  # with its reminders
            send = Sender(slack, served.url)
            for text in ("スマートシティ", "締切", "スマートシティの推進の担当課は？"):
                send.command(text)
            slack.posts.clear()
            send.mention("スマートシティの推進の担当課は？")
            slack.wait_for(lambda: slack.posts, seconds=60)
            assert served.stop() == 0
            assert imported(served.log()) == expected
