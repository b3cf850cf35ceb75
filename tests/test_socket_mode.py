"""Socket Mode: the same answers through a real WebSocket, and the same clean stop."""

import http.client
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.messages.markup import plain
from bot.playground.slack import Post, Sender, SlackServer
from tests.running import Served, serving


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server


@pytest.fixture
def served(slack: SlackServer, seeded: Path) -> Iterator[Served]:
    with serving(slack, seeded, "--socket", "--no-reminders") as process:
        yield process


def test_a_command_a_mention_and_a_button_are_answered(slack: SlackServer, served: Served):
    sender = Sender(slack, served.url)
    form = sender.command_form("スーパーシティ", user="U0STAFF", channel="C0PLAN")
    answer = slack.push("slash_commands", form)["payload"]
    assert "スマートシティの推進" in plain(answer)

    slack.push("events_api", sender.mention_body("ふるさと納税"))
    (mention,) = slack.posts
    assert "ふるさと" in mention.text

    listed = Post("C0PLAN", "1.1", answer["text"], answer["blocks"], ephemeral_to="U0STAFF")
    detail = next(b["accessory"] for b in answer["blocks"] if "accessory" in b)
    slack.push("interactive", sender.action_body(listed, detail))
    assert "出典" in plain(vars(slack.posts[-1]))


def test_it_takes_no_requests_over_http_but_tells_its_health(slack: SlackServer, served: Served):
    assert Sender(slack, served.url).command("統計").status == 404
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    connection.request("GET", "/readyz")
    assert json.loads(connection.getresponse().read())["status"] == "ok"


def test_it_connects_again_when_slack_closes_the_connection(slack: SlackServer, served: Served):
    slack.wait_for(lambda: slack.sockets)
    slack.hang_up()
    form = Sender(slack, served.url).command_form("11", user="U0STAFF", channel="C0PLAN")
    assert "スマートシティの推進" in plain(slack.push("slash_commands", form, seconds=20)["payload"])


def test_sigterm_finishes_what_is_being_answered(slack: SlackServer, served: Served):
    slack.fail("chat.postMessage", "slow", seconds=1.0)
    body = Sender(slack, served.url).mention_body("統計")
    acks: list[dict] = []
    asking = threading.Thread(target=lambda: acks.append(slack.push("events_api", body)))
    asking.start()
    slack.wait_for(lambda: slack.calls("chat.postMessage"))
    assert served.stop() == 0
    asking.join()
    assert len(acks) == 1
    assert len(slack.posts) == 1


def test_while_slack_is_out_of_reach_it_tells_its_manager_and_stops_when_told(
    slack: SlackServer, seeded: Path
):
    slack.fail("apps.connections.open", "unavailable", times=None)
    with serving(slack, seeded, "--socket", "--no-reminders") as served:
        connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
        connection.request("GET", "/livez")
        assert connection.getresponse().read()
        connection.request("GET", "/readyz")
        assert "つながっていません" in connection.getresponse().read().decode()
        assert served.stop() == 0
        assert "Traceback" not in served.log()
