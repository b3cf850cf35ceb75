"""A worker thread's calls of Slack's Web API: each within its time, its outcome posted, refused or unknown.

slack_sdk's own `timeout` is of each wait for bytes: an answer that drips would last for ever. Garbage (HTML,
half a JSON, a list) comes out of it as AttributeError, or as an error whose response is none: NoAnswer here.
"""

from __future__ import annotations

import io
import logging
import re
import socket
import urllib.error
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any, Literal
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, Request, build_opener

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result
from slack_sdk.web.slack_response import SlackResponse

from bot.messages.message import Payload, as_older, newer_kinds
from bot.settings import Settings, require
from store.talk.conversations import ShownBlocks

log = logging.getLogger(__name__)

EVENT_TYPE = "jigyo_reminder"  # of the metadata that carries the delivery key
CALL_SECONDS = 10  # an attempt, whole
LONGEST_ANSWER = 20_000_000  # bytes
INTERACTIVE_SECONDS = 3  # a call that somebody waits for; Slack's trigger_ids are good for as long

# The recipient is gone or unreachable: the message goes to somebody else.
_RECIPIENT = frozenset(
    (
        "account_inactive", "cannot_dm_bot", "channel_not_found", "invalid_user_combination", "is_archived",
        "is_inactive", "messages_tab_disabled", "method_not_supported_for_channel_type", "not_in_channel",
        "restricted_action", "restricted_action_read_only_channel", "user_deactivated", "user_disabled",
        "user_is_bot", "user_not_found", "user_not_visible", "users_not_found",
    )
)  # fmt: skip

# The content is refused; its plain text can still be posted.
_CONTENT = frozenset(
    (
        "block_mismatch", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long",
        "slack_file_not_found",
    )
)  # fmt: skip

# Slack reports a failure, but the message may have been posted.
_UNCERTAIN = frozenset(("fatal_error", "internal_error", "service_unavailable", "request_timeout"))
INVALID_BLOCKS = "invalid_blocks"  # also of a kind that the workspace has not got
NO_SCOPE = "missing_scope"
GONE_THREAD = frozenset(("thread_not_found", "message_not_found", "cannot_reply_to_message"))
Kind = Literal["recipient", "content", "busy", "other"]


@dataclass(frozen=True, slots=True)
class Posted:
    """Slack has the message: its `ts` there."""

    ts: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack certainly does not have the message; `wait` is its Retry-After in seconds where it is busy."""

    reason: str
    kind: Kind
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Slack may have the message or not."""

    reason: str


Outcome = Posted | Refused | Unknown


class NoAnswer(SlackClientError):  # noqa: N818 - it says what there is none of
    """Slack is unreachable or too slow, or its response is not one of its API.

    `is_unsent` when the request certainly did not reach it.
    """

    def __init__(self, reason: str, *, is_unsent: bool = False) -> None:
        super().__init__(reason)
        self.is_unsent = is_unsent


# What a call by ThreadClient may raise.
CALL_ERRORS = (SlackClientError, OSError, HTTPException)


def build_posting_client(settings: Settings) -> WebClient:
    """A Web API client that never repeats a call by itself: our ledger decides what is repeated."""
    return ThreadClient(settings, timeout=CALL_SECONDS)


def interactive(settings: Settings) -> ThreadClient:
    """A client for calls that somebody waits for."""
    return ThreadClient(settings, timeout=INTERACTIVE_SECONDS)


def post(client: WebClient, *, channel: str, payload: Payload, key: str, thread_ts: str = "") -> Outcome:
    """Post a payload that passed the gate, with its delivery key where only we see it."""
    words = {name: payload[name] for name in ("text", "blocks") if name in payload}
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
    try:
        answer = client.chat_postMessage(
            channel=channel, metadata=metadata, thread_ts=thread_ts or None, unfurl_links=False,
            unfurl_media=False, **words,
        )  # fmt: skip
    except CALL_ERRORS as error:
        return outcome_of(error)
    ts = answer.get("ts")
    return Posted(ts) if isinstance(ts, str) else Unknown("an answer without ts")


