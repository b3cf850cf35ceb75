"""Slack's requests: those that it signed and that have its shape, and who asks what in them, and where.

Nothing is kept of what is too large, too many or not signed: a body is read only when the head has a fresh
time and a signature to go with it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from time import time
from typing import Any
from urllib.parse import unquote_plus

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.context import Context, SlackRequest
from bot.gateway.posting import keep, recall
from bot.messages.markup import unescape
from bot.slack.observing import Refusals
from bot.telemetry import observed

MAX_BODY = 1_000_000  # bytes; Slack's largest, a press with its message, are below 200,000
MAX_RECEIVING = 32_000_000  # bytes of bodies that are still coming in, all connections of a process together
SIGNED_WITHIN = 300  # seconds that a signature is good for, as Slack documents

_FOR_BOLT = {b"content-type", b"x-slack-retry-num", b"x-slack-retry-reason"}

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Body = dict[str, Any]
Commands = Callable[[Body], Awaitable[BoltResponse]]

COMMAND = "/jigyo"
PRESS = "payload="  # how the form of a press begins; in a command's the word may stand anywhere
SIGNATURE = "our signature"  # a key of a body over HTTP, which Slack has not; the signature it came with

# A person's message has no subtype, or one of these; the others are edits, deletions, joins, bots.
_SPOKEN = {None, "file_share", "thread_broadcast"}
_MAILTO_OR_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|<>]*\|([^<>]*)>")
_BARE_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^|<>]*)>")
_NAMED = re.compile(r"<[@#!][^|<>]*\|@?([^<>]*)>")
_NAMELESS = re.compile(r"<[@#!][^|<>]*>")
_SMART = str.maketrans("“”„‟＂‘’‚‛", '"""""\'\'\'\'')
_HALVES = re.compile("[\ud800-\udfff]")  # of pairs: JSON may carry one alone, no text may
_HALF_SIGN = re.compile(r"(?:\\|%5C)u[dD][89a-fA-F]", re.IGNORECASE)  # one may be in what is written so
_SPACES = re.compile(r"[\s\u200b\ufeff]+")

LONGEST_VALUE = 1_500  # characters of a button's 2,000


class SignedRequests:
    """An ASGI application in front of Bolt, which would look at the body before the signature.

    Commands, which most requests are, it hands on itself: Bolt would look for them among all listeners.
    """

    def __init__(self, bolt: AsyncApp, commands: Commands, signing_secret: str, refusals: Refusals) -> None:
        self._bolt, self._commands = bolt, commands
        self._keyed, self._refusals = hmac.new(signing_secret.encode(), digestmod="sha256"), refusals
        self._receiving = 0  # bytes of bodies that are still coming in

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer 401 to what was not signed just now, 413 or 503 to too much, else as Bolt does."""
        if scope["method"] != "POST":
            await _send(send, _refused(HTTPStatus.NOT_FOUND, "not found"))
            return
        headers = dict(scope["headers"])
        signed_at, signature = _signed_at(headers), headers.get(b"x-slack-signature", b"")
        if signed_at is None or not signature:
            await self._refuse(send, HTTPStatus.UNAUTHORIZED, "not signed")
            return
        if not _is_small(headers.get(b"content-length", b"0")):
            await self._refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body too large")
            return
        body = await self._body(receive)
        if body is None:
            return  # nobody waits for an answer any more
        if isinstance(body, HTTPStatus):
            await self._refuse(send, body, "body too large")
        elif not hmac.compare_digest(self._signature(signed_at, body), signature):
            await self._refuse(send, HTTPStatus.UNAUTHORIZED, "signature wrong")
        else:
            await _send(send, await self._answer(body, scope["query_string"], headers))

    async def _body(self, receive: Receive) -> bytes | HTTPStatus | None:
        """The whole body; else the status with which it is refused, None when the connection is gone."""
        body, mine, more = b"", 0, True
        try:
            while more:
                message = await receive()
                if message["type"] != "http.request":
                    return None
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > MAX_BODY:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                if more:
                    self._receiving += len(body) - mine
                    mine = len(body)
                    if self._receiving > MAX_RECEIVING:
                        return HTTPStatus.SERVICE_UNAVAILABLE
        finally:
            self._receiving -= mine
        return body

    def _signature(self, signed_at: bytes, body: bytes) -> bytes:
        keyed = self._keyed.copy()
        keyed.update(b"v0:%b:%b" % (signed_at, body))
        return b"v0=" + keyed.hexdigest().encode()

    async def _answer(self, body: bytes, query: bytes, headers: dict[bytes, bytes]) -> BoltResponse:
        """What the app answers; a command, which most requests are, without Bolt's own look at it."""
        try:
            text = body.decode()
            command = command_form(text)
            asked = None if command else _for_bolt(text, query, headers)
            if asked and _HALF_SIGN.search(text):
                asked.body = without_halves(asked.body)
            fields: Body = command or (asked.body if asked else {})
            has_shape = command is not None or is_readable(fields)
        # It is no JSON or UTF-8, nested too deeply, or none that Slack would send.
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            has_shape = False
        if not has_shape:
            self._refusals.note("unreadable")
            return _refused(HTTPStatus.BAD_REQUEST, "unreadable request")
        fields[SIGNATURE] = headers[b"x-slack-signature"].decode("ascii", "replace")
        answer = self._bolt.async_dispatch(asked) if asked else self._commands(fields)
        return await observed(self._refusals.metrics, surface_of(fields), answer)

    async def _refuse(self, send: Send, status: HTTPStatus, why: str) -> None:
        """Answer and close the connection: what else comes on it is not read."""
        self._refusals.note(why)
        refusal = _refused(status, why)
        refusal.headers["connection"] = ["close"]
        await _send(send, refusal)


