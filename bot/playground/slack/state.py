"""What the loopback workspace holds (channels, users, messages, views, files), and how it may misbehave."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

# None of them opens anything: they are the same for everybody.
BOT_TOKEN = "xoxb-plainly-made-up"  # noqa: S105
APP_TOKEN = "xapp-plainly-made-up"  # noqa: S105
SIGNING_SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105
TEAM, BOT_USER, BOT = "T0CITY", "U0BOT", "B0BOT"


@dataclass
class Post:
    """A message Slack shows; `ephemeral_to` is the one person who sees it, `via` the method that made it."""

    channel: str
    ts: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    ephemeral_to: str = ""
    via: str = "chat.postMessage"
    user: str = BOT_USER
    at: float = 0.0
    files: list[Json] = field(default_factory=list)
    body: Json = field(default_factory=dict)


@dataclass
class Hook:
    """A response_url: five uses in thirty minutes."""

    channel: str
    user: str
    issued: float
    uses: int = 0


class Workspace:
    """All of it, guarded by one lock; `clock` is seconds since the epoch and may be replaced."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.clock: Callable[[], float] = time.time
        self.channels: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.posts: list[Post] = []
        self.calls: list[tuple[str, Json]] = []
        self.views: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.files: dict[str, Json] = {}
        self.hooks: dict[str, Hook] = {}
        self.triggers: set[str] = set()
        self.scopes: set[str] | None = None  # None: every scope is granted
        self.seconds_between_posts = 0.0  # a channel; over it Slack answers 429
        self._numbers = itertools.count(1)
        for channel, name in (
            ("C0PLAN", "企画経営課"),
            ("C0DATA", "統計データ"),
            ("C0TEAM", "政策イノベーション部"),
        ):
            self.add_channel(channel, name)
        for user, name in (
            ("U0STAFF", "山田"),
            ("U0CHIEF", "課長"),
            ("U0ADMIN", "事務局"),
            (BOT_USER, "jigyo"),
        ):
            self.add_user(user, name)

    def add_channel(self, channel: str, name: str, **more: Any) -> None:
        """Make a channel known."""
        self.channels[channel] = {
            "id": channel,
            "name": name,
            "is_member": True,
            "is_archived": False,
            **more,
        }

    def add_user(self, user: str, name: str, **more: Any) -> None:
        """Make a user known; `deleted=True`, `is_restricted=True`, `team_id=…` as in users.info."""
        profile = {"real_name": name, "display_name": name}
        self.users[user] = {
            "id": user,
            "name": name,
            "team_id": TEAM,
            "deleted": False,
            "profile": profile,
            **more,
        }

    def number(self) -> int:
        """A number never given before."""
        return next(self._numbers)

    def next_ts(self) -> str:
        """A message's ts, unique and rising."""
        return f"{int(self.clock())}.{self.number():06d}"

    def direct_channel(self, user: str) -> str:
        """The id of the direct message channel with a user, opened if need be."""
        channel = f"D{user[1:]}"
        if channel not in self.channels:
            self.add_channel(channel, "", is_im=True, user=user)
        return channel

    def trigger(self) -> str:
        """A trigger_id good for one view."""
        trigger = f"{self.number()}.trigger"
        self.triggers.add(trigger)
        return trigger

    def find(self, channel: str, ts: str) -> Post | None:
        """The message with this ts."""
        return next((p for p in self.posts if (p.channel, p.ts) == (channel, ts)), None)


# slow: done after `seconds`; *_after: done, and the caller doesn't learn of it; the others: not done
KINDS = (
    "ratelimited",
    "unavailable",
    "hang",
    "reset",
    "reset_after",
    "hang_after",
    "unavailable_after",
    "error",
    "slow",
    "html",
    "text",
    "truncated",
    "list",
    "bytes",
)
# What a proxy, or a Slack that is not well, may answer in the place of Slack's JSON: (content type, body).
GARBAGE = {
    "html": ("text/html", b"<html><body>Sign in to the city's proxy</body></html>"),
    "text": ("text/plain", b"ok"),
    "truncated": ("application/json", b'{"ok": true, "channel": {"id": "D'),
    "list": ("application/json", b"[1, 2]"),
    "bytes": ("application/json", b"\xff\xfe\x00{"),
}


@dataclass
class Fault:
    """Applies to calls of `method` ('' for all) in `channel` ('' for all), `times` times (None: always)."""

    method: str
    kind: str
    channel: str = ""
    times: int | None = 1
    retry_after: int = 1
    error: str = "channel_not_found"
    seconds: float = 60.0

    def applies(self, method: str, args: dict[str, Any]) -> bool:
        """Whether this call is to fail; counts it if so."""
        channel = args.get("channel") or args.get("channel_id") or ""
        if (
            (self.method and self.method != method)
            or (self.channel and self.channel != channel)
            or self.times == 0
        ):
            return False
        if self.times is not None:
            self.times -= 1
        return True