def change(
    client: WebClient, *, channel: str, ts: str, payload: Payload, shown: ShownBlocks | None = None
) -> Outcome:
    """Show another payload that passed the gate in the place of a message.

    It has its newer blocks only where these are known to be `shown`.
    """
    form = payload if shown and shown.shows(newer_kinds(payload)) else as_older(payload)
    words = {name: form[name] for name in ("text", "blocks") if name in form}
    try:
        client.chat_update(channel=channel, ts=ts, **words)
    except CALL_ERRORS as error:
        return outcome_of(error)
    return Posted(ts)


def open_direct(client: WebClient, user: str) -> str | Refused | Unknown:
    """The conversation with a user, opened if need be; asking twice does no harm."""
    try:
        channel = client.conversations_open(users=user).get("channel")
    except CALL_ERRORS as error:
        return outcome_of(error)
    return str(channel["id"]) if isinstance(channel, dict) and "id" in channel else Unknown("no channel")


def readers(client: WebClient, channel: str) -> Literal["ours", "others"] | Refused | Unknown:
    """Whether people of other organisations read a channel too, or are invited to (Slack Connect).

    Asked before each post to it: a channel may be shared at any time.
    """
    try:
        told = client.conversations_info(channel=channel).get("channel")
    except CALL_ERRORS as error:
        outcome = outcome_of(error)
        return Refused(NO_SCOPE, "recipient") if outcome.reason == NO_SCOPE else outcome
    if not isinstance(told, dict):
        return Unknown("an answer without a channel")
    shared = ("is_ext_shared", "is_pending_ext_shared", "pending_connected_team_ids", "pending_shared")
    return "others" if any(told.get(name) for name in shared) else "ours"


def outcome_of(error: Exception) -> Refused | Unknown:
    """Whether a failed call certainly had no effect."""
    if isinstance(error, SlackApiError):
        return _of_answer(error.response.status_code, error.response.headers, error.response.data)
    if isinstance(error, urllib.error.URLError) and isinstance(
        error.reason, ConnectionRefusedError | socket.gaierror
    ):
        return Refused("connection_refused", "other")  # nothing was sent at all
    return Unknown(f"{type(error).__name__}: {error}"[:200])


def _of_answer(status: int, headers: Mapping[str, str], body: Any) -> Refused | Unknown:
    code = str(body.get("error", "")) if isinstance(body, dict) else ""
    if status == 429:
        return Refused("ratelimited", "busy", wait=_retry_after(headers))
    if status >= 500 or code in _UNCERTAIN or not re.fullmatch(r"[a-z_]+", code):
        return Unknown(f"HTTP {status} {code}"[:200])
    if code in _RECIPIENT:
        return Refused(code, "recipient")
    return Refused(code, "content" if code in _CONTENT else "other")


def _retry_after(headers: Mapping[str, str]) -> float:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return float(said) if re.fullmatch(r"\d+(\.\d+)?", said) else 30.0


def is_answer(response: object) -> bool:
    """Whether a refusal is one of Slack's own: an object that names its error."""
    data = getattr(response, "data", None)
    return isinstance(data, Mapping) and isinstance(data.get("error"), str) and " " not in data["error"]


def reason_of(error: BaseException) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(error, SlackApiError):
        if is_answer(error.response):
            return str(error.response["error"])
        status = getattr(error.response, "status_code", None) or getattr(error.response, "status", "")
        return f"HTTP {status} with no answer of Slack's"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, URLError):
        error = error.reason if isinstance(error.reason, Exception) else error
    return type(error).__name__


@contextmanager
def logged(method: str) -> Iterator[None]:
    """A line at DEBUG about a call, with the id of the request that it is for."""
    began, outcome = monotonic(), "ok"
    try:
        yield
    except BaseException as error:
        outcome = reason_of(error)
        raise
    finally:
        if log.isEnabledFor(logging.DEBUG):
            took = round((monotonic() - began) * 1000, 1)
            log.debug("Slack called", extra={"method": method, "outcome": outcome, "took_ms": took})


