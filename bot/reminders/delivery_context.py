"""The edges of a tick: database, clock, Slack, sleep."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from slack_sdk import WebClient

from bot.context import Context
from bot.reminders.pictures import Picture, pictures
from store.evaluation.reminder_records import Digest

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # several times as long as a call may take

# The steps at which a process may die; `Poster.step` hears of each.
STEPS = ("looked up", "planned", "opened", "claimed", "posted", "confirmed", "released", "told")


@dataclass(frozen=True)
class Poster:
    """The edges of a tick. `gap` and `workspace_gap` are seconds between posts to a channel, and to any."""

    context: Context
    client: WebClient
    sleep: Callable[[float], object] = time.sleep
    is_stopping: Callable[[], bool] = lambda: False
    step: Callable[[str], object] = log.debug
    lease: timedelta = LEASE
    gap: float = 1.0
    workspace_gap: float = 0.2
    threads: int = 8
    draw: Callable[[Context, Digest], list[Picture]] = pictures
