"""`jigyo remind` and `jigyo deliveries`: what would be sent, one tick, a season, settling what is unknown."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from bot.cli import jigyo
from bot.delivery.dispatcher import tick
from store.evaluation import ledger
from tests import forking
from tests.season import SECRETARIAT, Season, season

AT = "2026-12-14T09:00"
LISTED = ["U1CHIEF1", "U1CHIEF2", "U1CHIEF3", SECRETARIAT]


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Season]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIGYO_SECRETARIAT", SECRETARIAT)
    with season(tmp_path / "jigyo.db") as city:
        monkeypatch.setenv("SLACK_BOT_TOKEN", city.slack.bot_token)
        monkeypatch.setenv("SLACK_API_URL", city.slack.api_url)
        yield city


def run(city: Season, *words: str) -> Result:
    return CliRunner().invoke(jigyo, ["--db", str(city.path), *words])


def test_a_dry_run_says_what_would_go_to_whom_and_why_and_sends_nothing(city: Season) -> None:
    told = json.loads(run(city, "remind", "--dry-run", "--now", AT, "--json").stdout)
    assert [each["recipient"] for each in told["reminders"]] == LISTED
    first = told["reminders"][0]
    assert (first["role"], first["why"]) == ("chief", ["締切10開庁日前"])
    assert [(s["number"], s["state"], s["due"]) for s in first["sheets"]] == [
        ("101", "未着手", "2026-12-28"),
        ("102", "未着手", "2026-12-28"),
    ]
    assert first["items"][0]["key"] == "1.1|政策イノベーション部/第1課|U1CHIEF1|before:10"
    shown = run(city, "remind", "--dry-run", "--now", AT).stdout
    assert "第1課" in shown
    assert "開庁" in shown
    assert "2026-12-14" in shown
    assert (city.slack.posts, ledger.delivered(city.db)) == ([], [])


@pytest.mark.parametrize(
    ("now", "why"), [("2026-12-13T09:00", "閉庁日"), ("2026-12-14T22:00", "時間帯"), ("2026-11-20", "時間帯")]
)
def test_it_says_why_there_is_nothing_to_send(city: Season, now: str, why: str) -> None:
    assert why in run(city, "remind", "--dry-run", "--now", now).stdout


@pytest.mark.parametrize(
    "words",
    [
        ("remind",),
        ("remind", "--dry-run", "--once"),
        ("remind", "--dry-run", "--now", "いつか"),
        ("remind", "--plan", "2027-03..2026-11"),
        ("remind", "--dry-run", "--ics", "season.ics"),
        ("deliveries", "show", "7"),
        ("deliveries", "settle", "7"),
        ("deliveries", "settle", "7", "--sent"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_line(city: Season, words: tuple[str, ...]) -> None:
    result = run(city, *words)
    assert (result.exit_code, result.stderr.count("\n"), result.stdout) == (2, 1, "")


def test_the_same_is_planned_whatever_zone_the_machine_is_in(city: Season) -> None:
    command = ["--db", city.path, "remind", "--dry-run", "--now", AT, "--json"]
    zones = ("UTC", "America/New_York", "Asia/Tokyo")
    told = [forking.run(command, env={**os.environ, "TZ": zone}).stdout for zone in zones]
    assert told[0] == told[1] == told[2]
    assert json.loads(told[0])["now"] == "2026-12-14T09:00:00+09:00"


def test_one_tick_sends_what_is_due_and_the_next_has_nothing_to_do(
    city: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIGYO_SECRETARIAT", "")
    city.slack.workspace.clock = datetime.now().timestamp
    first = run(city, "remind", "--once", "--now", AT)
    assert (first.exit_code, "送信" in first.stdout) == (0, True)
    chiefs = [post.channel for post in city.slack.posts if post.channel.startswith("D1")]
    assert sorted(chiefs) == ["D1CHIEF1", "D1CHIEF2", "D1CHIEF3"]
    assert "送るものはありません" in run(city, "remind", "--once", "--now", AT).stdout
    assert run(city, "deliveries", "list").stdout == "確認の要る送信はありません。\n"
    assert len(json.loads(run(city, "deliveries", "list", "--all", "--json").stdout)) == 3


def test_what_is_left_over_is_said_and_ends_with_one(city: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIGYO_SECRETARIAT", "")
    city.slack.fail("chat.postMessage", "reset", channel="D1CHIEF2")
    result = run(city, "remind", "--once", "--now", AT)
    assert (result.exit_code, "1件を送り終えていません" in result.stderr) == (1, True)


def test_a_season_is_listed_and_written_as_icalendar(city: Season) -> None:
    told = json.loads(run(city, "remind", "--plan", "2026-11..2027-01", "--json").stdout)["reminders"]
    mine = [each["at"][:10] for each in told if each["recipient"] == "U1CHIEF1"]
    assert mine[:4] == ["2026-11-30", "2026-12-14", "2026-12-21", "2026-12-25"]
    assert "第1課" in run(city, "remind", "--plan", "2026-12").stdout
    assert run(city, "remind", "--plan", "2026-11..2027-01", "--ics", "season.ics").exit_code == 0
    events = Calendar.from_ical(Path("season.ics").read_bytes()).walk("VEVENT")
    assert any("締切" in str(event["summary"]) for event in events)


def test_an_unknown_outcome_is_listed_shown_and_settled(city: Season) -> None:
    city.slack.fail("chat.postMessage", "reset_after", channel="D1CHIEF2")
    city.slack.fail("conversations.history", "error", error="missing_scope", times=None)
    tick(city.delivery())
    city.now += timedelta(minutes=2)
    tick(city.delivery())
    [post] = json.loads(run(city, "deliveries", "list", "--json").stdout)
    assert (post["state"], post["recipient"]) == ("ambiguous", "U1CHIEF2")
    number = str(post["id"])
    assert "不明" in run(city, "deliveries", "list").stdout
    assert "missing_scope" in run(city, "deliveries", "show", number).stdout
    assert run(city, "deliveries", "settle", number, "--sent", "--by", "U0ADMIN").exit_code == 0
    assert "U0ADMIN" in run(city, "deliveries", "show", number).stdout
    assert run(city, "deliveries", "settle", number, "--sent").exit_code == 2


def test_many_sections_are_counted_and_who_is_not_known_stands_with_the_recipient(
    seeded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    call = ["--db", str(seeded)]
    CliRunner().invoke(
        jigyo, [*call, "deadlines", "set", "一次評価", "2037-12-28", "--fiscal-year", "令和3年度"]
    )
    shown = CliRunner().invoke(jigyo, [*call, "remind", "--plan", "2037-12"]).stdout
    assert "10課" in shown
    assert "企画経営課" not in shown
    assert "（宛先なし）" in shown
    assert "課長とチャンネ" in shown
