"""Switches that make the loopback Slack misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