class ThreadClient(WebClient):
    """A worker thread's client, which never repeats a call by itself. `timeout` is of a call, whole.

    Raises SlackApiError when Slack refuses, NoAnswer for garbage, OSError and HTTPException when it can't be
    reached: these show whether a request was sent at all.
    """

    def __init__(self, settings: Settings, *, timeout: int, token: str | None = None) -> None:
        token = require(settings, "slack_bot_token") if token is None else token
        super().__init__(token=token, base_url=settings.slack_api_url, timeout=timeout, retry_handlers=[])

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:
        """Call a method, within the client's timeout."""
        try:
            with logged(api_method):
                return super().api_call(api_method, **more)
        except (OSError, HTTPException):
            raise
        except SlackApiError as error:
            if error.response.status_code == 429 or is_answer(error.response):
                raise
            raise NoAnswer(f"{api_method}: {reason_of(error)}") from error
        except (ValueError, AttributeError, LookupError) as error:
            raise NoAnswer(f"{api_method}: {reason_of(error)}") from error

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        status, headers, body = self._transfer(req)
        charset = headers.get_content_charset() or "utf-8"
        return {"status": status, "headers": headers, "body": body.decode(charset)}

    def _upload_file(self, *, url: str, data: bytes, **_: Any) -> FileUploadV2Result:
        status, _headers, body = self._transfer(Request(url, data, method="POST"))  # noqa: S310
        return FileUploadV2Result(status=status, body=body.decode())

    def _transfer(self, request: Request) -> tuple[int, Message, bytes]:
        """Send a request and read the answer: all of it within `timeout`. HTTPError when it is refused."""
        if not request.full_url.startswith(("https://", "http://")):
            raise ValueError("a call goes over HTTP")
        end = monotonic() + self.timeout
        opener = build_opener(_InTime(end), _InTimeOverTLS(end))
        with opener.open(request, timeout=self.timeout) as answer:
            return answer.status, answer.headers, answer.read()


class _InTime(HTTPHandler):
    """Opens http: for a request that must be over at a moment of the monotonic clock."""

    def __init__(self, end: float) -> None:
        super().__init__()
        self._end = end

    def http_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_Connection, end=self._end), request)


class _InTimeOverTLS(HTTPSHandler):
    """Opens https: likewise."""

    def __init__(self, end: float) -> None:
        super().__init__()
        self._end = end

    def https_open(self, request: Request) -> HTTPResponse:
        return self.do_open(partial(_TLSConnection, end=self._end), request)


class _Connection(HTTPConnection):
    def __init__(self, *args: Any, end: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self._end = end

    def connect(self) -> None:
        super().connect()
        self.sock = _TimedSocket(self.sock, self._end)


class _TLSConnection(HTTPSConnection):
    def __init__(self, *args: Any, end: float, **more: Any) -> None:
        super().__init__(*args, **more)
        self._end = end

    def connect(self) -> None:
        super().connect()
        self.sock = _TimedSocket(self.sock, self._end)


class _TimedSocket:
    """What http.client needs of a socket; each wait is for what is left of the time of all of them."""

    def __init__(self, connected: socket.socket, end: float) -> None:
        self._socket, self._end = connected, end
        self.close = connected.close

    def sendall(self, data: bytes) -> None:
        self._socket.settimeout(_left(self._end))
        self._socket.sendall(data)

    def makefile(self, *_: object) -> io.BufferedReader:
        raw = self._socket.makefile("rb", buffering=0)  # which keeps the socket open when it is closed
        return io.BufferedReader(_TimedReader(self._socket, raw, self._end))


class _TimedReader(io.RawIOBase):
    def __init__(self, connected: socket.socket, raw: socket.SocketIO, end: float) -> None:
        self._socket, self._raw, self._end, self._room = connected, raw, end, LONGEST_ANSWER

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(_left(self._end))
        count = self._raw.readinto(buffer)
        self._room -= count or 0
        if self._room < 0:
            raise OSError("an answer longer than any of Slack's")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _left(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left
