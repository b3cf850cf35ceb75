"""Slack hangs, answers garbage or is gone: every call has its time, and nobody else waits for it."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from click.testing import CliRunner

from bot.cli import jigyo
from bot.gateway import ThreadClient
from bot.messages.builders import button
from bot.playground.slack import Post, Sender, SlackServer
from bot.playground.slack.state import GARBAGE
from bot.settings import Settings
from bot.slack.http import BoundedProtocol, Server, listen
from bot.slack.server import loop_factory
from tests.running import Served, environment, serving

ACKNOWLEDGED = 3.0  # seconds that Slack waits
SERVED = ("--http", "--no-reminders", "--workers", "1")


@pytest.fixture(scope="module")
def serves(slack: SlackServer, database: Path) -> Iterator[Served]:
    with serving(slack, database, *SERVED, module="tests.short_limits") as process:
        Sender(slack, process.url).command("11")
        yield process


@pytest.fixture
def served(serves: Served, slack: SlackServer) -> Iterator[Served]:
    """One process for all tests that leave it as it was."""
    slack.posts.clear()
    yield serves
    slack.heal()


@pytest.fixture
def lone(slack: SlackServer, seeded: Path) -> Iterator[Served]:
    """A process of the test's own."""
    with serving(slack, seeded, *SERVED, module="tests.short_limits") as process:
        yield process
    slack.heal()


def seen(slack: SlackServer) -> Post:
    return Post("C0PLAN", slack.workspace.next_ts(), "x", ephemeral_to="U0STAFF")


@pytest.mark.parametrize("kind", [*GARBAGE, "unavailable", "reset"])
def test_garbage_is_one_line_in_the_log_and_the_person_is_told(served: Served, slack: SlackServer, kind: str):
    sender, link = Sender(slack, served.url), button("リンク", action="permalink", value="link")
    slack.fail("chat.getPermalink", kind, times=None)
    assert sender.action(seen(slack), link).status == 200
    number = slack.posts[-1].text.split("受付番号 ")[1].split()[0]
    (line,) = [line for line in served.log().splitlines() if number in line]
    assert "chat.getPermalink" in line
    slack.fail("chat.postMessage", kind, times=None)
    slack.fail("auth.test", kind, times=None)
    before = served.log().count("chat.postMessage: ")
    sender.mention("統計")
    slack.wait_for(lambda: served.log().count("chat.postMessage: ") > before)
    assert "Traceback" not in served.log()
    slack.heal()
    assert sender.mention("スマートシティの推進").status == 200
    assert "スマートシティの推進" in slack.posts[-1].text


def home(user: str = "U0STAFF") -> dict:
    return {"type": "app_home_opened", "user": user, "channel": "D1", "tab": "home"}


def test_what_hangs_is_acknowledged_in_time_given_up_and_said_so(served: Served, slack: SlackServer):
    slack.fail("", "hang", times=None)
    sender = Sender(slack, served.url)
    pressed = [button("x", action=name, value="2021 11") for name in ("filters", "permalink", "home_detail")]
    began = time.monotonic()
    asked = [
        lambda: sender.event(home()),
        lambda: sender.event({**home(), "tab": "messages"}),
        *(lambda each=each: sender.action(seen(slack), each) for each in pressed),
    ]
    for ask in asked:
        at = time.monotonic()
        assert ask().status == 200
        assert time.monotonic() - at < ACKNOWLEDGED
    assert "スマートシティの推進" in sender.command("11").seen
    slack.wait_for(lambda: "views.publish: timeout" in served.log(), seconds=20)
    slack.wait_for(lambda: "views.open: timeout" in served.log(), seconds=20)
    assert time.monotonic() - began < 30
    assert "Traceback" not in served.log()


def test_sigterm_ends_in_time_whatever_hangs(lone: Served, slack: SlackServer):
    slack.fail("", "hang", times=None)
    sender = Sender(slack, lone.url)
    sender.event(home())
    sender.mention("統計")
    began = time.monotonic()
    assert lone.stop(seconds=30) == 0
    assert time.monotonic() - began < 28
    assert lone.lines()[-1]["event"] == "stopped"
    assert "Traceback" not in lone.log()


def health(served: Served, path: str = "/healthz") -> tuple[int, str]:
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, "".join(json.loads(response.read())["problems"])


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "hang"}, "Slack から返事がありません（timeout"),
        ({"kind": "html"}, "Slack から返事がありません（HTTP 200"),
        ({"kind": "error", "error": "token_revoked"}, "Slack のトークンが使えません（token_revoked"),
    ],
)
def test_healthz_tells_that_slack_does_not_answer_and_since_when(
    served: Served, slack: SlackServer, fault: dict[str, str], told: str
):
    slack.wait_for(lambda: health(served) == (200, ""), seconds=20)
    slack.fail("", times=None, **fault)
    Sender(slack, served.url).mention("統計")  # whatever call comes first tells
    status, problem = slack.wait_for(lambda: found if (found := health(served))[1] else None, seconds=20)
    assert status == 503
    assert told in problem
    since = problem.split("、")[1]
    asked = len(slack.calls("auth.test"))
    slack.wait_for(lambda: health(served) and len(slack.calls("auth.test")) > asked, seconds=20)
    assert since in health(served)[1]
    assert health(served, "/readyz") == (200, "")
    slack.heal()
    slack.wait_for(lambda: health(served) == (200, ""), seconds=20)


@pytest.mark.parametrize("kind", [*GARBAGE, "unavailable", "ratelimited"])
def test_doctor_tells_in_a_line_what_slack_answered(slack: SlackServer, seeded: Path, kind: str):
    slack.fail("", kind, times=None)
    ran = CliRunner().invoke(jigyo, ["doctor", "--json"], env=environment(slack, seeded))
    slack.heal()
    findings = json.loads(ran.stdout)
    wrong = [each["detail"] for each in findings if each["level"] == "error"]
    assert len(wrong) == 2  # of either token
    assert all("つながりません" in each or "拒まれました" in each for each in wrong)
    assert "Traceback" not in ran.stderr


async def says_yes(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


async def stop_while_eight_wait_to_be_accepted() -> list[bytes]:
    (listening,) = listen("127.0.0.1", 0)
    config = uvicorn.Config(says_yes, lifespan="off", log_config=None, http=BoundedProtocol, ws="none")
    server = Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    server.should_exit = True
    waiting = [socket.create_connection(listening.getsockname()) for _ in range(8)]
    for each in waiting:
        each.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    time.sleep(0.3)  # the loop is busy until after the server looks whether it is to stop
    await serving
    return [each.recv(12) for each in waiting]


def test_a_stop_answers_the_connections_that_were_not_accepted_yet():
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(stop_while_eight_wait_to_be_accepted()) == [b"HTTP/1.1 200"] * 8


def test_an_answer_that_drips_ends_a_call_of_a_thread_in_its_time_all_the_same():
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=drip, args=(server,), daemon=True).start()
        address = f"http://127.0.0.1:{server.getsockname()[1]}/api/"
        client = ThreadClient(Settings(slack_bot_token="xoxb-1-made-up", slack_api_url=address), timeout=1)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            client.auth_test()
        assert time.monotonic() - began < 5


def drip(server: socket.socket) -> None:
    """Answer a request a byte every tenth of a second: no wait is long, all of them are 20 seconds."""
    connection, _ = server.accept()
    connection.recv(65_536)
    with contextlib.suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{" + b" " * 150:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)
