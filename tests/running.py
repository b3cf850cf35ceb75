"""A real `jigyo serve` process for tests, benches and the demo: started, waited for, stopped with SIGTERM."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from bot.playground.slack import SlackServer
from store.database import state_of
from tests import forking

forked = False  # whether processes are forked from one that has imported everything; the suite's are


class Served:
    """A running `jigyo serve`; `url` is where it listens, `log()` what it wrote to stderr so far."""

    def __init__(self, process: subprocess.Popen[bytes] | forking.Forked, log: IO[bytes]) -> None:
        self.process, self._log = process, log
        self.url = ""

    def log(self) -> str:
        """Everything logged so far."""
        return Path(self._log.name).read_text(encoding="utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """The same as the objects that its lines are."""
        return [json.loads(line) for line in self.log().splitlines()]

    def stop(self, *, seconds: float = 30) -> int:
        """SIGTERM, then the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


def environment(slack: SlackServer, db: Path) -> dict[str, str]:
    """The environment of a `jigyo` that talks to the loopback Slack; with bytecode, as when installed."""
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "JIGYO_DB": str(db),
        "JIGYO_STATE": state_of(db),
    }


@contextmanager
def serving(
    slack: SlackServer,
    db: Path,
    *options: str,
    under: Sequence[str] = (),
    module: str = "bot",
    anew: bool = False,
) -> Iterator[Served]:
    """`jigyo serve OPTIONS` on a free port of 127.0.0.1, ready inside; killed after if still there.

    `under` is a command that is given it to run, `module` what is run for `jigyo`; `anew` has Python started
    for it in the suite too.
    """
    command = ["serve", "--port", "0", *(options or ("--http",))]
    is_forked = forked and not (under or anew)
    if not is_forked:
        command = [*under, sys.executable, "-m", module, *command]
    with running(command, environment(slack, db), slack, forks=module if is_forked else "") as served:
        yield served


@contextmanager
def running(
    command: Sequence[str],
    env: Mapping[str, str],
    slack: SlackServer,
    *,
    cwd: Path | None = None,
    forks: str = "",
) -> Iterator[Served]:
    """A command (the arguments of a module that is forked) that serves, listening inside; killed after."""
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process: subprocess.Popen[bytes] | forking.Forked
        if forks:
            process = forking.start(command, module=forks, env=env, errors=log)
        else:
            process = subprocess.Popen(command, env=env, stderr=log, cwd=cwd)
        served = Served(process, log)
        try:
            served.url = slack.wait_for(lambda: _listening(served), seconds=60)
            yield served
        finally:
            process.kill()
            process.wait()


def _listening(served: Served) -> str:
    if served.process.poll() is not None:
        raise RuntimeError(served.log())
    found = re.search(r"http://[\d.]+:\d+", served.log())
    return found[0] if found else ""
