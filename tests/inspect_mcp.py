"""`make mcp-inspect`: the official inspector, a client that we did not write, over stdio and over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.playground.slack import SlackServer
from store.database import open_database
from store.lists import parse_list
from store.loader import store_list
from store.talk import conversations
from tests.conftest import LOADED_AT, SEED
from tests.running import serving

INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
CALL = ("--method", "tools/call", "--tool-name", "search_projects", "--tool-arg", "query=スマートシティ")


def inspect(*words: str) -> dict[str, Any]:
    """What the inspector prints, as JSON. Raises CalledProcessError with its words when it fails."""
    runner = os.environ.get("NPX", "npx --yes").split()
    command = [*runner, INSPECTOR, "--cli", "--connect-timeout", "60000", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return dict(json.loads(done.stdout))


def show(way: str, *target: str) -> None:
    listed = inspect(*target, "--method", "tools/list")
    found = inspect(*target, *CALL)
    names = ", ".join(tool["name"] for tool in listed["tools"])
    numbers = [each["number"] for each in found["structuredContent"]["projects"]]
    print(f"{way}: {names}\n  スマートシティ -> {numbers}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, SlackServer() as slack:
        path = Path(folder) / "jigyo.db"
        db = open_database(path)
        store_list(db, parse_list(SEED.read_bytes()), source_name=SEED.name, now=LOADED_AT)
        token = conversations.add_token(db, "inspector", user="", now=LOADED_AT)
        db.close()
        show("stdio", "-e", f"JIGYO_DB={path}", sys.executable, "-m", "bot", "mcp")
        with serving(slack, path, "--http", "--no-reminders") as served:
            header = ("--header", f"Authorization: Bearer {token}")
            show("HTTP", f"{served.url}/mcp", "--transport", "http", *header)


if __name__ == "__main__":
    main()
