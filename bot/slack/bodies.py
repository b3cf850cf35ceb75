"""Bodies of Slack's requests: whether they have the shape that Slack gives them, who asks what in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.context import SlackRequest
from bot.messages.markup import as_typed, without_mention

Body = dict[str, Any]

SIGNATURE = "our signature"  # a key of a body over HTTP, which Slack has not; the signature it came with
# A person's message has no subtype, or one of these; the others are edits, deletions, joins, bots.
_SPOKEN = {None, "file_share", "thread_broadcast"}
_HALVES = re.compile("[\ud800-\udfff]")  # of pairs: JSON may carry one alone, no text may


@dataclass(frozen=True, slots=True)
class Maybe:
    """A shape of what may be absent or null."""

    shape: Any


@dataclass(frozen=True, slots=True)
class Each:
    """The shape of every value of an object."""

    shape: Any


# What Slack sends, as far as it is read: an object's keys, a list's every item (one at least), or a type.
_PLACE = {"id": Maybe(str), "team_id": Maybe(str), "enterprise_id": Maybe(str)}
_PERSON = {**_PLACE, "id": str}
_MESSAGE = {"text": Maybe(str), "ts": Maybe(str), "thread_ts": Maybe(str)}
_ACTION = {
    "action_id": str, "block_id": Maybe(str), "value": Maybe(str), "type": Maybe(str),
    "selected_option": Maybe({"value": str}),
}  # fmt: skip
_FIELD = {
    "value": Maybe(str), "selected_option": Maybe({"value": str}), "selected_date": Maybe(str),
    "selected_options": Maybe(list),
}  # fmt: skip
_STATE = {"values": Each(Each(_FIELD))}
_VIEW = {"callback_id": Maybe(str), "private_metadata": Maybe(str), "state": Maybe(_STATE)}
_SUBMITTED = {"type": str, "callback_id": str, "state": _STATE}
_INTERACTION = {
    "user": _PERSON, "team": Maybe(_PLACE), "enterprise": Maybe(_PLACE), "channel": Maybe({"id": str}),
    "message": Maybe(_MESSAGE), "trigger_id": Maybe(str), "response_url": Maybe(str), "view": Maybe(_VIEW),
    "callback_id": Maybe(str), "container": Maybe(
        {"channel_id": Maybe(str), "message_ts": Maybe(str), "thread_ts": Maybe(str), "type": Maybe(str)}
    ),
}  # fmt: skip
_EVENT = {
    "type": str, "user": Maybe(str), "channel": Maybe(str), "text": Maybe(str), "ts": Maybe(str),
    "thread_ts": Maybe(str), "subtype": Maybe(str), "team": Maybe(str), "user_team": Maybe(str),
    "tab": Maybe(str),
}  # fmt: skip
_SPEECH = {**_EVENT, "channel": str, "ts": str}
_ENVELOPE = {
    "view": Maybe(_VIEW), "team_id": Maybe(str), "api_app_id": Maybe(str), "event_id": str,
    "authorizations": Maybe([{"user_id": Maybe(str), "enterprise_id": Maybe(str), "team_id": Maybe(str)}]),
}  # fmt: skip
COMMAND_FORM = {"command": str, "user_id": str, "channel_id": str}
SHAPES: dict[str, Any] = {
    "event_callback": {**_ENVELOPE, "event": _EVENT},
    "app_mention": {**_ENVELOPE, "event": _SPEECH},
    "message": {**_ENVELOPE, "event": _SPEECH},
    "app_home_opened": {**_ENVELOPE, "event": {**_EVENT, "user": str, "channel": str}},
    "user_change": {**_ENVELOPE, "event": {"type": str, "user": _PERSON}},
    "team_join": {**_ENVELOPE, "event": {"type": str, "user": _PERSON}},
    "block_actions": {**_INTERACTION, "trigger_id": str, "actions": [_ACTION]},
    "view_submission": {**_INTERACTION, "view": {**_VIEW, **_SUBMITTED}},
    "message_action": {**_INTERACTION, "callback_id": str, "message": _MESSAGE, "channel": {"id": str}},
    "url_verification": {"challenge": str},
}  # fmt: skip
_OTHER = {**_INTERACTION, "user": Maybe(_PERSON)}


_INTERACTIONS = {"block_actions": "button", "view_submission": "modal", "message_action": "shortcut"}


def surface_of(body: Body) -> str:
    """Which surface a readable body came from; 'other' for what nobody typed or pressed."""
    if "command" in body:
        return "slash"
    kind, event = body.get("type"), body.get("event") or {}
    match event.get("type") if kind == "event_callback" else kind:
        case "app_mention":
            return "mention"
        case "message":
            return "dm"
        case "app_home_opened":
            return "home"
        case "block_actions" if (body.get("container") or {}).get("type") == "view":
            return "home"
        case other:
            return _INTERACTIONS.get(str(other), "other")


def is_readable(body: object) -> bool:
    """Whether a body is an object of the shape that Slack gives to its kind; signed nonsense is not."""
    if not isinstance(body, dict):
        return False
    if "command" in body or "ssl_check" in body:
        return "ssl_check" in body or _fits(body, COMMAND_FORM)
    kind, event = body.get("type"), body.get("event")
    if kind == "event_callback" and isinstance(event, dict) and event.get("type") in SHAPES:
        kind = event["type"]
    return isinstance(kind, str) and _fits(body, SHAPES.get(kind, _OTHER))


def _fits(value: object, shape: Any) -> bool:
    if isinstance(shape, Maybe):
        return value is None or _fits(value, shape.shape)
    if isinstance(shape, Each):
        return isinstance(value, dict) and all(_fits(each, shape.shape) for each in value.values())
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_fits(value.get(key), of) for key, of in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(_fits(each, shape[0]) for each in value)
    return isinstance(value, shape)


def without_halves(node: Any) -> Any:
    """The same JSON value with U+FFFD for every half of a surrogate pair, which no database can store."""
    if isinstance(node, str):
        return _HALVES.sub("\ufffd", node)
    if isinstance(node, dict):
        return {without_halves(key): without_halves(value) for key, value in node.items()}
    return [without_halves(each) for each in node] if isinstance(node, list) else node


def of_event(body: Body, *, bot_user: str) -> SlackRequest | None:
    """What a mention or a direct message asks; None for bots, edits, and what nobody said to us."""
    event = body["event"]
    is_dm = event["channel"].startswith("D")
    if (
        event.get("subtype") not in _SPOKEN
        or "edited" in event
        or "bot_id" in event
        or (event.get("user") or bot_user) == bot_user
        or is_dm != (event["type"] == "message")
    ):
        return None
    raw = without_mention(event.get("text") or "", bot_user)
    # The answer opens a thread under the question; to an agent app each direct message is one, too.
    thread = event.get("thread_ts") or event["ts"]
    team = event.get("user_team") or event.get("team") or body.get("team_id", "")
    return SlackRequest(
        text=as_typed(raw), raw=raw, user=event["user"], channel=event["channel"], team=team,
        thread_ts=thread, ts=event["ts"], surface="dm" if is_dm else "mention",
        stranger=team != body.get("team_id", team), signature=body.get(SIGNATURE, ""),
        is_shared=bool(body.get("is_ext_shared_channel")),
    )  # fmt: skip


def of_action(body: Body) -> SlackRequest:
    """What a pressed button asks: `text` is the button's value (or the option chosen)."""
    action = body["actions"][0]
    value = action.get("value") or (action.get("selected_option") or {}).get("value", "")
    where = body.get("container") or {}
    return SlackRequest(
        text=value, raw=value, channel=where.get("channel_id") or (body.get("channel") or {}).get("id", ""),
        thread_ts=where.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or "",
        ts=where.get("message_ts") or "", trigger_id=body.get("trigger_id", ""), surface="button",
        **_who(body),
    )  # fmt: skip


def of_form(body: Body) -> SlackRequest:
    """Who filled in a form."""
    return SlackRequest("", surface="modal", **_who(body))


def of_shortcut(body: Body) -> SlackRequest:
    """What a message's shortcut is used on: `text` is the message."""
    raw = body["message"].get("text") or ""
    return SlackRequest(
        text=as_typed(raw), raw=raw, channel=body["channel"]["id"],
        trigger_id=body.get("trigger_id", ""), surface="shortcut", **_who(body),
    )  # fmt: skip


def of_home(body: Body) -> SlackRequest:
    """What was typed into App Home's box, or is on the button pressed there."""
    raw = (body["actions"][0].get("value") or "").strip()
    return SlackRequest(
        text=raw, raw=raw, trigger_id=body.get("trigger_id", ""), surface="home", **_who(body)
    )


def _who(body: Body) -> dict[str, Any]:
    """Who interacts, of which workspace, and the request's signature."""
    user = body["user"]
    own_team = (body.get("team") or {}).get("id") or ""
    team = user.get("team_id") or own_team
    return {
        "user": user["id"], "team": team, "stranger": bool(own_team) and team != own_team,
        "signature": body.get(SIGNATURE, ""),
    }  # fmt: skip
