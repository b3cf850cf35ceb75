"""Slack's Web API with limits: each call has a timeout, and a response that is none of its API is NoAnswer.

slack_sdk's own `timeout` does nothing once a session is set, and garbage (HTML, half a JSON, a list) comes
out of it as AttributeError, or as an error whose response is none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

import aiohttp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.web.slack_response import SlackResponse

from bot.settings import Settings, require

CALL_SECONDS = 10.0  # an attempt, whole
WITH_RETRIES = 40.0  # seconds of a call, its retries after 429 included
INTERACTIVE_SECONDS = 3  # a call that somebody waits for; Slack's trigger_ids are good for as long

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
    """A worker thread's client, which never repeats a call by itself. `timeout` is of each wait for bytes.

    Raises SlackApiError when Slack refuses, NoAnswer for garbage, OSError and HTTPException when it can't be
    reached: these show whether a request was sent at all.
    """

    def __init__(self, settings: Settings, *, timeout: int, token: str | None = None) -> None:
        token = require(settings, "slack_bot_token") if token is None else token
        super().__init__(token=token, base_url=settings.slack_api_url, timeout=timeout, retry_handlers=[])

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:
        """Call a method."""
        try:
            return super().api_call(api_method, **more)
        except (OSError, HTTPException):
            raise
        except SlackApiError as error:
            if error.response.status_code == 429 or is_answer(error.response):
                raise
            raise NoAnswer(f"{api_method}: {reason_of(error)}") from error
        except (ValueError, AttributeError, LookupError) as error:
            raise NoAnswer(f"{api_method}: {reason_of(error)}") from error


def interactive(settings: Settings) -> ThreadClient:
    """A client for calls that somebody waits for."""
    return ThreadClient(settings, timeout=INTERACTIVE_SECONDS)


# What a call by ThreadClient may raise.
CALL_ERRORS = (SlackClientError, OSError, HTTPException)


def is_answer(response: object) -> bool:
    """Whether a refusal is one of Slack's own: an object that names its error."""
    data = getattr(response, "data", None)
    return isinstance(data, Mapping) and isinstance(data.get("error"), str) and " " not in data["error"]


def token_problem(error: SlackApiError) -> str:
    """The error's name if it is about our token, else ''."""
    data = getattr(error.response, "data", None)
    name = str(data.get("error", "")) if isinstance(data, Mapping) else ""
    return name if name in TOKEN_ERRORS else ""


def reason_of(error: Exception) -> str:
    """Why there was no answer, in a few words."""
    if isinstance(error, SlackApiError):
        status = getattr(error.response, "status_code", None) or getattr(error.response, "status", "")
        return f"HTTP {status} with no answer of Slack's"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, URLError):
        error = error.reason if isinstance(error.reason, Exception) else error
    return type(error).__name__