def _signed_at(headers: dict[bytes, bytes]) -> bytes | None:
    """The time of a signature as Slack sent it, None when it is none of the last five minutes."""
    sent = headers.get(b"x-slack-request-timestamp", b"")
    if not sent.isdigit() or len(sent) > 12 or abs(time() - int(sent)) > SIGNED_WITHIN:
        return None
    return sent


def _is_small(length: bytes) -> bool:
    return length.isdigit() and len(length) < 12 and int(length) <= MAX_BODY


def _refused(status: HTTPStatus, why: str) -> BoltResponse:
    return BoltResponse(status=status, body={"error": why})


async def _send(send: Send, response: BoltResponse) -> None:
    body = response.body.encode()
    headers = [(name.encode(), each.encode()) for name, values in response.headers.items() for each in values]
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _for_bolt(body: str, query: bytes, headers: dict[bytes, bytes]) -> AsyncBoltRequest:
    return AsyncBoltRequest(
        body=_readable(body),
        query=query.decode(),
        headers={name.decode(): headers[name].decode() for name in _FOR_BOLT & headers.keys()},
    )


def _readable(body: str) -> str:
    """The same; but Bolt takes a form with "payload" in it, even as what is looked for, for a press."""
    if body.lstrip().startswith(("{", "[", PRESS)):
        return body
    return body.replace("payload", "%70ayload")


def without_halves(node: Any) -> Any:
    """The same JSON value with U+FFFD for every half of a surrogate pair, which no database can store."""
    if isinstance(node, str):
        return _HALVES.sub("\ufffd", node)
    if isinstance(node, dict):
        return {without_halves(key): without_halves(value) for key, value in node.items()}
    return [without_halves(each) for each in node] if isinstance(node, list) else node


def command_form(body: str) -> Body | None:
    """The fields of a form that is our command's, all that it has to have among them; else None."""
    if "command=" not in body or body.lstrip().startswith(("{", "[", PRESS)):
        return None
    fields: Body = {}
    for pair in body.split("&"):
        name, _, value = pair.partition("=")
        fields[_unquoted(name)] = _unquoted(value)
    is_ours = fields.get("command") == COMMAND and "ssl_check" not in fields
    return fields if is_ours and _COMMAND.keys() <= fields.keys() else None


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


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
_COMMAND = {"command": str, "user_id": str, "channel_id": str}
SHAPES: dict[str, Any] = {
    "event_callback": {**_ENVELOPE, "event": _EVENT},
    "app_mention": {**_ENVELOPE, "event": _SPEECH},
    "message": {**_ENVELOPE, "event": _SPEECH},
    "app_home_opened": {**_ENVELOPE, "event": {**_EVENT, "user": str, "channel": str}},
    "user_change": {**_ENVELOPE, "event": {"type": str, "user": _PERSON}},
    "team_join": {**_ENVELOPE, "event": {"type": str, "user": _PERSON}},
    "block_actions": {**_INTERACTION, "trigger_id": str, "actions": [_ACTION]},
    "view_submission": {**_INTERACTION, "view": {**_VIEW, "type": str, "callback_id": str, "state": _STATE}},
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
        return "ssl_check" in body or _fits(body, _COMMAND)
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


def of_command(body: Body) -> SlackRequest:
    """What a slash command asks."""
    raw = body.get("text", "").strip()
    return SlackRequest(
        text=as_typed(raw), raw=raw, user=body["user_id"], channel=body["channel_id"],
        team=body.get("team_id", ""), trigger_id=body.get("trigger_id", ""), surface="slash",
        signature=body.get(SIGNATURE, ""),
    )  # fmt: skip


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
    # In a channel the answer opens a thread under the question; a direct message is a conversation already.
    thread = event.get("thread_ts") or ("" if is_dm else event["ts"])
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


def as_typed(raw: str) -> str:
    """Undo Slack's escapes: links and names by their label, ids without one gone, smart quotes straight."""
    text = _without_brackets(raw) if "<" in raw else raw
    return _SPACES.sub(" ", unescape(text).translate(_SMART)).strip()


def _without_brackets(raw: str) -> str:
    text = _BARE_LINK.sub(r"\1", _MAILTO_OR_LINK.sub(r"\1", raw))
    return _NAMELESS.sub(" ", _NAMED.sub(r"\1", text))


def without_mention(raw: str, bot_user: str) -> str:
    """The text of a mention without the bot's own name, wherever in the sentence it stands."""
    return re.sub(rf"<@{re.escape(bot_user)}(\|[^<>]*)?>", " ", raw).strip() if bot_user else raw.strip()


def pack(context: Context, text: str) -> str:
    """`text` as a button can carry it, in at most 1,501 characters."""
    return f"={text}" if len(text) <= LONGEST_VALUE else f"@{keep(context, text)}"


def unpack(context: Context, value: str) -> str | None:
    """The text that `pack` packed; None when it was kept too long ago."""
    if value.startswith("="):
        return value[1:]
    text = recall(context, value[1:])
    return text if isinstance(text, str) else None
