"""docs/architecture.md walks one search and one reminder through the code, and that is what runs."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from time import time
from types import FrameType
from typing import Any
from urllib.parse import urlencode

import orjson
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands.ask import asked, message_of
from bot.context import TOKYO, Context
from bot.delivery.dispatcher import tick
from bot.playground.slack.sender import signature
from bot.settings import Settings
from bot.slack.app import build_app
from bot.slack.observing import Refusals
from bot.slack.requests import SignedRequests
from store.database import Databases
from tests.season import SECRETARIAT, TEN_BEFORE, season

ROOT = Path(__file__).parent.parent
MOST = 12  # modules that one way goes through
MOST_OF_QUESTION = 24
AS_ONE = ("store/text/", "bot/messages/")
AS_ONE_OF_QUESTION = (*AS_ONE, "store/index/", "store/search/", "bot/ask/intents/", "bot/ask/columns/")
SLACK = "bot/playground/"  # the other side of the wire, in this process
SECRET = "0" * 32
MODULE = re.compile(r"`((?:bot|store)/[\w/]+(?:\.py|/))`")


def named(heading: str) -> set[str]:
    text = (ROOT / "docs" / "architecture.md").read_text()
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return set(MODULE.findall(section))


@contextmanager
def traced() -> Iterator[set[str]]:
    """The project's modules of which a function is called inside, in any thread that starts there."""
    ran: set[str] = set()

    def called(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (file := frame.f_code.co_filename).startswith(f"{ROOT}/"):
            ran.add(file.removeprefix(f"{ROOT}/"))

    threading.setprofile(called)
    sys.setprofile(called)
    try:
        yield ran
    finally:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]


def steps(ran: set[str], as_one: tuple[str, ...] = AS_ONE) -> set[str]:
    """The modules of the project, those of a folder that counts as one by the folder's name."""
    ours = {file for file in ran if file.startswith(("bot/", "store/")) and not file.startswith(SLACK)}
    return {next((folder for folder in as_one if file.startswith(folder)), file) for file in ours}


def signed(command: dict[str, str]) -> tuple[dict[str, Any], Callable[[], Any]]:
    """The scope and `receive` of a request that Slack has signed."""
    body = urlencode(command).encode()
    now = str(int(time()))
    headers = {
        "content-type": "application/x-www-form-urlencoded", "content-length": str(len(body)),
        **signature(body.decode(), now, secret=SECRET),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": "POST", "query_string": b"", "headers": encoded}, receive


async def test_one_search_goes_through_the_modules_that_its_walk_names(seeded: Path) -> None:
    settings = Settings(slack_signing_secret=SECRET, slack_bot_token="xoxb-1-1-abcdefghijkl")
    context = Context(Databases(seeded), lambda: datetime.now(TOKYO), settings)
    app = build_app(context, AsyncWebClient(token="xoxb-1-1-abcdefghijkl"))
    http = SignedRequests(app.bolt, app.commands.answer, SECRET, Refusals())
    context.databases.snapshot()  # what is read once of a version is in memory, as housekeeping has it
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    def typed(text: str) -> dict[str, str]:
        return {
            "command": "/jigyo", "text": text, "user_id": "U1", "channel_id": "C1", "team_id": "T1",
            "response_url": "http://localhost/response",
        }  # fmt: skip

    await http(*signed(typed("市民参加")), send)  # what a process does once is done
    sent.clear()
    request = signed(typed("研究学園"))
    with traced() as ran:
        await http(*request, send)
    head, body = sent
    assert head["status"] == HTTPStatus.OK
    assert "「研究学園」の検索結果 2件" in orjson.loads(body["body"])["text"]
    walk = named("One search")
    assert steps(ran) == walk
    assert len(walk) <= MOST


def test_one_question_goes_through_the_modules_that_its_walk_names(seeded: Path) -> None:
    db = Databases(seeded).get()
    asked(db, "研修は誰が行いますか")  # what a process and a version do once is done
    with traced() as ran:
        given = asked(db, "奨励賞は誰に授与するのですか")
        told = message_of(given)
    assert given.shown.kind == "field"
    assert "若手研究者につくば奨励賞を授与する。" in told.text
    walk = named("One question")
    assert steps(ran, AS_ONE_OF_QUESTION) == walk
    assert len(walk) <= MOST_OF_QUESTION


def test_one_reminder_goes_through_the_modules_that_its_walk_names(tmp_path: Path) -> None:
    with season(tmp_path / "jigyo.db", now=TEN_BEFORE - timedelta(minutes=15)) as city:
        delivery = city.delivery()
        tick(delivery)  # the digest, before which Slack was asked who is there
        assert {post.channel for post in city.slack.posts} == {SECRETARIAT}
        city.now = TEN_BEFORE
        with traced() as ran:
            report = tick(delivery)
        assert report.results["sent"] == 3
    walk = named("One reminder")
    assert steps(ran) == walk
    assert len(walk) <= MOST
