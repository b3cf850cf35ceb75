"""What a listener is given: who asked what and where, and the edges it may touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.settings import Settings
from store.database import Databases

Surface = Literal["slash", "mention", "dm", "home", "button", "shortcut", "cli"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of one person. `text` has mentions of the bot taken off; ids are Slack's, '' if unknown."""

    text: str
    user: str = ""
    channel: str = ""
    team: str = ""
    thread_ts: str = ""
    ts: str = ""
    trigger_id: str = ""
    surface: Surface = "slash"


@dataclass(frozen=True)
class Context:
    """The edges: a connection for this thread, the clock (aware, Asia/Tokyo) and the settings."""

    databases: Databases
    clock: Callable[[], datetime]
    settings: Settings
