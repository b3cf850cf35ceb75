"""Who is there to be told: people who left, guests, bots; by Slack's word, kept for hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.deadlines.session import told_by_event
from bot.delivery.dispatcher import tick
from bot.playground.slack.state import TEAM
from store.evaluation import ledger
from tests.season import SECRETARIAT, Season, season


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "jigyo.db", sections=2) as city:
        yield city


def change(city: Season, user: str, **more: Any) -> None:
    city.slack.workspace.users[user] |= more


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"deleted": True}, "のアカウントが停止されています"),
        ({"team_id": "T0OTHER"}, "がこのワークスペースに見つかりません"),
        ({"is_restricted": True}, "はゲストのため、お送りできません"),
        ({"is_bot": True}, "はアプリのため、お送りできません"),
    ],
)
def test_nothing_goes_to_a_chief_who_would_not_read_it_and_the_secretariat_hears_by_section_and_name(
    city: Season, more: dict[str, Any], words: str
) -> None:
    change(city, "U1CHIEF1", real_name="田中", **more)
    tick(city.delivery())
    assert city.texts("D1CHIEF1") == []
    assert len(city.texts("D2DEPUTY1")) == 1
    told = city.slack.posts
    digest = next(post for post in told if post.channel == SECRETARIAT and "進捗" in post.text)
    assert f"第1課: 課長（田中さん）{words}（代理にお送りしています）" in str(digest.blocks)
    assert "U1CHIEF1" not in str(digest.blocks)


def test_the_digest_says_so_until_it_is_mended(city: Season) -> None:
    change(city, "U1CHIEF1", deleted=True)
    tick(city.delivery())
    city.now += timedelta(days=1)
    tick(city.delivery())
    digests = [post for post in city.slack.posts if post.channel == SECRETARIAT and "進捗" in post.text]
    assert ["停止されています" in str(post.blocks) for post in digests] == [True, True]
    change(city, "U1CHIEF1", deleted=False)
    city.now += timedelta(days=1)
    tick(city.delivery())
    assert "停止されています" not in str(city.slack.posts[-1].blocks)


def test_slack_is_asked_of_each_once_in_hours(city: Season) -> None:
    for _ in range(5):
        tick(city.delivery())
        city.now += timedelta(minutes=30)
    assert len(city.slack.calls("users.info")) == 2
    city.now += timedelta(days=7)  # five working days before
    tick(city.delivery())
    assert len(city.slack.calls("users.info")) == 4


def test_where_slack_cant_be_asked_the_message_goes_out_all_the_same(city: Season) -> None:
    city.slack.fail("users.info", "unavailable", times=None)
    tick(city.delivery())
    assert len(city.texts("D1CHIEF1")) == 1


def test_an_event_tells_of_those_who_are_registered_and_nothing_is_kept_of_others(city: Season) -> None:
    for user in ("U1CHIEF1", "U0STAFF"):
        told = city.slack.workspace.users[user] | {"deleted": True}
        told_by_event(city.context, told, TEAM, city.now)
    assert [row[0] for row in city.db.execute("SELECT user FROM people")] == ["U1CHIEF1"]
    tick(city.delivery())
    assert city.texts("D1CHIEF1") == []
    assert [call["user"] for call in city.slack.calls("users.info")].count("U1CHIEF1") == 0


def test_a_line_for_somebody_who_left_goes_to_the_secretariat(city: Season) -> None:

    change(city, "U4STAFF1", deleted=True)
    ledger.note(city.db, key="decided 1", text="延長が承認されました。", at="2026", recipient="U4STAFF1")
    tick(city.delivery())
    assert city.texts("D4STAFF1") == []
    assert [text for text in city.texts(SECRETARIAT) if "延長が承認されました" in text]
