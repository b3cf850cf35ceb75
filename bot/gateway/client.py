"""Slack's Web API with limits: each call has a timeout, and a response that is none of its API is NoAnswer.

slack_sdk's own `timeout` does nothing once a session is set, and is of each wait for bytes in a thread: an
answer that drips would last for ever. Garbage (HTML, half a JSON, a list) comes out of it as AttributeError,
or as an error whose response is none.
"""

from __future__ import annotations

import asyncio
import io
import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, Request, build_opener

import aiohttp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result
from slack_sdk.web.slack_response import SlackResponse

from bot.settings import Settings, require

log = logging.getLogger(__name__)

CALL_SECONDS = 10.0  # an attempt, whole
WITH_RETRIES = 40.0  # seconds of a call, its retries after 429 included
LONGEST_ANSWER = 20_000_000  # bytes
INTERACTIVE_SECONDS = 3  # a call that somebody waits for; Slack's trigger_ids are good for as long

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


class NoAnswer(SlackClientError):  # noqa: N818 - it says what there is none of
    """Slack is unreachable or too slow, or its response is not one of its API.

    `is_unsent` when the request certainly did not reach it.
    """

    def __init__(self, reason: str, *, is_unsent: bool = False) -> None:
        super().__init__(reason)
        self.is_unsent = is_unsent


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
            with _logged(api_method):
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
            with _logged(api_method):
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


@contextmanager
def _logged(method: str) -> Iterator[None]:
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


def interactive(settings: Settings) -> ThreadClient:
    """A client for calls that somebody waits for."""
    return ThreadClient(settings, timeout=INTERACTIVE_SECONDS)


# What a call by ThreadClient may raise.
CALL_ERRORS = (SlackClientError, OSError, HTTPException)


def is_answer(response: object) -> bool:
    """Whether a refusal is one of Slack's own: an object that names its error."""
    data = getattr(response, "data", None)
    return isinstance(data, Mapping) and isinstance(data.get("error"), str) and " " not in data["error"]


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
