"""An answer over a message's size: a page tells how much is left, its button leads through all of it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.context import Context, SlackRequest, now_in_tokyo
from bot.messages.builders import section
from bot.messages.markup import plain
from bot.messages.message import Message, Payload
from bot.playground.slack.rules import message_problem
from bot.playground.slack.sender import buttons
from bot.settings import Settings
from bot.slack.app import prune
from bot.slack.listeners.actions import GONE, further_page
from bot.slack.requests import answer
from store.database import Databases, open_database

LINES = [f"{n}件目の長い説明です。" + "あ" * 150 for n in range(1, 121)]


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    open_database(tmp_path / "jigyo.db").close()
    made = Context(Databases(tmp_path / "jigyo.db"), now_in_tokyo, Settings())
    yield made
    made.pool.shutdown()


def ask(context: Context, handler, text: str = "x") -> Payload:
    return asyncio.run(answer(context, handler, SlackRequest(text=text)))


def long_answer(request: SlackRequest, context: Context) -> Message:
    return Message("120件あります", tuple(section(line) for line in LINES))


def next_button(page: Payload) -> dict | None:
    return next((b for b in buttons(page["blocks"]) if b["text"]["text"].startswith("続きを見る")), None)


def test_every_line_is_reached_in_order_through_the_button(context: Context):
    page, told = ask(context, long_answer), []
    while True:
        assert message_problem(page) is None
        told += [block["text"]["text"] for block in page["blocks"] if block["type"] == "section"]
        if not (button := next_button(page)):
            break
        page = ask(context, further_page, button["value"])
    assert told == LINES


def test_the_first_page_says_how_much_is_left(context: Context):
    page = ask(context, long_answer)
    left = sum(map(len, LINES)) - sum(
        len(b["text"]["text"]) for b in page["blocks"] if b["type"] == "section"
    )
    assert f"残り約{round(left, -2):,}文字" in plain(page)


def test_pages_are_forgotten_after_a_month_and_the_person_is_told(context: Context):
    button = next_button(ask(context, long_answer))
    assert button
    later = Context(context.databases, lambda: now_in_tokyo() + timedelta(days=29), context.settings)
    prune(later)
    assert "件目" in plain(ask(context, further_page, button["value"]))
    later = Context(context.databases, lambda: now_in_tokyo() + timedelta(days=31), context.settings)
    prune(later)
    assert ask(context, further_page, button["value"])["text"] == GONE.text
