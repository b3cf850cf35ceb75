"""`make demo`: a running bot, a loopback Slack, signed HTTP between them, and what a person would see.

`python -m tests.demo [TEXT...]` sends `/jigyo TEXT` (スマートシティ when there is none).
"""

from __future__ import annotations

import sys

from bot.messages.markup import plain
from bot.playground.slack import Sender, SlackServer
from bot.settings import read_settings
from tests.running import serving


def transcript(text: str) -> str:
    """What the person who typed `/jigyo text` reads, from a real `jigyo serve` on the configured database."""
    with (
        SlackServer() as slack,
        serving(slack, read_settings().jigyo_db, "--http", "--no-reminders") as served,
    ):
        reply = Sender(slack, served.url).command(text)
    if reply.status != 200:
        raise SystemExit(f"the bot answered {reply.status}: {reply.text}")
    return f"> /jigyo {text}\n\n{plain(reply.body)}"


if __name__ == "__main__":
    print(transcript(" ".join(sys.argv[1:]) or "スマートシティ"))
    print("\n画面で試すには: make playground（本物のボットと、Slack なしでやりとりできます）")
