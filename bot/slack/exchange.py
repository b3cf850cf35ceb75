"""What is exchanged with Slack: the bodies that it sends, the calls to it, the work between within its time.

A body has the shape that Slack gives it, and says who asks what. Calls are made by the event loop's client;
what may block runs in threads beside the loop. slack_sdk's own `timeout` does nothing once a session is set.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import ClientError
from slack_bolt.async_app import AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.context import Context, SlackRequest, carried
from bot.gateway import CALL_SECONDS, INVALID_BLOCKS, NoAnswer, is_answer, logged, reason_of
from bot.messages.markup import as_typed, without_mention
from bot.messages.message import Payload, as_newer, as_older, newer_kinds
from bot.settings import Settings, require
from store.database import DatabaseError, Patience
from store.talk.conversations import ShownBlocks

log = logging.getLogger(__name__)

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


WITH_RETRIES = 40.0  # seconds of a call, its retries after 429 included

# Slack's errors for what may be taken later.
PASSING = frozenset(
    (
        "fatal_error",
        "internal_error",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    )
)

# Slack's errors for a token that is not valid any more.
TOKEN_ERRORS = frozenset(("account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"))


@dataclass
class SlackState:
    """Whether Slack answers, as the last call of this process found; `since` is when that began."""

    clock: Callable[[], datetime]
    problem: str = ""
    since: datetime | None = None
    asked_at: datetime | None = None

    def found(self, problem: str) -> None:
        """Take note of a call; `problem` is '' where Slack answered."""
        self.asked_at = self.clock()
        if bool(problem) != bool(self.problem):
            self.since = self.asked_at
        self.problem = problem


class SlackClient(AsyncWebClient):
    """The event loop's client: it waits when told to (429) and never sends twice when a connection breaks.

    Use `session()` around its calls. Raises SlackApiError when Slack refuses, NoAnswer when it gives none.
    """

    def __init__(self, settings: Settings, state: SlackState) -> None:
        super().__init__(
            token=require(settings, "slack_bot_token"),
            base_url=settings.slack_api_url,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=2)],
        )
        self.state = state

    async def api_call(self, api_method: str, **more: Any) -> AsyncSlackResponse:
        """Call a method, within its time."""
        try:
            with logged(api_method):
                async with asyncio.timeout(WITH_RETRIES):
                    answer = await super().api_call(api_method, **more)
        except SlackApiError as error:
            if not is_answer(error.response):
                raise self._none(api_method, error) from error
            self.state.found(token_problem(error))
            raise
        except (aiohttp.ClientError, OSError, ValueError, AttributeError, LookupError) as error:
            raise self._none(api_method, error) from error
        self.state.found("")
        return answer

    def _none(self, method: str, error: Exception) -> NoAnswer:
        reason = reason_of(error)
        self.state.found(reason)
        return NoAnswer(f"{method}: {reason}", is_unsent=isinstance(error, aiohttp.ClientConnectorError))


def session() -> aiohttp.ClientSession:
    """What a client's calls are made in; each has `CALL_SECONDS`."""
    return aiohttp.ClientSession(trust_env=True, timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))


def in_a_line(error: BaseException | None) -> str:
    """An error of a call in a line, without its traceback: the cause is at Slack's. '' for other errors."""
    if isinstance(error, SlackApiError):
        method = str(getattr(error.response, "api_url", "")).rpartition("/")[2]
        return f"{method}: {reason_of(error)}"
    return str(error) if isinstance(error, NoAnswer) else ""


def is_for_good(error: BaseException) -> bool:
    """Whether Slack refused a call for a reason that stays: asked again, it would say the same."""
    if not isinstance(error, SlackApiError) or not is_answer(error.response):
        return False
    return str(error.response["error"]) not in PASSING


def token_problem(error: SlackApiError) -> str:
    """The error's name if it is about our token, else ''."""
    data = getattr(error.response, "data", None)
    name = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    return name if name in TOKEN_ERRORS else ""


PATIENCE = 30 * 60.0  # seconds for whoever writes to the database; a load of a million rows takes minutes
ACK_WITHIN = 2.0  # seconds; Slack gives up after 3


async def patiently(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run what may wait for Slack or for the database in a thread of those that may."""
    return await asyncio.get_running_loop().run_in_executor(
        context.patient, carried(_with_patience, context, function, *args)
    )


def _with_patience(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    with suppress(DatabaseError, sqlite3.Error):  # of which the handler will tell
        context.databases.get().patience = Patience(PATIENCE, context.stopping)
    return function(*args)


async def in_thread(context: Context, function: Callable[..., Any], *args: Any) -> Any:
    """Run blocking work in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(context.pool, carried(function, *args))


async def within(context: Context, work: Coroutine[Any, Any, Any], *, seconds: float) -> bool:
    """Start `work`, wait for it a while; whether it is done. If not it goes on, and a stop waits for it."""
    task = asyncio.ensure_future(work)
    context.unfinished.add(task)
    task.add_done_callback(context.unfinished.discard)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        task.result()
    else:
        task.add_done_callback(_log_failure)
    return bool(done)


def _log_failure(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        what = "an answer given after its acknowledgement failed"
        log.error("%s: %s", what, in_a_line(error) or error, exc_info=None if in_a_line(error) else error)


async def send(respond: AsyncRespond, body: Payload, shown: ShownBlocks | None = None) -> bool:
    """Post to a response_url; whether it took it: it may have expired (five uses, thirty minutes).

    Newer blocks are sent where they are `shown`, or may be; what they are is kept.
    """
    if not respond.response_url:
        log.warning("there is no response_url to answer to")
        return False
    kinds = newer_kinds(body)
    if kinds and shown and not shown.refuses(kinds):
        answer = await _sent(respond, as_newer(body))
        if answer is None or INVALID_BLOCKS not in answer:
            if answer == "":
                shown.note(kinds, are_shown=True)
            return answer == ""
        if await _sent(respond, as_older(body)) != "":
            return False
        shown.note(kinds, are_shown=False)
        return True
    return await _sent(respond, as_older(body)) == ""


async def _sent(respond: AsyncRespond, body: Payload) -> str | None:
    """What a response_url says of a post: '' where it took it, None where there is no answer."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            answer = await respond(body)
    except (ClientError, OSError, ValueError) as error:  # among them TimeoutError
        log.warning("a response_url cannot be reached: %r", error)
        return None
    if answer.status_code != HTTPStatus.OK:
        log.warning("a response_url took no answer: %s %s", answer.status_code, answer.body[:200])
        return answer.body[:200] or str(answer.status_code)
    return ""
