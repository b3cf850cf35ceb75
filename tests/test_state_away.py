"""PostgreSQL goes away and comes back: searches and questions go on, changes say so, nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.delivery.dispatcher import tick
from bot.delivery.reconcile import problems
from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from store.database import StateAwayError, open_database
from store.evaluation import registry
from store.state import Location
from tests import postgres
from tests.running import serving
from tests.season import season
from tests.sheet_city import remind, said, settled, state

AWAY = "つながりません"


def tell(slack: SlackServer, send: Sender, text: str, wanted: str) -> None:
    """Send a command, of which `wanted` is told, at once or when it is done."""
    slack.posts.clear()
    reply = said(send.command(text, user="U0CHIEF"))
    slack.wait_for(
        lambda: wanted in reply or any(wanted in plain(vars(post)) for post in slack.posts), seconds=60
    )


@pytest.fixture
def server() -> Iterator[postgres.Server]:
    """One of this test's own, to be stopped."""
    with postgres.running() as server:
        yield server


def test_searches_and_questions_go_on_and_a_change_says_what_is_the_matter(
    server: postgres.Server, seeded: Path, slack: SlackServer
) -> None:
    path = settled(slack, Location.of(seeded, server.city()))
    with serving(slack, path, "--http", "--no-reminders", "--workers", "1") as served:
        send = Sender(slack, served.url)
        post = remind(slack, open_database(path), "科学技術振興課", "C0TEAM")
        server.stop()
        tell(slack, send, "スマートシティ", "スマートシティの推進")
        tell(slack, send, "スマートシティの推進の担当課は？", "スマートシティ戦略室")
        tell(slack, send, "提出 57", AWAY)
        slack.posts.clear()
        assert send.press(post, "明日また", user="U0SCIENCE").status == 200
        slack.wait_for(lambda: any(AWAY in plain(vars(each)) for each in slack.posts), seconds=60)
        server.start()
        slack.wait_for(lambda: AWAY not in said(send.command("締切", user="U0CHIEF")), seconds=60)
        tell(slack, send, "提出 57", "提出済にしました")
        assert state(open_database(path), "57") == "提出済"
        send.press(post, "明日また", user="U0SCIENCE")
        slack.wait_for(lambda: registry.snoozes(open_database(path)), seconds=60)


def test_what_was_due_meanwhile_comes_once_when_it_is_back(server: postgres.Server, tmp_path: Path) -> None:
    with season(Location.of(tmp_path / "jigyo.db", server.city())) as city:
        server.stop()
        with pytest.raises(StateAwayError):
            tick(city.delivery())
        assert AWAY in problems(city.context)[0]
        city.now += timedelta(minutes=5)
        server.start()
        city.slack.wait_for(lambda: not problems(city.context)[:1] or AWAY not in problems(city.context)[0])
        tick(city.delivery())
        tick(city.delivery())
        assert sorted(post.channel for post in city.slack.posts if post.channel.startswith("D")) == [
            "D1CHIEF1", "D1CHIEF2", "D1CHIEF3",
        ]  # fmt: skip
