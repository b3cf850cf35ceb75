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
    """A message Slack shows; `ephemeral_to` is the one person who sees it, `via` the method that made it.

    `key` names it for good, `revision` says when it last changed. One that another has replaced, or that was
    deleted, `is_gone`: it stays on record.
    """

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
    key: int = field(default_factory=itertools.count(1).__next__)
    revision: int = 0
    is_edited: bool = False
    is_gone: bool = False


@dataclass
class Hook:
    """A response_url: five uses in thirty minutes. `post` is the message that was pressed, if one was."""

    channel: str
    user: str
    issued: float
    uses: int = 0
    post: Post | None = None


@dataclass(frozen=True)
class Refusal:
    """A call that was refused, with Slack's error code and what it says more, and whom it was about."""

    method: str
    error: str
    body: Json
    at: float
    channel: str = ""
    user: str = ""
    key: int = field(default_factory=itertools.count(1).__next__)
    revision: int = 0


class Workspace:
    """All of it, guarded by one lock; `clock` is seconds since the epoch and may be replaced.

    `stacks` are the modals that each person has open, the last on top. `revision` rises with every change,
    of which `on_change` is told.
    """

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
        self.triggers: dict[str, str] = {}  # whose each is
        self.stacks: dict[str, list[str]] = {}
        self.prompts: dict[str, Json] = {}
        self.statuses: dict[tuple[str, str], str] = {}  # by channel and thread: that an answer is looked for
        self.refusals: list[Refusal] = []
        self.revision = 0
        self.on_change: Callable[[], object] = lambda: None
        self.lacking: set[str] = set()  # kinds of blocks that this workspace has not got yet
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

    def trigger(self, user: str = "") -> str:
        """A trigger_id good for one view of this user's."""
        trigger = f"{self.number()}.trigger"
        self.triggers[trigger] = user
        return trigger

    def find(self, channel: str, ts: str) -> Post | None:
        """The message with this ts, as it is now."""
        found = (p for p in reversed(self.posts) if (p.channel, p.ts) == (channel, ts) and not p.is_gone)
        return next(found, None)

    def add(self, post: Post) -> Post:
        """Show a message."""
        with self.lock:
            self.posts.append(post)
            self.statuses.pop((post.channel, post.thread_ts or post.ts), None)
            self.changed(post)
        return post

    def changed(self, post: Post | None = None) -> None:
        """Take note that something changed, `post` or another thing."""
        with self.lock:
            self.revision += 1
            if post:
                post.revision = self.revision
        self.on_change()

    def refuse(self, method: str, error: str, body: Json) -> None:
        """Keep what was refused, for whoever wonders where a message is."""
        user = str(body.get("user_id") or body.get("user") or "")
        channel = str(body.get("channel") or body.get("channel_id") or "")
        refusal = Refusal(method, error, body, self.clock(), channel, user, revision=self.revision + 1)
        self.refusals.append(refusal)
        self.changed()


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
