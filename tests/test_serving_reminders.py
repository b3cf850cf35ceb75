"""A real `jigyo serve` sends what is due when it starts, and stops cleanly."""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.days.calendar import TOKYO
from bot.playground.slack import SlackServer
from store.database import open_database
from store.evaluation import changes
from tests.running import serving
from tests.season import YEAR, fill, people


def health(url: str) -> tuple[int, list[str]]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("GET", "/healthz")
    response = connection.getresponse()
    told = json.loads(response.read())
    connection.close()
    return response.status, told["problems"]


def test_what_is_due_goes_out_at_the_start_and_is_no_longer_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(TOKYO)
    db = open_database(tmp_path / "jigyo.db")
    fill(db, sections=2)
    begun = {"due": now.date() + timedelta(days=90), "opens": now.date(), "at": now - timedelta(days=3)}
    changes.set_deadline(db, fiscal_year=YEAR, kind="一次評価", by="U0ADMIN", **begun)
    db.close()
    days = tmp_path / "days.csv"
    days.write_text("".join(f"{now.date() + timedelta(days=n)},開\n" for n in range(2)), encoding="utf-8")
    hours = {"REMIND_AT": "0:00", "DIGEST_AT": "0:00", "REMIND_FROM": "0:00", "REMIND_UNTIL": "23:59"}
    for name, value in {**hours, "CALENDAR": str(days)}.items():
        monkeypatch.setenv(f"JIGYO_{name}", value)
    with SlackServer() as slack:
        people(slack, sections=2)
        with serving(slack, tmp_path / "jigyo.db", "--http") as served:
            slack.wait_for(lambda: {"D1CHIEF1", "D1CHIEF2"} <= {p.channel for p in slack.posts}, seconds=20)
            assert [line for line in health(served.url)[1] if "課" in line] == []
            assert served.stop() == 0
