"""Slack's payloads -> who asked what, and where. Pure."""

from __future__ import annotations

from typing import Any

from bot.context import Asked
from bot.slack import decoding

Body = dict[str, Any]

# A person's message has no subtype, or one of these; the others are edits, deletions, joins, bots.
_SPOKEN = {None, "file_share", "thread_broadcast"}


def of_command(body: Body) -> Asked:
    """What a slash command asks."""
    raw = body.get("text", "").strip()
    return Asked(
        text=decoding.as_typed(raw), raw=raw, user=body["user_id"], channel=body["channel_id"],
        team=body.get("team_id", ""), trigger_id=body.get("trigger_id", ""), surface="slash",
    )  # fmt: skip


def of_event(body: Body, *, bot_user: str) -> Asked | None:
    """What a mention or a direct message asks; None for bots, edits, and what nobody said to us."""
    event = body["event"]
    is_dm = event["channel"].startswith("D")
    if (
        event.get("subtype") not in _SPOKEN
        or "edited" in event
        or "bot_id" in event
        or event.get("user", bot_user) == bot_user
        or is_dm != (event["type"] == "message")
    ):
        return None
    raw = decoding.without_mention(event.get("text", ""), bot_user)
    # In a channel the answer opens a thread under the question; a direct message is a conversation already.
    thread = event.get("thread_ts") or ("" if is_dm else event["ts"])
    team = event.get("user_team") or event.get("team") or body.get("team_id", "")
    return Asked(
        text=decoding.as_typed(raw), raw=raw, user=event["user"], channel=event["channel"], team=team,
        thread_ts=thread, ts=event["ts"], surface="dm" if is_dm else "mention",
        stranger=team != body.get("team_id", team),
    )  # fmt: skip


def of_action(body: Body) -> Asked:
    """What a pressed button asks: `text` is the button's value (or the option chosen)."""
    action = body["actions"][0]
    value = action.get("value") or action.get("selected_option", {}).get("value", "")
    where = body.get("container", {})
    own_team = (body.get("team") or {}).get("id", "")
    team = body["user"].get("team_id", own_team)
    return Asked(
        text=value, raw=value, user=body["user"]["id"],
        channel=where.get("channel_id") or (body.get("channel") or {}).get("id", ""), team=team,
        thread_ts=where.get("thread_ts") or body.get("message", {}).get("thread_ts", ""),
        ts=where.get("message_ts", ""), trigger_id=body.get("trigger_id", ""), surface="button",
        stranger=bool(own_team) and team != own_team,
    )  # fmt: skip
